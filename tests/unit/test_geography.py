from decimal import ROUND_HALF_UP, Decimal, localcontext
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.geography import (
    PARTNER_BOROUGHS,
    Area,
    area,
    authorities,
    authority_name,
    builtin_adjoining,
    children_services_authority,
    need_tags,
    neighbour_pair,
    tenths_of_miles,
    tenths_of_miles_array,
)

CITY, BARKING, HACKNEY, HAVERING = "E09000001", "E09000002", "E09000012", "E09000016"
NEWHAM, REDBRIDGE, TOWER_HAMLETS, WALTHAM_FOREST = (
    "E09000025",
    "E09000026",
    "E09000030",
    "E09000031",
)
metres = st.integers(-2_000_000, 2_000_000)


def tenths_by_decimals(de: int, dn: int) -> int:
    with localcontext() as context:
        context.prec = 80
        miles = (Decimal(de) ** 2 + Decimal(dn) ** 2).sqrt() / 1000 / Decimal("1.6093")
        return int((miles * 10).quantize(Decimal(1), rounding=ROUND_HALF_UP))


@given(metres, metres)
def test_a_distance_is_the_official_formula_at_eighty_digits(de: int, dn: int) -> None:
    assert tenths_of_miles(de, dn) == tenths_by_decimals(de, dn)


@given(st.integers(0, 17_000))
def test_a_distance_just_short_of_half_a_tenth_rounds_down_and_just_past_it_up(t: int) -> None:
    halfway = (2 * t + 1) * 16093 // 200
    assert [tenths_of_miles(0, halfway + k) for k in (0, 1)] == [
        tenths_by_decimals(0, halfway),
        tenths_by_decimals(0, halfway + 1),
    ]
    assert [tenths_of_miles(halfway + k, 0) for k in (0, 1)] == [t, t + 1]


def test_a_distance_of_a_whole_number_of_tenths_is_exactly_that() -> None:
    assert tenths_of_miles(3 * 16093, 4 * 16093) == 500
    assert tenths_of_miles(-12 * 16093, 5 * 16093) == 1300


@given(st.integers(0, 20_000))
def test_no_two_points_in_whole_metres_lie_exactly_halfway_between_two_tenths(t: int) -> None:
    assert ((2 * t + 1) * 16093) ** 2 % 40000 != 0


@given(st.lists(st.tuples(metres, metres), min_size=1, max_size=40))
def test_a_whole_array_of_distances_equals_them_one_by_one(pairs: list[tuple[int, int]]) -> None:
    de, dn = (np.array(column, dtype=np.int64) for column in zip(*pairs, strict=True))
    assert tenths_of_miles_array(de, dn).tolist() == [tenths_of_miles(*pair) for pair in pairs]


def test_distances_of_a_row_and_a_column_fill_a_table() -> None:
    de = np.array([[0], [1609], [3219]], dtype=np.int64)
    dn = np.array([0, 24140], dtype=np.int64)
    assert tenths_of_miles_array(de, dn).tolist() == [[0, 150], [10, 150], [20, 151]]


def test_the_array_is_exact_next_to_every_halfway_point() -> None:
    halfway = (2 * np.arange(12_428, dtype=np.int64) + 1) * 16093 // 200
    around = (halfway[:, None] + np.array([-1, 0, 1, 2])).ravel()
    zero = np.zeros_like(around)
    expected = [tenths_of_miles(int(d), 0) for d in around]
    assert tenths_of_miles_array(zero, around).tolist() == expected


def test_the_worked_case_lies_as_far_apart_as_its_page_says() -> None:
    assert tenths_of_miles(551300 - 549700, 188800 - 187200) == 14
    assert tenths_of_miles(551300 - 541000, 188800 - 183500) == 72
    assert tenths_of_miles(551300 - 541500, 188800 - 184000) == 68


def test_thirteen_of_the_twenty_eight_pairs_of_partner_boroughs_adjoin() -> None:
    expected = {
        (BARKING, HAVERING),
        (HAVERING, REDBRIDGE),
        (BARKING, NEWHAM),
        (BARKING, REDBRIDGE),
        (CITY, TOWER_HAMLETS),
        (HACKNEY, TOWER_HAMLETS),
        (NEWHAM, TOWER_HAMLETS),
        (HACKNEY, NEWHAM),
        (NEWHAM, WALTHAM_FOREST),
        (NEWHAM, REDBRIDGE),
        (HACKNEY, WALTHAM_FOREST),
        (REDBRIDGE, WALTHAM_FOREST),
        (CITY, HACKNEY),
    }
    pairs = set(combinations(sorted(PARTNER_BOROUGHS), 2))
    assert len(pairs) == 28
    assert pairs & builtin_adjoining() == expected


def test_two_partner_boroughs_that_do_not_touch_are_legally_distant() -> None:
    assert area(HAVERING, HACKNEY) is Area.DISTANT
    assert area(HAVERING, NEWHAM) is Area.DISTANT
    assert area(HAVERING, BARKING) is Area.ADJOINING
    assert area(HAVERING, HAVERING) is Area.IN_AREA


def test_a_boundary_in_the_middle_of_the_thames_counts_as_shared() -> None:
    assert area(NEWHAM, "E09000011") is Area.ADJOINING
    assert area(BARKING, "E09000004") is Area.ADJOINING


def test_an_unsettled_boundary_counts_as_not_adjoining() -> None:
    assert area("E06000034", "E09000004") is Area.DISTANT
    assert area("E09000028", "E09000033") is Area.DISTANT


def test_a_table_of_ones_own_replaces_the_built_in_one() -> None:
    own = frozenset({neighbour_pair(HAVERING, HACKNEY)})
    assert area(HAVERING, HACKNEY, own) is Area.ADJOINING
    assert area(HAVERING, BARKING, own) is Area.DISTANT
    assert area(HAVERING, BARKING, frozenset()) is Area.DISTANT


@given(st.sampled_from(sorted(authorities())), st.sampled_from(sorted(authorities())))
def test_who_adjoins_whom_does_not_depend_on_who_asks(a: str, b: str) -> None:
    assert area(a, b) is area(b, a)
    assert (area(a, b) is Area.IN_AREA) == (a == b)


def test_neighbours_are_kept_as_sorted_pairs_of_known_authorities() -> None:
    assert all(a < b for a, b in builtin_adjoining())
    assert {code for pair in builtin_adjoining() for code in pair} <= set(authorities())


def test_the_partner_boroughs_have_the_names_of_the_national_table() -> None:
    assert {code: authority_name(code) for code in PARTNER_BOROUGHS} == dict(PARTNER_BOROUGHS)
    assert len(PARTNER_BOROUGHS) == 8


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("E10000012", "Essex"),
        ("E06000034", "Thurrock"),
        ("E06000065", "North Yorkshire"),
        ("E08000039", "Sheffield"),
        ("E99999999", "E99999999"),
    ],
)
def test_an_authority_is_called_by_its_name_or_else_by_its_code(code: str, name: str) -> None:
    assert authority_name(code) == name


def test_there_are_153_authorities_with_childrens_services_and_no_district_among_them() -> None:
    assert len(authorities()) == 153
    assert not [code for code in authorities() if code.startswith("E07")]


def test_a_district_answers_to_its_county_and_a_borough_to_itself() -> None:
    assert children_services_authority("E07000072") == "E10000012"  # Epping Forest, Essex
    assert [children_services_authority(code) for code in PARTNER_BOROUGHS] == [*PARTNER_BOROUGHS]


def test_every_need_tag_has_a_meaning_in_words() -> None:
    assert len(need_tags()) == 34
    assert all(meaning for meaning in need_tags().values())
    assert need_tags()["esol"] == "Support with English as an additional language"


def test_distance_is_the_same_in_every_direction() -> None:
    for east, north in product((-1, 1), (-1, 1)):
        assert tenths_of_miles(east * 5311, north * 20007) == tenths_of_miles(20007, 5311)
