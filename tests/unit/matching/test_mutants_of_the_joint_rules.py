"""What is broken when people move in together: the rule, the two facts and the names, in full."""

from typing import Any

import pytest

from matching.joint import JOINT_RULES, JOINT_SENTENCES, arrivals, arrivals_limit, breaks, fits
from matching.problem import Problem, Referral
from tests.unit.matching.bench import Cells, home, problem, referral, resident

Told = tuple[str, str, str, str, tuple[str, ...]]


def people(made: Problem, names: str) -> tuple[Referral, ...]:
    return tuple(made.referral_by_id[name] for name in names)


def told(place: Cells, names: str, *rows: Cells, policy: str = "", **tables: Any) -> list[Told]:
    """What is broken if these move into H, in the order in which they are named."""
    made = problem(policy, referrals=list(rows), homes=[home("H") | place], **tables)
    newcomers = people(made, names)
    found = breaks(made, made.home_by_id["H"], newcomers)
    assert fits(made, made.home_by_id["H"], newcomers) == (not found)
    return [(b.code, b.home, b.found, b.allowed, b.referrals) for b in found]


def three(**cells: str) -> list[Cells]:
    return [referral(name, **cells) for name in "ABC"]


def stays(name: str, **cells: str) -> Cells:
    return resident(f"YP-{name}", "H", **cells)


MANY = "max_arrivals = 9\n"


def test_too_many_for_the_places_is_told_once_for_the_first_day_on_which_it_is_so() -> None:
    rows = [
        referral("C", needed_by="2026-04-12"),
        referral("A", needed_by="2026-04-14"),
        referral("B", needed_by="2026-04-17"),
    ]
    found = told({"places": "1"}, "BAC", *rows, policy=MANY)
    assert found == [("J1", "H", "2 moving in by 14 April 2026", "1 free", ("A", "C"))]
    assert told({"places": "3"}, "BAC", *rows, policy=MANY) == []


def test_a_home_with_more_residents_than_places_has_no_place_free() -> None:
    living = [stays("R"), stays("S"), stays("T")]
    found = told({"places": "2"}, "A", referral("A"), residents=living)
    assert found == [("J1", "H", "1 moving in by 10 April 2026", "0 free", ("A",))]


def test_every_two_who_must_not_live_together_are_told() -> None:
    def apart(*pairs: str) -> list[Told]:
        rows = [
            {"a": f"YP-{a}", "b": f"YP-{b}", "kind": "must_not_live_together"}
            for a, b in map(tuple, pairs)
        ]
        return told({}, "CBA", *three(), policy=MANY, relationships=rows)

    def two(*names: str) -> Told:
        return ("J2", "H", "two who must not live together", "none", names)

    assert apart("AC") == [two("A", "C")]
    assert apart("AB", "BC") == [two("B", "C"), two("A", "B")]
    assert apart("AB", "AD") == [two("A", "B")]


def test_too_many_of_high_need_are_told_with_their_day_and_without_the_others() -> None:
    rows = [
        referral("A", band="high", needed_by="2026-04-12"),
        referral("B", band="low", needed_by="2026-04-11"),
        referral("C", band="specialist", needed_by="2026-04-15"),
    ]
    place = {"max_high": "2", "places": "9"}
    living = [stays("R", band="high"), stays("S", band="low")]
    found = told(place, "ABC", *rows, policy=MANY, residents=living)
    said = "2 of high or specialist need by 15 April 2026"
    assert found == [("J3", "H", said, "room for 1", ("A", "C"))]
    assert told(place | {"max_high": "3"}, "ABC", *rows, policy=MANY, residents=living) == []


def test_a_home_above_its_limits_has_room_for_nobody_of_that_kind() -> None:
    living = [stays("R", band="high"), stays("S", band="specialist")]
    rows = [referral("A", band="high"), referral("B", band="low")]
    found = told({"max_high": "1", "places": "9"}, "AB", *rows, residents=living)
    said = "1 of high or specialist need by 10 April 2026"
    assert found == [("J3", "H", said, "room for 0", ("A",))]
    found = told({"load_limit": "7", "places": "9"}, "B", *rows, residents=living)
    assert found == [("J3", "H", "household load of 1 more by 10 April 2026", "room for 0", ("B",))]


def test_too_much_load_is_told_for_the_first_day_on_which_it_is_so() -> None:
    rows = [
        referral("A", band="medium", needed_by="2026-04-12"),
        referral("B", band="high", needed_by="2026-04-13"),
        referral("C", band="low", needed_by="2026-04-19"),
    ]
    living = [stays("R", band="high"), stays("S", leaves_on="2026-04-12", leaving="confirmed")]
    place = {"load_limit": "9", "places": "9"}
    found = told(place, "CBA", *rows, policy=MANY, residents=living)
    said = "household load of 6 more by 13 April 2026"
    assert found == [("J3", "H", said, "room for 5", ("A", "B"))]
    assert told(place | {"load_limit": "11"}, "CBA", *rows, policy=MANY, residents=living) == []


def test_the_mix_of_one_home_is_told_once_with_both_limits() -> None:
    rows = [
        referral("A", band="high", needed_by="2026-04-12"),
        referral("B", band="high", needed_by="2026-04-13"),
    ]
    high = ("J3", "H", "2 of high or specialist need by 13 April 2026", "room for 1", ("A", "B"))
    assert told({"max_high": "1", "load_limit": "7"}, "AB", *rows) == [high]
    load = ("J3", "H", "household load of 4 more by 12 April 2026", "room for 3", ("A",))
    assert told({"max_high": "1", "load_limit": "3"}, "AB", *rows) == [load]
    late = ("J3", "H", "household load of 8 more by 13 April 2026", "room for 7", ("A", "B"))
    assert told({"max_high": "2", "load_limit": "7"}, "AB", *rows) == [late]


def test_one_who_must_live_alone_is_told_with_all_who_move_in() -> None:
    rows = three()
    rows[1]["living_companions"] = "solo"
    found = told({}, "CBA", *rows, policy=MANY)
    assert found == [("J5", "H", "others move in", "nobody else may", ("A", "B", "C"))]
    assert told({}, "B", *rows) == []


@pytest.mark.parametrize(
    ("says", "fits_beside", "wrong", "found", "allowed"),
    [
        ("only_older", "2011-01-01", "2013-01-01", "one is not older", "all older"),
        ("only_older", "2011-01-01", "2012-06-10", "one is not older", "all older"),
        ("only_younger", "2013-01-01", "2011-01-01", "one is not younger", "all younger"),
        ("only_younger", "2013-01-01", "2012-06-10", "one is not younger", "all younger"),
    ],
)
def test_companions_of_the_wrong_age_are_told_without_the_right_ones(
    says: str, fits_beside: str, wrong: str, found: str, allowed: str
) -> None:
    rows = three()
    rows[1]["living_companions"] = says
    rows[0]["date_of_birth"], rows[2]["date_of_birth"] = fits_beside, wrong
    assert told({}, "ABC", *rows, policy=MANY) == [("J5", "H", found, allowed, ("B", "C"))]
    assert told({}, "AB", *rows, policy=MANY) == []


def test_too_many_arrivals_are_told_by_number_limit_and_name() -> None:
    assert told({}, "CAB", *three()) == [("J6", "H", "3 arrivals", "at most 2", ("A", "B", "C"))]
    assert told({"max_arrivals": "3"}, "CAB", *three()) == []
    rows = three()
    for row in rows[:2]:
        row |= {"sibling_group": "G", "siblings": "together"}
    assert told({"max_arrivals": "1"}, "BCA", *rows) == [
        ("J6", "H", "2 arrivals", "at most 1", ("A", "B", "C"))
    ]


def test_a_group_named_like_a_referral_is_still_an_arrival_of_its_own() -> None:
    rows = [referral(name, sibling_group="C", siblings="together") for name in "AB"]
    made = problem(referrals=[*rows, referral("C")], homes=[home("H"), home("K", max_arrivals="0")])
    assert arrivals(made, people(made, "ABC")) == 2
    assert [arrivals_limit(made, place) for place in made.homes] == [2, 0]


def test_all_that_is_broken_is_told_in_the_order_of_the_rules() -> None:
    rows = three(band="high")
    rows[0]["living_companions"] = "solo"
    must = [{"a": "YP-A", "b": "YP-C", "kind": "must_not_live_together"}]
    found = told({"places": "2", "max_high": "1"}, "ABC", *rows, relationships=must)
    assert [one[0] for one in found] == ["J1", "J2", "J3", "J5", "J6"]
    assert list(JOINT_SENTENCES) == [rule.code for rule in JOINT_RULES]
