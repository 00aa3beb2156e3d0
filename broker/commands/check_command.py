"""Prove a plan against its case without the solver: every rule, every figure, every reason.

Any plan can be checked, one that a person wrote included. Each violation is a line, and the exit
code is 1 if there is one.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from broker.commands.case import add_safety, add_set_aside
from broker.commands.endings import DONE, VIOLATIONS
from broker.commands.json_file import read_json
from broker.commands.output import json_text, show, tell
from broker.commands.progress import Progress
from broker.commands.replanning import add_previous, against_previous
from matching.check import Violation, check_json
from matching.exchange import read_case
from matching.lookahead import lookahead_in, read_values
from matching.notices import safety_notices
from matching.pairs import find_pairs
from matching.problem import Problem
from matching.words import count


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker check`."""
    parser.add_argument("case", metavar="CASE", type=Path, help="the case folder")
    parser.add_argument("plan", metavar="PLAN.json", type=Path, help="the plan to prove")
    parser.add_argument("--json", action="store_true", help="the violations as JSON")
    add_safety(parser)
    add_set_aside(parser)
    add_previous(parser, stay=False)
    parser.add_argument(
        "--lookahead",
        metavar="VALUES.json",
        type=Path,
        help="the values of look-ahead the plan must have been made with",
    )


def run(arguments: argparse.Namespace) -> int:
    """Check, and say each thing that is wrong."""
    with Progress("reading the case and the plan") as progress:
        plan = read_json(arguments.plan)
        problem = read_case(
            arguments.case,
            require_safety=arguments.require_safety,
            set_aside=arguments.set_aside,
        )
        problem = against_previous(arguments.previous, plan, problem)
        progress.say("judging every pair")
        pairs = find_pairs(problem)
        progress.say("proving the plan")
        found = check_json(pairs, plan)
        if arguments.lookahead is not None and not found:
            found = _other_values(arguments.lookahead, plan, problem)
    notices = safety_notices(problem)
    if arguments.json:
        show(_json_text(found, notices))
    else:
        tell("\n".join([*(f"! {notice}" for notice in notices), *_lines(found, plan)]))
    return VIOLATIONS if found else DONE


def _other_values(path: Path, plan: Any, problem: Problem) -> list[Violation]:
    """Whether a plan was made with other values of look-ahead than those in a file."""
    given, told = read_values(read_json(path), problem, str(path)), lookahead_in(plan, problem)
    if told is not None and (told.worth, told.source) == (given.worth, given.source):
        return []
    found = "none" if told is None else f"other values, as of {dict(told.source)['as_of']}"
    return [Violation("lookahead", "values", found, f"those of {path}")]


def _json_text(found: Sequence[Violation], notices: Sequence[str]) -> str:
    answer = {
        "holds": not found,
        "violations": [one.to_json() for one in found],
        "notices": list(notices),
    }
    return json_text(answer)


def _lines(found: Sequence[Violation], plan: Any) -> list[str]:
    if found:
        return [f"{count(len(found), 'violation')}:", *(f"  {one}" for one in found)]
    placed, waiting = len(plan["placements"]), len(plan["unplaced"])
    return [
        f"The plan holds: every rule, figure and reason of {count(placed, 'placement')} and "
        f"{waiting} not placed was worked out again and agrees."
    ]
