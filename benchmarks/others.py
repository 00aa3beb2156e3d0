"""One case by something else in this process: what it reaches, and when.

Run as `python -m benchmarks.others WHICH FOLDER LIMIT`; prints one line of JSON. WHICH is `flow`
(min-cost flow alone: places by number, no mix, no companions: a limit of what can be), `cp-sat`
(CP-SAT as it comes on the direct model) or `highs` (HiGHS through scipy on the same model). The
last two take levels 1 and 2 as one weighted sum; seconds count from the pairs on.
"""

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from matching.choices import Choices, find_choices
from matching.evaluate import evaluate
from matching.exchange import read_case
from matching.pairs import find_pairs
from matching.programme import Programme, build


def choices_of(folder: Path) -> Choices:
    """Return the choices of a case."""
    return find_choices(find_pairs(read_case(folder)))


def weight_of(choices: Choices) -> int:
    """Return what one more placed today weighs in points: more than any one chain of moves."""
    return 4 * int(choices.wait.max(initial=1)) + int(choices.cost.max(initial=1))


def objective(programme: Programme) -> list[int]:
    """Return the weighted sum of levels 1 and 2 by column."""
    points = programme.points() - weight_of(programme.choices) * programme.today()
    return [*points.tolist(), *(extra.points for extra in programme.extras)]


def flow(choices: Choices, limit: float) -> dict[str, Any]:
    """Return the cost and time of the min-cost flow: units to homes, by numbers alone."""
    from ortools.graph.python import min_cost_flow  # type: ignore[import-untyped]

    began = time.perf_counter()
    homes, units = len(choices.problem.homes), len(choices.units)
    free = choices.pairs.board.household(choices.problem.horizon).free
    places = np.minimum(np.maximum(free, 0), choices.pairs.board.max_arrivals)
    worth = choices.cost - choices.wait[choices.unit]
    worth = worth - weight_of(choices) * choices.today[choices.unit]
    network = min_cost_flow.SimpleMinCostFlow()
    one = np.ones(len(choices), dtype=np.int64)
    network.add_arcs_with_capacity_and_unit_cost(
        choices.unit.astype(np.int32), (units + choices.home).astype(np.int32), one, worth
    )
    every = np.arange(units, dtype=np.int32)
    sink = units + homes
    network.add_arcs_with_capacity_and_unit_cost(
        every, np.full(units, sink, np.int32), np.ones(units, np.int64), np.zeros(units, np.int64)
    )
    at = np.arange(homes, dtype=np.int32)
    network.add_arcs_with_capacity_and_unit_cost(
        units + at, np.full(homes, sink, np.int32), places, np.zeros(homes, np.int64)
    )
    network.set_nodes_supplies(every, np.ones(units, np.int64))
    network.set_node_supply(sink, -units)
    network.solve()
    return {"seconds": time.perf_counter() - began, "status": "solved"}


def plain_cp_sat(choices: Choices, limit: float) -> dict[str, Any]:
    """Return what CP-SAT reaches on the direct model, one worker, its own settings otherwise."""
    from ortools.sat.python import cp_model

    began = time.perf_counter()
    programme = build(choices)
    costs = objective(programme)
    model = cp_model.CpModel()
    columns = [model.new_bool_var("") for _ in programme.kept]
    columns += [model.new_int_var(0, extra.most, "") for extra in programme.extras]
    for row in programme.rows:
        names = [columns[k] for k in row.columns]
        model.add(cp_model.LinearExpr.weighted_sum(names, row.coefficients) <= row.most)
    model.minimize(cp_model.LinearExpr.weighted_sum(columns, costs))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = max(0.1, limit - (time.perf_counter() - began))
    status = solver.solve(model)
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    values = [solver.value(column) for column in columns] if found else None
    bound = solver.best_objective_bound
    return outcome(programme, values, bound, time.perf_counter() - began)


def plain_highs(choices: Choices, limit: float) -> dict[str, Any]:
    """Return what HiGHS reaches on the direct model."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    began = time.perf_counter()
    programme = build(choices)
    costs = np.array(objective(programme), dtype=float)
    data = np.concatenate([np.array(row.coefficients, dtype=float) for row in programme.rows])
    where = np.concatenate([np.array(row.columns) for row in programme.rows])
    edges = np.cumsum([0, *(len(row.columns) for row in programme.rows)])
    matrix = csr_array((data, where, edges), shape=(len(programme.rows), len(costs)))
    most = np.array([row.most for row in programme.rows], dtype=float)
    upper = [1.0] * len(programme.kept) + [float(extra.most) for extra in programme.extras]
    answer = milp(
        costs,
        integrality=np.ones(len(costs), dtype=np.int64),
        bounds=Bounds(0, np.array(upper)),
        constraints=LinearConstraint(matrix, -np.inf, most),
        options={"time_limit": max(0.1, limit - (time.perf_counter() - began)), "mip_rel_gap": 0.0},
    )
    values = None if answer.x is None else np.rint(answer.x).astype(int).tolist()
    bound = -np.inf if answer.mip_dual_bound is None else float(answer.mip_dual_bound)
    return outcome(programme, values, bound, time.perf_counter() - began)


def outcome(
    programme: Programme, values: list[int] | None, bound: float, seconds: float
) -> dict[str, Any]:
    """Return what was reached: levels counted again, and the gap in points of the weighted sum."""
    if values is None:
        return {"seconds": seconds, "status": "no plan"}
    choices = programme.choices
    chosen = np.zeros(len(choices), dtype=bool)
    chosen[programme.kept] = np.array(values[: len(programme.kept)]) > 0
    levels = evaluate(choices.pairs, choices.plan(chosen)).levels
    reached = sum(c * v for c, v in zip(objective(programme), values, strict=True))
    gap = max(0.0, reached - bound) / max(1, levels.points)
    status = "proven" if reached - bound < 1 - 1e-6 else "not proven"
    return {
        "seconds": seconds,
        "status": status,
        "gap": gap,
        "levels": [levels.today, levels.points, levels.cost],
    }


WAYS = {"flow": flow, "cp-sat": plain_cp_sat, "highs": plain_highs}


if __name__ == "__main__":
    found = WAYS[sys.argv[1]](choices_of(Path(sys.argv[2])), float(sys.argv[3]))
    found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found))
