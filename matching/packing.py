"""A level decided over patterns by CP-SAT: at most one a home, none that share a unit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from matching.board import Ints
from matching.patterns import Pattern, Pool
from matching.search import Infeasible, Limits, SolverFailed, run, solver_for

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
class Budget:
    """By how much the homes together may stay above their best at some prices, in 1/SCALE.

    `dear` says it of each pattern, `empty` of each home that takes none. A plan within reach of a
    bound keeps this for all homes together, so that it follows from the points and is no rule.
    """

    dear: Callable[[Pattern], int]
    empty: Ints
    slack: int


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
    budget: Budget | None = None,
) -> Packed | None:
    """The best of the patterns offered for a level; None where the limit came first.

    `start` are patterns of a plan to begin from. `draw` is by candidate, for ties. `effort` is a
    limit in CP-SAT's own deterministic time. `heard` is told each better bound, `found` the
    patterns of each better solution. Raises Infeasible where nothing is within the budget.
    """
    from ortools.sat.python import cp_model

    dear: list[int] = []
    if budget is not None:
        costs = [budget.dear(pool.patterns[number]) for number in offered]
        dear = [cost for cost in costs if cost <= budget.slack]
        offered = [n for n, cost in zip(offered, costs, strict=True) if cost <= budget.slack]
    patterns = [pool.patterns[number] for number in offered]
    model = cp_model.CpModel()
    columns = [model.new_bool_var("") for _ in patterns]
    if budget is None:
        _at_most_one(model, columns, [[p.home] for p in patterns])
    else:
        _within(model, columns, patterns, dear, budget)
    _at_most_one(model, columns, [p.units for p in patterns])
    _pinned(model, columns, patterns, pool)
    extras, prices = _terms(model, columns, patterns, pool, priced=level != "today")

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
    solver = _solver(seed, workers, limits)
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
    failed = Infeasible if status == cp_model.INFEASIBLE else SolverFailed
    raise failed(f"the solver answered {solver.status_name(status)}")


def _solver(seed: int, workers: int, limits: Limits) -> cp_model.CpSolver:
    """A solver with the settings for models over patterns.

    Their linear programme is nearly whole: with all its rows from the start and a light presolve
    they were decided in a quarter of the time.
    """
    solver = solver_for(seed, workers, limits)
    solver.parameters.add_lp_constraints_lazily = False
    solver.parameters.max_presolve_iterations = 1
    solver.parameters.cp_model_probing_level = 0
    solver.parameters.symmetry_level = 0
    return solver


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


def _within(
    model: cp_model.CpModel,
    columns: Sequence[cp_model.IntVar],
    patterns: Sequence[Pattern],
    dear: Sequence[int],
    budget: Budget,
) -> None:
    """Each home takes one pattern, or none where that is within the budget; all of them are."""
    of: dict[int, list[cp_model.IntVar]] = {}
    for column, pattern in zip(columns, patterns, strict=True):
        of.setdefault(pattern.home, []).append(column)
    names, amounts = list(columns), list(dear)
    for home, empty in enumerate(budget.empty.tolist()):
        those = of.get(home, [])
        if empty <= budget.slack:
            nobody = model.new_bool_var("")
            those = [*those, nobody]
            names.append(nobody)
            amounts.append(empty)
        model.add_exactly_one(those)
    model.add(_weighted(names, amounts) <= budget.slack)


def _pinned(
    model: cp_model.CpModel,
    columns: Sequence[cp_model.IntVar],
    patterns: Sequence[Pattern],
    pool: Pool,
) -> None:
    """Whoever is placed whatever it costs is placed."""
    for unit in np.flatnonzero(pool.market.pinned).tolist():
        model.add_at_least_one(
            column for column, p in zip(columns, patterns, strict=True) if unit in p.units
        )


def _terms(
    model: cp_model.CpModel,
    columns: Sequence[cp_model.IntVar],
    patterns: Sequence[Pattern],
    pool: Pool,
    *,
    priced: bool,
) -> tuple[list[cp_model.IntVar], list[int]]:
    """Columns for siblings apart, shares and balance, with their points; limits that bind.

    Where points are not `priced` only what binds is stated.
    """
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
        if not priced:
            break
        group = int(market.kin_group[row])
        if group not in apart:
            apart[group] = model.new_bool_var("")
            extras.append(apart[group])
            prices.append(market.apart_points)
        model.add(sum(those) <= 1 + apart[group])
    sizes = [pattern.size for pattern in patterns]
    placed = None
    if any(link.share for link in market.links):
        placed = _all_placed(model, columns, sizes)
    for row, link in enumerate(market.links):
        if not (priced or link.binds):
            continue
        those_with = linked.get(row, [])
        names = [column for column, _ in those_with]
        amounts = [amount for _, amount in those_with]
        if placed is not None and link.share:
            names, amounts = [*names, placed], [*amounts, link.share]
        if not link.binds:
            extras.append(model.new_int_var(0, max(0, link.limit), ""))
            prices.append(link.points)
            names, amounts = [*names, extras[-1]], [*amounts, -link.each]
        model.add(_weighted(names, amounts) <= link.most)
    return extras, prices


def _all_placed(
    model: cp_model.CpModel, columns: Sequence[cp_model.IntVar], sizes: Sequence[int]
) -> cp_model.IntVar:
    """A column for how many are placed in all; it keeps the rows that count everybody thin."""
    placed = model.new_int_var(0, sum(sizes), "")
    model.add(_weighted([*columns, placed], [*sizes, -1]) <= 0)
    return placed


def _weighted(columns: Sequence[cp_model.IntVar], amounts: Sequence[int]) -> cp_model.LinearExpr:
    """A weighted sum."""
    from ortools.sat.python import cp_model

    return cp_model.LinearExpr.weighted_sum(columns, amounts)
