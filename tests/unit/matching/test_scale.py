"""The way large cases are decided gives the answers of the whole model, and keeps its limits."""

import time
from pathlib import Path

import numpy as np
import pytest

from broker.sample.generate import write_generated
from matching import solve
from matching.aims import Relaxation, points_aim, today_aim, whole_bound
from matching.check import check_plan
from matching.choices import Choices, find_choices
from matching.exchange import read_case
from matching.firstplan import first_plan
from matching.joint import fits
from matching.large import Large
from matching.market import lay_out
from matching.master import price_out
from matching.pairs import find_pairs
from matching.patterns import Pool
from matching.plan import Plan
from matching.problem import Problem
from matching.search import Limits
from matching.solve import Options, match
from matching.state import Glimpse, Progress
from tests.soak import read_files
from tests.strategies import random_case


def generated(folder: Path, referrals: int, homes: int, seed: int) -> Problem:
    write_generated(folder, referrals, homes, seed)
    return read_case(folder)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Problem:
    return generated(tmp_path_factory.mktemp("town") / "case", 90, 31, 3)


@pytest.fixture
def by_households(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solve, "LARGE", 0)


@pytest.fixture(scope="module")
def best(town: Problem) -> Plan:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solve, "LARGE", 0)
        return match(town)


def told(plan: Plan) -> dict[str, object]:
    return {**plan.to_json(), "timing": None}


def choices_of(problem: Problem) -> Choices:
    return find_choices(find_pairs(problem))


@pytest.mark.thorough
@pytest.mark.parametrize("seed", [11, 12, 14, 15, 26, 38])
def test_households_and_the_whole_model_give_the_same_plan_to_the_last_tie(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = read_files(random_case(seed, referrals=31, homes=13, policy="random"))
    with monkeypatch.context() as patch:
        patch.setattr("matching.large.Large.run", lambda self: False)
        whole = match(problem, Options(seed=5))
    with monkeypatch.context() as patch:
        patch.setattr("matching.search.LIGHT", 1e-9)
        taken_over = match(problem, Options(seed=5))
    monkeypatch.setattr(solve, "LARGE", 0)
    households = match(problem, Options(seed=5))
    assert whole.status == "optimal"
    assert told(households) == told(whole)
    assert told(taken_over) == told(whole)


def test_what_a_light_try_leaves_open_is_decided_by_households_and_only_that(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    problem = read_files(random_case(11, referrals=31, homes=13, policy="random"))
    heard: list[str] = []
    options = Options(progress=heard.append)
    match(problem, options)
    assert not any("laying out the homes" in sentence for sentence in heard)
    monkeypatch.setattr("matching.search.LIGHT", 1e-9)
    match(problem, options)
    assert any("laying out the homes" in sentence for sentence in heard)


def test_a_town_is_proven_and_says_the_same_on_one_worker_and_on_two(
    town: Problem, best: Plan, by_households: None
) -> None:
    one, two = best, match(town, Options(workers=2))
    assert one.status == "optimal"
    assert one.levels == one.bound
    assert check_plan(find_pairs(town), one) == []
    assert told(two) == told(one)


def test_another_seed_changes_at_most_which_of_equal_plans_is_given(
    town: Problem, best: Plan, by_households: None
) -> None:
    assert match(town, Options(seed=8)).levels == best.levels


def test_any_prices_bound_every_plan(town: Problem, best: Plan) -> None:
    choices = choices_of(town)
    market = lay_out(choices)
    placed = int(choices.today.sum()) - best.levels.today
    aim = points_aim(market, placed)
    relaxation = Relaxation(market, aim)
    dice = np.random.default_rng(7)
    for reach in (0.0, 40.0, 400.0):
        prices = relaxation.lawful(
            dice.uniform(0, reach + 1, len(choices.units)),
            dice.uniform(0, 60, len(market.kin_group)),
            dice.uniform(0, 12, len(market.links)),
            float(dice.uniform(0, 500)),
        )
        assert aim.constant + whole_bound(relaxation.bound(prices)) <= best.levels.points


def test_the_bound_of_priced_households_comes_within_a_hundredth_of_the_best(
    town: Problem, best: Plan
) -> None:
    market = lay_out(choices_of(town))
    aim = today_aim(market)
    bound, _, _ = price_out(
        Relaxation(market, aim), Pool(market), lambda: 1, Limits(), lambda bound: None
    )
    assert aim.constant + whole_bound(bound) == best.levels.today
    aim = points_aim(market, aim.constant - best.levels.today)
    heard: list[int] = []
    bound, _, _ = price_out(
        Relaxation(market, aim), Pool(market), lambda: 10**9, Limits(), heard.append
    )
    least = aim.constant + whole_bound(bound)
    assert best.levels.points * 0.99 <= least <= best.levels.points
    assert heard == sorted(heard)
    assert heard[-1] == bound


def test_every_set_a_home_names_may_live_there_and_no_set_within_reach_is_missed() -> None:
    problem = read_files(random_case(21, referrals=26, homes=5, policy="random"))
    choices = choices_of(problem)
    market = lay_out(choices)
    relaxation = Relaxation(market, points_aim(market, 0))
    prices = relaxation.first_prices()
    relaxation.bound(prices)
    slack = 300 * 1024
    every, sets = relaxation.sets_within(prices, slack, 100_000, 1_000_000)
    assert every
    named = {(home, candidates) for home, candidates in sets}
    assert len(named) == len(sets)
    expected = set()
    for home in range(len(problem.homes)):
        span = range(int(market.home_start[home]), int(market.home_start[home + 1]))
        for first in span:
            for second in [None, *range(first + 1, span.stop)]:
                candidates = (first,) if second is None else (first, second)
                people = [r for k in candidates for r in choices.people(int(market.choice[k]))]
                twice = len({int(market.unit[k]) for k in candidates}) < len(candidates)
                if twice or not fits(problem, problem.homes[home], people):
                    continue
                pattern = Pool(market)._pattern(home, candidates)
                value = int(relaxation.reduced[list(candidates)].sum())
                own = sum(int(market.gain[k]) for k in candidates)
                value += (pattern.points - own) * 1024
                if value <= relaxation.worth[home] + slack:
                    expected.add((home, candidates))
    assert expected
    assert {one for one in named if len(one[1]) <= 2} == expected


@pytest.mark.parametrize("limit", [0.01, 0.6, 1.5])
def test_a_limit_gives_the_best_so_far_with_bounds_that_hold(
    limit: float, town: Problem, best: Plan, by_households: None
) -> None:
    plan = match(town, Options(time_limit=limit))
    assert plan.bound <= best.levels <= plan.levels
    assert check_plan(find_pairs(town), plan) == []


def test_a_person_may_stop_it_and_has_the_best_so_far(town: Problem, by_households: None) -> None:
    options = Options()
    options.stop.set()
    plan = match(town, options)
    assert plan.status == "feasible"
    assert plan.interrupted


def test_progress_tells_better_plans_and_better_bounds_that_meet(
    town: Problem, by_households: None
) -> None:
    heard: list[Progress] = []
    plan = match(town, Options(heard=heard.append))
    assert [one.levels for one in heard] == sorted((one.levels for one in heard), reverse=True)
    assert [one.bound for one in heard] == sorted(one.bound for one in heard)
    assert heard[-1].levels == heard[-1].bound == plan.levels
    assert all(one.bound <= one.levels for one in heard)


@pytest.mark.usefixtures("by_households")
def test_while_loops_are_compiled_a_plain_plan_is_shown_that_steers_nothing(
    town: Problem, best: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Glimpse] = []
    compile_all = Large._warm

    def slowly(self: Large) -> None:
        until = time.monotonic() + 30
        while not shown and time.monotonic() < until:
            time.sleep(0.01)
        compile_all(self)

    monkeypatch.setattr("matching.large.PATIENCE", 0.0)
    monkeypatch.setattr(Large, "_warm", slowly)
    plan = match(town, Options(glimpsed=shown.append))
    assert shown[0].plan == first_plan(choices_of(town))
    assert told(plan) == told(best)
