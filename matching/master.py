"""The linear programme over patterns: prices from it, patterns to it, until the bound stands.

Column generation: GLOP finds the best mixture of the patterns known and the prices it implies;
at prices between those and the best so far (Wentges) every home names its best sets, which join.
The bound is counted in whole numbers apart from GLOP, so that its rounding proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from matching.aims import Aim, Floats, Prices, Relaxation, whole_bound
from matching.kernels import FINE, SCALE
from matching.known import Known
from matching.patterns import Pool
from matching.search import Limits

MIXTURES = (0.6, 0.3, 0.0)
STARTING_SLACK = 6 * SCALE
STARTING_SETS = 15
SETS_A_HOME = 20
SETS_IN_A_TIE = 1
MOST = 3_000_000
CLOSE = 0.02
NEARING = (0.01, 0.001)


class Master:
    """The linear programme of an aim over the patterns taken so far."""

    def __init__(self, pool: Pool, aim: Aim) -> None:
        from ortools.linear_solver import pywraplp  # type: ignore[import-untyped]

        self.pool, self.aim = pool, aim
        market = pool.market
        self.solver = pywraplp.Solver.CreateSolver("GLOP")
        free = self.solver.infinity()
        self.objective = self.solver.Objective()
        self.objective.SetMinimization()
        self.units = [
            self.solver.Constraint(1.0 if pinned else -free, 1) for pinned in market.pinned.tolist()
        ]
        self.homes = [self.solver.Constraint(-free, 1) for _ in market.arrivals]
        self.kin = [self.solver.Constraint(-free, 1) for _ in market.kin_group]
        self.links = [self.solver.Constraint(-free, float(link.most)) for link in market.links]
        needed = 0 if aim.needed is None else aim.needed
        self.today = self.solver.Constraint(float(needed), free)
        self.today.SetCoefficient(self._column(aim.dear), 1)
        for unit in np.flatnonzero(market.pinned):
            self.units[int(unit)].SetCoefficient(self._column(aim.dear), 1)
        for group in range(int(market.kin_group.max(initial=-1)) + 1):
            apart = self._column(market.apart_points if aim.joint else 0)
            for row in np.flatnonzero(market.kin_group == group):
                self.kin[int(row)].SetCoefficient(apart, -1)
        self.placed = self.solver.Constraint(-free, 0)
        placed = self._column(0)
        self.placed.SetCoefficient(placed, -1)
        self.shared = any(link.share for link in market.links)
        for row, link in zip(self.links, market.links, strict=True):
            if link.binds:
                most = max(1, int(np.abs(link.amounts).max(initial=0)), abs(link.share))
                row.SetCoefficient(self._column(aim.dear), -most)
            else:
                row.SetCoefficient(self._column(link.points if aim.joint else 0), -link.each)
            row.SetCoefficient(placed, link.share)
        self.first = True
        self.columns: list[tuple[int, Any]] = []

    def _column(self, cost: int) -> Any:
        column = self.solver.NumVar(0, self.solver.infinity(), "")
        self.objective.SetCoefficient(column, cost)
        return column

    def take(self, numbers: Iterable[int]) -> None:
        """Give the programme a column for each of these patterns of the pool."""
        joint = self.aim.joint
        for number in numbers:
            pattern = self.pool.patterns[number]
            column = self._column(pattern.points if joint else -pattern.today)
            self.columns.append((number, column))
            self.homes[pattern.home].SetCoefficient(column, 1)
            for unit in pattern.units:
                self.units[unit].SetCoefficient(column, 1)
            for row, amount in pattern.links:
                self.links[row].SetCoefficient(column, amount)
            if self.shared:
                self.placed.SetCoefficient(column, pattern.size)
            if joint:
                for row in pattern.kin:
                    self.kin[row].SetCoefficient(column, 1)
                if pattern.today:
                    self.today.SetCoefficient(column, pattern.today)

    def mixture(self) -> list[int]:
        """The patterns that the last solution holds some of."""
        return [number for number, column in self.columns if column.solution_value() > 1e-6]

    def solve(self, limits: Limits) -> tuple[float, Floats, Floats, Floats, float] | None:
        """The value of the best mixture and its prices of units, kin, links, today."""
        fresh = "true" if self.first else "false"
        self.solver.SetSolverSpecificParametersAsString(
            f"use_preprocessing:{fresh} use_dual_simplex:{fresh}"
        )
        left = limits.left()
        if left is not None:
            self.solver.SetTimeLimit(max(1, int(left * 1000)))
        self.first = False
        if self.solver.Solve() != self.solver.OPTIMAL:
            return None
        return (
            self.objective.Value(),
            np.array([-row.dual_value() for row in self.units]),
            np.array([-row.dual_value() for row in self.kin]),
            np.array([-row.dual_value() for row in self.links]),
            self.today.dual_value(),
        )


def price_out(
    relaxation: Relaxation,
    pool: Pool,
    target: Callable[[], int],
    limits: Limits,
    heard: Callable[[int], None],
    attempt: Callable[[list[int]], None] | None = None,
    known: Known | None = None,
) -> tuple[int, Prices, list[int]]:
    """The best bound found (in 1/SCALE, the aim's constant aside), the prices that prove it, and
    the patterns that the last mixture holds.

    `target` is what the best plan reaches: a bound that rounds up to it ends the work. `heard` is
    told each better bound. `attempt` is given the patterns of the mixture when its value first
    comes within each of `NEARING` of the bound. `known` is where to start from.
    """
    aim = relaxation.aim
    if known is None:
        centre = relaxation.first_prices()
    else:
        centre = relaxation.near(known.prices(pool.market))
    best = relaxation.bound(centre)
    heard(best)
    master = Master(pool, aim)
    pool.take(relaxation.best_sets())
    slack = STARTING_SLACK if aim.joint else 0
    pool.take([] if known is None else known.sets(pool.market))
    few, many = (SETS_A_HOME, STARTING_SETS) if aim.joint else (SETS_IN_A_TIE, SETS_IN_A_TIE)
    pool.take(relaxation.sets_within(centre, slack, many, MOST)[1])
    master.take(range(len(pool)))
    mixture: list[int] = []
    nearing = list(NEARING)
    while not limits.over and whole_bound(best) < target():
        answer = master.solve(limits)
        if answer is None:
            break
        value, *duals = answer
        mixture = master.mixture()
        near = (value - best / SCALE) / max(1.0, abs(aim.constant + value))
        if attempt is not None and nearing and near < nearing[0]:
            nearing = [mark for mark in nearing if mark <= near]
            attempt(mixture)
        if value * SCALE - best < CLOSE * SCALE or whole_bound(best) >= np.ceil(value - 1e-6):
            break
        added: list[int] = []
        for weight in MIXTURES:
            prices = _between(relaxation, centre, duals, weight)
            bound = relaxation.bound(prices)
            added = pool.take(relaxation.best_sets())
            added += pool.take(relaxation.sets_within(prices, 0, few, MOST)[1])
            if bound > best:
                best, centre = bound, prices
                heard(best)
            if added or limits.over:
                break
        if not added:
            break
        master.take(added)
    return best, centre, mixture


def _between(
    relaxation: Relaxation,
    centre: Prices,
    duals: list[object],
    weight: float,
) -> Prices:
    unit, kin, link, today = duals

    def mix(new: object, old: object, scale: int = SCALE) -> Floats:
        blend: Floats = (1 - weight) * np.asarray(new) + weight * np.asarray(old) / scale
        return blend

    return relaxation.lawful(
        mix(unit, centre.unit),
        mix(kin, centre.kin),
        mix(link, centre.link, SCALE << FINE),
        float(mix(today, centre.today)),
    )
