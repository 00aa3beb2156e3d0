"""The best use of places over some weeks with every arrival known: a linear programme.

Each person takes at most one choice; in every home and week no more live than places, high need and
load allow. How many live there is carried from week to week, so that a stay is two numbers however
long it is. Where those who live there already are above a limit, nobody is added.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from ortools.linear_solver import pywraplp  # type: ignore[import-untyped]

from broker.capacity.lookahead.year import Year
from matching.board import Ints

Floats = NDArray[np.float64]

KINDS: Final = ("place", "high", "load")


class NoAnswer(Exception):
    """The solver gave no answer to a programme that has one: its rows contradict each other."""


@dataclass(frozen=True)
class Answer:
    """The least cost, and for each choice how much of it is taken.

    `prices` are for each kind, home and week what room for one more would save.
    """

    value: float
    taken: Floats
    prices: tuple[Floats, ...]


class Programme:
    """The programme of a year."""

    def __init__(self, year: Year) -> None:
        self.year = year
        self.solver = pywraplp.Solver.CreateSolver("GLOP")
        self.solver.SuppressOutput()
        solver, infinity = self.solver, self.solver.infinity()
        self.columns = [solver.NumVar(0, infinity, "") for _ in range(len(year.person))]
        self.never = [solver.NumVar(0, 1, "") for _ in year.people]
        for at, variable in enumerate(self.never):
            row = solver.Constraint(1, 1)
            row.SetCoefficient(variable, 1)
            for k in np.flatnonzero(year.person == at).tolist():
                row.SetCoefficient(self.columns[k], 1)
        self.flows = self._flows()
        self._arrivals()

    def solve(self, costs: Ints, never: Ints) -> Answer:
        """The least cost, by choice taken and by person who gets none."""
        objective = self.solver.Objective()
        for column, cost in zip(self.columns, costs.tolist(), strict=True):
            objective.SetCoefficient(column, cost)
        for variable, cost in zip(self.never, never.tolist(), strict=True):
            objective.SetCoefficient(variable, cost)
        objective.SetMinimization()
        status = self.solver.Solve()
        if status != pywraplp.Solver.OPTIMAL:
            raise NoAnswer(f"the solver's answer to a year's programme is {status}")
        taken = np.array([column.solution_value() for column in self.columns])
        return Answer(objective.Value(), taken, self._prices())

    def _flows(self) -> list[list[list[pywraplp.Constraint] | None]]:
        """For each kind and home the rows that carry those living there from week to week."""
        year, solver = self.year, self.solver
        ones = np.ones(len(year.people), dtype=np.int64)
        amounts = (ones, year.high, year.load)
        made: list[list[list[pywraplp.Constraint] | None]] = []
        for kind in range(len(KINDS)):
            rows: list[list[pywraplp.Constraint] | None] = []
            for home, limit in enumerate(year.limits[kind]):
                mine = np.flatnonzero((year.home == home) & (amounts[kind][year.person] > 0))
                if limit is None or not len(mine):
                    rows.append(None)
                    continue
                room = np.maximum(0, limit - year.taken[kind][home])
                flow = [solver.Constraint(0, 0) for _ in range(year.weeks)]
                for week in range(year.weeks):
                    living = solver.NumVar(0, float(room[week]), "")
                    flow[week].SetCoefficient(living, -1)
                    if week + 1 < year.weeks:
                        flow[week + 1].SetCoefficient(living, 1)
                for k in mine.tolist():
                    amount = int(amounts[kind][year.person[k]])
                    flow[int(year.start[k])].SetCoefficient(self.columns[k], amount)
                    if year.end[k] < year.weeks:
                        flow[int(year.end[k])].SetCoefficient(self.columns[k], -amount)
                rows.append(flow)
            made.append(rows)
        return made

    def _arrivals(self) -> None:
        """No more move into one home in one round than may."""
        year = self.year
        limits = year.limits[3]
        keys = year.home * year.weeks + year.start
        order = np.argsort(keys, kind="stable")
        cuts = np.flatnonzero(np.diff(keys[order])) + 1
        for group in np.split(order, cuts) if len(order) else ():
            limit = limits[int(year.home[group[0]])]
            if limit is not None and len(group) > limit:
                row = self.solver.Constraint(-self.solver.infinity(), limit)
                for k in group.tolist():
                    row.SetCoefficient(self.columns[k], 1)

    def _prices(self) -> tuple[Floats, ...]:
        """What room for one more in a home and week would save: differences of the flow's duals."""
        year = self.year
        made = []
        for rows in self.flows:
            table = np.zeros((len(year.problem.homes), year.weeks))
            for home, flow in enumerate(rows):
                if flow is not None:
                    duals = np.array([row.dual_value() for row in flow] + [0.0])
                    table[home] = np.maximum(0.0, np.diff(duals))
            made.append(table)
        return tuple(made)
