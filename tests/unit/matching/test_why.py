"""Why somebody waits and why a place stays empty: the first reason that holds, in their order."""

from pathlib import Path
from typing import Any

import pytest

from matching.exchange import read_case
from matching.reasons import EMPTY_SUMMARIES, UNPLACED_SUMMARIES
from matching.solve import match
from tests.unit.matching.bench import Cells, home, referral, resident, solved

MANY = "max_arrivals = 9\n"
FAR = {"northing": str(184200 + 8046)}
GROUP = {"sibling_group": "G"}
TOGETHER = {"sibling_group": "G", "siblings": "together"}


def why(policy: str = "", **tables: Any) -> dict[str, str]:
    _, plan = solved(policy, **tables)
    return {one.referral: one.why for one in plan.unplaced}


def empty(policy: str = "", **tables: Any) -> dict[str, tuple[int, str]]:
    _, plan = solved(policy, **tables)
    return {one.home: (one.places, one.why) for one in plan.empty}


def test_by_hand_goes_before_everything() -> None:
    assert why(referrals=[referral("A", dol="Y", band="specialist")], homes=[home("H")]) == {
        "A": "by_hand"
    }


def test_no_home_or_none_that_the_whole_group_may_live_in() -> None:
    assert why(referrals=[referral("A", band="specialist")], homes=[home("H")]) == {
        "A": "no_eligible_home"
    }
    apart = [referral("A") | TOGETHER, referral("B", sex="M") | GROUP]
    homes = [home("H", sexes="F"), home("K", sexes="M")]
    assert why(referrals=apart, homes=homes) == dict.fromkeys("AB", "no_eligible_home")
    _, plan = solved(referrals=apart, homes=homes)
    assert {one.summary for one in plan.unplaced} == {
        UNPLACED_SUMMARIES["no_eligible_home_together"]
    }
    _, plan = solved(referrals=[referral("A", band="specialist")], homes=[home("H")])
    assert [one.summary for one in plan.unplaced] == [UNPLACED_SUMMARIES["no_eligible_home"]]
    by_hand = [referral("A") | TOGETHER, referral("B", dol="Y") | GROUP]
    assert why(referrals=by_hand, homes=[home("H")]) == {"A": "no_eligible_home", "B": "by_hand"}


@pytest.mark.parametrize(("wait", "reason"), [(14, "waiting_is_better"), (16, None)])
def test_waiting_is_better_only_where_every_home_costs_more(wait: int, reason: str | None) -> None:
    policy = f"[wait]\nover_5_days = {wait}\nwithin_5_days = {wait}\n"
    homes = [home("H") | FAR, home("K") | {"northing": str(184200 + 16093)}]
    expected = {"A": reason} if reason else {}
    assert why(policy, referrals=[referral("A")], homes=homes) == expected
    today = [referral("A", needed_by="2026-04-01")]
    assert why(policy, referrals=today, homes=homes) == {}


def test_the_cautions_with_residents_count_against_waiting() -> None:
    policy = "[wait]\nover_5_days = 39\n"
    tables: dict[str, Any] = {
        "referrals": [referral("A")],
        "homes": [home("H") | FAR],
        "relationships": [{"a": "YP-A", "b": "YP-R", "kind": "caution"}],
    }
    living = {"residents": [resident("YP-R", "H")]}
    assert why(policy, **tables, **living) == {"A": "waiting_is_better"}
    assert why(policy, **tables) == {}


def test_a_caution_with_somebody_newly_placed_may_make_a_plan_without_them_better() -> None:
    made = read_case(Path(__file__).parents[2] / "cases" / "caution-with-a-newcomer")
    plan = match(made)
    assert (plan.homes, plan.levels.points, plan.joint.wait) == ({"N": "SC990007"}, 120, 120)
    assert [(one.home, one.places, one.why) for one in plan.empty] == [
        ("SC990007", 2, "others_fit_better")
    ]


def test_equal_to_waiting_is_not_better_than_waiting() -> None:
    policy = "max_arrivals = 0\n[wait]\nover_5_days = 15\n"
    assert why(policy, referrals=[referral("A")], homes=[home("H") | FAR]) == {
        "A": "places_went_to_others"
    }


def test_a_group_that_could_not_be_placed_together_says_so() -> None:
    group = [referral("A") | TOGETHER, referral("B") | GROUP]
    assert why(MANY, referrals=group, homes=[home("H", places="1")]) == dict.fromkeys(
        "AB", "group_not_together"
    )
    preferred = [row | {"siblings": "preferred"} for row in group]
    assert sorted(why(MANY, referrals=preferred, homes=[home("H", places="1")]).values()) == [
        "places_went_to_others"
    ]


def test_a_member_for_whom_waiting_is_better_says_that_first() -> None:
    group = [referral("A") | TOGETHER, referral("B", northing="189200") | GROUP]
    policy = "[wait]\nover_5_days = 5\n"
    assert why(policy, referrals=group, homes=[home("H", places="1")]) == {
        "A": "group_not_together",
        "B": "waiting_is_better",
    }


def test_the_places_went_to_others() -> None:
    people = [referral("A"), referral("B", needed_by="2026-04-01")]
    assert why(referrals=people, homes=[home("H", places="1")]) == {"A": "places_went_to_others"}


def test_a_place_is_empty_because_nobody_waits() -> None:
    assert empty(referrals=[referral("A")], homes=[home("H")]) == {"H": (3, "nobody_waiting")}
    assert empty(referrals=[referral("A", dol="Y")], homes=[home("H")]) == {
        "H": (4, "nobody_waiting")
    }


def test_a_place_is_empty_because_nobody_who_waits_may_live_there() -> None:
    people = [referral("A", sex="M"), referral("B", dol="Y")]
    assert empty(referrals=people, homes=[home("H", sexes="F")]) == {"H": (4, "nobody_eligible")}


def test_a_home_that_has_its_arrivals_says_so_before_the_mix() -> None:
    people = [referral(name) for name in ("A", "B", "C")]
    assert empty(referrals=people, homes=[home("H", load_limit="5")]) == {"H": (2, "arrivals")}
    assert empty(referrals=people, homes=[home("H", load_limit="5", max_arrivals="3")]) == {
        "H": (2, "mix")
    }
    assert empty(MANY, referrals=people, homes=[home("H", places="5", max_arrivals="0")]) == {
        "H": (5, "arrivals")
    }


MIX: list[tuple[Cells, Cells, dict[str, Any]]] = [
    ({"band": "high"}, {"max_high": "1"}, {}),
    ({}, {"load_limit": "3"}, {}),
    (
        {},
        {},
        {"relationships": [{"a": "YP-A", "b": "YP-B", "kind": "must_not_live_together"}]},
    ),
    ({"living_companions": "solo"}, {}, {}),
]


@pytest.mark.parametrize(("person", "place", "tables"), MIX)
def test_a_place_is_empty_because_nobody_fits_beside_those_placed(
    person: Cells, place: Cells, tables: dict[str, Any]
) -> None:
    people = [referral("A") | person, referral("B") | person]
    homes = [home("H") | place]
    assert empty(MANY, referrals=people, homes=homes, **tables) == {"H": (3, "mix")}
    third = [*people, referral("C", sex="M", band="low", living_companions="")]
    closed = [homes[0] | {"max_arrivals": "1"}]
    assert empty(MANY, referrals=third, homes=closed, **tables) == {"H": (3, "arrivals")}


def test_a_place_is_empty_because_others_fit_better_or_wait() -> None:
    policy = "[wait]\nover_5_days = 14\n"
    assert empty(policy, referrals=[referral("A")], homes=[home("H") | FAR]) == {
        "H": (4, "others_fit_better")
    }
    dated = [referral("A"), referral("B", needed_by="2026-04-09")]
    leaves = [resident("YP-R", "H", leaves_on="2026-04-10", leaving="confirmed")]
    homes = [home("H", places="2", load_limit="4", max_arrivals="1")]
    assert empty(MANY, referrals=dated, homes=homes, residents=leaves)["H"][0] == 1


def test_empty_places_are_those_on_the_horizon_in_registered_homes() -> None:
    people = [
        referral("A", band="specialist", needed_by="2026-04-20"),
        referral("B", dol="Y", needed_by="2026-09-01"),
    ]
    living = [
        resident("YP-1", "H", leaves_on="2026-04-20", leaving="confirmed"),
        resident("YP-2", "H", leaves_on="2026-04-21", leaving="confirmed"),
        resident("YP-3", "H", leaves_on="2026-04-02", leaving="expected"),
        resident("YP-4", "K"),
    ]
    homes = [
        home("H", places="3"),
        home("K", places="1"),
        home("L", registration="suspended"),
        home("M", places="0"),
    ]
    assert empty(referrals=people, homes=homes, residents=living) == {"H": (1, "nobody_eligible")}


def test_every_reason_has_a_sentence_of_its_own_that_names_nobody() -> None:
    for sentences in (UNPLACED_SUMMARIES, EMPTY_SUMMARIES):
        assert len(set(sentences.values())) == len(sentences)
    names = ("Q7", "Q8", "Q9")
    people = [referral(name) for name in names]
    people[1]["needed_by"], people[2]["dol"] = "2026-04-01", "Y"
    _, plan = solved(referrals=people, homes=[home("H", places="1")])
    told = [one.summary for one in plan.unplaced]
    assert len(told) == 2
    assert not any(name in sentence for name in names for sentence in told)
