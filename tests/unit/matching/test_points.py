"""Each component of a pair's points is counted by the contract, and alone decides between homes."""

from typing import Any

import pytest

from matching.pairs import find_pairs
from matching.points import COMPONENTS
from matching.policy import POINTS
from tests.unit.matching.bench import Cells, home, points, problem, referral, resident, solved

NOWHERE = {"easting": "", "northing": ""}
ENFIELD, HARINGEY, HAVERING = "E09000010", "E09000014", "E09000016"


def north(metres: int) -> Cells:
    return {"northing": str(184200 + metres)}


def place(metres: int, **cells: str) -> Cells:
    return {"referral_id": "A", "what": "school", "easting": "534400"} | north(metres) | cells


def lives(**cells: str) -> list[Cells]:
    return [resident("YP-R", "H", **cells)]


def test_a_plain_pair_costs_nothing() -> None:
    assert points() == {}


@pytest.mark.parametrize(
    ("metres", "per_mile", "charged"),
    [
        (0, 3, 0),
        (80, 3, 0),
        (81, 3, 0),
        (241, 3, 0),
        (242, 3, 1),
        (805, 3, 2),
        (805, 1, 1),
        (805, 5, 3),
        (1609, 3, 3),
        (8046, 3, 15),
    ],
)
def test_distance_is_charged_by_the_mile_rounded_half_up(
    metres: int, per_mile: int, charged: int
) -> None:
    policy = f"[points]\nper_mile = {per_mile}\n"
    expected = {"distance": charged} if charged else {}
    assert points(place=north(metres), policy=policy) == expected
    assert points(place={"northing": str(184200 - metres)}, policy=policy) == expected


@pytest.mark.parametrize(("miles", "charged"), [("10", 30), ("0.5", 2), ("0.1", 0), ("2.5", 8)])
def test_an_unknown_distance_is_charged_as_the_policy_says(miles: str, charged: int) -> None:
    expected = {"distance": charged} if charged else {}
    policy = f"unknown_distance_miles = {miles}\n"
    assert points(NOWHERE, policy=policy) == expected
    assert points(place=NOWHERE, policy=policy) == expected


@pytest.mark.parametrize("nearness", ["neutral", "away"])
def test_distance_and_area_count_only_for_those_who_should_live_near(nearness: str) -> None:
    far = north(4000) | {"borough": HAVERING}
    assert points({"nearness": "near"}, far) == {"distance": 8, "area": 15}
    assert points({"nearness": nearness}, far) == {}
    assert points({"nearness": nearness} | NOWHERE, far) == {}


def test_the_area_is_the_own_borough_or_one_that_adjoins_or_distant() -> None:
    assert points({"borough": ENFIELD}, {"borough": ENFIELD}) == {}
    assert points({"borough": ENFIELD}, {"borough": HARINGEY}) == {"area": 4}
    assert points({"borough": HARINGEY}, {"borough": ENFIELD}) == {"area": 4}
    assert points({"borough": ENFIELD}, {"borough": HAVERING}) == {"area": 15}


@pytest.mark.parametrize(
    ("visits", "metres", "weight", "charged"),
    [
        (1, 8046, 10, 1),
        (1, 7885, 10, 0),
        (3, 8046, 10, 2),
        (20, 8046, 10, 10),
        (20, 8046, 0, 0),
        (9, 1609, 5, 0),
        (10, 1609, 5, 1),
    ],
)
def test_visits_are_charged_by_the_hundred_miles_rounded_half_up(
    visits: int, metres: int, weight: int, charged: int
) -> None:
    policy = f"[points]\nper_100_visit_miles = {weight}\n"
    rows = [place(metres, visits_per_month=str(visits))]
    expected = {"people": charged} if charged else {}
    assert points(policy=policy, people_and_places=rows) == expected


def test_each_person_is_rounded_by_themselves() -> None:
    assert points(people_and_places=[place(8046, visits_per_month="1")] * 2) == {"people": 2}
    assert points(people_and_places=[place(7885, visits_per_month="1")] * 2) == {}


@pytest.mark.parametrize(("metres", "charged"), [(8126, 0), (8127, 20)])
def test_a_person_to_be_kept_costs_from_just_beyond_reach(metres: int, charged: int) -> None:
    expected = {"people": charged} if charged else {}
    assert points(people_and_places=[place(metres, keep="Y")]) == expected
    assert points(people_and_places=[place(metres, keep="N")]) == {}
    assert points(policy="reach_miles = 5.1\n", people_and_places=[place(metres, keep="Y")]) == {}


def test_people_count_whatever_the_nearness_and_not_where_a_location_is_unknown() -> None:
    kept = [place(9000, keep="Y", visits_per_month="50")]
    for nearness in ("near", "neutral", "away"):
        assert points({"nearness": nearness}, people_and_places=kept) == {"people": 48}
    assert points({"nearness": "away"}, NOWHERE, people_and_places=kept) == {}
    lost = [place(9000, keep="Y", visits_per_month="50") | NOWHERE]
    assert points(people_and_places=lost) == {}


@pytest.mark.parametrize(
    ("band", "bands", "charged"),
    [
        ("low", "low", 0),
        ("low", "low;medium", 0),
        ("low", "low;high", 6),
        ("low", "specialist;low", 12),
        ("medium", "medium;specialist", 6),
        ("high", "high;specialist", 0),
        ("specialist", "low;specialist", 0),
        ("specialist", "low", 0),
    ],
)
def test_capability_is_spared_above_the_next_band_up(band: str, bands: str, charged: int) -> None:
    expected = {"capability": charged} if charged else {}
    assert points({"band": band}, {"bands": bands}) == expected


@pytest.mark.parametrize(
    ("status", "band", "bands", "charged"),
    [
        ("provisional", "medium", "low;medium", 10),
        ("", "medium", "low;medium", 10),
        ("confirmed", "medium", "low;medium", 0),
        ("provisional", "medium", "medium;high", 0),
        ("provisional", "specialist", "specialist", 0),
        ("provisional", "high", "low", 0),
    ],
)
def test_a_provisional_band_needs_headroom(
    status: str, band: str, bands: str, charged: int
) -> None:
    expected = {"headroom": charged} if charged else {}
    assert points({"band": band, "band_status": status}, {"bands": bands}) == expected


@pytest.mark.parametrize(
    ("born", "needed_by", "max_age", "planned", "months_short"),
    [
        ("2009-05-01", "2026-04-10", "16", "", 9),
        ("2009-05-10", "2026-04-10", "16", "", 8),
        ("2009-05-11", "2026-04-10", "16", "", 8),
        ("2009-05-09", "2026-04-10", "16", "", 9),
        ("2009-05-01", "2026-04-10", "17", "", 0),
        ("2009-05-01", "2026-04-10", "17", "12", 0),
        ("2009-05-01", "2026-04-10", "17", "13", 1),
        ("2009-05-01", "2026-05-01", "17", "13", 1),
        ("2009-05-01", "2026-05-02", "17", "13", 2),
        ("2009-05-01", "2026-05-01", "17", "0", 0),
        ("2009-03-01", "2026-04-10", "16", "2", 2),
        ("2008-02-29", "2026-02-28", "17", "2", 2),
        ("2008-02-29", "2026-01-29", "17", "2", 1),
        ("2008-02-29", "2026-01-31", "17", "2", 1),
    ],
)
def test_months_of_the_stay_after_the_age_range_cost(
    born: str, needed_by: str, max_age: str, planned: str, months_short: int
) -> None:
    person = {"date_of_birth": born, "needed_by": needed_by, "planned_months": planned}
    expected = {"age": 3 * months_short} if months_short else {}
    assert points(person, {"max_age": max_age}, "as_of = 2026-01-01\n") == expected


def test_the_policy_says_how_long_a_stay_to_plan_for() -> None:
    born = {"date_of_birth": "2009-05-01"}
    assert points(born, policy="planned_months = 14\n") == {"age": 6}
    assert points(born | {"planned_months": "12"}, policy="planned_months = 14\n") == {}


@pytest.mark.parametrize(
    ("moves", "charged"), [("", 0), ("0", 0), ("1", 6), ("4", 24), ("5", 24), ("40", 24)]
)
def test_up_to_four_moves_count_with_every_high_need_resident_present(
    moves: str, charged: int
) -> None:
    living = [
        resident("YP-R", "H", band="high"),
        resident("YP-S", "H", band="specialist", leaves_on="2026-04-11", leaving="confirmed"),
        resident("YP-T", "H", band="specialist", leaves_on="2026-04-10", leaving="confirmed"),
        resident("YP-U", "H", band="medium"),
    ]
    expected = {"unsettled": charged} if charged else {}
    roomy = {"places": "9"}
    assert points({"moves_last_12_months": moves}, roomy, residents=living) == expected


@pytest.mark.parametrize(
    ("said", "needed_by", "charged"),
    [
        ("wants", "2026-04-10", 0),
        ("unsure", "2026-04-10", 8),
        ("against", "2026-04-01", 40),
        ("against", "2026-04-10", 40),
    ],
)
def test_a_wish_costs_and_is_shown_where_the_rule_fails(
    said: str, needed_by: str, charged: int
) -> None:
    rows = [{"referral_id": "A", "home_id": "H", "wish": said}]
    expected = {"wish": charged} if charged else {}
    assert points({"needed_by": needed_by}, wishes=rows) == expected


def sibling_points(siblings: str = "", k: Cells | None = None, **cells: str) -> int:
    """Points at H for a sibling who lives at K."""
    made = problem(
        referrals=[referral("A", sibling_group="S", siblings=siblings)],
        homes=[home("H"), home("K") | (k or {})],
        residents=[resident("YP-R", "K", sibling_group="S") | cells],
    )
    pairs = find_pairs(made)
    if not k:
        assert pairs.row(1)["sibling"] == 0
    return pairs.row(0)["sibling"]


def test_a_sibling_elsewhere_costs_where_their_home_would_be_eligible() -> None:
    assert sibling_points() == 40
    assert sibling_points("together") == 40
    assert sibling_points("preferred", {"northing": "200000"}) == 40
    assert sibling_points("apart_ok") == 0
    assert sibling_points("preferred", {"registration": "suspended"}) == 0
    assert sibling_points(leaves_on="2026-04-10", leaving="confirmed") == 0
    assert sibling_points(leaves_on="2026-04-11", leaving="confirmed") == 40
    assert sibling_points(leaves_on="2026-04-10", leaving="expected") == 40
    assert sibling_points(sibling_group="T") == 0
    assert sibling_points(sibling_group="") == 0


def test_no_sibling_is_elsewhere_where_one_lives_in_this_home_too() -> None:
    made = problem(
        referrals=[referral("A", sibling_group="S")],
        homes=[home("H"), home("K", northing="190000"), home("L")],
        residents=[
            resident("YP-R", "H", sibling_group="S"),
            resident("YP-S", "K", sibling_group="S"),
        ],
    )
    pairs = find_pairs(made)
    assert [pairs.row(at)["sibling"] for at in range(3)] == [0, 0, 40]


@pytest.mark.parametrize(
    ("fee", "weight", "charged"),
    [("4599.99", 2, 90), ("4600.00", 2, 92), ("99.99", 2, 0), ("4600.00", 0, 0)],
)
def test_each_full_hundred_pounds_of_the_fee_may_cost(fee: str, weight: int, charged: int) -> None:
    rates = [{"home_id": "H", "band": "medium", "weekly_fee": fee, "marginal_weekly_fee": "1.00"}]
    expected = {"cost": charged} if charged else {}
    assert points(policy=f"[points]\nper_100_pounds = {weight}\n", rates=rates) == expected


def test_the_fee_is_that_of_the_band_and_the_day_or_the_dearest_anywhere() -> None:
    def cost(needed_by: str, band: str = "medium") -> int:
        rates = [
            {"home_id": "H", "band": "medium", "weekly_fee": "100.00", "to": "2026-04-10"},
            {"home_id": "H", "band": "medium", "weekly_fee": "300.00", "from": "2026-04-12"},
            {"home_id": "H", "band": "high", "weekly_fee": "900.00"},
        ]
        policy = "[points]\nper_100_pounds = 1\n"
        found = points({"needed_by": needed_by, "band": band}, policy=policy, rates=rates)
        return found.get("cost", 0)

    assert [cost(f"2026-04-{day}") for day in ("09", "10", "11", "12")] == [1, 0, 0, 3]
    assert (cost("2026-04-10", "high"), cost("2026-04-10", "low")) == (9, 0)
    assert cost("2026-01-01") == 1


WEIGHTS = {component.name: component.weights for component in COMPONENTS}
DECIDES: list[tuple[str, Cells, Cells, Cells, dict[str, Any]]] = [
    ("distance", {}, {}, north(805), {}),
    ("area", {"borough": ENFIELD}, {"borough": ENFIELD}, {"borough": HARINGEY}, {}),
    ("area", {"borough": ENFIELD}, {"borough": HARINGEY}, {"borough": HAVERING}, {}),
    (
        "people",
        {"nearness": "away"},
        north(3000),
        {},
        {"people_and_places": [place(6000, visits_per_month="9")]},
    ),
    (
        "people",
        {"nearness": "away"},
        north(900),
        {},
        {"people_and_places": [place(9000, keep="Y")]},
    ),
    ("capability", {"band": "low"}, {"bands": "low;medium"}, {"bands": "low;high"}, {}),
    (
        "headroom",
        {"band_status": "provisional"},
        {"bands": "medium;high"},
        {"bands": "low;medium"},
        {},
    ),
    ("age", {"date_of_birth": "2009-05-01"}, {"max_age": "17"}, {"max_age": "16"}, {}),
    (
        "unsettled",
        {"moves_last_12_months": "1"},
        {},
        {},
        {"residents": [resident("YP-R", "worse", band="high"), resident("YP-S", "better")]},
    ),
    (
        "wish",
        {},
        {},
        {},
        {"wishes": [{"referral_id": "A", "home_id": "worse", "wish": "unsure"}]},
    ),
    (
        "sibling",
        {"sibling_group": "S"},
        {},
        {},
        {"residents": [resident("YP-R", "better", sibling_group="S")]},
    ),
    (
        "cost",
        {},
        {},
        {},
        {
            "rates": [
                {"home_id": "worse", "band": "medium", "weekly_fee": "4600.00"}
                | {"marginal_weekly_fee": "1.00"},
                {"home_id": "better", "band": "medium", "weekly_fee": "4599.99"},
            ]
        },
    ),
]


@pytest.mark.parametrize(("component", "person", "better", "worse", "tables"), DECIDES)
@pytest.mark.parametrize("names", [("H1", "H2"), ("H2", "H1")])
def test_a_component_alone_decides_between_two_homes(
    component: str,
    person: Cells,
    better: Cells,
    worse: Cells,
    tables: dict[str, Any],
    names: tuple[str, str],
) -> None:
    named = {"better": names[0], "worse": names[1]}
    renamed: dict[str, Any] = {
        table: [{k: named.get(v, v) for k, v in row.items()} for row in rows]
        for table, rows in tables.items()
    }
    weights = {weight: POINTS[weight] or 1 for weight in WEIGHTS[component]}
    lines = "".join(f"{name} = {weights.get(name, 0)}\n" for name in POINTS)
    _, plan = solved(
        f"[points]\n{lines}",
        referrals=[referral("A") | person],
        homes=[home(named["better"]) | better, home(named["worse"]) | worse],
        **renamed,
    )
    (placement,) = plan.placements
    assert placement.home == named["better"]
    assert all(not value for name, value in placement.points.items() if name != component)


def test_every_component_decides_alone_somewhere() -> None:
    assert {name for name, *_ in DECIDES} == set(WEIGHTS)
