"""How far each weight of the policy can move before the plan changes, and what changes then.

One weight at a time, everything else as it is. The plan at hand stays while no other is better by
the three levels. Below and above its reach the better plan is found by solving, and the exact value
at which it takes over by counting both plans again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from matching.contrast import Change, Move, change_of, moves_of
from matching.evaluate import Levels, evaluate
from matching.held import Region
from matching.pairs import Pairs, find_pairs
from matching.policy import LARGEST, WAIT_MEANINGS, WEIGHT_MEANINGS, Policy
from matching.problem import Problem
from matching.search import Limits

TIMES = 10
_OF_THE_PLAN = frozenset({"caution", "siblings_apart", "short_of_share", "provider_balance"})
AT_LEAST = 100


@dataclass(frozen=True, slots=True)
class Turn:
    """The value of a weight at which another plan is better, that change, and who moves.

    `change` is counted with the weight at this value.
    """

    value: int
    change: Change
    moves: tuple[Move, ...]

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "value": self.value,
            "change": self.change.to_json(),
            "moves": [move.to_json() for move in self.moves],
        }


@dataclass(frozen=True, slots=True)
class Reach:
    """A weight and the values for which the plan at hand stays the best.

    `lowest` and `highest` were tried; `below` and `above` are the turns just outside them, None
    where the plan stays the best as far as was tried. `proven` is False where a limit came first.
    """

    table: str
    weight: str
    value: int
    lowest: int
    highest: int
    below: Turn | None
    above: Turn | None
    proven: bool = True

    @property
    def meaning(self) -> str:
        """What the weight is for."""
        return (WEIGHT_MEANINGS if self.table == "points" else WAIT_MEANINGS)[self.weight]

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "weight": f"{self.table}.{self.weight}",
            "meaning": self.meaning,
            "value": self.value,
            "lowest": self.lowest,
            "highest": self.highest,
            "below": None if self.below is None else self.below.to_json(),
            "above": None if self.above is None else self.above.to_json(),
            "proven": self.proven,
        }


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Every weight, those that the plan hangs on most first.

    `complete` is False where a limit came before all were tried.
    """

    reaches: tuple[Reach, ...]
    complete: bool = True

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        weights = [reach.to_json() for reach in self.reaches]
        return {"weights": weights, "complete": self.complete}

    def render(self, problem: Problem) -> str:
        """In words, for a terminal."""
        from matching.tell_whatif import sensitivity_text

        return sensitivity_text(self, problem)


def sensitivity_of(
    region: Region,
    limits: Limits | None = None,
    *,
    tell: Callable[[Sensitivity], None] | None = None,
) -> Sensitivity:
    """For each weight, how far down to 0 and up to ten times (at least 100) the plan stays best.

    The plan at hand must be a best plan of the case. `tell` hears what is known so far after each.
    """
    limits = limits or Limits()
    policy = region.problem.policy
    weights = [("points", name) for name in policy.points]
    weights += [("wait", name) for name in WAIT_MEANINGS]
    reaches: list[Reach] = []
    for table, name in weights:
        if limits.over:
            break
        reaches.append(_Weight(region, table, name, limits).reach())
        if tell is not None:
            tell(Sensitivity(tuple(sorted(reaches, key=_closest_first)), complete=False))
    complete = len(reaches) == len(weights)
    return Sensitivity(tuple(sorted(reaches, key=_closest_first)), complete)


def with_weight(problem: Problem, table: str, name: str, value: int) -> Problem:
    """The problem with one weight at another value; `table` is `points` or `wait`."""
    policy: Policy = problem.policy
    if table == "wait":
        policy = replace(policy, wait=MappingProxyType({**policy.wait, name: value}))
    else:
        policy = replace(policy, points=MappingProxyType({**policy.points, name: value}))
    return replace(problem, policy=policy)


def _closest_first(reach: Reach) -> tuple[bool, float, str, str]:
    """The smallest relative move that changes the plan comes first."""
    moves = [
        abs(turn.value - reach.value) / max(1, reach.value)
        for turn in (reach.below, reach.above)
        if turn is not None
    ]
    return (not moves, min(moves, default=0.0), reach.table, reach.weight)


class _Weight:
    """One weight: the pairs and the plan's levels at each value asked about."""

    def __init__(self, region: Region, table: str, name: str, limits: Limits) -> None:
        self.region, self.table, self.name, self.limits = region, table, name, limits
        self.value: int = getattr(region.problem.policy, table)[name]
        self.proven = True
        self._pairs: dict[int, Pairs] = {}

    def reach(self) -> Reach:
        """How far the weight can move either way."""
        most = min(LARGEST, max(TIMES * self.value, AT_LEAST))
        below = self._turn(0) if self.value else None
        above = self._turn(most)
        return Reach(
            self.table,
            self.name,
            self.value,
            0 if below is None else below.value + 1,
            most if above is None else above.value - 1,
            below,
            above,
            self.proven,
        )

    def _turn(self, far: int) -> Turn | None:
        """The value nearest to today's, towards `far`, at which another plan is better."""
        other = None if self._idle(far) else self._better(far)
        if other is None:
            return None
        step = 1 if far > self.value else -1
        while True:
            far = self._takes_over(other, far)
            before = far - step
            closer = None if before == self.value else self._better(before)
            if closer is None:
                plan, best = self.region.plan, self._better(far) or other
                change = change_of(self._levels(far, plan), self._levels(far, best))
                return Turn(far, change, moves_of(self.region.problem, plan, best))
            far, other = before, closer

    def _idle(self, far: int) -> bool:
        """Whether the weight counts in no pair of this case, and in nothing else by its nature."""
        if self.table != "points" or self.name in _OF_THE_PLAN:
            return False
        return bool(np.array_equal(self._at(self.value).cost, self._at(far).cost))

    def _takes_over(self, other: Mapping[str, str], far: int) -> int:
        """The value nearest to today's from which the other plan is better all the way to `far`.

        Both plans' points rise evenly with a weight but for rounding, so halving finds it.
        """
        near = self.value
        while abs(far - near) > 1:
            middle = (near + far) // 2
            if self._levels(middle, other) < self._levels(middle, self.region.plan):
                far = middle
            else:
                near = middle
        return far

    def _better(self, value: int) -> Mapping[str, str] | None:
        """A best plan at a value, if the plan at hand is none there."""
        region = Region(self._at(value), self.region.plan, like=self.region)
        outcome = region.best(limits=self.limits)
        assert outcome is not None, "a plan that holds nothing always exists"
        self.proven = self.proven and outcome.proven
        if outcome.levels < self._levels(value, self.region.plan):
            return outcome.plan
        return None

    def _levels(self, value: int, plan: Mapping[str, str]) -> Levels:
        return evaluate(self._at(value), plan).levels

    def _at(self, value: int) -> Pairs:
        if value not in self._pairs:
            problem = with_weight(self.region.problem, self.table, self.name, value)
            self._pairs[value] = find_pairs(problem)
        return self._pairs[value]
