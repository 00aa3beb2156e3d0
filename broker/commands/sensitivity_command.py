"""How far each weight of the policy can move before the plan changes, and what changes then."""

from __future__ import annotations

import argparse

from broker.commands.case import add_case, read_problem
from broker.commands.endings import DONE, INTERRUPTED
from broker.commands.options_command import json_text
from broker.commands.output import show, tell
from broker.commands.progress import Progress
from broker.commands.search import add_search
from broker.commands.whatif import add_plan, region_of
from matching.pairs import find_pairs
from matching.sensitivity import sensitivity_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker sensitivity`."""
    add_case(parser)
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
            found = sensitivity_of(asked.region, asked.limits)
    if arguments.json:
        show(json_text(found.to_json()))
    else:
        tell(found.render(problem))
    return INTERRUPTED if asked.interrupted else DONE
