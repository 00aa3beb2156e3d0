"""Measures the simulation of a contract: 35 places, 416 weeks, every rule exact.

Beside it, in the same run, one forecast of the field's open model cs-demand-model on the returns
that the demand is of: it forecasts children by age and placement, and knows neither homes nor
matching. Compiling is measured apart: it is done once for an installation.
"""

import argparse
import tempfile
import time
from pathlib import Path

from benchmarks.demand import cs_forecast, cs_python
from broker.capacity.demand.as_json import demand_json
from broker.capacity.demand.asked import Asked
from broker.capacity.demand.estimate import estimate
from broker.capacity.simulation.runner import BATCH, simulate_into
from broker.capacity.simulation.store import read_replications
from broker.capacity.simulation.world import World, make_world
from broker.returns.whole import read_returns
from broker.sample.folder import write_files
from broker.sample.generate import generate
from broker.sample.returns import returns_files
from matching.exchange import read_case
from pricing.contract import read_contract

HOMES = 9
REFERRALS = 60


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this section."""
    parser.add_argument("--sim-weeks", type=int, default=416, help="weeks of the longest [416]")
    parser.add_argument("--sim-replications", type=int, default=1000, help="of the largest [1000]")
    parser.add_argument("--sim-processes", type=int, default=2, help="processes [2]")
    parser.add_argument("--sim-cs", type=int, default=1, help="0: without cs-demand-model [1]")


def run(given: argparse.Namespace) -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_files(folder / "returns", returns_files(8, 3))
        write_files(folder / "case", generate(REFERRALS, HOMES, 1))
        began = time.perf_counter()
        world = world_of(folder, given.sim_weeks)
        print(f"\nmaking the world: {time.perf_counter() - began:.1f} s")
        began = time.perf_counter()
        simulate_into(folder / "warm", world, 1)
        print(f"compiled, or loaded, and one replication: {time.perf_counter() - began:.1f} s")
        began = time.perf_counter()
        warm = BATCH * given.sim_processes * 2
        simulate_into(folder / "started", world, warm, processes=given.sim_processes)
        print(f"{given.sim_processes} processes started: {time.perf_counter() - began:.1f} s")
        print("\nweeks  replications  processes       s   ms a replication   rounds by path")
        half = given.sim_weeks // 2
        took: dict[tuple[int, int], float] = {}
        for weeks in (half, given.sim_weeks):
            world = world_of(folder, weeks)
            for number in (given.sim_replications // 2, given.sim_replications):
                out = folder / f"{weeks}-{number}"
                words, took[weeks, number] = _row(out, world, number, given.sim_processes)
                print(words, flush=True)
        print_growth(took)
        python = cs_python() if given.sim_cs else None
        if python is not None:
            answer = cs_forecast(python, folder / "returns")
            print(
                f"\nbeside it: one forecast of a year by cs-demand-model: {answer['seconds']:.1f} s"
            )


def world_of(folder: Path, weeks: int) -> World:
    """The world of a folder's returns and case."""
    case = read_case(folder / "case")
    contract = read_contract(folder / "case" / "contract.toml")
    demand = demand_json(estimate(read_returns(folder / "returns"), Asked()))
    return make_world(case, contract, demand, weeks=weeks, seed=1)


def _row(out: Path, world: World, number: int, processes: int) -> tuple[str, float]:
    began = time.perf_counter()
    simulate_into(out, world, number, processes=processes)
    seconds = time.perf_counter() - began
    rounds: dict[str, int] = {}
    for one in read_replications(out):
        for path, count in one.rounds.items():
            rounds[path] = rounds.get(path, 0) + count
    paths = ", ".join(f"{path} {count}" for path, count in rounds.items())
    each = 1000 * seconds / number
    words = f"{world.weeks:5}  {number:12}  {processes:9}  {seconds:6.1f}   {each:16.1f}   {paths}"
    return words, seconds


def print_growth(took: dict[tuple[int, int], float]) -> None:
    """What twice as many replications, and twice as many weeks, take: 2.0 is linear."""
    (half, _), *_, (weeks, few), (_, most) = sorted(took)
    print(f"\ntwice the replications, {weeks} weeks: {took[weeks, most] / took[weeks, few]:.2f} ×")
    print(f"twice the weeks, {most} replications: {took[weeks, most] / took[half, most]:.2f} ×")
