"""The best a year could have been with all of it known: reached, or a bound that says so.

The programme knows places, high need, household load and arrivals in a round, and every rule that
does not depend on who else lives there. Its plan is then played by all the rules: where it stands
and costs what it should it is the optimum; else no way of choosing can be below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from broker.capacity.lookahead.programme import Answer, Kept, Programme
from broker.capacity.lookahead.year import Year, clash, year_of
from broker.capacity.replay.play import Broken, Played, as_planned, play
from broker.capacity.replay.world import World
from matching.board import Ints

EFFORTS: Final = ("bounds", "first", "exact")
BOUNDS, FIRST_LEVEL, EXACT = EFFORTS
NEAR: Final = 1e-6
TRIES: Final = 12
"""How often people whom a plan wrongly has together are kept apart and it is solved again."""


@dataclass(frozen=True)
class Hindsight:
    """The levels of a year in hindsight in their order, then all in points, each decided apart.

    `values` are weeks without a place needed that day, points, pence, and points with so many for
    each such week. None where a level before is not exact: no bound is known of what follows.
    `exact` says that a plan by all the rules reaches the value; else it is a bound, and `why` what
    keeps it from being more.
    """

    values: tuple[int | None, int | None, int | None, int]
    exact: tuple[bool, bool, bool, bool]
    why: str = ""


def hindsight_of(world: World, patience: int, weight: int, effort: str = FIRST_LEVEL) -> Hindsight:
    """The hindsight of a year; `weight` is points for a week without a place needed today.

    `effort` says in which levels whole-number answers are looked for: in none, so that every value
    is a bound of the linear programme, in the first, or in all of them.
    """
    year = year_of(world.problem, world.people, world.lives, world.weeks, patience)
    nothing = np.zeros(len(year.people), dtype=np.int64)
    search = _Search(world, year, patience)
    values: list[int | None] = [None, None, None]
    exact = [False, False, False, False]
    whys: list[str] = []
    kept: list[Kept] = []
    for level, (costs, never) in enumerate(
        ((year.today, year.never_today), (year.points, year.never_points), (year.pence, nothing))
    ):
        answer = search.solved(
            costs, never, kept, whole=effort == EXACT or (effort == FIRST_LEVEL and level == 0)
        )
        values[level] = _least(answer.bound)
        kept.append(Kept(costs, never, answer.value + NEAR))
        played, why = search.played(answer)
        reached = None if played is None else (played.today, played.points, played.pence)
        exact[level] = reached is not None and reached[: level + 1] == tuple(values[: level + 1])
        if not exact[level]:
            whys.append(why or "its plan has points for who lives together")
            break
    costs = year.today * weight + year.points
    never = year.never_today * weight + year.never_points
    answer = search.solved(costs, never, (), whole=effort == EXACT)
    weighed = _least(answer.bound)
    played, _ = search.played(answer)
    exact[3] = played is not None and played.today * weight + played.points == weighed
    return Hindsight(
        (values[0], values[1], values[2], weighed),
        (exact[0], exact[1], exact[2], exact[3]),
        whys[0] if whys else "",
    )


def _least(bound: float) -> int:
    return int(np.ceil(bound - NEAR * max(1.0, abs(bound))))


@dataclass
class _Search:
    """Solves a year; those whom a plan would wrongly have together are kept apart from then on."""

    world: World
    year: Year
    patience: int
    apart: set[tuple[int, int, int]] = field(default_factory=set)

    def solved(self, costs: Ints, never: Ints, kept: Sequence[Kept], *, whole: bool) -> Answer:
        """The answer of a level."""
        year = self.year
        answer = Programme(year, whole=whole, apart=self.apart).solve(costs, never, kept)
        for _ in range(TRIES if whole else 0):
            more = _clashes(year, answer) - self.apart
            if not more or not answer.whole:
                break
            self.apart |= more
            answer = Programme(year, whole=whole, apart=self.apart).solve(costs, never, kept)
        return answer

    def played(self, answer: Answer) -> tuple[Played | None, str]:
        """The answer's plan by all the rules, or why it is none."""
        if not answer.whole:
            return None, "a bound of a linear programme"
        people, homes = self.year.people, self.world.problem.homes
        plan = {
            people[int(self.year.person[k])].referral.id: (
                int(self.year.start[k]),
                homes[int(self.year.home[k])].id,
            )
            for k in _chosen(answer)
        }
        try:
            return play(self.world, as_planned(plan), self.patience), ""
        except Broken as broken:
            return None, f"its plan breaks a rule about who lives together: {broken}"


def _chosen(answer: Answer) -> list[int]:
    found: list[int] = np.flatnonzero(answer.taken > 1 / 2).tolist()
    return found


def _clashes(year: Year, answer: Answer) -> set[tuple[int, int, int]]:
    """Two people and the home where a plan has them at the same time and must not."""
    by_home: dict[int, list[int]] = {}
    for k in _chosen(answer):
        by_home.setdefault(int(year.home[k]), []).append(k)
    found = set()
    for home, taken in by_home.items():
        for place, a in enumerate(taken):
            for b in taken[place + 1 :]:
                if year.start[a] < year.end[b] and year.start[b] < year.end[a]:
                    one, other = int(year.person[a]), int(year.person[b])
                    pair = (year.people[one].referral, year.people[other].referral)
                    if clash(year.problem, home, *pair):
                        found.add((min(one, other), max(one, other), home))
    return found
