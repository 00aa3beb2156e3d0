"""Measures what simulated runs mean: counted, priced at the block's and at spot prices, written.

The cost should be linear in replications and in weeks: the last lines say what twice as many take.
The replications are made first and are not part of the figures measured here (section simulation).
"""

import argparse
import tempfile
import time
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from pathlib import Path

from benchmarks.simulation import HOMES, REFERRALS, print_growth, world_of
from broker.capacity.buying.outcome import clipped
from broker.capacity.figures import measure
from broker.capacity.figures.from_run import setting_from
from broker.capacity.figures.setting import Setting
from broker.capacity.record import Replication
from broker.capacity.report.write import write_report
from broker.capacity.simulation.runner import simulate_into
from broker.capacity.simulation.store import each_replication
from broker.capacity.simulation.world import World
from broker.sample.folder import write_files
from broker.sample.generate import generate
from broker.sample.returns import returns_files
from pricing.contract import read_contract
from pricing.value.spot import SpotContract

SPOT = Path("docs/examples/value/spot.toml")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this section."""
    parser.add_argument("--fig-weeks", type=int, default=416, help="weeks of the longest [416]")
    parser.add_argument("--fig-replications", type=int, default=1000, help="of the most [1000]")


def run(given: argparse.Namespace) -> None:
    """Print the table, and what twice as many replications and weeks take."""
    weeks, most = given.fig_weeks, given.fig_replications
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_files(folder / "returns", returns_files(8, 3))
        write_files(folder / "case", generate(REFERRALS, HOMES, 1))
        world = world_of(folder, weeks)
        began = time.perf_counter()
        simulate_into(folder / "runs", world, most, processes=2)
        print(f"\n{most} replications made: {time.perf_counter() - began:.1f} s")
        print("\nweeks  replications   counted and priced s   ms a replication   written s")
        took: dict[tuple[int, int], float] = {}
        for length in (weeks // 2, weeks):
            setting = setting_of(world, length)
            for number in (most // 2, most):
                runs = part(each_replication(folder / "runs"), number, length)
                began = time.perf_counter()
                counted = measure(setting, runs)
                seconds = took[length, number] = time.perf_counter() - began
                out = folder / f"report-{length}-{number}"
                out.mkdir()
                began = time.perf_counter()
                write_report(counted, out)
                written = time.perf_counter() - began
                each = 1000 * seconds / number
                print(
                    f"{length:5}  {number:12}   {seconds:20.1f}   {each:16.1f}   {written:9.1f}",
                    flush=True,
                )
        print_growth(took)


def part(runs: Iterable[Replication], number: int, weeks: int) -> Iterable[Replication]:
    """The first so many replications, cut off after so many weeks."""
    return (clipped(one, weeks) for one in islice(runs, number))


def setting_of(world: World, weeks: int) -> Setting:
    """The setting of a world's first weeks, priced at an invented spot contract."""
    setting = setting_from(
        contract=world.contract,
        spot=SpotContract(read_contract(SPOT)),
        first=world.first,
        weeks=world.weeks,
        boroughs=world.boroughs,
        homes=world.homes,
        demand=world.demand,
        demand_file="returns",
        achieved=Fraction(1, 2),
    )
    return replace(setting, weeks=weeks)
