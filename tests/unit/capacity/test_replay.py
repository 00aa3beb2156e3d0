"""A year played out and compared: who comes, who chooses, and words that follow the figures."""

from dataclasses import replace
from fractions import Fraction
from types import ModuleType
from typing import Any

import pytest

from broker.capacity.lookahead.values import Asked, values_of
from broker.capacity.replay import hindsight as looking_back
from broker.capacity.replay import play as playing
from broker.capacity.replay.compare import (
    ABOVE,
    NO_GAP,
    SHARE,
    Closed,
    alike,
    closed,
    closed_by,
    compare,
    share_words,
)
from broker.capacity.replay.hindsight import Hindsight, hindsight_of
from broker.capacity.replay.play import Broken, as_planned, first_come, play, weekly_optimum
from broker.capacity.replay.run import Question, Replayed, prepare, replay_one
from broker.capacity.replay.world import World, world_of
from broker.capacity.simulation.drawing import Drawing, make_drawing
from broker.capacity.simulation.settings import Settings
from matching.problem import Problem, Resident
from matching.search import Limits
from tests.unit.capacity.invented import BOROUGHS, FIRST, demand, problem, young

ASKED = Asked(weeks=10, futures=2)
FEW = Settings(people_each=4)


def start() -> tuple[Resident, ...]:
    return (
        Resident("YP-L", "A", BOROUGHS[0], "medium", FIRST.replace(year=2013), companions="solo"),
        Resident("YP-M", "B", BOROUGHS[0], "low", FIRST.replace(year=2012)),
    )


def drawing(per_year: float, case: Problem, months: float = 4.0) -> Drawing:
    return make_drawing(case, demand(per_year, months), 1, FEW)


def world(per_year: float, weeks: int, number: int = 0) -> World:
    case = problem()
    return world_of(case, drawing(per_year, case), 8, number, weeks)


@pytest.mark.thorough
@pytest.mark.parametrize("number", range(3))
def test_hindsight_is_never_above_any_way_of_choosing_and_is_proven(number: int) -> None:
    case = problem((young("M", "low"), young("N", "high")), start())
    question = Question(case, demand(80.0), weeks=10, seed=2, asked=ASKED)
    one = replay_one(prepare(question), number)
    best = one.hindsight
    assert [best.exact(level) for level in range(4)] == [True] * 4, best.why
    for levels in one.ways.values():
        assert best.found[:3] <= levels[:3]
        assert best.found[3] <= levels[3]


def test_the_same_replication_gives_the_same_numbers_whatever_else_is_replayed() -> None:
    prepared = prepare(Question(problem(), demand(50.0), weeks=8, seed=2, asked=ASKED))
    third = replay_one(prepared, 3)
    fourth = replay_one(prepared, 4)
    assert replay_one(prepared, 3) == third
    assert replace(fourth, number=3) != third


def test_nobody_who_looks_ahead_knows_who_will_come() -> None:
    prepared = prepare(Question(problem(), demand(50.0), weeks=8, seed=2, asked=ASKED))
    come, expected = (
        {(one.location, one.band, one.needs, one.companions, one.moves) for one in pool.referrals}
        for pool in (prepared.coming.pool, prepared.expected.pool)
    )
    assert len(come - expected) > len(come) * 0.9


def test_the_weekly_optimum_of_each_round_is_no_worse_than_first_come_in_that_round() -> None:
    met = 0
    for number in range(4):
        whole = world(600.0, 2, number)
        alone = replace(whole, people=tuple(one for one in whole.people if one.round == 0))
        met += len(alone.people)
        first, best = (play(alone, way, 1) for way in (first_come(alone), weekly_optimum(1)))
        assert best.levels <= first.levels
    assert met > 8


def test_somebody_who_asks_in_as_many_rounds_as_they_may_goes_elsewhere() -> None:
    case = problem((young("N", "specialist"),))
    alone = world_of(case, drawing(0.0001, case), 1, 0, 6)
    for rounds in (1, 2, 4):
        played = play(alone, as_planned({}), rounds)
        assert (played.today, played.elsewhere, played.placed) == (rounds, 1, 0)
    assert play(alone, as_planned({"N": (2, "C")}), 4).today == 2


def test_nobody_has_waited_before_the_day_they_need_the_place() -> None:
    case = problem((young("N", "high", FIRST.replace(day=11)),))
    case = replace(
        case,
        referrals=tuple(replace(one, waiting_since=one.needed_by) for one in case.referrals),
    )
    alone = world_of(case, drawing(0.0001, case), 1, 0, 2)
    assert play(alone, as_planned({}), 1).points == case.policy.wait["within_5_days"]


@pytest.mark.parametrize("module", [playing, looking_back])
def test_an_interrupted_search_ends_the_year_and_is_no_answer(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType
) -> None:
    case = problem((young("N", "high"),))
    alone = world_of(case, drawing(24.0, case), 1, 0, 4)
    ways = [play(alone, first_come(alone), 2)]
    name = "search_here" if module is playing else "run"
    whole = getattr(module, name)

    def interrupted(first: Any, second: Any, limits: Limits) -> Any:
        limits.stop.set()
        return whole(first, second, limits)

    monkeypatch.setattr(module, name, interrupted)

    def asked() -> None:
        if module is playing:
            play(alone, weekly_optimum(0), 2)
        else:
            hindsight_of(alone, 2, 460, ways)

    with pytest.raises(KeyboardInterrupt):
        asked()


def test_a_plan_that_breaks_a_rule_is_not_played() -> None:
    case = problem((young("N", "high"),))
    alone = world_of(case, drawing(24.0, case), 1, 0, 4)
    with pytest.raises(Broken, match="N may not live in B"):
        play(alone, as_planned({"N": (0, "B")}), 2)


def test_values_are_the_same_by_seed_and_worth_nothing_where_nobody_comes() -> None:
    case = problem()
    many, asked = drawing(120.0, case, 10.0), Asked(weeks=12, futures=3, seed=5)
    first = values_of(case, many, "d", asked).to_json()
    assert values_of(case, many, "d", asked).to_json() == first
    assert any(max(row["points"].values()) > 0 for row in first["homes"])
    other = values_of(case, many, "d", replace(asked, seed=6)).to_json()
    assert other["homes"] != first["homes"]
    none = values_of(case, drawing(0.0001, case), "d", asked).to_json()
    assert all(max(row["points"].values()) == 0 for row in none["homes"])
    assert all(row["kept_for"] is None for row in none["homes"])


def made(number: int, plain: int, ahead: int, best: int, most: int | None = None) -> Replayed:
    levels = {
        "first_come": (plain + 5, 0, 0, 460 * (plain + 5)),
        "weekly_optimum": (plain, 0, 0, 460 * plain),
        "lookahead": (ahead, 0, 0, 460 * ahead),
    }
    most = best if most is None else most
    hindsight = Hindsight((best, 0, 0, 460 * best), (most, 0, 0, 460 * most))
    counts = dict.fromkeys(levels, 1)
    return Replayed(number, 9, levels, counts, counts, hindsight, 2)


def share(low: float | Fraction | None, high: float | Fraction | None) -> Closed:
    ends = (None if end is None else Fraction(end) for end in (low, high))
    return Closed(SHARE, *ends)


@pytest.mark.parametrize(
    ("figures", "expected", "words"),
    [
        ((10, 8, 2, 2), share(0.25, 0.25), "25%"),
        ((10, 12, 2, 2), share(-0.25, -0.25), "-25%"),
        ((10, 8, 2, 6), share(0.25, 0.5), "from 25% to 50%"),
        ((10, 12, 2, 6), share(-0.5, -0.25), "from -50% to -25%"),
        ((10, 8, 2, 10), share(0.25, None), "25% or more"),
        ((10, 8, 2, None), share(0.25, None), "25% or more"),
        ((10, 12, 2, None), share(None, -0.25), "-25% or less"),
        ((10, 10, 2, None), share(0, 0), "0%"),
        ((10, 10, 10, 10), Closed(NO_GAP), "no gap"),
        ((10, 8, 12, 12), Closed(ABOVE), "hindsight is higher"),
    ],
)
def test_the_share_closed_is_of_the_gap_between_its_ends(
    figures: tuple[int, int, int, int | None], expected: Closed, words: str
) -> None:
    assert closed(*figures) == expected
    assert share_words(expected) == words


def test_a_level_after_one_that_is_not_proven_is_open_above() -> None:
    open_year = made(0, 10, 8, 2, 6)
    assert [open_year.hindsight.exact(level) for level in range(4)] == [False] * 4
    assert open_year.hindsight.most(1) is None
    assert closed_by(open_year, 0) == share(0.25, 0.5)
    level = compare([open_year, made(1, 10, 8, 2)]).levels
    assert (level[0].exact, level[1].exact, level[1].most) == (1, 1, None)
    assert level[0].in_all == share(0.25, Fraction(4, 12))


def test_levels_before_are_alike_only_where_all_three_came_to_the_same() -> None:
    assert alike(made(0, 10, 8, 2), 0)
    assert not alike(made(0, 10, 8, 2), 1)
    assert not alike(made(0, 10, 10, 2), 1)
    assert alike(made(0, 10, 10, 10), 2)
    assert alike(made(0, 10, 8, 2), 3)


def test_the_words_follow_the_figures() -> None:
    better = compare([made(n, 20 + n % 3, 15 + n % 2, 5) for n in range(8)])
    assert better.verdict == "worth_having"
    assert "Fewer weeks without a place, beyond noise. It closes 34% of the gap" in better.words
    same = compare([made(n, 20, 20 + (-1) ** n, 5) for n in range(8)])
    assert same.verdict == "not_shown"
    assert "look-ahead is not worth having here" in same.words
    worse = compare([made(n, 20, 23 + n % 2, 5) for n in range(8)])
    assert worse.verdict == "worse"
    assert "leave look-ahead off here" in worse.words
    once = compare([made(0, 20, 10, 5)])
    assert once.verdict == "not_shown"
    assert "one year says nothing of noise" in once.words
