"""Hindsight of small invented years against every plan there is, tried one by one."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import product
from random import Random

import pytest

from broker.capacity.replay.hindsight import EFFORT, Hindsight, hindsight_of
from broker.capacity.replay.options import options_of
from broker.capacity.replay.play import case_of, first_come, play, weekly_optimum
from broker.capacity.replay.world import World
from broker.capacity.simulation.drawing import Coming, leaving
from matching.evaluate import evaluate
from matching.joint import breaks
from matching.pairs import Pairs, find_pairs
from matching.problem import Problem, Resident, unordered
from tests.unit.capacity.invented import BOROUGHS, FIRST, problem, young

WEEKS, ROUNDS, WEIGHT = 4, 2, 460
MOVES_BACK, SIBLING_NEAR = 213, 21
"""Years in which somebody who must leave a home moves into it again, and in which a sibling lives
in another home that would do."""


def invented(seed: int) -> World:
    """Four or five young people in four weeks: siblings, cautions, companions, moves, a mover."""
    draw = Random(seed)
    people, residents, lives = [], [], {}
    number = draw.choice((4, 4, 5))
    kind = draw.choice(("together", "preferred", ""))
    for at in range(number):
        band = draw.choice(("low", "medium", "medium", "high"))
        week = draw.randint(0, 2) if at else 0
        family = "F1" if at < 2 else ""
        day = FIRST + timedelta(days=7 * (0 if at < 2 else week) + draw.choice((0, 0, 4)))
        one = young(
            f"R{at}", band, day, moves=draw.choice((0, 2)), sibling_group=family,
            siblings=kind if family else "",
            companions=draw.choice(("", "", "", "solo", "only_older")) if at > 2 else "",
            waiting_since=day,
        )  # fmt: skip
        one = replace(one, born=one.born + timedelta(days=40 * at))
        people.append(Coming(0 if at < 2 else week, one, draw.choice((5, 9, 16, 40))))
    for at, home in enumerate(("A", "B", "C")):
        if draw.random() < 0.7:
            who = people[2].referral.young_person if at == 1 and seed % 3 == 0 else f"YP-L{at}"
            band = "high" if home == "C" else draw.choice(("low", "high")) if at == 0 else "low"
            gone = FIRST + timedelta(days=draw.randint(1, 20))
            sure = draw.random() < 0.5
            residents.append(
                Resident(
                    who, home, BOROUGHS[0], band, FIRST.replace(year=2013),
                    sibling_group="F1" if at == 0 and seed % 2 else "",
                    leaves_on=gone if sure else None, leaving="confirmed" if sure else "",
                )
            )  # fmt: skip
            lives[who] = gone
    names = [one.referral.young_person for one in people]
    case = replace(
        problem((), tuple(residents)),
        cautions=frozenset({unordered(names[0], names[2]), unordered(names[1], names[3])}),
        must_not=frozenset({unordered(names[2], names[3])}) if seed % 2 else frozenset(),
    )
    tight = tuple(replace(one, places=1) if one.id == "B" else one for one in case.homes)
    return World(replace(case, homes=tight), WEEKS, tuple(people), lives)


Levels = tuple[int, int, int]


def every_plan(
    world: World, week: int, waiting: list[Coming], living: dict[str, Resident],
    lives: Mapping[str, object],
) -> Iterator[Levels]:  # fmt: skip
    """The levels of every way a year can go from a round on, by the rules of each round."""
    if week == world.weeks:
        yield 0, 0, 0
        return
    day = world.day(week)
    living = {who: one for who, one in living.items() if lives[who] > day}  # type: ignore[operator]
    waiting = waiting + [one for one in world.people if one.round == week]
    case = case_of(world, waiting, list(living.values()), day)
    pairs = find_pairs(case)
    for plan in plans(case, pairs):
        worth = evaluate(pairs, plan)
        points = sum(int(pairs.total[row]) for row in worth.pairs.values())
        points += worth.joint.wait + worth.joint.caution + worth.joint.siblings_apart
        own = worth.levels.today, points, worth.levels.cost
        later, until = dict(living), dict(lives)
        for one in waiting:
            home = plan.get(one.referral.id)
            if home is not None:
                referral = one.referral
                who = referral.young_person
                until[who] = leaving(case.day(referral), referral, one.stay)
                later[who] = Resident(
                    who, home, referral.borough, referral.band, referral.born, referral.sex,
                    companions=referral.companions, sibling_group=referral.sibling_group,
                )  # fmt: skip
        left = [
            one for one in waiting if one.referral.id not in plan and week + 1 < one.round + ROUNDS
        ]
        for rest in every_plan(world, week + 1, left, later, until):
            yield own[0] + rest[0], own[1] + rest[1], own[2] + rest[2]


def plans(case: Problem, pairs: Pairs) -> Iterator[dict[str, str]]:
    """Every plan of a round that keeps every rule."""
    options: list[list[str | None]] = []
    for number in range(len(case.referrals)):
        homes = pairs.home[pairs.of(number)].tolist()
        options.append([None, *(case.homes[home].id for home in homes)])
    for chosen in product(*options):
        plan = {one.id: home for one, home in zip(case.referrals, chosen, strict=True) if home}
        homes_taken = sorted(set(plan.values()))
        if any(
            breaks(
                case, case.home_by_id[home], [r for r in case.referrals if plan.get(r.id) == home]
            )
            for home in homes_taken
        ):
            continue
        if all(
            len({plan.get(one.id) for one in members}) == 1
            for name, members in case.groups.items()
            if case.group_kind(name) == "together"
        ):
            yield plan


def hindsight(world: World, effort: float = EFFORT) -> Hindsight:
    ways = [play(world, way, ROUNDS) for way in (first_come(world), weekly_optimum(0))]
    return hindsight_of(world, ROUNDS, WEIGHT, ways, effort)


@pytest.mark.parametrize("seed", [*range(8), SIBLING_NEAR, MOVES_BACK])
def test_hindsight_is_the_best_of_every_plan_there_is(seed: int) -> None:
    world = invented(seed)
    start = {
        one.young_person: one for one in world.problem.residents if one.young_person in world.lives
    }
    levels = list(every_plan(world, 0, [], start, world.lives))
    best, least = min(levels), min(today * WEIGHT + points for today, points, _ in levels)
    found = hindsight(world)
    assert (found.found, found.why) == ((*best, least), "")
    assert found.bounds == found.found
    assert all(found.exact(level) for level in range(4))
    assert len(options_of(world, ROUNDS).person) > 5


def test_a_search_that_is_cut_short_gives_an_interval_and_says_so() -> None:
    world = invented(4)
    whole, cut, none = (hindsight(world, effort) for effort in (EFFORT, 1e-9, 0.0))
    assert whole.exact(3)
    for found in (cut, none):
        assert found.why
        assert found.bounds[0] <= whole.found[0] <= found.found[0]
        assert found.bounds[3] <= whole.found[3] <= found.found[3]
    assert none.bounds == (0, 0, 0, 0)
    assert none.most(2) is None or none.exact(1)
