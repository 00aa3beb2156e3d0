"""Which cells are hidden so that no count under five follows, exactly, from what is shown.

Every count under five is hidden. Others are hidden with them until, for each hidden count under
five, another table of whole numbers from 0 with all the shown cells and sums has five or more in
its place: from what is shown nobody can tell that it is small. Then as few of the others are shown
again as keep that so. The search minimises what is lost (a cell, and its count); the proof of each
cell is a solve of its own by CP-SAT, whose integers are exact.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from ortools.sat.python import cp_model

from broker.offer_reasons.totals import FEWEST
from broker.warehouse.publish.cells import Cell, System

_SEARCH: Final = 20.0
"""Deterministic time of a search; the same tables give the same answer on any machine."""


class NotProven(Exception):
    """The search ended without an answer: nothing may be published by cells."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What follows of a hidden cell from what is shown: the least and the most it may be."""

    least: int
    most: int


def protected(system: System) -> frozenset[Cell]:
    """The cells to hide.

    Raises:
        NotProven: no search found and proved an answer in its time.
    """
    small = {cell for cell, value in system.values.items() if value < FEWEST}
    if not small:
        return frozenset()
    hidden, witness = _least_loss(system, small)
    hidden = _shown_again(system, small, hidden, witness)
    unsafe = follows(system, hidden)
    if unsafe:
        raise NotProven(str(sorted(unsafe)))
    return frozenset(hidden)


def follows(system: System, hidden: Collection[Cell]) -> list[Cell]:
    """Hidden cells whose value follows from what is shown, or, under five, that they are so."""
    found = []
    for cell in sorted(hidden):
        value = system.values[cell]
        if value < FEWEST:
            safe = _another(system, hidden, [cell]) is not None
        else:
            limits = bounds(system, hidden, cell)
            safe = limits.least < limits.most
        if not safe:
            found.append(cell)
    return found


def bounds(system: System, hidden: Collection[Cell], cell: Cell) -> Bounds:
    """The least and the most that a cell may be, by what is shown and by the sums."""
    ends = []
    for sign in (1, -1):
        model, cells = _tables(system, hidden)
        model.minimize(sign * cells[cell])
        solver = _solver()
        if solver.solve(model) != cp_model.OPTIMAL:
            raise NotProven(str(cell))
        ends.append(solver.value(cells[cell]))
    return Bounds(*ends)


def _most(system: System) -> int:
    """More than any table needs to have in a cell: all there are, and five for each sum."""
    return max(system.values.values()) + FEWEST * (len(system.sums) + 1)


def _tables(
    system: System, hidden: Collection[Cell]
) -> tuple[cp_model.CpModel, dict[Cell, cp_model.IntVar]]:
    """All tables of whole numbers from 0 that agree with what is shown."""
    model = cp_model.CpModel()
    most = _most(system)
    kept = frozenset(hidden)
    cells = {
        cell: model.new_int_var(0, most, "") if cell in kept else model.new_constant(value)
        for cell, value in system.values.items()
    }
    for total, parts in system.sums:
        model.add(cells[total] == sum(cells[part] for part in parts))
    return model, cells


def _another(
    system: System, hidden: Collection[Cell], raised: Iterable[Cell]
) -> Mapping[Cell, int] | None:
    """A table that agrees with what is shown and has five or more in these cells; None if none."""
    model, cells = _tables(system, hidden)
    for cell in raised:
        model.add(cells[cell] >= FEWEST)
    solver = _solver()
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return None
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise NotProven(solver.status_name(status))
    return {cell: solver.value(variable) for cell, variable in cells.items()}


def _least_loss(system: System, small: Collection[Cell]) -> tuple[set[Cell], Mapping[Cell, int]]:
    """A table with five or more in place of every small count, that differs where least is lost."""
    model = cp_model.CpModel()
    most = _most(system)
    cells, differs = {}, {}
    for cell, value in system.values.items():
        cells[cell] = model.new_int_var(FEWEST if cell in small else 0, most, "")
        if cell not in small:
            differs[cell] = model.new_bool_var("")
            model.add(cells[cell] == value).only_enforce_if(~differs[cell])
            model.add_hint(cells[cell], value)
    for total, parts in system.sums:
        model.add(cells[total] == sum(cells[part] for part in parts))
    model.minimize(sum((1 + system.values[cell]) * one for cell, one in differs.items()))
    solver = _solver()
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise NotProven("no table was found")
    hidden = {*small, *(cell for cell, one in differs.items() if solver.value(one))}
    return hidden, {cell: solver.value(variable) for cell, variable in cells.items()}


def _shown_again(
    system: System, small: Collection[Cell], hidden: set[Cell], witness: Mapping[Cell, int]
) -> set[Cell]:
    """The hidden cells less those that may be shown after all, the largest counts first."""
    witnesses = [witness]
    others = sorted(hidden - set(small), key=lambda cell: (-system.values[cell], cell))
    for cell in others:
        less = hidden - {cell}
        fitting = [one for one in witnesses if one[cell] == system.values[cell]]
        found: list[Mapping[Cell, int]] = []
        for one in sorted(small):
            if any(each[one] >= FEWEST for each in (*fitting, *found)):
                continue
            another = _another(system, less, [one])
            if another is None:
                break
            found.append(another)
        else:
            hidden, witnesses = less, [*fitting, *found]
    return hidden


def _solver() -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.parameters.max_deterministic_time = _SEARCH
    return solver
