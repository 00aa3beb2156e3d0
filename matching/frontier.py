"""Distance, stability and cost against each other: the plans worth choosing between.

Each plan is the best for some weighting of the three, with everything else of the policy as it is
and those who need a place today first. None of those kept is as good as another in every way and
worse in one. The policy's own plan is always among those told, with where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from matching.contrast import Move, moves_of
from matching.evaluate import Levels, evaluate
from matching.held import Digit, Region
from matching.holding import Held
from matching.plan import levels_json
from matching.points import COMPONENT_NAMES
from matching.problem import Problem
from matching.programme import Programme
from matching.search import Limits
from matching.unbuild import pounds

DISTANCE = frozenset({"distance", "area", "people"})
STABILITY = frozenset({"headroom", "age", "unsettled", "wish", "sibling"})
TIMES = (1, 2, 6)
"""How many times distance and stability are taken, in halves of the policy's weight."""
PENCE_A_POINT = (None, 25_000, 10_000, 4_000)
"""Pence a week that weigh as much as one point of the policy; None: cost only decides ties."""
_HALVES = 2
_SCALE = 50_000


@dataclass(frozen=True, slots=True, order=True)
class Aims:
    """What a plan means for the three aims, less is better each.

    `today` and `waiting` count young people without a place; `distance` and `stability` are points
    of the policy, `cost` pence a week that the placements add.
    """

    today: int
    waiting: int
    distance: int
    stability: int
    cost: int

    def dominates(self, other: Aims) -> bool:
        """As good in every way and better in one."""
        mine = (self.today, self.waiting, self.distance, self.stability, self.cost)
        theirs = (other.today, other.waiting, other.distance, other.stability, other.cost)
        pairs = list(zip(mine, theirs, strict=True))
        return all(a <= b for a, b in pairs) and mine != theirs

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "today_unplaced": self.today,
            "waiting": self.waiting,
            "distance_points": self.distance,
            "stability_points": self.stability,
            "weekly_cost": pounds(self.cost),
        }


@dataclass(frozen=True)
class Tradeoff:
    """A plan worth choosing between. `policy` marks the plan at hand, `worse_than` plans (by place
    in the list, from 0) that are as good in every way and better in one.
    """

    plan: Mapping[str, str]
    aims: Aims
    levels: Levels
    moves: tuple[Move, ...]
    policy: bool
    worse_than: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "aims": self.aims.to_json(),
            "objective": levels_json(self.levels),
            "policy": self.policy,
            "worse_than": list(self.worse_than),
            "moves": [move.to_json() for move in self.moves],
            "placements": [
                {"referral_id": who, "home_id": home} for who, home in sorted(self.plan.items())
            ],
        }


@dataclass(frozen=True)
class Frontier:
    """The plans worth choosing between, nearest first. `proven` is False where a limit came."""

    plans: tuple[Tradeoff, ...]
    weightings: int
    proven: bool

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "plans": [plan.to_json() for plan in self.plans],
            "weightings_tried": self.weightings,
            "proven": self.proven,
        }

    def render(self, problem: Problem) -> str:
        """In words, for a terminal."""
        from matching.tell_whatif import frontier_text

        return frontier_text(self, problem)


def frontier_of(
    region: Region,
    limits: Limits | None = None,
    *,
    tell: Callable[[Frontier], None] | None = None,
) -> Frontier:
    """The best plans over a range of weights of distance, stability and cost, none dominated.

    `tell` hears what is known so far after each weighting.
    """
    limits = limits or Limits()
    plans: list[Mapping[str, str]] = [region.plan]
    tried, proven = 0, True
    for distance, stability, pence in _weightings():
        if limits.over:
            proven = False
            break
        digits = _Weighted(region, distance, stability, pence).digits
        outcome = region.least(Held(), digits, limits)
        assert outcome is not None, "a plan that holds nothing always exists"
        tried += 1
        proven = proven and outcome.proven
        if outcome.proven and outcome.plan not in plans:
            plans.append(outcome.plan)
        if tell is not None:
            tell(Frontier(_kept(region, plans), tried, False))
    return Frontier(_kept(region, plans), tried, proven)


def aims_of(region: Region, plan: Mapping[str, str]) -> Aims:
    """What a plan means for distance, stability and cost."""
    worth = evaluate(region.pairs, plan)
    rows = list(worth.pairs.values())
    parts = region.pairs.components[rows].sum(axis=0)
    by_name = dict(zip(COMPONENT_NAMES, parts.tolist(), strict=True))
    joint = worth.joint
    return Aims(
        worth.levels.today,
        sum(r.id not in plan and not r.by_hand for r in region.problem.referrals),
        sum(by_name[name] for name in DISTANCE),
        sum(by_name[name] for name in STABILITY) + joint.caution + joint.siblings_apart,
        worth.levels.cost,
    )


def _weightings() -> Iterator[tuple[int, int, int | None]]:
    for distance in TIMES:
        for stability in TIMES:
            for pence in PENCE_A_POINT:
                yield distance, stability, pence


def _kept(region: Region, plans: Sequence[Mapping[str, str]]) -> tuple[Tradeoff, ...]:
    aims = [aims_of(region, plan) for plan in plans]
    first: dict[Aims, int] = {}
    for at, one in enumerate(aims):
        first.setdefault(one, at)
    best = [
        at
        for one, at in sorted(first.items())
        if at == 0 or not any(other.dominates(one) for other in first)
    ]
    best.sort(key=lambda at: (aims[at].today, aims[at].distance, aims[at].waiting, aims[at]))
    return tuple(
        Tradeoff(
            plans[at],
            aims[at],
            evaluate(region.pairs, plans[at]).levels,
            moves_of(region.problem, region.plan, plans[at]),
            at == 0,
            tuple(place for place, other in enumerate(best) if aims[other].dominates(aims[at])),
        )
        for at in best
    )


class _Weighted:
    """The levels with distance, stability and cost weighted anew, in whole numbers."""

    def __init__(self, region: Region, distance: int, stability: int, pence: int | None) -> None:
        self.region = region
        self.times = [
            distance if name in DISTANCE else stability if name in STABILITY else _HALVES
            for name in COMPONENT_NAMES
        ]
        self.joint = stability
        self.pence = pence

    def digits(self, programme: Programme) -> list[Digit]:
        """Today first, then the weighted points, then the policy's own levels."""
        region, choices = self.region, self.region.choices
        today, points, cost = region.levels_digits(programme)
        pairs = region.pairs
        weighted = pairs.components @ np.array(self.times, dtype=np.int64)
        weighted = weighted + self.joint * pairs.cautions
        values = []
        for k in range(len(choices)):
            unit, home = int(choices.unit[k]), int(choices.home[k])
            rows = [pairs.find(member, home) for member in choices.units[unit].members]
            own = sum(int(weighted[row]) for row in rows if row is not None)
            inside = int(choices.cost[k]) - sum(
                int(pairs.cost[row]) for row in rows if row is not None
            )
            own += self.joint * inside - _HALVES * int(choices.wait[unit])
            values.append(own * _SCALE + self._pence(int(choices.marginal[k])))
        for extra in programme.extras:
            soft = extra.name.startswith(("caution ", "apart "))
            values.append((self.joint if soft else _HALVES) * extra.points * _SCALE)
        return [today, region.digit(programme, values), points, cost]

    def _pence(self, marginal: int) -> int:
        """Pence a week in the scale of the weighted points."""
        return 0 if self.pence is None else marginal * _HALVES * (_SCALE // self.pence)
