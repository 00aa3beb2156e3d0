"""Which places to buy: homes and terms compared on the same simulated young people.

OPTIONS.toml says what may be bought (docs/buying.md). DIR keeps every outcome under a name made of
its inputs, so that the same command goes on where it was interrupted. The same seed gives the same
numbers on one process and on several. A proposal with its intervals: a named person decides.
"""

from __future__ import annotations

import argparse
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from broker.commands import parse
from broker.commands.case import add_safety
from broker.commands.endings import DONE, Refused
from broker.commands.output import answer, say
from broker.commands.progress import Progress

if TYPE_CHECKING:
    from broker.capacity.buying.prepared import Answered, Question
    from broker.capacity.scenarios.terms import Scenarios
    from pricing.value.spot import SpotPrices

KEPT = "outcomes"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker capacity buy`."""
    parser.add_argument("case", metavar="CASE", type=Path, help="a case folder")
    parser.add_argument("--demand", metavar="DEMAND.json", type=Path, required=True,
                        help="who will need a place, from broker demand")  # fmt: skip
    parser.add_argument("--contract", metavar="CONTRACT.toml", type=Path, required=True,
                        help="the present block contract")  # fmt: skip
    parser.add_argument("--options", metavar="OPTIONS.toml", type=Path, required=True,
                        help="what may be bought, and its limits")  # fmt: skip
    spot = parser.add_mutually_exclusive_group(required=True)
    spot.add_argument("--spot", metavar="SPOT.toml", type=Path, help="a spot contract")
    spot.add_argument("--spot-fees", metavar="FEES.toml", type=Path, help="weekly fees at spot")
    parser.add_argument("--results-achieved", metavar="PERCENT", type=_percent,
                        help="of what the contract pays by results, taken as achieved")  # fmt: skip
    parser.add_argument("--scenarios", metavar="SCENARIOS.toml", type=Path,
                        help="the assumptions that the options name")  # fmt: skip
    parser.add_argument("--weeks", metavar="N", type=parse.at_least_one, default=416, help="[416]")
    parser.add_argument("--from", dest="first", metavar="YYYY-MM-DD", type=parse.day,
                        help="the first Monday [the contract's first]")  # fmt: skip
    parser.add_argument("--replications", metavar="N", type=_two, default=200,
                        help="how often the years are played to choose [200]")  # fmt: skip
    parser.add_argument("--validate", metavar="N", type=_two,
                        help="fresh replications of what is shown [as --replications]")  # fmt: skip
    parser.add_argument("--seed", metavar="S", type=parse.whole, default=0, help="which chance [0]")
    parser.add_argument("--every-up-to", metavar="N", type=parse.whole, default=16,
                        help="simulate every portfolio where there are at most N [16]")  # fmt: skip
    parser.add_argument("--indifference", metavar="POUNDS", type=parse.at_least_one,
                        help="a difference over all simulated days that nobody minds [a"
                        " thousandth of the present contract's whole cost]")  # fmt: skip
    parser.add_argument("--processes", metavar="N", type=parse.workers, default=1, help="[1]")
    parser.add_argument("--out", metavar="DIR", type=Path, required=True,
                        help="for answers and outcomes; goes on with what is there")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="the answers as JSON")
    add_safety(parser)


def _percent(text: str) -> Fraction:
    number = parse.whole(text)
    if number > 100:
        raise argparse.ArgumentTypeError(f"“{text}”: allowed: a whole number from 0 to 100")
    return Fraction(number, 100)


def _two(text: str) -> int:
    number = parse.whole(text)
    if number < 2:
        raise argparse.ArgumentTypeError(f"“{text}”: allowed: from 2, since one has no interval")
    return number


def run(arguments: argparse.Namespace) -> int:
    """Search, validate, answer, write."""
    from broker.capacity.buying.outcome import NotPriced
    from broker.capacity.buying.prepared import ask
    from broker.capacity.buying.search import NothingAllowed
    from broker.capacity.buying.told import facts, words, write
    from broker.capacity.simulation.pool import NoGround
    from broker.capacity.simulation.world import CannotSimulate

    if arguments.out.exists() and not arguments.out.is_dir():
        raise Refused(f"--out {arguments.out}: is a file; name a folder. Nothing was done.")
    with Progress("reading") as progress:
        question = _question(arguments)
        told = ["preparing"]

        def stage(sentence: str) -> None:
            told[0] = sentence
            progress.say(sentence)

        try:
            answered: Answered = ask(
                question,
                stage,
                lambda done: progress.say(f"{told[0]}: {done:,} replications simulated"),
            )
        except NoGround as problem:
            raise Refused(f"{arguments.demand}: no such authority: {problem}.") from None
        except CannotSimulate as problem:
            raise Refused(*problem.sentences) from None
        except NotPriced as problem:
            raise Refused(f"A price is missing, so no whole cost is known: {problem}.") from None
        except NothingAllowed as problem:
            raise Refused(f"{arguments.options}: {problem}") from None
        except KeyboardInterrupt:
            say(f"Stopped; outcomes are in {arguments.out}. The same command goes on from there.")
            raise
        progress.say("writing")
        written = write(answered, arguments.out)
    answer(arguments.json, lambda: facts(answered), lambda: words(answered))
    say(f"{', '.join(path.name for path in written)} are in {arguments.out}.")
    return DONE


def _question(arguments: argparse.Namespace) -> Question:
    from broker.capacity.buying.options_file import check_scenarios, read_options
    from broker.capacity.buying.outcome import Pricing
    from broker.capacity.buying.prepared import Question
    from broker.capacity.simulation.settings import Settings
    from broker.capacity.simulation.world import faults, monday
    from broker.commands.scenario_command import read_demand
    from matching.exchange import read_case
    from pricing.contract import read_contract

    demand = read_demand(arguments.demand)
    case = read_case(arguments.case, require_safety=arguments.require_safety)
    contract = read_contract(arguments.contract)
    first = monday(contract.start) if arguments.first is None else arguments.first
    wrong = faults(case, contract, demand, first, arguments.weeks)
    achieved = arguments.results_achieved
    if contract.results is not None and achieved is None:
        wrong.append(f"{contract.file} pays by results: name --results-achieved.")
    if wrong:
        raise Refused(*wrong, "Nothing was done.")
    options = read_options(arguments.options, case, contract)
    scenarios = _scenarios(arguments)
    known = [] if scenarios is None else [one.id for one in scenarios.scenarios]
    check_scenarios(options, known, "no file" if scenarios is None else scenarios.file)
    pounds = arguments.indifference
    return Question(
        case=case,
        present=contract,
        options=options,
        demand=demand,
        scenarios=scenarios,
        pricing=Pricing(
            _spot(arguments), achieved, options.limits.void_year, arguments.demand.name
        ),
        settings=Settings(),
        first=first,
        weeks=arguments.weeks,
        seed=arguments.seed,
        replications=arguments.replications,
        validations=arguments.validate or arguments.replications,
        enumerate_up_to=arguments.every_up_to,
        indifference=None if pounds is None else 100 * pounds,
        folder=Path(arguments.out, KEPT),
        processes=arguments.processes,
    )


def _scenarios(arguments: argparse.Namespace) -> Scenarios | None:
    from broker.capacity.scenarios.file import read_scenarios

    return None if arguments.scenarios is None else read_scenarios(arguments.scenarios)


def _spot(arguments: argparse.Namespace) -> SpotPrices:
    from pricing.contract import read_contract
    from pricing.problems import Problems
    from pricing.value.spot import spot_contract
    from pricing.value.spot_file import read_spot_fees

    if arguments.spot_fees is not None:
        return read_spot_fees(arguments.spot_fees)
    found = Problems()
    made = spot_contract(read_contract(arguments.spot), found)
    found.raise_if_any()
    return made
