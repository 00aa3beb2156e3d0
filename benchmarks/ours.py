"""One case matched by the engine in this process: when each milestone was reached.

Run as `python -m benchmarks.ours FOLDER LIMIT` (LIMIT 0: none); prints one line of JSON.
"""

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

from matching.exchange import read_case
from matching.solve import Options, match
from matching.state import Progress

GAPS = (0.01, 0.001)


def gap_of(points: int, bound: int) -> float:
    """Return how far a plan may be from the best, as a part of its points."""
    return (points - bound) / points if points > bound else 0.0


def measure(folder: Path, limit: float) -> dict[str, Any]:
    """Return seconds to each milestone, from the start of matching; reading stands apart."""
    began = time.perf_counter()
    problem = read_case(folder)
    read = time.perf_counter() - began
    reached: dict[str, float] = {}

    def hear(progress: Progress) -> None:
        elapsed = time.perf_counter() - began
        if progress.levels.today < len(problem.referrals) and progress.levels.cost:
            reached.setdefault("first", elapsed)
        if progress.levels.today == progress.bound.today:
            reached.setdefault("today", elapsed)
            gap = gap_of(progress.levels.points, progress.bound.points)
            for most in GAPS:
                if gap <= most and progress.bound.points:
                    reached.setdefault(f"gap {most}", elapsed)

    options = Options(time_limit=limit or None, heard=hear)
    began = time.perf_counter()
    plan = match(problem, options)
    total = time.perf_counter() - began
    return {
        "read": read,
        "pairs": plan.timing["pairs"],
        "first": reached.get("first"),
        "today": reached.get("today"),
        "gap 1%": reached.get("gap 0.01"),
        "gap 0.1%": reached.get("gap 0.001"),
        "proof": total if plan.status == "optimal" else None,
        "total": total,
        "levels": [plan.levels.today, plan.levels.points, plan.levels.cost],
        "bound": [plan.bound.today, plan.bound.points, plan.bound.cost],
        "gap": gap_of(plan.levels.points, plan.bound.points),
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def warm(folder: Path) -> None:
    """Import and compile what a first match would, so that it is not measured."""
    from ortools.linear_solver import pywraplp  # type: ignore[import-untyped]
    from ortools.sat.python import cp_model

    pywraplp.Solver.CreateSolver("GLOP")
    cp_model.CpSolver().solve(cp_model.CpModel())
    match(read_case(folder), Options(time_limit=0.001))


if __name__ == "__main__":
    case, seconds = Path(sys.argv[1]), float(sys.argv[2])
    warm(case)
    print(json.dumps(measure(case, seconds)))
