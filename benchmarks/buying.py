"""Measures floors under portfolios beside the exact simulation they stand in for.

A floor (broker.capacity.buying.floor) says what no simulation of a portfolio can cost less than.
Shown are what it takes to make ready for so many replications, one look at a portfolio, one exact
simulation of it, and how far below the exact mean the floor lies.
"""

import argparse
import tempfile
import time
from fractions import Fraction
from pathlib import Path

from benchmarks.simulation import world_of
from broker.capacity.buying.bounded import Floors
from broker.capacity.buying.built import Built, build
from broker.capacity.buying.evaluate import Chance, Evaluator, Frame, Subject, column
from broker.capacity.buying.options import Portfolio
from broker.capacity.buying.options_file import read_options
from broker.capacity.buying.outcome import Pricer, Pricing, pricer
from broker.capacity.buying.prepared import Question, everything
from broker.capacity.simulation.settings import Settings
from broker.sample.folder import write_files
from broker.sample.generate import generate
from broker.sample.returns import returns_files
from matching.exchange import read_case
from pricing.contract import read_contract
from pricing.value.spot import SpotContract

OPTIONS = Path("docs/examples/capacity/options.toml")
SPOT = Path("docs/examples/value/spot.toml")
SEED = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this section."""
    parser.add_argument("--buy-weeks", type=int, default=413, help="weeks [413]")
    parser.add_argument("--buy-replications", type=int, default=40, help="replications [40]")


def run(given: argparse.Namespace) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_files(folder / "returns", returns_files(8, 3))
        write_files(folder / "case", generate(30, 12, 7))
        asked = question(folder, given.buy_weeks, given.buy_replications)
        began = time.perf_counter()
        world = everything(asked, SEED)
        print(f"\nthe world with every home: {time.perf_counter() - began:.1f} s")
        chance = Chance(SEED, world.pool)
        frame = Frame(asked.first, asked.weeks, asked.settings, asked.pricing)
        evaluator = Evaluator(frame)

        def built(one: Portfolio) -> Built:
            return build(asked.options, one, asked.case, asked.present, asked.first, asked.weeks)

        def price(made: Built) -> Pricer:
            return pricer(frame.world(Subject(made, asked.demand), chance), made, asked.pricing)

        evaluator.outcomes([Subject(built(Portfolio(0, (1, 0, 0))), asked.demand)], chance, 1)
        floors = Floors(
            asked.options, world, tuple(asked.present.homes), asked.replications, built, price
        )
        began = time.perf_counter()
        floors(0, (0, 0, 0), (0, 0, 0))
        print(f"floors made ready: {time.perf_counter() - began:.1f} s")
        print("\nportfolio                                  floor ms   exact s   floor below exact")
        for counts in ((1, 0, 0), (2, 2, 1), (4, 4, 4)):
            one = Portfolio(0, counts)
            began = time.perf_counter()
            least = floors(0, counts, counts)
            quick = 1000 * (time.perf_counter() - began)
            began = time.perf_counter()
            subject = Subject(built(one), asked.demand)
            exact = column(evaluator.outcomes([subject], chance, asked.replications)[0], "cost")
            slow = time.perf_counter() - began
            below = 1 - least.sum() / exact.sum()
            print(
                f"{asked.options.label(one):42} {quick:8.1f}  {slow:8.1f}   {below:17.1%}",
                flush=True,
            )


def question(folder: Path, weeks: int, replications: int) -> Question:
    """A question about the invented case, its options and an invented spot contract."""
    case = read_case(folder / "case")
    contract = read_contract(folder / "case" / "contract.toml")
    options = read_options(OPTIONS, case, contract)
    world = world_of(folder, weeks)
    return Question(
        case=case, present=contract, options=options, demand=world.demand, scenarios=None,
        pricing=Pricing(SpotContract(read_contract(SPOT)), Fraction(1, 2),
                        options.limits.void_year, "returns"),
        settings=Settings(), first=world.first, weeks=weeks, seed=SEED, replications=replications,
        validations=replications, enumerate_up_to=0, indifference=None, folder=None, processes=1,
    )  # fmt: skip
