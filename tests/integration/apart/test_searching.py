"""A search apart gives the plan of the same search here; one cut short gives bounds that hold."""

from __future__ import annotations

from typing import Any

import pytest

from broker.apart.searching import search_apart
from broker.sample.generate import write_generated
from matching.check import check_plan
from matching.exchange import read_case
from matching.pairs import find_pairs
from matching.plan import Plan
from matching.problem import Problem
from matching.solve import Options, match
from matching.state import Progress


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Problem:
    folder = tmp_path_factory.mktemp("town") / "case"
    write_generated(folder, 120, 41, 6)
    return read_case(folder)


def told(plan: Plan) -> dict[str, Any]:
    return {**plan.to_json(), "timing": None}


@pytest.mark.parametrize("seed", [0, 3])
def test_the_same_case_and_seed_give_the_same_plan_apart_and_here(town: Problem, seed: int) -> None:
    here = match(town, Options(seed=seed))
    assert here.status == "optimal"
    assert told(match(town, Options(seed=seed), search_apart)) == told(here)


@pytest.mark.parametrize("news", [1, 3, 6, 10])
def test_wherever_a_search_is_cut_short_the_best_lies_between_its_bounds_and_its_plan(
    town: Problem, news: int
) -> None:
    best, heard = match(town), list[Progress]()
    options = Options()

    def hear(progress: Progress) -> None:
        heard.append(progress)
        if len(heard) == news:
            options.stop.set()

    plan = match(town, Options(heard=hear, stop=options.stop), search_apart)
    assert (plan.status, plan.interrupted) == ("feasible", True)
    assert plan.bound <= best.levels <= plan.levels
    assert plan.bound >= heard[news - 1].bound
    assert plan.levels <= heard[news - 1].levels
    assert check_plan(find_pairs(town), plan) == []
