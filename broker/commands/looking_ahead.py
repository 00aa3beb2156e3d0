"""Asking for a plan that looks ahead: `--lookahead`, its values, and the search with them."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from broker.commands import parse
from broker.commands.case import Judged
from broker.commands.endings import Refused
from broker.commands.files import write_whole
from broker.commands.json_file import read_json
from broker.commands.output import json_text, say
from broker.commands.progress import Progress
from broker.commands.search import search
from matching.lookahead import SCHEMA, Lookahead, read_values
from matching.lookahead_uses import with_lookahead_of
from matching.plan import Plan
from matching.problem import Problem

FIRST = 0.4
"""The part of a time limit for the plan without look-ahead, which comes first."""


def add_lookahead(parser: argparse.ArgumentParser) -> None:
    """The options of look-ahead."""
    parser.add_argument(
        "--lookahead", metavar="DEMAND.json", type=Path,
        help="weigh what a place is worth if kept for a scarcer need [off]: a demand, or the "
        "values that --lookahead-out wrote",
    )  # fmt: skip
    parser.add_argument(
        "--lookahead-out", metavar="VALUES.json", type=Path, help="write the values there"
    )
    parser.add_argument(
        "--lookahead-weeks", metavar="N", type=parse.at_least_one, help="weeks looked ahead [52]"
    )
    parser.add_argument(
        "--lookahead-futures", metavar="N", type=parse.at_least_one, help="simulated futures [20]"
    )


def refuse_lone_options(arguments: argparse.Namespace) -> None:
    """Options of look-ahead are only for a match with it."""
    given = [
        f"--{name.replace('_', '-')}"
        for name in ("lookahead_out", "lookahead_weeks", "lookahead_futures")
        if getattr(arguments, name) is not None
    ]
    if given and arguments.lookahead is None:
        raise Refused(f"{given[0]} is for a match with --lookahead DEMAND.json. Nothing was done.")


def values_for(arguments: argparse.Namespace, problem: Problem, progress: Progress) -> Lookahead:
    """The values asked for: worked out from a demand, or read; written where asked."""
    from broker.capacity.lookahead.demand_file import read_demand
    from broker.capacity.lookahead.values import FUTURES, WEEKS, Asked, digest_of, values_of
    from broker.capacity.simulation.drawing import make_drawing
    from broker.capacity.simulation.settings import Settings

    path: Path = arguments.lookahead
    read = read_json(path)
    if isinstance(read, dict) and read.get("schema") == SCHEMA:
        if (arguments.lookahead_weeks, arguments.lookahead_futures) != (None, None):
            raise Refused(
                f"{path} holds values already; --lookahead-weeks and --lookahead-futures are for "
                "values from a demand. Nothing was done."
            )
        values = read
    else:
        demand = read_demand(path, problem, read)
        asked = Asked(
            weeks=arguments.lookahead_weeks or WEEKS,
            futures=arguments.lookahead_futures or FUTURES,
            seed=arguments.seed,
        )
        values = values_of(
            problem,
            make_drawing(problem, demand, arguments.seed, Settings()),
            digest_of(demand),
            asked,
            say=lambda done, of: progress.say(f"looking ahead: future {done} of {of}"),
        ).to_json()
    ahead = read_values(values, problem, str(path))
    if arguments.lookahead_out is not None:
        write_whole(arguments.lookahead_out, [json_text(values) + "\n"])
    return ahead


def search_ahead(
    arguments: argparse.Namespace, case: Judged, ahead: Lookahead, progress: Progress
) -> Plan:
    """The best plan among those that place everybody whom the plan without look-ahead places.

    A search that is interrupted before look-ahead begins gives the plan without it, and says so.
    """
    plain = search(arguments, case, progress, part=FIRST)
    if plain.interrupted:
        say("Look-ahead had not begun: this is the plan without it.")
        return plain
    given = replace(ahead, without=tuple(sorted(plain.homes.items())))
    progress.say("searching again, with look-ahead")
    return search(arguments, replace(case, pairs=with_lookahead_of(case.pairs, given)), progress)
