from fractions import Fraction
from math import floor

import brotli
import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import postcodes
from matching.geography import PARTNER_BOROUGHS, Grid
from matching.postcodes import (
    PostcodeDataMissing,
    attribution,
    authority_of,
    is_postcode_shaped,
    locate,
    sector_of,
)


def raw_letter(letter: str) -> list[tuple[str, float, float]]:
    path = postcodes._folder() / f"postcodes_{letter}.msgpack.br"
    data = msgpack.unpackb(brotli.decompress(path.read_bytes()))["data"]
    return list(zip(data["pcd"], data["oseast1m"], data["osnrth1m"], strict=True))


@pytest.fixture(scope="module")
def ilford_and_islands() -> list[tuple[str, float, float]]:
    return raw_letter("I")


@pytest.mark.parametrize("text", ["E1 4NS", "e14ns", " E1  4ns ", "e 1 4 n s", "E1\u00a04NS"])
def test_a_full_postcode_is_found_in_any_spacing_and_case(text: str) -> None:
    assert locate(text) == Grid(536021, 182455)


def test_a_sector_stands_at_the_mean_of_its_postcodes_rounded_half_up(
    ilford_and_islands: list[tuple[str, float, float]],
) -> None:
    for sector, wide in (("IG11 7", "IG117"), ("IG1 1", "IG1 1"), ("IP33 2", "IP332")):
        points = [(e, n) for p, e, n in ilford_and_islands if p.startswith(wide) and e == e]
        assert len(points) > 20
        mean = [Fraction(int(sum(axis)), len(points)) for axis in zip(*points, strict=True)]
        expected = Grid(*(floor(value + Fraction(1, 2)) for value in mean))
        assert locate(sector) == expected


def test_every_postcode_of_a_letter_stands_where_the_directory_says(
    ilford_and_islands: list[tuple[str, float, float]],
) -> None:
    for postcode, easting, northing in ilford_and_islands[::997]:
        expected = Grid(int(easting), int(northing)) if easting == easting else None
        assert locate(postcode) == expected
    assert {e == e for _, e, _ in ilford_and_islands} == {True, False}


def test_one_outward_code_does_not_swallow_another() -> None:
    assert locate("E1 0") != locate("E10 0")
    assert locate("E1 4") == Grid(535524, 182104)
    assert locate("E14 4") not in (None, locate("E1 4"))


@pytest.mark.parametrize(
    "text",
    ["E14", "RM37", "RM3", "RM", "", "  ", "somewhere", "E1 4N", "E1 4NSX", "1E 4NS", "E1-4NS"],
)
def test_a_cell_that_is_not_written_like_a_postcode_is_told_apart(text: str) -> None:
    assert not is_postcode_shaped(text)
    assert locate(text) is None
    assert sector_of(text) is None
    assert authority_of(text) is None


@pytest.mark.parametrize("text", ["RM3 7", "rm3  7", "EC1A 1", "W1A 1AA", "GIR 0AA", "ZE1 0AA"])
def test_a_sector_and_a_full_postcode_are_written_like_postcodes(text: str) -> None:
    assert is_postcode_shaped(text)


@pytest.mark.parametrize("text", ["E99 9ZZ", "E99 9", "QQ1 1AA", "V1 1AA", "GIR 0AA"])
def test_a_postcode_that_does_not_exist_is_an_unknown_location_and_not_a_fault(text: str) -> None:
    assert is_postcode_shaped(text)
    assert locate(text) is None
    assert authority_of(text) is None


def test_northern_ireland_is_left_out() -> None:
    assert is_postcode_shaped("BT1 5GS")
    assert locate("BT1 5GS") is None
    assert locate("BT1 5") is None


def test_a_postcode_without_a_grid_point_is_an_unknown_location() -> None:
    assert any(p == "JE1 0BD" for p, _, _ in raw_letter("J"))
    assert locate("JE1 0BD") is None
    assert locate("JE1 0") is None
    assert authority_of("JE1 0BD") is None


@pytest.mark.parametrize(
    ("text", "sector"),
    [("e14ns", "E1 4"), ("E144NS", "E14 4"), ("RM3 7", "RM3 7"), ("ec1a1bb", "EC1A 1")],
)
def test_the_sector_of_a_postcode_leaves_off_who_lives_there(text: str, sector: str) -> None:
    assert sector_of(text) == sector


@pytest.mark.parametrize(
    ("postcode", "authority"),
    [
        ("E1 4NS", "E09000030"),
        ("RM1 3BD", "E09000016"),
        ("IG1 1AA", "E09000026"),
        ("CM1 1AA", "E10000012"),  # in the district of Chelmsford: Essex has the duties
        ("DA1 1AA", "E10000016"),
    ],
)
def test_the_authority_of_a_postcode_is_the_one_with_childrens_services(
    postcode: str, authority: str
) -> None:
    assert authority_of(postcode) == authority


def test_a_sector_has_no_authority_since_boundaries_cross_it() -> None:
    assert authority_of("E1 4") is None


@given(st.text(max_size=9))
def test_no_text_whatever_breaks_a_look_up(text: str) -> None:
    found = locate(text)
    assert found is None or is_postcode_shaped(text)


def test_the_attribution_is_the_three_lines_with_the_year_of_the_edition() -> None:
    os_line, mail_line, ons_line = attribution()
    assert os_line == "Contains OS data © Crown copyright and database right 2026"
    assert mail_line == "Contains Royal Mail data © Royal Mail copyright and database right 2026"
    assert "Open Government Licence v.3.0" in ons_line


def test_a_missing_directory_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postcodes, "_PACKAGE", "no_such_directory")
    postcodes._folder.cache_clear()
    try:
        with pytest.raises(PostcodeDataMissing, match="Run `make` again, or give easting"):
            postcodes._folder()
    finally:
        postcodes._folder.cache_clear()


def test_every_partner_borough_has_postcodes_of_its_own() -> None:
    town_halls = (
        "EC2V 7HH",
        "RM10 7BN",
        "E8 1EA",
        "RM1 3BB",
        "E6 2RP",
        "IG1 1DD",
        "E1 1BJ",
        "E17 4JF",
    )
    assert {authority_of(code) for code in town_halls} == set(PARTNER_BOROUGHS)
