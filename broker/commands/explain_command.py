"""Why the best plan has a home for one young person, or has none: rule by rule, home by home.

The plan is searched for anew, with the options that `broker match` has.
"""

from __future__ import annotations

import argparse

from broker.commands.case import add_case, read_problem
from broker.commands.endings import DONE, INTERRUPTED, show
from broker.commands.options_command import json_text
from broker.commands.progress import Progress
from broker.commands.search import add_search, search
from matching.explain import explain, find_referral
from matching.pairs import find_pairs


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker explain`."""
    add_case(parser)
    parser.add_argument("--referral", metavar="ID", required=True, help="who it is about")
    parser.add_argument("--json", action="store_true", help="the answer as JSON")
    add_search(parser)


def run(arguments: argparse.Namespace) -> int:
    """Search for the plan and say why it is so for one young person."""
    with Progress("starting") as progress:
        problem, read = read_problem(arguments, progress)
        pairs = find_pairs(problem)
        find_referral(pairs, arguments.referral)
        plan = search(arguments, problem, read, progress)
        found = explain(pairs, plan, arguments.referral)
    show(json_text(found.to_json()) if arguments.json else found.render())
    return INTERRUPTED if plan.interrupted else DONE
