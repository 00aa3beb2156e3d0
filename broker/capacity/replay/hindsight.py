"""The best a year could have been with all of it known: proven, or between a bound and the best.

The year is one model in whole numbers (`replay.model`), solved level by level. Every plan it gives
is played by all the rules; where it comes to what the model says, and the model is solved to the
end, the value is the optimum. Else it lies between the bound and the best plan that anybody found.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ortools.sat.python import cp_model

from broker.capacity.replay.model import LEFT_OUT, YearModel
from broker.capacity.replay.options import options_of
from broker.capacity.replay.play import Broken, Played, as_planned, play
from broker.capacity.replay.world import World
from matching.search import Limits, run, solver_for

EFFORT: Final = 30.0
"""Units of the solver's own time spent on a level at most: a count, so that runs agree."""
NEAR: Final = 1e-6
PROVEN: Final = 3
"""Levels that are decided one after another; then comes all in points."""


@dataclass(frozen=True)
class Hindsight:
    """The levels of a year in hindsight in their order, then all in points, each decided apart.

    They are weeks without a place needed that day, points, pence, and points with so many for each
    such week. No way of choosing is below `bounds`, given the levels before. `found` is the best
    plan that anybody found, by all the rules: three levels of one plan, then the least in points.
    `why` says what kept a level from being proven.
    """

    bounds: tuple[int, int, int, int]
    found: tuple[int, int, int, int]
    why: str = ""

    def exact(self, level: int) -> bool:
        """Whether a level is proven: bound and plan meet, in the levels before as well."""
        first = level if level == PROVEN else 0
        return all(self.bounds[at] == self.found[at] for at in range(first, level + 1))

    def most(self, level: int) -> int | None:
        """What the level comes to at most; None where a level before leaves that open."""
        settled = level in (0, PROVEN) or self.exact(level - 1)
        return self.found[level] if settled else None


@dataclass
class _Search:
    """Solves a year, beginning each time with the best plan known."""

    world: World
    rounds: int
    weight: int
    effort: float
    plans: list[Played]
    why: str = ""

    def first_three(self) -> tuple[int, int, int]:
        """The bounds of the levels one after another; a level is kept at what was found."""
        model = YearModel(options_of(self.world, self.rounds))
        bounds = []
        settled = True
        for at, level in enumerate((model.today(), model.points_of(), model.pence())):
            bound = self._solve(model, level, self._best())
            reached = _in_order(self._best())[at]
            bounds.append(bound)
            if settled:
                _not_below(bound, reached)
                model.model.add(level <= reached)
            settled = settled and bound == reached
        return bounds[0], bounds[1], bounds[2]

    def weighed(self) -> int:
        """The bound of all in points."""
        model = YearModel(options_of(self.world, self.rounds))
        level = model.today() * self.weight + model.points_of()
        bound = self._solve(model, level, min(self.plans, key=self.in_points))
        _not_below(bound, min(self.in_points(one) for one in self.plans))
        return bound

    def found(self) -> tuple[int, int, int, int]:
        """The levels of the best plan known, and the least in points."""
        return (*_in_order(self._best()), min(self.in_points(one) for one in self.plans))

    def in_points(self, played: Played) -> int:
        """All in points."""
        return played.today * self.weight + played.points

    def _best(self) -> Played:
        return min(self.plans, key=_in_order)

    def _solve(self, model: YearModel, level: cp_model.LinearExpr, best: Played) -> int:
        """The bound of a level; the plan it comes from is played and added to those known."""
        model.hint(best.homes)
        model.model.minimize(level)
        limits = Limits()
        solver = solver_for(0, 1, limits)
        solver.parameters.max_deterministic_time = self.effort
        status = run(solver, model.model, limits)
        if limits.stop.is_set():
            raise KeyboardInterrupt
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE, cp_model.UNKNOWN):
            raise AssertionError(f"a year's model is {solver.status_name()}; it has a plan")
        if status != cp_model.OPTIMAL:
            self.why = self.why or "the search was ended before it was proven"
        if status != cp_model.UNKNOWN:
            self._play(model, solver)
        return max(0, math.ceil(solver.best_objective_bound - NEAR))

    def _play(self, model: YearModel, solver: cp_model.CpSolver) -> None:
        chosen = [k for k, one in enumerate(model.taken) if solver.boolean_value(one)]
        try:
            played = play(self.world, as_planned(model.plan(chosen)), self.rounds)
        except Broken as broken:
            self.why = self.why or f"its plan breaks a rule that the model leaves out: {broken}"
            return
        self.plans.append(played)
        if played.points > solver.value(model.points_of()):
            self.why = self.why or f"points that the model leaves out: {', '.join(LEFT_OUT)}"


def _in_order(played: Played) -> tuple[int, int, int]:
    return played.today, played.points, played.pence


def _not_below(bound: int, reached: int) -> None:
    if reached < bound:
        raise AssertionError(f"a plan of the year comes to {reached}, below its bound of {bound}")


def hindsight_of(
    world: World, rounds: int, weight: int, ways: Sequence[Played], effort: float = EFFORT
) -> Hindsight:
    """The hindsight of a year that came so far by some ways of choosing.

    `weight` is points for a week without a place needed that day; with no effort nothing is solved,
    and the bounds are 0.
    """
    search = _Search(world, rounds, weight, effort, list(ways))
    if effort <= 0:
        return Hindsight((0, 0, 0, 0), search.found(), "it was not looked for")
    bounds = (*search.first_three(), search.weighed())
    made = Hindsight(bounds, search.found())
    proven = all(made.exact(level) for level in range(PROVEN + 1))
    return made if proven else replace(made, why=search.why)
