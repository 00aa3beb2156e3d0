"""The homes for one young person, best first, and those that nearly fit with what is in the way.

No plan is made: a home listed here may be the better one for somebody else.
"""

from __future__ import annotations

import argparse
import json

from broker.commands.case import add_case, read_problem
from broker.commands.endings import DONE
from broker.commands.output import show, tell
from broker.commands.progress import Progress
from matching.explain import options_for
from matching.pairs import find_pairs


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker options`."""
    add_case(parser)
    parser.add_argument("--referral", metavar="ID", required=True, help="whose homes")
    parser.add_argument("--json", action="store_true", help="the answer as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Say which homes fit one young person."""
    with Progress("starting") as progress:
        problem, _ = read_problem(arguments, progress)
        options = options_for(find_pairs(problem), arguments.referral)
    if arguments.json:
        show(json_text(options.to_json()))
    else:
        tell(options.render())
    return DONE


def json_text(answer: dict[str, object]) -> str:
    """An answer for other programs."""
    return json.dumps(answer, ensure_ascii=False, indent=1)
