"""What a rule says at its boundary and beside what does not break it: both facts, to the letter."""

from typing import Any

import numpy as np
import pytest

from matching.board import Board, View
from matching.points import COMPONENT_NAMES, cautions_with_residents, price
from matching.problem import Problem
from matching.rules import RULE_BY_CODE, eligible
from tests.unit.matching.bench import Cells, facts, failed, home, problem, referral, resident

ENFIELD, HAVERING = "E09000010", "E09000016"
SAME_DAY = {"date_of_birth": "2012-06-10"}
SUPPORTED = {"provision": "supported_accommodation"}
FIT = ("living companions fit", "living companions fit")
NOTHING = ("nothing here is to be avoided", "nothing to be avoided")


def north(metres: int) -> Cells:
    return {"northing": str(184200 + metres)}


def avoid(**cells: str) -> Cells:
    return {"young_person_id": "YP-A", **cells}


def radius(miles: str, **cells: str) -> Cells:
    return avoid(kind="radius", miles=miles, easting="534400", northing="184200", **cells)


def seen(made: Problem, who: str = "A") -> View:
    return View(Board(made), made.referral_by_id[who])


def told(code: str, made: Problem, at: int = 0) -> tuple[str, str]:
    return RULE_BY_CODE[code].facts(seen(made), at)


def lives(*people: Cells) -> dict[str, Any]:
    rows = [resident(f"YP-{name}", "H") | cells for name, cells in zip("RST", people, strict=False)]
    return {"residents": rows}


WHOLE: list[tuple[str, Cells, Cells, dict[str, Any], tuple[str, str]]] = [
    (
        "R01",
        {},
        {"registration": "cancelled"},
        {},
        ("registration is cancelled", "must be registered"),
    ),
    ("R02", {}, {"min_age": "14", "max_age": "16"}, {}, ("aged 13 on the day", "takes 14 to 16")),
    ("R03", {}, {"sexes": "M"}, {}, ("sex F", "takes M")),
    ("R04", {}, {"bands": "specialist;low"}, {}, ("medium need", "takes low and specialist")),
    (
        "R05",
        {"needs": "autism"},
        {},
        {},
        ("not supported: autism-informed practice", "must support every need"),
    ),
    ("R08", {}, SUPPORTED, {}, ("aged 13", "supported accommodation from 16")),
    (
        "R09",
        {},
        {"places": "2"},
        lives({}, {}, {"leaves_on": "2026-04-10", "leaving": "confirmed"}),
        ("2 residents on the day", "2 places"),
    ),
    (
        "R10",
        {},
        {},
        {},
        ("the provider said no: no reason on record", "must not have declined"),
    ),
    ("R11", {}, {}, lives({}), ("0 residents they must not live with", "must be none")),
    ("R13", {}, SUPPORTED, {}, ("supported accommodation", "children’s home")),
    (
        "R13",
        {"provision": "supported_accommodation;childrens_home"},
        {},
        {},
        ("children’s home", "children’s home and supported accommodation"),
    ),
    ("R14", {}, {}, {}, ("lives there now", "must be a home to move to")),
    ("R17", {}, {"judgement": "inadequate"}, {}, ("judged inadequate", "must not be")),
    ("R17", {}, {"due_diligence": "N"}, {}, ("due diligence not passed", "must be passed")),
]


@pytest.mark.parametrize(("code", "person", "place", "tables", "both"), WHOLE)
def test_both_facts_of_a_rule_are_told_to_the_letter(
    code: str, person: Cells, place: Cells, tables: dict[str, Any], both: tuple[str, str]
) -> None:
    assert facts(code, person, place, **tables) == both


def test_an_avoided_borough_elsewhere_is_not_what_is_told() -> None:
    rows = [avoid(kind="borough", borough=HAVERING), avoid(kind="home", home_id="H")]
    both = ("this is Elm (H)", "that home is to be avoided")
    assert facts("R06", place={"name": "Elm"}, avoid=rows) == both
    assert facts("R06", avoid=rows[:1]) == NOTHING


def test_another_home_avoided_is_not_what_is_told() -> None:
    rows = [avoid(kind="home", home_id="K"), radius("3.0")]
    made = problem(referrals=[referral("A")], homes=[home("H"), home("K")], avoid=rows)
    assert told("R06", made) == ("0 miles from it", "more than 3 miles from a place to be avoided")
    assert told("R06", made, 1) == ("this is K", "that home is to be avoided")
    alone = problem(referrals=[referral("A")], homes=[home("H"), home("K")], avoid=rows[:1])
    assert told("R06", alone) == NOTHING


def test_the_edge_of_an_avoided_radius_is_inside_it() -> None:
    place = north(1609)
    inside = ("1 mile from it", "more than 1 mile from a place to be avoided")
    assert facts("R06", place=place, avoid=[radius("1.0")]) == inside
    assert facts("R06", place=place, avoid=[radius("0.9")]) == NOTHING


def test_a_radius_of_no_miles_keeps_away_from_the_spot_alone() -> None:
    spot = ("0 miles from it", "more than 0 miles from a place to be avoided")
    assert facts("R06", avoid=[radius("0.0")]) == spot
    assert facts("R06", place=north(161), avoid=[radius("0.0")]) == NOTHING
    nowhere = {"easting": "", "northing": ""}
    unknown = ("the home's location is not known", spot[1])
    assert facts("R06", place=nowhere, avoid=[radius("0.0")]) == unknown


def test_everything_to_be_avoided_is_avoided_at_once() -> None:
    homes = [home("H"), home("K", borough=HAVERING), home("L", borough=ENFIELD), home("M")]
    far = {"easting": "500000", "northing": "100000"}

    def avoided(*rows: Cells) -> list[str]:
        made = problem(referrals=[referral("A")], homes=homes, avoid=list(rows))
        held = RULE_BY_CODE["R06"].test(seen(made))
        return [one.id for one, holds in zip(made.homes, held, strict=True) if not holds]

    boroughs = [avoid(kind="borough", borough=code) for code in (HAVERING, ENFIELD)]
    assert avoided(*boroughs) == ["K", "L"]
    elsewhere = radius("3.0") | far
    assert avoided(avoid(kind="home", home_id="M"), elsewhere) == ["M"]
    assert avoided(*boroughs, avoid(kind="home", home_id="M"), elsewhere) == ["K", "L", "M"]


def test_a_home_a_tenth_of_a_mile_off_a_spot_to_be_avoided_may_be_right() -> None:
    assert failed(place=north(161), avoid=[radius("0.0")]) == []
    assert failed(avoid=[radius("0.0")]) == ["R06"]


@pytest.mark.parametrize(
    ("asks", "born"), [("only_older", "2011-01-01"), ("only_younger", "2014-01-01")]
)
def test_a_resident_of_the_right_age_who_must_live_alone_is_not_joined(
    asks: str, born: str
) -> None:
    person, right = {"living_companions": asks}, {"date_of_birth": born}
    assert failed(person, **lives(right)) == []
    assert failed(person, **lives(right | {"living_companions": "solo"})) == ["R12"]
    assert failed(person, **lives(right | {"living_companions": asks})) == ["R12"]


def test_the_least_distance_is_told_only_where_the_home_is_nearer() -> None:
    five = north(8046)
    assert facts("R07", {"min_distance_miles": "5.0"}, five) == ("5 miles", "limit 20 miles")
    assert facts("R07", {"min_distance_miles": "5.1"}, five) == (
        "5 miles",
        "at least 5.1 miles away",
    )
    assert facts("R07") == ("0 miles", "limit 20 miles")
    assert facts("R07", {"min_distance_miles": "0.1"}) == ("0 miles", "at least 0.1 miles away")


def test_a_resident_born_on_the_same_day_is_neither_older_nor_younger() -> None:
    same = lives(SAME_DAY)
    assert facts("R12", {"living_companions": "only_older"}, **same) == (
        "a resident is not older",
        "needs every other young person to be older",
    )
    assert facts("R12", {"living_companions": "only_younger"}, **same) == (
        "a resident is not younger",
        "needs every other young person to be younger",
    )
    assert facts("R12", **lives(SAME_DAY | {"living_companions": "only_older"})) == (
        "not older than a resident",
        "that resident needs every other to be older",
    )
    assert facts("R12", **lives(SAME_DAY | {"living_companions": "only_younger"})) == (
        "not younger than a resident",
        "that resident needs every other to be younger",
    )


@pytest.mark.parametrize("born", ["2011-01-01", "2014-01-01"])
def test_only_the_resident_who_asked_for_it_stands_in_the_way(born: str) -> None:
    plain = {"date_of_birth": born}
    assert facts("R12", **lives(plain)) == FIT
    alone = {"date_of_birth": "2013-02-02", "living_companions": "solo"}
    both = ("a resident needs to live alone", "nobody else moves in")
    assert facts("R12", **lives(plain, alone)) == both
    content = {"2011-01-01": "only_younger", "2014-01-01": "only_older"}[born]
    assert facts("R12", **lives(plain | {"living_companions": content})) == FIT


def test_whoever_has_left_by_the_day_stands_in_nobodys_way() -> None:
    gone = {"leaves_on": "2026-04-10", "leaving": "confirmed", "living_companions": "solo"}
    assert facts("R12", **lives(gone)) == FIT
    assert facts("R12", {"living_companions": "solo"}, **lives(gone)) == FIT
    stays = gone | {"leaves_on": "2026-04-11"}
    assert facts("R12", **lives(stays)) == (
        "a resident needs to live alone",
        "nobody else moves in",
    )


def test_the_number_of_residents_is_told_to_one_who_must_live_alone() -> None:
    both = ("3 residents", "needs to live with no other young person")
    assert facts("R12", {"living_companions": "solo"}, **lives({}, {}, {})) == both


def test_of_the_mix_only_what_is_broken_is_told() -> None:
    high = {"band": "high"}
    specialist = lives({"band": "specialist"})
    holds = ("household load 6 and 4 more", "no limit")
    assert facts("R15", high, {"max_high": "2"}, **specialist) == holds
    assert facts("R15", high, {"max_high": "1", "load_limit": "10"}, **specialist) == (
        "1 of high or specialist need and one more",
        "at most 1",
    )
    assert facts("R15", high, {"max_high": "1", "load_limit": "9"}, **specialist) == (
        "1 of high or specialist need and one more; household load 6 and 4 more",
        "at most 1; limit 9",
    )
    assert facts("R15", place={"max_high": "0"}) == ("household load 0 and 2 more", "no limit")
    assert facts("R15", place={"load_limit": "2"}) == ("household load 0 and 2 more", "limit 2")


def test_a_wish_against_without_words_is_told_without_words() -> None:
    said = [{"referral_id": "A", "home_id": "H", "wish": "against"}]
    allowed = "must not be, unless needed today"
    assert facts("R16", wishes=said) == ("the young person is against it", allowed)


def test_words_and_reasons_are_those_of_this_person_about_this_home() -> None:
    people = [referral("A"), referral("B")]
    wishes = [
        {"referral_id": who, "home_id": where, "wish": "against", "words": f"{who} of {where}"}
        for who, where in (("A", "H"), ("A", "K"), ("B", "K"))
    ]
    declines = [
        {"referral_id": who, "home_id": where, "reason": f"{where} for {who}"}
        for who, where in (("A", "H"), ("A", "K"), ("B", "K"))
    ]
    made = problem(referrals=people, homes=[home("H"), home("K")], wishes=wishes, declines=declines)
    assert told("R16", made, 1)[0] == "the young person is against it: “A of K”"
    assert told("R10", made, 1)[0] == "the provider said no: K for A"


def test_wishes_about_two_homes_each_cost_at_their_own() -> None:
    said = [
        {"referral_id": "A", "home_id": "H", "wish": "unsure"},
        {"referral_id": "A", "home_id": "L", "wish": "against"},
    ]
    made = problem(referrals=[referral("A")], homes=[home("H"), home("K"), home("L")], wishes=said)
    view = seen(made)
    table = price(view, np.arange(3), eligible(view))
    assert table[:, COMPONENT_NAMES.index("wish")].tolist() == [8, 0, 40]
    some = price(view, np.array([2, 0]), eligible(view))
    assert some[:, COMPONENT_NAMES.index("wish")].tolist() == [40, 8]


def test_a_caution_with_a_resident_counts_where_they_live_unless_they_have_a_referral() -> None:
    made = problem(
        referrals=[referral("A"), referral("M", young_person_id="YP-T")],
        homes=[home("H"), home("K")],
        residents=[resident(f"YP-{name}", place) for name, place in ("RK", "SK", "TH", "UH")],
        relationships=[{"a": "YP-A", "b": f"YP-{name}", "kind": "caution"} for name in "RST"],
    )
    assert cautions_with_residents(seen(made)) == [1, 1]
