"""Each rule on a pair decides alone: mended by the smallest step, the young person is placed."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from matching.rules import RULES
from tests.unit.matching.bench import (
    Cells,
    facts,
    failed,
    home,
    referral,
    resident,
    solved,
    violations,
)

HACKNEY, HAVERING, ENFIELD = "E09000012", "E09000016", "E09000010"
BOTH = "childrens_home;supported_accommodation"
SUPPORTED = {"provision": "supported_accommodation"}
FIVE_MILES = {"northing": str(184200 + 8046)}
NOWHERE = {"easting": "", "northing": ""}
MILE_EAST = {"easting": "536009", "northing": "184200"}
PAIR = {"referral_id": "A", "home_id": "H"}


@dataclass(frozen=True)
class Side:
    """What of a plain referral and home is changed, and the tables beside them."""

    person: Cells = field(default_factory=dict)
    place: Cells = field(default_factory=dict)
    tables: dict[str, Any] = field(default_factory=dict)


def lives(home_id: str = "H", **cells: str) -> dict[str, list[Cells]]:
    return {"residents": [resident("YP-R", home_id, **cells)]}


def avoid(**cells: str) -> dict[str, list[Cells]]:
    return {"avoid": [{"young_person_id": "YP-A", **cells}]}


def radius(miles: str) -> dict[str, list[Cells]]:
    return avoid(kind="radius", miles=miles, **MILE_EAST)


def related(kind: str) -> dict[str, list[Cells]]:
    return lives() | {"relationships": [{"a": "YP-R", "b": "YP-A", "kind": kind}]}


def wish(said: str) -> dict[str, list[Cells]]:
    return {"wishes": [{**PAIR, "wish": said, "words": "not there"}]}


ALONE = [
    ("R01", Side(place={"registration": "restricted"}), Side()),
    ("R01", Side(place={"registration": "suspended"}), Side()),
    ("R01", Side(place={"registration": "cancelled"}), Side()),
    ("R02", Side({"date_of_birth": "2008-04-10"}), Side({"date_of_birth": "2008-04-11"})),
    ("R02", Side({"date_of_birth": "2016-04-11"}), Side({"date_of_birth": "2016-04-10"})),
    ("R03", Side(place={"sexes": "M"}), Side({"sex": "U"}, {"sexes": "M"})),
    ("R04", Side({"band": "specialist"}), Side({"band": "high"})),
    ("R04", Side(place={"bands": "low;high"}), Side(place={"bands": "high; medium"})),
    (
        "R05",
        Side({"needs": "autism;bsl"}, {"supports": "autism"}),
        Side({"needs": "autism;bsl"}, {"supports": "bsl;halal;autism"}),
    ),
    (
        "R06",
        Side(tables=avoid(kind="borough", borough=HACKNEY)),
        Side(tables=avoid(kind="borough", borough=HAVERING)),
    ),
    (
        "R06",
        Side(tables=avoid(kind="home", home_id="H")),
        Side(tables={"avoid": [{"young_person_id": "YP-B", "kind": "home", "home_id": "H"}]}),
    ),
    ("R06", Side(tables=radius("1.0")), Side(tables=radius("0.9"))),
    ("R06", Side(place=NOWHERE, tables=radius("0.0")), Side(place=NOWHERE)),
    (
        "R07",
        Side({"max_distance_miles": "4.9"}, FIVE_MILES),
        Side({"max_distance_miles": "5"}, FIVE_MILES),
    ),
    (
        "R07",
        Side({"min_distance_miles": "5.1"}, FIVE_MILES),
        Side({"min_distance_miles": "5.0"}, FIVE_MILES),
    ),
    (
        "R08",
        Side({"provision": BOTH, "date_of_birth": "2010-04-11"}, SUPPORTED),
        Side({"provision": BOTH, "date_of_birth": "2010-04-10"}, SUPPORTED),
    ),
    (
        "R09",
        Side(place={"places": "1"}, tables=lives(leaves_on="2026-04-11", leaving="confirmed")),
        Side(place={"places": "1"}, tables=lives(leaves_on="2026-04-10", leaving="confirmed")),
    ),
    (
        "R09",
        Side(place={"places": "1"}, tables=lives(leaves_on="2026-04-02", leaving="expected")),
        Side(place={"places": "2"}, tables=lives(leaves_on="2026-04-02", leaving="expected")),
    ),
    (
        "R09",
        Side(place={"places": "1"}, tables=lives(leaves_on="2026-04-02")),
        Side(place={"places": "1"}, tables=lives(leaves_on="2026-04-02", leaving="confirmed")),
    ),
    ("R10", Side(tables={"declines": [PAIR]}), Side(tables={"declines": []})),
    ("R11", Side(tables=related("must_not_live_together")), Side(tables=related("caution"))),
    (
        "R11",
        Side({"needed_by": "2026-04-09"}, tables=related("must_not_live_together")),
        Side(
            tables=related("must_not_live_together")
            | lives(leaves_on="2026-04-10", leaving="confirmed")
        ),
    ),
    ("R12", Side({"living_companions": "solo"}, tables=lives()), Side(tables=lives())),
    (
        "R12",
        Side({"living_companions": "only_older"}, tables=lives(date_of_birth="2012-06-10")),
        Side({"living_companions": "only_older"}, tables=lives(date_of_birth="2012-06-09")),
    ),
    (
        "R12",
        Side({"living_companions": "only_younger"}, tables=lives(date_of_birth="2012-06-10")),
        Side({"living_companions": "only_younger"}, tables=lives(date_of_birth="2012-06-11")),
    ),
    ("R12", Side(tables=lives(living_companions="solo")), Side(tables=lives())),
    (
        "R12",
        Side(tables=lives(living_companions="only_older", date_of_birth="2012-06-10")),
        Side(tables=lives(living_companions="only_older", date_of_birth="2012-06-11")),
    ),
    (
        "R12",
        Side(tables=lives(living_companions="only_younger", date_of_birth="2012-06-10")),
        Side(tables=lives(living_companions="only_younger", date_of_birth="2012-06-09")),
    ),
    ("R13", Side({"provision": "supported_accommodation"}), Side({"provision": BOTH})),
    (
        "R13",
        Side({"date_of_birth": "2009-04-10"}, SUPPORTED),
        Side(SUPPORTED | {"date_of_birth": "2009-04-10"}, SUPPORTED),
    ),
    (
        "R14",
        Side(tables={"residents": [resident("YP-A", "H")]}),
        Side(
            tables={
                "residents": [
                    resident("YP-A", "H", leaves_on="2026-04-10", leaving="confirmed"),
                ]
            }
        ),
    ),
    (
        "R15",
        Side({"band": "high"}, {"max_high": "1"}, lives(band="specialist")),
        Side({"band": "high"}, {"max_high": "2"}, lives(band="specialist")),
    ),
    (
        "R15",
        Side({"band": "medium"}, {"load_limit": "7"}, lives(band="specialist")),
        Side({"band": "medium"}, {"load_limit": "8"}, lives(band="specialist")),
    ),
    (
        "R15",
        Side({"band": "high"}, {"max_high": "0"}),
        Side({"band": "medium"}, {"max_high": "0"}),
    ),
    ("R16", Side({"needed_by": "2026-04-02"}, tables=wish("against")), Side(tables=wish("unsure"))),
    (
        "R16",
        Side({"needed_by": "2026-04-02"}, tables=wish("against")),
        Side({"needed_by": "2026-03-02"}, tables=wish("against")),
    ),
    ("R17", Side(place={"judgement": "inadequate"}), Side(place={"judgement": "not_yet"})),
    ("R17", Side(place={"due_diligence": "N"}), Side(place={"due_diligence": "Y"})),
]


@pytest.mark.parametrize(("code", "broken", "mended"), ALONE)
def test_a_rule_alone_keeps_somebody_from_a_home(code: str, broken: Side, mended: Side) -> None:
    assert failed(broken.person, broken.place, **broken.tables) == [code]
    assert failed(mended.person, mended.place, **mended.tables) == []
    for side, homes in ((broken, {}), (mended, {"A": "H"})):
        _, plan = solved(
            referrals=[referral("A", **side.person)],
            homes=[home("H") | side.place],
            **side.tables,
        )
        assert plan.homes == homes
    pairs, _ = solved(
        referrals=[referral("A", **broken.person)],
        homes=[home("H") | broken.place],
        **broken.tables,
    )
    codes = [found.code for found in violations(pairs, {"A": "H"})]
    assert [told for told in codes if told not in {"J1", "J3"}] == [code]


def test_every_rule_decides_alone_somewhere() -> None:
    assert {code for code, _, _ in ALONE} == {rule.code for rule in RULES}
    assert [rule.code for rule in RULES] == [f"R{number:02d}" for number in range(1, 18)]


def test_only_distance_companions_mix_and_wish_may_be_overridden() -> None:
    assert [rule.code for rule in RULES if rule.overridable] == ["R07", "R12", "R15", "R16"]


@pytest.mark.parametrize(
    ("as_of", "born", "age"),
    [
        ("2027-02-28", "2012-02-29", 14),
        ("2027-03-01", "2012-02-29", 15),
        ("2028-02-28", "2012-02-29", 15),
        ("2028-02-29", "2012-02-29", 16),
        ("2026-12-31", "2012-01-01", 14),
        ("2027-01-01", "2012-01-01", 15),
    ],
)
def test_the_age_is_the_age_on_the_day(as_of: str, born: str, age: int) -> None:
    def codes(lowest: int, highest: int) -> list[str]:
        ages = {"min_age": str(lowest), "max_age": str(highest)}
        return failed({"date_of_birth": born, "needed_by": "2026-01-01"}, ages, f"as_of = {as_of}")

    assert codes(age, age) == []
    assert codes(age - 2, age - 1) == ["R02"]
    assert codes(age + 1, age + 2) == ["R02"]


@pytest.mark.parametrize(
    ("needed_by", "policy", "codes"),
    [
        ("2026-04-01", "today = 5", []),
        ("2026-04-01", "today = 4.9", ["R07"]),
        ("2020-04-01", "today = 4.9", ["R07"]),
        ("2026-04-02", "within_5_days = 4.9", ["R07"]),
        ("2026-04-06", "within_5_days = 4.9", ["R07"]),
        ("2026-04-06", "over_5_days = 4.9", []),
        ("2026-04-07", "over_5_days = 4.9", ["R07"]),
        ("2026-04-07", "within_5_days = 4.9", []),
    ],
)
def test_the_limit_of_the_distance_goes_by_urgency(
    needed_by: str, policy: str, codes: list[str]
) -> None:
    limits = f"[max_distance_miles]\n{policy}\n"
    assert failed({"needed_by": needed_by}, FIVE_MILES, limits) == codes
    own = {"needed_by": needed_by, "max_distance_miles": "5"}
    assert failed(own, FIVE_MILES, limits) == []


@pytest.mark.parametrize("unknown", ["person", "place"])
def test_an_unknown_distance_breaks_no_limit_and_says_so(unknown: str) -> None:
    limits = {"min_distance_miles": "3", "max_distance_miles": "4.5"}
    person = limits | (NOWHERE if unknown == "person" else {})
    place = FIVE_MILES | (NOWHERE if unknown == "place" else {})
    assert failed(person, place) == []
    assert facts("R07", person, place) == ("distance not known", "limit 4.5 miles")
    assert failed(limits, FIVE_MILES) == ["R07"]


@pytest.mark.parametrize(("metres", "inside"), [(8126, True), (8127, False)])
def test_the_rounded_distance_decides(metres: int, inside: bool) -> None:
    there = {"northing": str(184200 + metres)}
    assert failed({"max_distance_miles": "5.0"}, there) == ([] if inside else ["R07"])


def test_by_hand_is_eligible_nowhere_though_no_rule_is_broken() -> None:
    assert failed({"dol": "Y"}) == []
    pairs, plan = solved(referrals=[referral("A", dol="Y")], homes=[home("H")])
    assert len(pairs) == 0
    assert plan.homes == {}
    assert [found.code for found in violations(pairs, {"A": "H"})] == ["by_hand"]


def test_every_broken_rule_is_told_in_order() -> None:
    person = {"date_of_birth": "2015-01-01", "needs": "bsl", "needed_by": "2026-04-10"}
    place = {"provision": "supported_accommodation", "due_diligence": "N", "places": "0"}
    place |= {"bands": "low", "sexes": "M", "registration": "cancelled", "load_limit": "1"}
    codes = ["R01", "R03", "R04", "R05", "R08", "R09", "R13", "R15", "R17"]
    assert failed(person, place) == codes


FACTS = [
    ("R01", Side(place={"registration": "suspended"}), "registration is suspended", "registered"),
    ("R02", Side({"date_of_birth": "2008-04-10"}), "aged 18 on the day", "10 to 17"),
    ("R03", Side(place={"sexes": "M"}), "sex F", "takes M"),
    ("R04", Side(place={"bands": "high;low"}), "medium need", "takes low and high"),
    (
        "R05",
        Side({"needs": "bsl;autism;esol"}, {"supports": "autism"}),
        "not supported: staff who sign British Sign Language and support with English as an "
        "additional language",
        "every need supported",
    ),
    (
        "R06",
        Side(tables=avoid(kind="borough", borough=HACKNEY)),
        "in Hackney",
        "that borough is to be avoided",
    ),
    (
        "R06",
        Side(place={"name": "Elm"}, tables=avoid(kind="home", home_id="H")),
        "this is Elm (H)",
        "that home is to be avoided",
    ),
    (
        "R06",
        Side(tables=radius("2.5")),
        "1 mile from it",
        "more than 2.5 miles from a place to be avoided",
    ),
    (
        "R06",
        Side(place=NOWHERE, tables=radius("2")),
        "the home's location is not known",
        "more than 2 miles from a place to be avoided",
    ),
    (
        "R06",
        Side(tables={"avoid": [*radius("0.9")["avoid"], *radius("1.1")["avoid"]]}),
        "1 mile from it",
        "more than 1.1 miles from a place to be avoided",
    ),
    ("R07", Side({"max_distance_miles": "4.9"}, FIVE_MILES), "5 miles", "limit 4.9 miles"),
    ("R07", Side({"min_distance_miles": "5.1"}, FIVE_MILES), "5 miles", "at least 5.1 miles away"),
    (
        "R08",
        Side({"provision": BOTH}, SUPPORTED),
        "aged 13",
        "supported accommodation from 16",
    ),
    ("R09", Side(place={"places": "1"}, tables=lives()), "1 resident on the day", "1 place"),
    (
        "R10",
        Side(tables={"declines": [PAIR | {"reason": "the house is full of noise"}]}),
        "the provider said no: the house is full of noise",
        "not declined by the provider",
    ),
    (
        "R10",
        Side(tables={"declines": [PAIR]}),
        "the provider said no: no reason on record",
        "not declined by the provider",
    ),
    (
        "R11",
        Side(tables=related("must_not_live_together")),
        "1 resident they must not live with",
        "none",
    ),
    (
        "R12",
        Side({"living_companions": "solo"}, tables=lives()),
        "1 resident",
        "needs to live with no other young person",
    ),
    (
        "R12",
        Side({"living_companions": "only_older"}, tables=lives(date_of_birth="2013-01-01")),
        "a resident is not older",
        "needs every other young person to be older",
    ),
    (
        "R12",
        Side({"living_companions": "only_younger"}, tables=lives(date_of_birth="2011-01-01")),
        "a resident is not younger",
        "needs every other young person to be younger",
    ),
    (
        "R12",
        Side(tables=lives(living_companions="solo")),
        "a resident needs to live alone",
        "nobody else moves in",
    ),
    (
        "R12",
        Side(tables=lives(living_companions="only_older", date_of_birth="2011-01-01")),
        "not older than a resident",
        "that resident needs every other to be older",
    ),
    (
        "R12",
        Side(tables=lives(living_companions="only_younger", date_of_birth="2013-01-01")),
        "not younger than a resident",
        "that resident needs every other to be younger",
    ),
    ("R13", Side(SUPPORTED), "children’s home", "supported accommodation"),
    ("R14", Side(tables={"residents": [resident("YP-A", "H")]}), "lives there now", "a home"),
    (
        "R15",
        Side({"band": "high"}, {"max_high": "1"}, lives(band="specialist")),
        "1 of high or specialist need and one more",
        "at most 1",
    ),
    (
        "R15",
        Side({"band": "medium"}, {"load_limit": "7"}, lives(band="specialist")),
        "household load 6 and 2 more",
        "limit 7",
    ),
    (
        "R15",
        Side({"band": "high"}, {"load_limit": "7", "max_high": "1"}, lives(band="specialist")),
        "1 of high or specialist need and one more; household load 6 and 4 more",
        "at most 1; limit 7",
    ),
    (
        "R16",
        Side(tables=wish("against")),
        "the young person is against it: “not there”",
        "not against it, unless needed today",
    ),
    ("R17", Side(place={"judgement": "inadequate"}), "judged inadequate", "not inadequate"),
    ("R17", Side(place={"due_diligence": "N"}), "due diligence not passed", "due diligence passed"),
]


@pytest.mark.parametrize(("code", "side", "found", "allowed"), FACTS)
def test_a_broken_rule_says_what_was_found_and_what_is_allowed(
    code: str, side: Side, found: str, allowed: str
) -> None:
    told = facts(code, side.person, side.place, **side.tables)
    assert (told[0], told[1].startswith(allowed)) == (found, True)


def test_a_rule_that_holds_says_that_nothing_stands_in_the_way() -> None:
    assert facts("R06") == ("nothing here is to be avoided", "nothing to be avoided")
    assert facts("R12") == ("living companions fit", "living companions fit")
    assert facts("R15") == ("household load 0 and 2 more", "no limit")
