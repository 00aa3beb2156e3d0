"""Trying every plan and the second solver agree, on cases where every rule has work."""

from collections import Counter

import pytest

from tests.oracle import brute, linear, milp
from tests.oracle.activity import EVERYTHING, activity
from tests.oracle.answer import answer
from tests.oracle.pairs import all_pairs
from tests.oracle.plan import days_that_can_bind, violations
from tests.oracle.read import read_case
from tests.strategies import random_case

SEEDS = range(3000, 3070)


@pytest.mark.parametrize("worth_narrowing", [0, linear.WORTH_NARROWING])
def test_the_solver_finds_one_of_the_best_plans_that_exist(
    worth_narrowing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linear, "WORTH_NARROWING", worth_narrowing)
    placed = 0
    for seed in SEEDS[:30] if worth_narrowing else SEEDS[30:]:
        policy = "random" if seed % 2 else "default"
        case = read_case(random_case(seed, referrals=5, homes=3, policy=policy))
        pairs = all_pairs(case)
        optimum, plans = brute.best(case, pairs)
        levels, plan = milp.best(case, pairs)
        assert levels == optimum, seed
        assert plan in plans, seed
        placed += len(plan)
    assert placed > 30


def test_no_rule_and_no_component_is_idle_in_a_batch_of_cases() -> None:
    total: Counter[str] = Counter()
    for seed in range(40):
        policy = "random" if seed % 2 else "default"
        total += activity(random_case(seed, referrals=(3, 8, 10)[seed % 3], homes=5, policy=policy))
    assert [name for name in EVERYTHING if not total[name]] == []


def test_places_are_scarce_and_young_people_compete_for_them() -> None:
    lost_to_others = placed = 0
    for seed in range(100, 120):
        case = read_case(random_case(seed, referrals=12, homes=4))
        pairs = all_pairs(case)
        _, plan = milp.best(case, pairs)
        told = answer(case, pairs, plan)
        placed += len(plan)
        lost_to_others += sum(row["why"] == "places_went_to_others" for row in told["unplaced"])
    assert placed > 60
    assert lost_to_others > 40


def test_only_the_days_of_referrals_can_bind() -> None:
    found = 0
    for seed in range(40):
        case = read_case(random_case(seed, referrals=7, homes=2, policy="random"))
        pairs = all_pairs(case)
        homes = [home["home_id"] for home in case["homes"]]
        plan = {
            row["referral_id"]: homes[(seed + number) % 2]
            for number, row in enumerate(case["referrals"])
        }
        every_day = violations(case, pairs, plan)
        assert violations(case, pairs, plan, days_that_can_bind(case)) == every_day
        found += any(code in {"J1", "J3"} for code, _ in every_day)
    assert found > 10
