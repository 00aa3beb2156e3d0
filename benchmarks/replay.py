"""Measures a replayed year: its ways of choosing, and hindsight proven in every level.

Beside it, in the same run, HiGHS (through SciPy) on the same rows for all in points, in one thread
and held to a time; it says whether both came to the same. On the invented sample region and the
demand of invented returns.
"""

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from google.protobuf import text_format  # type: ignore[import-untyped]
from ortools.sat import cp_model_pb2
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

from broker.capacity.demand.as_json import demand_json
from broker.capacity.demand.asked import Asked as Estimated
from broker.capacity.demand.estimate import estimate
from broker.capacity.lookahead.values import Asked
from broker.capacity.replay.hindsight import hindsight_of
from broker.capacity.replay.model import YearModel
from broker.capacity.replay.options import YearOptions, options_of
from broker.capacity.replay.play import LookingAhead, first_come, play, weekly_optimum
from broker.capacity.replay.run import Question, prepare
from broker.capacity.replay.world import world_of
from broker.returns.whole import read_returns
from broker.sample import write_region
from broker.sample.folder import write_files
from broker.sample.returns import returns_files
from matching.exchange import read_case

SEED = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this section."""
    parser.add_argument("--replay-years", type=int, default=3, help="years replayed [3]")
    parser.add_argument("--replay-weeks", type=int, default=52, help="weeks of each [52]")
    parser.add_argument("--replay-futures", type=int, default=20, help="futures [20]")
    parser.add_argument("--replay-limit", type=float, default=60, help="seconds of HiGHS [60]")


def run(given: argparse.Namespace) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_region(folder / "region")
        write_files(folder / "returns", returns_files(8, 3))
        demand = demand_json(estimate(read_returns(folder / "returns"), Estimated()))
        question = Question(
            read_case(folder / "region"),
            demand,
            weeks=given.replay_weeks,
            seed=SEED,
            asked=Asked(futures=given.replay_futures),
        )
    began = time.perf_counter()
    prepared = prepare(question)
    print(f"\ninventing young people: {time.perf_counter() - began:.1f} s")
    rounds, weight = question.asked.elsewhere_after, question.weight
    print(
        "\nyear  people  options  first come, s  weekly, s  look-ahead, s  hindsight, s  proven"
        "  HiGHS, s  all in points"
    )
    for number in range(given.replay_years):
        world = world_of(prepared.case, prepared.coming, SEED, number, question.weeks)
        chance = f"{SEED}/{number}"
        ahead = LookingAhead(world, prepared.expected, question.asked, chance, question.refresh)
        ways, seconds = [], []
        for way in (first_come(world), weekly_optimum(0), ahead):
            began = time.perf_counter()
            ways.append(play(world, way, rounds))
            seconds.append(time.perf_counter() - began)
        began = time.perf_counter()
        found = hindsight_of(world, rounds, weight, ways)
        seconds.append(time.perf_counter() - began)
        options = options_of(world, rounds)
        value, took = by_highs(options, weight, given.replay_limit)
        proven = sum(found.exact(level) for level in range(4))
        print(
            f"{number:4}  {len(world.people):6}  {len(options.person):7}  {seconds[0]:13.1f}  "
            f"{seconds[1]:9.1f}  {seconds[2]:13.1f}  {seconds[3]:12.1f}  {proven} of 4  "
            f"{took:8.1f}  {_beside(found.bounds[3], value)}",
            flush=True,
        )


def _beside(ours: int, theirs: int | None) -> str:
    if theirs is None:
        return f"{ours}; HiGHS did not prove it in time"
    return f"{ours}, the same" if ours == theirs else f"{ours} against {theirs}: DIFFERENT"


def by_highs(options: YearOptions, weight: int, limit: float) -> tuple[int | None, float]:
    """All in points by HiGHS on the model's own rows (None: not proven in time), and seconds."""
    model = YearModel(options)
    model.model.minimize(model.today() * weight + model.points_of())
    told = text_format.Parse(str(model.model.proto), cp_model_pb2.CpModelProto())
    began = time.perf_counter()
    lows = np.array([one.domain[0] for one in told.variables], dtype=np.float64)
    highs = np.array([one.domain[-1] for one in told.variables], dtype=np.float64)
    rows = [row for each in told.constraints for row in _rows(each, lows, highs)]
    matrix = csr_matrix(
        (
            [value for row in rows for value in row[0].values()],
            (
                [at for at, row in enumerate(rows) for _ in row[0]],
                [column for row in rows for column in row[0]],
            ),
        ),
        shape=(len(rows), len(lows)),
    )
    cost = np.zeros(len(lows))
    for column, coefficient in zip(told.objective.vars, told.objective.coeffs, strict=True):
        cost[column] += coefficient
    answer = milp(
        cost,
        constraints=LinearConstraint(
            matrix, np.array([row[1] for row in rows]), np.array([row[2] for row in rows])
        ),
        integrality=np.ones(len(lows), dtype=np.int64),
        bounds=Bounds(lows, highs),
        options={"time_limit": limit, "mip_rel_gap": 0.0},
    )
    took = time.perf_counter() - began
    if answer.status != 0:
        return None, took
    return round(float(answer.fun) + told.objective.offset), took


Row = tuple[dict[int, float], float, float]


def _rows(told: Any, lows: np.ndarray, highs: np.ndarray) -> list[Row]:
    """A constraint of the model as rows of a matrix: coefficients, from, to."""
    kind = told.WhichOneof("constraint")
    if kind == "at_most_one":
        return [_sum(told.at_most_one.literals, -np.inf, 1.0)]
    if kind in ("bool_and", "bool_or"):
        literals = getattr(told, kind).literals
        needs = [[one] for one in literals] if kind == "bool_and" else [list(literals)]
        against = [-one - 1 for one in told.enforcement_literal]
        return [_sum([*against, *need], 1.0, np.inf) for need in needs]
    if kind != "linear":
        raise ValueError(f"a constraint of the kind {kind}")
    row: dict[int, float] = {}
    for column, coefficient in zip(told.linear.vars, told.linear.coeffs, strict=True):
        row[column] = row.get(column, 0.0) + coefficient
    low, high = float(told.linear.domain[0]), float(told.linear.domain[-1])
    low, high = (-np.inf if low < -(2**60) else low), (np.inf if high > 2**60 else high)
    for literal in told.enforcement_literal:
        # Only "at least" is enforced by a literal here: without it, the least there can be will do.
        if literal < 0 or high != np.inf:
            raise ValueError("a row enforced otherwise than at least, by what is taken")
        least = sum(c * (lows[at] if c > 0 else highs[at]) for at, c in row.items())
        row[literal] = row.get(literal, 0.0) - (low - least)
        low = least
    return [(row, low, high)]


def _sum(literals: Any, low: float, high: float) -> Row:
    """A sum of literals: -k - 1 says that k is not taken."""
    row: dict[int, float] = {}
    for one in literals:
        at, sign = (one, 1.0) if one >= 0 else (-one - 1, -1.0)
        row[at] = row.get(at, 0.0) + sign
        if one < 0:
            low, high = low - 1, high - 1
    return row, low, high
