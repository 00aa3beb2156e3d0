"""Everything that could be done in a year: who could move in where, in which round, at what price.

Each round is the real case of its day beside those who lived there from the start, judged and
priced by matching's own functions. What those who come mean for each other is left to the model.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from broker.capacity.lookahead.year import round_of
from broker.capacity.replay.play import case_of
from broker.capacity.replay.world import World
from broker.capacity.simulation.drawing import Coming, leaving
from matching.board import Ints
from matching.pairs import find_pairs
from matching.problem import Problem, Referral, Resident


@dataclass(frozen=True)
class YearOptions:
    """The options of a year, a row each, by person, home and round; and what refusing all costs.

    Somebody who takes an option lives (or is promised) in `home` in the rounds from `start` to
    before `end`. `points` and `pence` are of the pair, without whom else has come. In each round
    that somebody asks and is not placed they add `waits_today` (weeks without a place needed that
    day) and `waits_points`, person by round. `staying` live where they do from the start and ask
    for no other place. Who lives there and does ask has `old`, the home's number (-1: none), which
    they leave the round after they are placed, or in round `until`.
    """

    world: World
    rounds: int
    people: tuple[Coming, ...]
    person: Ints
    home: Ints
    start: Ints
    end: Ints
    points: Ints
    pence: Ints
    waits_today: Ints
    waits_points: Ints
    staying: tuple[Resident, ...]
    old: Ints
    until: Ints

    @property
    def problem(self) -> Problem:
        """The case the year begins with."""
        return self.world.problem

    def asked_by(self, person: int) -> range:
        """The rounds in which somebody asks for as long as they have no place."""
        first = self.people[person].round
        return range(first, min(first + self.rounds, self.world.weeks))

    def day(self, person: int, week: int) -> date:
        """The day somebody who is placed in a round moves in."""
        return max(self.world.day(week), self.people[person].referral.needed_by)

    def stays_on(self, one: Resident, week: int, day: date) -> bool:
        """Whether a resident counts on a day for whoever chooses in a round."""
        return self.world.lives[one.young_person] > self.world.day(week) and one.present(day)


def options_of(world: World, rounds: int) -> YearOptions:
    """The options of a year in which somebody asks in so many rounds at most."""
    people = tuple(sorted(world.people, key=lambda one: one.referral.id))
    index = {one.referral.id: at for at, one in enumerate(people)}
    asking = {one.referral.young_person for one in people}
    staying = tuple(
        one
        for one in world.problem.residents
        if one.young_person in world.lives and one.young_person not in asking
    )
    old, until = _moving(world, people)
    today = np.zeros((len(people), world.weeks), dtype=np.int64)
    points = np.zeros_like(today)
    blocks: list[Ints] = [np.zeros((6, 0), dtype=np.int64)]
    # Whether a sibling's home elsewhere would do depends on who has come: nothing is charged here.
    policy = replace(
        world.problem.policy, points={**world.problem.policy.points, "sibling_elsewhere": 0}
    )
    base = replace(world, problem=replace(world.problem, policy=policy))
    for week in range(world.weeks):
        day = world.day(week)
        waiting = [one for one in people if one.round <= week < one.round + rounds]
        if not waiting:
            continue
        living = [one for one in staying if world.lives[one.young_person] > day]
        problem = case_of(base, waiting, living, day)
        pairs = find_pairs(problem)
        who = np.array([index[one.id] for one in problem.referrals], dtype=np.int64)
        for one in problem.referrals:
            today[index[one.id], week] = problem.urgency(one) == "today"
            points[index[one.id], week] = problem.wait_points(one)
        gone = np.array(
            [
                round_of(world.day(0), leaving(problem.day(one), one, people[index[one.id]].stay))
                for one in problem.referrals
            ],
            dtype=np.int64,
        )
        end = np.maximum(np.minimum(gone, world.weeks), week + 1)
        rows = np.stack(
            [
                who[pairs.referral],
                pairs.home,
                np.full(len(pairs), week, dtype=np.int64),
                end[pairs.referral],
                pairs.cost,
                pairs.marginal,
            ]
        )
        there = np.array([_lives_there(world, one, problem.day(one)) for one in problem.referrals])
        still = (old[rows[0]] == rows[1]) & (week < until[rows[0]]) & there[pairs.referral]
        blocks.append(rows[:, ~still])
    columns = np.concatenate(blocks, axis=1)
    person, home, start, end, cost, pence = columns[:, np.lexsort(columns[[2, 1, 0]])]
    return YearOptions(
        world, rounds, people, person, home, start, end, cost, pence, today, points,
        staying, old, until,
    )  # fmt: skip


def _lives_there(world: World, referral: Referral, day: date) -> bool:
    """Whether somebody who asks still has the place they had at the start, on a day (R14)."""
    return any(
        one.present(day)
        for one in world.problem.residents
        if one.young_person == referral.young_person
    )


def _moving(world: World, people: tuple[Coming, ...]) -> tuple[Ints, Ints]:
    """For each person the home they live in as they ask (-1: none), and until which round."""
    homes = {home.id: at for at, home in enumerate(world.problem.homes)}
    living = {
        one.young_person: one for one in world.problem.residents if one.young_person in world.lives
    }
    old = np.full(len(people), -1, dtype=np.int64)
    until = np.zeros(len(people), dtype=np.int64)
    for at, one in enumerate(people):
        resident = living.get(one.referral.young_person)
        if resident is not None:
            old[at] = homes[resident.home]
            until[at] = min(world.weeks, round_of(world.day(0), world.lives[resident.young_person]))
    return old, until
