"""Each rule on a pair and each component, on a case so small that the answer is plain."""

import pytest

from tests.unit.oracle.bench import Cells, case_of, home, referral, resident


def failed(
    person: Cells | None = None,
    place: Cells | None = None,
    policy: str = "",
    **tables: list[Cells],
) -> list[str]:
    _, pairs = case_of(
        policy,
        referrals=[referral("A", **(person or {}))],
        homes=[home("H", **(place or {}))],
        **tables,
    )
    result: list[str] = pairs["A", "H"]["failed"]
    return result


def points(
    person: Cells | None = None,
    place: Cells | None = None,
    policy: str = "",
    **tables: list[Cells],
) -> dict[str, int]:
    _, pairs = case_of(
        policy,
        referrals=[referral("A", **(person or {}))],
        homes=[home("H", **(place or {}))],
        **tables,
    )
    return {name: value for name, value in pairs["A", "H"]["points"].items() if value}


def lives_there(**cells: str) -> list[Cells]:
    return [resident("YP-R", "H", **cells)]


def test_an_ordinary_pair_breaks_no_rule_and_costs_nothing() -> None:
    assert failed() == []
    assert points() == {}


@pytest.mark.parametrize(
    ("person", "place", "codes"),
    [
        ({}, {"registration": "restricted"}, ["R01"]),
        ({"date_of_birth": "2008-04-11"}, {}, []),
        ({"date_of_birth": "2008-04-10"}, {}, ["R02"]),
        ({"date_of_birth": "2016-04-10"}, {}, []),
        ({"date_of_birth": "2016-04-11"}, {}, ["R02"]),
        ({}, {"sexes": "M"}, ["R03"]),
        ({"sex": "U"}, {"sexes": "M"}, []),
        ({"band": "specialist"}, {}, ["R04"]),
        ({"needs": "autism;bsl"}, {"supports": "bsl;autism;halal"}, []),
        ({"needs": "autism;bsl"}, {"supports": "autism"}, ["R05"]),
        ({"provision": "supported_accommodation"}, {}, ["R13"]),
        (
            {"provision": "childrens_home;supported_accommodation"},
            {"provision": "supported_accommodation"},
            ["R08"],
        ),
        (
            {"provision": "supported_accommodation", "date_of_birth": "2010-04-10"},
            {"provision": "supported_accommodation"},
            [],
        ),
        ({"date_of_birth": "2010-04-11"}, {"provision": "supported_accommodation"}, ["R08", "R13"]),
        ({}, {"judgement": "inadequate"}, ["R17"]),
        ({}, {"due_diligence": "N"}, ["R17"]),
        ({"band": "high"}, {"max_high": "0"}, ["R15"]),
        ({"band": "medium"}, {"max_high": "0"}, []),
        ({"band": "medium"}, {"load_limit": "1"}, ["R15"]),
        ({"band": "medium"}, {"load_limit": "2"}, []),
        ({"dol": "Y"}, {"registration": "cancelled"}, []),
    ],
)
def test_what_the_two_rows_alone_decide(person: Cells, place: Cells, codes: list[str]) -> None:
    assert failed(person, place) == codes


def test_a_referral_by_hand_is_eligible_nowhere_and_has_no_failed_rule() -> None:
    _, pairs = case_of(referrals=[referral("A", dol="Y")], homes=[home("H")])
    assert (pairs["A", "H"]["eligible"], pairs["A", "H"]["failed"]) == (False, [])


@pytest.mark.parametrize(
    ("avoid", "codes"),
    [
        ({"kind": "borough", "borough": "E09000012"}, ["R06"]),
        ({"kind": "borough", "borough": "E09000016"}, []),
        ({"kind": "home", "home_id": "H"}, ["R06"]),
        ({"kind": "radius", "easting": "536009", "northing": "184200", "miles": "1"}, ["R06"]),
        ({"kind": "radius", "easting": "536009", "northing": "184200", "miles": "0.9"}, []),
    ],
)
def test_an_avoided_place(avoid: Cells, codes: list[str]) -> None:
    assert failed(avoid=[{"young_person_id": "YP-A", **avoid}]) == codes
    assert failed(avoid=[{"young_person_id": "YP-B", **avoid}]) == []


def test_a_home_without_location_is_within_every_avoided_radius_and_at_any_distance() -> None:
    nowhere = {"easting": "", "northing": ""}
    radius = {"kind": "radius", "easting": "0", "northing": "0", "miles": "0.1"}
    assert failed(place=nowhere, avoid=[{"young_person_id": "YP-A", **radius}]) == ["R06"]
    assert failed({"min_distance_miles": "3", "max_distance_miles": "4"}, nowhere) == []


@pytest.mark.parametrize(
    ("person", "codes"),
    [
        ({"max_distance_miles": "5"}, []),
        ({"needed_by": "2026-04-06", "min_distance_miles": "5"}, []),
        ({"needed_by": "2026-04-06", "min_distance_miles": "5.1"}, ["R07"]),
        ({"max_distance_miles": "4.9"}, ["R07"]),
        ({"needed_by": "2026-04-06"}, []),
        ({"needed_by": "2026-04-07"}, ["R07"]),
        ({"needed_by": "2026-04-07", "max_distance_miles": "30"}, []),
    ],
)
def test_the_distance_of_five_miles_against_its_limits(person: Cells, codes: list[str]) -> None:
    five_miles_off = {"northing": str(184200 + 8046)}
    policy = "[max_distance_miles]\nover_5_days = 4.9\n"
    assert failed(person, five_miles_off, policy) == codes


@pytest.mark.parametrize(
    ("leaves", "codes"),
    [
        ({"leaves_on": "2026-04-10", "leaving": "confirmed"}, []),
        ({"leaves_on": "2026-04-11", "leaving": "confirmed"}, ["R09"]),
        ({"leaves_on": "2026-04-02", "leaving": "expected"}, ["R09"]),
        ({"leaves_on": "2026-04-02"}, ["R09"]),
        ({}, ["R09"]),
    ],
)
def test_a_place_is_free_from_the_day_of_a_confirmed_leaving(
    leaves: Cells, codes: list[str]
) -> None:
    assert failed(place={"places": "1"}, residents=lives_there(**leaves)) == codes


def test_declined_or_not_to_live_together_or_living_there_already() -> None:
    pair = {"referral_id": "A", "home_id": "H"}
    relation = {"a": "YP-R", "b": "YP-A"}
    assert failed(declines=[pair]) == ["R10"]
    not_together = [{**relation, "kind": "must_not_live_together"}]
    assert failed(residents=lives_there(), relationships=not_together) == ["R11"]
    with_care = [{**relation, "kind": "caution"}]
    assert failed(residents=lives_there(), relationships=with_care) == []
    assert failed(residents=[resident("YP-A", "H")]) == ["R14"]


@pytest.mark.parametrize(
    ("newcomer", "living", "born", "codes"),
    [
        ("solo", "", "2011-03-05", ["R12"]),
        ("only_older", "", "2012-06-09", []),
        ("only_older", "", "2012-06-10", ["R12"]),
        ("only_younger", "", "2012-06-11", []),
        ("only_younger", "", "2012-06-10", ["R12"]),
        ("with_others", "", "2011-03-05", []),
        ("", "solo", "2011-03-05", ["R12"]),
        ("", "only_older", "2012-06-11", []),
        ("", "only_older", "2012-06-10", ["R12"]),
        ("", "only_younger", "2012-06-09", []),
        ("", "only_younger", "2012-06-10", ["R12"]),
    ],
)
def test_living_companions_fit_both_ways(
    newcomer: str, living: str, born: str, codes: list[str]
) -> None:
    there = lives_there(living_companions=living, date_of_birth=born)
    assert failed({"living_companions": newcomer}, residents=there) == codes
    assert failed({"living_companions": newcomer}) == []


def test_against_a_home_only_counts_where_it_is_needed_today() -> None:
    wish = [{"referral_id": "A", "home_id": "H", "wish": "against", "on": "2026-03-30"}]
    assert failed({"needed_by": "2026-04-02"}, wishes=wish) == ["R16"]
    assert failed({"needed_by": "2026-04-01"}, wishes=wish) == []
    assert points({"needed_by": "2026-03-20"}, wishes=wish) == {"wish": 40}


def test_the_mix_counts_residents_present_on_the_day() -> None:
    high = lives_there(band="high", leaves_on="2026-04-10", leaving="confirmed")
    limits = {"max_high": "1", "load_limit": "7"}
    assert failed({"band": "high"}, limits, residents=high) == []
    early = {"band": "high", "needed_by": "2026-04-09"}
    assert failed(early, limits, residents=high) == ["R15"]
    assert failed({**early, "band": "medium"}, limits, residents=high) == []


def test_distance_is_charged_by_the_mile_rounded_half_up_and_only_near() -> None:
    half_a_mile = {"northing": str(184200 + 805)}
    assert points(place=half_a_mile) == {"distance": 2}
    elsewhere = {**half_a_mile, "borough": "E10000016"}
    assert points(place=elsewhere) == {"distance": 2, "area": 15}
    assert points({"nearness": "away"}, elsewhere) == {}
    assert points(place={"easting": "", "northing": ""}) == {"distance": 30}
    own_boundaries = [{"a": "E10000016", "b": "E09000012"}]
    assert points(place=elsewhere, adjoining=own_boundaries) == {"distance": 2, "area": 4}


def test_people_and_places_are_rounded_one_by_one_and_kept_ones_may_be_out_of_reach() -> None:
    visits = {"referral_id": "A", "easting": "534400", "visits_per_month": "1"}
    near = [{**visits, "northing": str(184200 + 8046)}] * 2
    assert points(people_and_places=near) == {"people": 2}
    kept = [{**visits, "northing": str(184200 + 8207), "keep": "Y"}]
    assert points(people_and_places=kept) == {"people": 21}
    assert points({"nearness": "neutral"}, people_and_places=kept) == {"people": 21}
    nowhere = {"easting": "", "northing": ""}
    assert points({"nearness": "away"}, nowhere, people_and_places=kept) == {}


def test_what_a_home_can_take_above_the_band() -> None:
    up_to_specialist = {"bands": "low;specialist"}
    assert points({"band": "low"}, up_to_specialist) == {"capability": 12}
    assert points({"band": "high", "band_status": ""}) == {"headroom": 10}
    assert points({"band": "medium", "band_status": "provisional"}) == {}
    top = {"bands": "specialist"}
    assert points({"band": "specialist", "band_status": "provisional"}, top) == {}


def test_months_of_the_planned_stay_beyond_the_home_ages() -> None:
    born = {"date_of_birth": "2009-05-01"}
    assert points(born, {"max_age": "17"}) == {}
    assert points(born, {"max_age": "16"}) == {"age": 27}
    assert points({**born, "planned_months": "14"}, {"max_age": "17"}) == {"age": 6}
    assert points({**born, "needed_by": "2026-05-01", "planned_months": "14"}) == {"age": 6}
    assert points({**born, "needed_by": "2026-05-02", "planned_months": "14"}) == {"age": 9}


def test_moves_weigh_by_high_need_residents_and_only_four_of_them_count() -> None:
    two = [resident("YP-R", "H", band="high"), resident("YP-S", "H", band="specialist")]
    assert points({"moves_last_12_months": "3"}, residents=two) == {"unsettled": 18}
    assert points({"moves_last_12_months": "9"}, residents=two) == {"unsettled": 24}


def test_a_sibling_in_another_home_that_would_be_eligible() -> None:
    def in_h(place: Cells, saying: str = "") -> int:
        _, pairs = case_of(
            referrals=[referral("A", sibling_group="S", siblings=saying)],
            homes=[home("H"), home("K", **place)],
            residents=[resident("YP-R", "K", sibling_group="S")],
        )
        assert pairs["A", "K"]["points"]["sibling"] == 0
        value: int = pairs["A", "H"]["points"]["sibling"]
        return value

    assert in_h({}) == 40
    assert in_h({}, "together") == 40
    assert in_h({}, "apart_ok") == 0
    assert in_h({"registration": "suspended"}) == 0


def test_a_missing_fee_counts_as_the_dearest_of_the_band_on_the_day() -> None:
    rates = [
        {"home_id": "H", "band": "medium", "weekly_fee": "5199.99", "to": "2026-04-10"},
        {"home_id": "K", "band": "medium", "weekly_fee": "6300.00", "marginal_weekly_fee": "10.00"},
        {"home_id": "K", "band": "high", "weekly_fee": "9000.00"},
        {"home_id": "L", "band": "medium", "weekly_fee": "7000.00", "from": "2026-04-11"},
    ]
    people = [referral("A"), referral("B", needed_by="2026-04-09"), referral("C", band="low")]
    homes = [home("H"), home("K"), home("L")]
    policy = "[points]\nper_100_pounds = 2\n"
    _, pairs = case_of(policy, referrals=people, homes=homes, rates=rates)
    fees = {
        key: (pair["known_fee"], pair["weekly_fee"], pair["marginal_fee"], pair["points"]["cost"])
        for key, pair in pairs.items()
    }
    assert fees["A", "H"] == (None, 630000, 630000, 126)
    assert fees["A", "K"] == (630000, 630000, 1000, 126)
    assert fees["B", "H"] == (519999, 519999, 519999, 102)
    assert fees["C", "H"] == (None, 0, 0, 0)
