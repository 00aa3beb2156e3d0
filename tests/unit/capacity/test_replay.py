"""A year played out: hindsight is never above any way of choosing, and words follow the figures."""

from dataclasses import replace

import numpy as np
import pytest

from broker.capacity.lookahead.drawing import Drawing
from broker.capacity.lookahead.values import Asked, values_of
from broker.capacity.replay.compare import closed_share, compare
from broker.capacity.replay.hindsight import BOUNDS, EXACT, FIRST_LEVEL, Hindsight
from broker.capacity.replay.play import Broken, as_planned, first_come, play, weekly_optimum
from broker.capacity.replay.run import Question, Replayed, replay_one
from broker.capacity.replay.world import world_of
from matching.problem import Resident
from tests.unit.capacity.invented import BOROUGHS, FIRST, demand, problem, young

ASKED = Asked(weeks=10, futures=2, patience=2)


def start() -> tuple[Resident, ...]:
    return (
        Resident("YP-L", "A", BOROUGHS[0], "medium", FIRST.replace(year=2013), companions="solo"),
        Resident("YP-M", "B", BOROUGHS[0], "low", FIRST.replace(year=2012)),
    )


@pytest.mark.thorough
@pytest.mark.parametrize("number", range(6))
def test_hindsight_is_never_above_any_way_of_choosing(number: int) -> None:
    case = problem((young("M", "low"), young("N", "high")), start())
    question = Question(case, demand(80.0), weeks=10, seed=2, asked=ASKED, effort=EXACT)
    one = replay_one(question, number)
    best = one.hindsight.values
    for levels in one.ways.values():
        assert best[3] <= levels[3]
        for at in range(3):
            if best[at] is None or (at and not one.hindsight.exact[at - 1]):
                break
            assert tuple(best[: at + 1]) <= levels[: at + 1]


@pytest.mark.thorough
@pytest.mark.parametrize("number", range(4))
def test_less_effort_gives_lower_bounds_and_never_more_than_what_is_exact(number: int) -> None:
    case = problem((young("M", "low"), young("N", "high")), start())
    question = Question(case, demand(110.0), weeks=8, seed=4, asked=ASKED)
    bounds, first, exact = (
        replay_one(replace(question, effort=effort), number).hindsight
        for effort in (BOUNDS, FIRST_LEVEL, EXACT)
    )
    assert not any(bounds.exact)
    lowest, least = bounds.values, exact.values
    assert lowest[0] is not None
    assert first.values[0] == least[0]
    assert least[0] is not None
    assert lowest[0] <= least[0]
    assert lowest[3] == first.values[3] <= least[3]


def test_the_same_replication_gives_the_same_numbers_whatever_else_is_replayed() -> None:
    question = Question(problem(), demand(50.0), weeks=8, seed=2, asked=ASKED)
    assert replay_one(question, 3) == replay_one(question, 3)
    assert replay_one(question, 3) != replay_one(question, 4)


def test_the_weekly_optimum_of_each_round_is_no_worse_than_first_come_in_that_round() -> None:
    world = world_of(problem(), Drawing(demand(90.0)), np.random.SeedSequence(8), 2)
    alone = replace(world, people=tuple(one for one in world.people if one.round == 0))
    if alone.people:
        first, best = (play(alone, way, 0) for way in (first_come(alone), weekly_optimum(1)))
        assert best.levels <= first.levels


def test_a_plan_that_breaks_a_rule_is_not_played() -> None:
    case = problem((young("N", "high"),))
    world = world_of(case, Drawing(demand()), np.random.SeedSequence(1), 4)
    with pytest.raises(Broken, match="N may not live in B"):
        play(world, as_planned({"N": (0, "B")}), 2)


def test_values_are_the_same_by_seed_and_worth_nothing_where_nobody_comes() -> None:
    drawing = Drawing(demand(120.0, months=10.0))
    first = values_of(problem(), drawing, "d", Asked(weeks=12, futures=3, seed=5)).to_json()
    again = values_of(problem(), drawing, "d", Asked(weeks=12, futures=3, seed=5)).to_json()
    assert first == again
    assert any(max(row["points"].values()) > 0 for row in first["homes"])
    quiet = Drawing(demand(0.0001))
    none = values_of(problem(), quiet, "d", Asked(weeks=12, futures=3, seed=5)).to_json()
    assert all(max(row["points"].values()) == 0 for row in none["homes"])
    assert all(row["kept_for"] is None for row in none["homes"])


def made(number: int, plain: int, ahead: int, best: int) -> Replayed:
    levels = {
        "first_come": (plain + 5, 0, 0, 460 * (plain + 5)),
        "weekly_optimum": (plain, 0, 0, 460 * plain),
        "lookahead": (ahead, 0, 0, 460 * ahead),
    }
    hindsight = Hindsight((best, None, None, 460 * best), (True, False, False, False))
    counts = dict.fromkeys(levels, 1)
    return Replayed(number, 9, levels, counts, counts, hindsight, 2)


def test_the_share_closed_is_of_the_gap_and_none_without_one() -> None:
    assert closed_share(made(0, 10, 8, 2), 0) == 0.25
    assert closed_share(made(0, 10, 12, 2), 0) == -0.25
    assert closed_share(made(0, 10, 10, 10), 0) is None
    assert closed_share(made(0, 10, 8, 2), 1) is None


def test_the_words_follow_the_figures() -> None:
    better = compare([made(n, 20 + n % 3, 15 + n % 2, 5) for n in range(8)])
    assert better.verdict == "worth_having"
    assert "Fewer weeks without a place, beyond noise. It closes 3" in better.words
    same = compare([made(n, 20, 20 + (-1) ** n, 5) for n in range(8)])
    assert same.verdict == "not_shown"
    assert "look-ahead is not worth having here" in same.words
    worse = compare([made(n, 20, 23 + n % 2, 5) for n in range(8)])
    assert worse.verdict == "worse"
    assert "leave look-ahead off here" in worse.words
    once = compare([made(0, 20, 10, 5)])
    assert once.verdict == "not_shown"
    assert "one year says nothing of noise" in once.words
