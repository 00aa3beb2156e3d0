"""Play a contract's years many times over: young people come, are matched weekly, stay and go.

CASE is a case folder: homes, residents, policy. DIR holds the replications in batches; the same
command goes on where it was interrupted, and refuses a folder of other inputs. The same seed gives
the same numbers on one process, on several and on a cluster. What they mean is written there too:
figures.json, CSV tables, figures.xlsx, report.html. Without spot prices (--spot or --spot-fees)
every spot cost is unknown. Method and assumptions: docs/capacity.md, docs/capacity-figures.md.
"""

from __future__ import annotations

import argparse
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from broker.commands import parse
from broker.commands.case import add_safety
from broker.commands.endings import DONE, Refused
from broker.commands.going_on import going_on_in
from broker.commands.output import answer, say
from broker.commands.pounds import pounds
from broker.commands.spot import add_spot, spot_asked
from pricing.problems import Problems

if TYPE_CHECKING:
    from broker.capacity.figures import Setting
    from broker.capacity.figures.whole import Run
    from broker.capacity.simulation.world import World
    from pricing.value.spot import SpotPrices


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker capacity simulate`."""
    parser.add_argument("case", metavar="CASE", type=Path, help="a case folder")
    parser.add_argument("--demand", metavar="DEMAND.json", type=Path, required=True,
                        help="who will need a place, from broker demand")  # fmt: skip
    parser.add_argument("--contract", metavar="CONTRACT.toml", type=Path, required=True,
                        help="the block contract")  # fmt: skip
    parser.add_argument("--weeks", metavar="N", type=parse.at_least_one, default=416, help="[416]")
    parser.add_argument("--replications", metavar="N", type=parse.at_least_one, default=1000,
                        help="how often the years are played [1000]")  # fmt: skip
    parser.add_argument("--seed", metavar="S", type=parse.whole, default=0, help="which chance [0]")
    parser.add_argument("--out", metavar="DIR", type=Path, required=True,
                        help="where the replications go; goes on with what is there")  # fmt: skip
    parser.add_argument("--from", dest="first", metavar="YYYY-MM-DD", type=parse.day,
                        help="the first Monday [the contract's first]")  # fmt: skip
    parser.add_argument("--scenario", metavar="SCENARIOS.toml", type=Path,
                        help="named assumptions, applied to the demand first")  # fmt: skip
    parser.add_argument("--id", metavar="ID", help="which scenario of the file")
    parser.add_argument("--elsewhere-after", metavar="ROUNDS", type=parse.whole,
                        help="rounds until a place is bought elsewhere; 0 never [2]")  # fmt: skip
    parser.add_argument("--step-down", metavar="PERCENT", type=parse.percent,
                        help="of stays under the contract, at 6 to 9 months [0]")  # fmt: skip
    parser.add_argument("--declines", metavar="PERCENT", type=parse.percent,
                        help="of allowed pairs that a provider declines [6]")  # fmt: skip
    parser.add_argument("--hold-means", action="store_true",
                        help="rates and lengths at their means, nothing drawn of them")  # fmt: skip
    parser.add_argument("--processes", metavar="N", type=parse.workers, default=1, help="[1]")
    parser.add_argument("--cluster", metavar="tcp://HOST:PORT", help="a Dask scheduler to work on")
    parser.add_argument("--time-limit", metavar="SECONDS", type=parse.seconds,
                        help="stop after the batch under way then")  # fmt: skip
    add_spot(parser)
    parser.add_argument("--results-achieved", metavar="PERCENT", type=parse.percent,
                        help="of what the contract pays by results [unknown]")  # fmt: skip
    parser.add_argument("--void-limit", metavar="POUNDS", type=pounds,
                        help="a year's void cost above which it counts as over [none]")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="the answer as JSON")
    add_safety(parser)


def run(arguments: argparse.Namespace) -> int:
    """Simulate into a folder."""
    from broker.capacity.figures.as_json import run_json
    from broker.capacity.report import report_run
    from broker.capacity.simulation.runner import simulate_into
    from broker.capacity.simulation.store import each_replication, facts
    from broker.commands.progress import Progress

    if arguments.out.exists() and not arguments.out.is_dir():
        raise Refused(f"--out {arguments.out}: is a file; name a folder. Nothing was done.")
    with Progress("reading the case") as progress:
        found = Problems()
        spot = spot_asked(arguments, found)
        found.raise_if_any()
        world = _world(arguments)
        setting = _setting(arguments, world, spot)
        progress.say("preparing")
        with going_on_in(arguments.out):
            done = simulate_into(
                arguments.out,
                world,
                arguments.replications,
                processes=arguments.processes,
                cluster=arguments.cluster,
                time_limit=arguments.time_limit,
                heard=lambda done, of: progress.say(_bar(done, of)),
            )
        progress.say(f"counting {done} replications")
        made = each_replication(arguments.out, arguments.replications)
        run, words = report_run(setting, made, arguments.out)
    if done < arguments.replications:
        say("The time limit came first; the same command goes on from here.")
    answer(
        arguments.json,
        lambda: {"simulation": facts(world), "folder": str(arguments.out), **run_json(run)},
        lambda: f"{words}\n\n{_where(arguments, world, run)}",
    )
    return DONE


def _bar(done: int, of: int) -> str:
    full = 20 * done // of
    return f"[{'#' * full}{'.' * (20 - full)}] {done} of {of} replications"


def _world(arguments: argparse.Namespace) -> World:
    from broker.capacity.simulation.pool import NoGround
    from broker.capacity.simulation.settings import Settings
    from broker.capacity.simulation.world import CannotSimulate, make_world
    from matching.exchange import read_case
    from pricing.contract import read_contract

    demand = _demand(arguments)
    case = read_case(arguments.case, require_safety=arguments.require_safety)
    contract = read_contract(arguments.contract)
    given: dict[str, Any] = {
        "elsewhere_after": arguments.elsewhere_after,
        "step_down_percent": arguments.step_down,
        "decline_percent": arguments.declines,
        "parameters": False if arguments.hold_means else None,
    }
    settings = Settings(**{name: value for name, value in given.items() if value is not None})
    try:
        return make_world(
            case,
            contract,
            demand,
            weeks=arguments.weeks,
            seed=arguments.seed,
            settings=settings,
            first=arguments.first,
        )
    except NoGround as problem:
        raise Refused(
            f"{arguments.demand}: no such authority: {problem}. Nothing was done."
        ) from None
    except CannotSimulate as problem:
        raise Refused(*problem.sentences, "Nothing was done.") from None


def _demand(arguments: argparse.Namespace) -> dict[str, Any]:
    from broker.capacity.scenarios.apply import apply
    from broker.capacity.scenarios.file import read_scenarios
    from broker.commands.scenario_command import read_demand

    if (arguments.scenario is None) != (arguments.id is None):
        raise Refused("Name both --scenario and --id, or neither. Nothing was done.")
    demand = read_demand(arguments.demand)
    if arguments.scenario is None:
        return demand
    if "scenario" in demand:
        raise Refused(f"{arguments.demand}: is under a scenario already. Nothing was done.")
    file = read_scenarios(arguments.scenario)
    scenario = next((each for each in file.scenarios if each.id == arguments.id), None)
    if scenario is None:
        known = ", ".join(each.id for each in file.scenarios)
        raise Refused(f"--id {arguments.id}: {file.file} has {known}. Nothing was done.")
    return apply(demand, scenario, file)


def _setting(arguments: argparse.Namespace, world: World, spot: SpotPrices) -> Setting:
    """What the figures take for given, so that it is refused before years are played."""
    from broker.capacity.figures.from_run import setting_from
    from broker.capacity.simulation.settings import assumptions

    achieved = arguments.results_achieved
    return setting_from(
        contract=world.contract,
        spot=spot,
        first=world.first,
        weeks=world.weeks,
        boroughs=world.boroughs,
        homes=world.homes,
        demand=world.demand,
        demand_file=arguments.demand.name,
        stated=assumptions(world.settings),
        achieved=None if achieved is None else Fraction(achieved, 100),
        void_limit=arguments.void_limit,
    )


def _where(arguments: argparse.Namespace, world: World, run: Run) -> str:
    rounds = "; ".join(f"{number} {path.replace('_', ' ')}" for path, number in run.rounds.items())
    return (
        f"{len(run.numbers)} replications of {world.weeks} weeks from {world.first}, seed "
        f"{world.seed}, are in {arguments.out}, with report.html, figures.json, figures.xlsx and "
        f"CSV tables.\nWeekly rounds, every one proven: {rounds}."
    )
