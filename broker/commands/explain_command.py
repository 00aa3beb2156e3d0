"""Why the best plan has a home for one young person, or has none: rule by rule, home by home.

The plan is read from --plan, or searched for anew with the options that `broker match` has.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from broker.commands.case import add_case, read_problem
from broker.commands.endings import DONE, INTERRUPTED
from broker.commands.options_command import json_text
from broker.commands.output import show, tell
from broker.commands.plan_file import read_plan
from broker.commands.progress import Progress
from broker.commands.search import add_search, search
from matching.explain import explain, find_referral
from matching.pairs import find_pairs


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker explain`."""
    add_case(parser)
    parser.add_argument("--referral", metavar="ID", required=True, help="who it is about")
    parser.add_argument("--json", action="store_true", help="the answer as JSON")
    parser.add_argument(
        "--plan", metavar="PLAN.json", type=Path, help="the plan to explain [a new one]"
    )
    add_search(parser)


def run(arguments: argparse.Namespace) -> int:
    """Read or search for the plan and say why it is so for one young person."""
    with Progress("starting") as progress:
        problem, read = read_problem(arguments, progress)
        pairs = find_pairs(problem)
        find_referral(pairs, arguments.referral)
        if arguments.plan is None:
            plan = search(arguments, problem, read, progress)
        else:
            plan = read_plan(arguments.plan, pairs)
        found = explain(pairs, plan, arguments.referral)
    if arguments.json:
        show(json_text(found.to_json()))
    else:
        tell(found.render())
    return INTERRUPTED if plan.interrupted else DONE
