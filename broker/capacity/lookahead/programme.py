"""The best use of places over some weeks with every arrival known: a linear programme.

Each person takes at most one choice; in every home and week no more live than places, high need and
load allow. How many live there is carried from week to week, so that a stay is two numbers however
long it is. Where those who live there already are above a limit, nobody is added.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from ortools.linear_solver import pywraplp  # type: ignore[import-untyped]

from broker.capacity.lookahead.year import Year, clashing_with_movers
from matching.board import Ints

Floats = NDArray[np.float64]

MIPS: Final = "HIGHS"
OPTIONS: Final = "output_flag=false\nmip_max_nodes=2000"
KINDS: Final = ("place", "high", "load")
NODES: Final = 2000
"""Branches tried before a whole-number answer is given up; a count, so that runs agree."""


class NoAnswer(Exception):
    """The solver gave no answer to a programme that has one: its rows contradict each other."""


@dataclass(frozen=True)
class Answer:
    """The value, and for each choice how much of it is taken.

    `bound` is what no whole-number answer can be below; `whole` says that `value` is reached by
    one. `prices` are for each kind, home and week what room for one more would save.
    """

    value: float
    bound: float
    whole: bool
    taken: Floats
    prices: tuple[Floats, ...] = ()


@dataclass(frozen=True)
class Kept:
    """A level already decided: its cost by choice and never, and the most it may come to."""

    costs: Ints
    never: Ints
    most: float


class Programme:
    """The programme of a year; it is built once and solved for one level after another."""

    def __init__(
        self, year: Year, *, whole: bool, apart: Iterable[tuple[int, int, int]] = ()
    ) -> None:
        self.year = year
        self.whole = whole
        self.solver = pywraplp.Solver.CreateSolver(MIPS if whole else "GLOP")
        self.solver.SuppressOutput()
        solver, infinity = self.solver, self.solver.infinity()
        number = len(year.person)
        make = solver.BoolVar if whole else (lambda name: solver.NumVar(0, infinity, name))
        self.columns = [make("") for _ in range(number)]
        self.never = [solver.NumVar(0, 1, "") for _ in year.people]
        for at, variable in enumerate(self.never):
            row = solver.Constraint(1, 1)
            row.SetCoefficient(variable, 1)
            for k in np.flatnonzero(year.person == at).tolist():
                row.SetCoefficient(self.columns[k], 1)
        self.flows = self._flows()
        self._arrivals()
        self._together()
        self._movers()
        for one, other, home in sorted(apart):
            self._keep_apart(one, other, home)

    def solve(self, costs: Ints, never: Ints, kept: Sequence[Kept] = ()) -> Answer:
        """The least cost, the levels `kept` no worse than they say."""
        solver = self.solver
        for level in kept:
            row = solver.Constraint(-solver.infinity(), level.most)
            self._cost(row, level.costs, level.never)
        objective = solver.Objective()
        objective.Clear()
        self._cost(objective, costs, never)
        objective.SetMinimization()
        if self.whole:
            solver.SetSolverSpecificParametersAsString(OPTIONS)
        status = solver.Solve()
        if status not in (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE):
            raise NoAnswer(f"the solver's answer to a year's programme is {status}")
        value = objective.Value()
        best = objective.BestBound() if self.whole else value
        return Answer(
            value=value,
            bound=best,
            whole=self.whole and status == pywraplp.Solver.OPTIMAL,
            taken=np.array([column.solution_value() for column in self.columns]),
            prices=() if self.whole else self._prices(),
        )

    def _cost(
        self, row: pywraplp.Constraint | pywraplp.Objective, costs: Ints, never: Ints
    ) -> None:
        for column, cost in zip(self.columns, costs.tolist(), strict=True):
            if cost:
                row.SetCoefficient(column, cost)
        for variable, cost in zip(self.never, never.tolist(), strict=True):
            if cost:
                row.SetCoefficient(variable, cost)

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
                moving = np.flatnonzero(year.old == home)
                released = int(amounts[kind][moving].sum())
                flow = [solver.Constraint(0, 0) for _ in range(year.weeks)]
                for week in range(year.weeks):
                    living = solver.NumVar(-released, float(room[week]), "")
                    flow[week].SetCoefficient(living, -1)
                    if week + 1 < year.weeks:
                        flow[week + 1].SetCoefficient(living, 1)
                for k in mine.tolist():
                    amount = int(amounts[kind][year.person[k]])
                    flow[int(year.start[k])].SetCoefficient(self.columns[k], amount)
                    if year.end[k] < year.weeks:
                        flow[int(year.end[k])].SetCoefficient(self.columns[k], -amount)
                self._release(flow, moving, amounts[kind])
                rows.append(flow)
            made.append(rows)
        return made

    def _release(self, flow: list[pywraplp.Constraint], moving: Ints, amounts: Ints) -> None:
        """Who moves out of a home leaves room from the week after, until they would have left."""
        year = self.year
        for k in np.flatnonzero(np.isin(year.person, moving)).tolist():
            who, leaves = int(year.person[k]), int(year.start[k]) + 1
            if amounts[who] and leaves < year.until[who]:
                self._add(flow[leaves], k, -int(amounts[who]))
                if year.until[who] < year.weeks:
                    self._add(flow[int(year.until[who])], k, int(amounts[who]))

    def _add(self, row: pywraplp.Constraint, choice: int, amount: int) -> None:
        column = self.columns[choice]
        row.SetCoefficient(column, row.GetCoefficient(column) + amount)

    def _arrivals(self) -> None:
        """No more move into one home in one round than may, groups kept together aside."""
        year = self.year
        limits = year.limits[3]
        keys = year.home * year.weeks + year.start
        order = np.argsort(keys, kind="stable")
        cuts = np.flatnonzero(np.diff(keys[order])) + 1
        for group in np.split(order, cuts) if len(order) else ():
            limit = limits[int(year.home[group[0]])]
            if limit is not None and len(group) > limit:
                row = self.solver.Constraint(-self.solver.infinity(), limit)
                for k in group[year.counted[year.person[group]]].tolist():
                    row.SetCoefficient(self.columns[k], 1)

    def _together(self) -> None:
        """A group kept together moves into one home in one round, whole or not at all."""
        year = self.year
        groups: dict[str, list[int]] = {}
        for at, one in enumerate(year.people):
            name = one.referral.sibling_group
            if name in year.problem.groups and year.problem.group_kind(name) == "together":
                groups.setdefault(name, []).append(at)
        for members in groups.values():
            columns = [
                {
                    (int(year.home[k]), int(year.start[k])): self.columns[k]
                    for k in np.flatnonzero(year.person == member).tolist()
                }
                for member in members
            ]
            for first, second in pairwise(columns):
                for key in sorted({*first, *second}):
                    row = self.solver.Constraint(0, 0)
                    if key in first:
                        row.SetCoefficient(first[key], 1)
                    if key in second:
                        row.SetCoefficient(second[key], -1)

    def _movers(self) -> None:
        """Nobody moves in with somebody they clash with who has not moved out before."""
        year = self.year
        for k, mover in clashing_with_movers(year):
            row = self.solver.Constraint(-self.solver.infinity(), 0)
            row.SetCoefficient(self.columns[k], 1)
            before = (year.person == mover) & (year.start < year.start[k])
            for other in np.flatnonzero(before).tolist():
                row.SetCoefficient(self.columns[other], -1)

    def _keep_apart(self, one: int, other: int, home: int) -> None:
        """Two people are never in a home in the same week."""
        year = self.year
        both = (year.person == one) | (year.person == other)
        mine = np.flatnonzero(both & (year.home == home))
        for week in sorted({int(week) for week in year.start[mine]}):
            here = mine[(year.start[mine] <= week) & (week < year.end[mine])]
            if len(here) > 1:
                row = self.solver.Constraint(-self.solver.infinity(), 1)
                for k in here.tolist():
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
