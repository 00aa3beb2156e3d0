"""The oracle gives the worked case the answer that was worked by hand."""

import json
from pathlib import Path

import pytest

from tests.oracle import brute, milp
from tests.oracle.answer import answer
from tests.oracle.pairs import all_pairs
from tests.oracle.plan import score, violations
from tests.oracle.read import read_case

FOLDER = Path(__file__).parents[2] / "cases" / "case-small"
CASE = read_case(FOLDER)
PAIRS = all_pairs(CASE)
EXPECTED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
ASH, BIRCH = "SC990001", "SC990002"


def test_both_solvers_find_the_expected_plan_and_brute_force_finds_no_other() -> None:
    optimum, plans = brute.best(CASE, PAIRS)
    assert plans == [EXPECTED["placements"]]
    assert milp.best(CASE, PAIRS) == (optimum, EXPECTED["placements"])


def test_the_expected_plan_has_the_expected_levels_totals_and_joint_points() -> None:
    told = answer(CASE, PAIRS, EXPECTED["placements"])
    assert told["objective"] == EXPECTED["objective"]
    assert told["joint"] == EXPECTED["joint"]
    assert {row["referral_id"]: row["total"] for row in told["placements"]} == EXPECTED["totals"]


@pytest.mark.parametrize(
    ("pair", "failed"),
    [
        (("A", ASH), []),
        (("A", BIRCH), ["R05"]),
        (("B", ASH), ["R06", "R15"]),
        (("B", BIRCH), []),
        (("C", ASH), []),
        (("C", BIRCH), ["R04"]),
        (("D", ASH), ["R15"]),
        (("D", BIRCH), []),
    ],
)
def test_each_pair_fails_by_the_rules_of_the_table(
    pair: tuple[str, str], failed: list[str]
) -> None:
    assert PAIRS[pair]["failed"] == failed


def test_the_components_are_those_of_the_table() -> None:
    nonzero = {
        key: {name: points for name, points in pair["points"].items() if points}
        for key, pair in PAIRS.items()
        if pair["eligible"]
    }
    assert nonzero == {
        ("A", ASH): {"distance": 4, "people": 1, "unsettled": 12},
        ("B", BIRCH): {"distance": 2},
        ("C", ASH): {"distance": 22, "area": 15, "people": 3, "capability": 6},
        ("D", BIRCH): {"distance": 30, "area": 15, "age": 27, "wish": 8},
    }


def test_the_second_best_plan_leaves_c_waiting_and_has_480_points() -> None:
    plan = {"A": ASH, "D": BIRCH}
    assert violations(CASE, PAIRS, plan) == []
    assert score(CASE, PAIRS, plan)["points"] == 480


def test_two_high_need_young_people_do_not_share_a_home_that_may_hold_one() -> None:
    assert violations(CASE, PAIRS, {"B": BIRCH, "D": BIRCH}) == [("J3", BIRCH)]


def test_b_waits_because_the_place_went_to_d_and_no_home_has_a_place_left_unused() -> None:
    told = answer(CASE, PAIRS, EXPECTED["placements"])
    assert told["unplaced"] == [
        {
            "referral_id": "B",
            "urgency": "over_5_days",
            "wait": 150,
            "why": "places_went_to_others",
        }
    ]
    assert told["empty"] == [{"home_id": BIRCH, "places": 1, "why": "mix"}]
