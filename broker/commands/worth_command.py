"""What one more place of each kind in each home would change, what gains most first."""

from __future__ import annotations

import argparse

from broker.commands.case import add_case, read_problem
from broker.commands.endings import DONE, INTERRUPTED
from broker.commands.output import answer
from broker.commands.progress import Progress
from broker.commands.search import add_search
from broker.commands.whatif import add_plan, region_of
from matching.explain import find_home
from matching.pairs import find_pairs
from matching.worth import worth_of_places


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker worth`."""
    add_case(parser)
    parser.add_argument("--home", metavar="ID", help="only this home")
    parser.add_argument("--json", action="store_true", help="the answer as JSON")
    add_plan(parser, "the plan to start from")
    add_search(parser)


def run(arguments: argparse.Namespace) -> int:
    """Solve again and again, and say what was found."""
    with Progress("starting") as progress:
        problem, read = read_problem(arguments, progress)
        pairs = find_pairs(problem)
        if arguments.home is not None:
            find_home(pairs, arguments.home)
        asked = region_of(arguments, pairs, read, progress)
        progress.say("solving again")
        with asked.stopping():
            found = worth_of_places(asked.region, asked.limits, home_id=arguments.home)
    answer(arguments.json, found.to_json, lambda: found.render(problem))
    return INTERRUPTED if asked.interrupted else DONE
