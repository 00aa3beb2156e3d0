"""The next best plans, each different enough from all before it, and what each gives up."""

from __future__ import annotations

import argparse

from broker.commands import parse
from broker.commands.case import add_case, read_problem
from broker.commands.endings import DONE, INTERRUPTED
from broker.commands.output import answer
from broker.commands.progress import Progress
from broker.commands.search import add_search
from broker.commands.whatif import add_plan, region_of
from matching.alternatives import alternatives_of
from matching.pairs import find_pairs


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker alternatives`."""
    add_case(parser)
    parser.add_argument(
        "-k", metavar="K", type=parse.at_least_one, default=3, help="how many plans [3]"
    )
    parser.add_argument(
        "--differ",
        metavar="D",
        type=parse.at_least_one,
        default=1,
        help="in each at least so many young people live otherwise than in those before [1]",
    )
    parser.add_argument("--json", action="store_true", help="the answer as JSON")
    add_plan(parser, "the plan to start from")
    add_search(parser)


def run(arguments: argparse.Namespace) -> int:
    """Solve again and again, and say what was found."""
    with Progress("starting") as progress:
        problem, read = read_problem(arguments, progress)
        pairs = find_pairs(problem)
        asked = region_of(arguments, pairs, read, progress)
        progress.say("solving again")
        with asked.stopping():
            found = alternatives_of(asked.region, arguments.k, arguments.differ, asked.limits)
    answer(arguments.json, found.to_json, lambda: found.render(problem))
    return INTERRUPTED if asked.interrupted else DONE
