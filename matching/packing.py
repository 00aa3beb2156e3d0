"""A level decided over patterns by CP-SAT: at most one a home, none that share a unit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from matching.board import Ints
from matching.patterns import Pattern, Pool
from matching.search import Limits, SolverFailed, run, solver_for

if TYPE_CHECKING:
    from ortools.sat.python import cp_model


@dataclass(frozen=True, slots=True)
class Held:
    """What the levels before hold: at least `today` placed; `points` and `cost` at most, if given.

    They count what the placements add: `points` with the plan's own terms, `cost` in pence.
    """

    today: int | None = None
    points: int | None = None
    cost: int | None = None


@dataclass(frozen=True, slots=True)
class Packed:
    """Patterns taken (numbers of the pool), what they reach, and the bound among those offered."""

    taken: list[int]
    reached: int
    bound: int

    @property
    def proven(self) -> bool:
        """Whether nothing better is among the patterns offered."""
        return self.reached == self.bound


def pack(
    pool: Pool,
    offered: Sequence[int],
    level: str,
    held: Held,
    start: Iterable[int],
    limits: Limits,
    *,
    draw: Ints | None = None,
    seed: int = 0,
    workers: int = 1,
    effort: float | None = None,
    heard: Callable[[int], None] | None = None,
    found: Callable[[list[int]], None] | None = None,
) -> Packed | None:
    """The best of the patterns offered for a level; None where the limit came first.

    `start` are patterns of a plan to begin from. `draw` is by candidate, for ties. `effort` is a
    limit in CP-SAT's own deterministic time. `heard` is told each better bound, `found` the
    patterns of each better solution.
    """
    from ortools.sat.python import cp_model

    patterns = [pool.patterns[number] for number in offered]
    model = cp_model.CpModel()
    columns = [model.new_bool_var("") for _ in patterns]
    _at_most_one(model, columns, [[p.home] for p in patterns])
    _at_most_one(model, columns, [p.units for p in patterns])
    extras: list[cp_model.IntVar] = []
    prices: list[int] = []
    if level != "today":
        extras, prices = _terms(model, columns, patterns, pool)

    def total(amounts: Sequence[int], own: bool) -> cp_model.LinearExpr:
        names = columns + (extras if own else [])
        return cp_model.LinearExpr.weighted_sum(names, [*amounts, *(prices if own else [])])

    measures = {
        "today": (total([-p.today for p in patterns], False), held.today),
        "points": (total([p.points for p in patterns], True), held.points),
        "cost": (total([p.cost for p in patterns], False), held.cost),
    }
    for name, (measure, most) in measures.items():
        if most is not None and name != level:
            model.add(measure <= (-most if name == "today" else most))
    amounts = [_worth(p, level, draw) for p in patterns]
    model.minimize(total(amounts, level == "points"))
    begin = set(start)
    for number, column in zip(offered, columns, strict=True):
        model.add_hint(column, number in begin)
    solver = solver_for(seed, workers, limits)
    if effort is not None:
        solver.parameters.max_deterministic_time = effort

    def taken(values: Ints) -> list[int]:
        return [number for number, value in zip(offered, values, strict=False) if value]

    status = run(
        solver,
        model,
        limits,
        heard=heard,
        found=None if found is None else (lambda values: found(taken(values))),
    )
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        reached = round(solver.objective_value)
        bound = int(np.ceil(solver.best_objective_bound - 1e-6))
        bound = reached if status == cp_model.OPTIMAL else bound
        if bound > reached:
            raise SolverFailed(f"the bound {bound} lies above a solution of {reached}")
        return Packed(taken(np.array(solver.response_proto.solution)), reached, bound)
    if status == cp_model.UNKNOWN:
        return None
    raise SolverFailed(f"the solver answered {solver.status_name(status)}")


def _worth(pattern: Pattern, level: str, draw: Ints | None) -> int:
    """What a pattern adds to a level."""
    if level == "ties":
        return 0 if draw is None else int(draw[list(pattern.candidates)].sum())
    return {"today": -pattern.today, "points": pattern.points, "cost": pattern.cost}[level]


def _at_most_one(
    model: cp_model.CpModel,
    columns: Sequence[cp_model.IntVar],
    owners: Sequence[Sequence[int]],
) -> None:
    of: dict[int, list[cp_model.IntVar]] = {}
    for column, names in zip(columns, owners, strict=True):
        for name in names:
            of.setdefault(name, []).append(column)
    for _, those in sorted(of.items()):
        if len(those) > 1:
            model.add_at_most_one(those)


def _terms(
    model: cp_model.CpModel,
    columns: Sequence[cp_model.IntVar],
    patterns: Sequence[Pattern],
    pool: Pool,
) -> tuple[list[cp_model.IntVar], list[int]]:
    """Columns for siblings apart, shares and balance, with their points."""
    market = pool.market
    visits: dict[int, list[cp_model.IntVar]] = {}
    linked: dict[int, list[tuple[cp_model.IntVar, int]]] = {}
    for column, pattern in zip(columns, patterns, strict=True):
        for row in pattern.kin:
            visits.setdefault(row, []).append(column)
        for row, amount in pattern.links:
            linked.setdefault(row, []).append((column, amount))
    extras: list[cp_model.IntVar] = []
    prices: list[int] = []
    apart: dict[int, cp_model.IntVar] = {}
    for row, those in sorted(visits.items()):
        group = int(market.kin_group[row])
        if group not in apart:
            apart[group] = model.new_bool_var("")
            extras.append(apart[group])
            prices.append(market.apart_points)
        model.add(sum(those) <= 1 + apart[group])
    for row, link in enumerate(market.links):
        extra = model.new_int_var(0, max(0, link.limit), "")
        extras.append(extra)
        prices.append(link.points)
        those_with = linked.get(row, [])
        names = [column for column, _ in those_with] + [extra]
        amounts = [amount for _, amount in those_with] + [-link.each]
        model.add(_weighted(names, amounts) <= link.most)
    return extras, prices


def _weighted(columns: Sequence[cp_model.IntVar], amounts: Sequence[int]) -> cp_model.LinearExpr:
    """A weighted sum."""
    from ortools.sat.python import cp_model

    return cp_model.LinearExpr.weighted_sum(columns, amounts)
