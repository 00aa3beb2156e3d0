"""A question about the whole plan: the options it takes, and how its answer is asked and shown."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any, Protocol

from broker.commands.case import add_case, read_problem
from broker.commands.endings import DONE, INTERRUPTED
from broker.commands.output import answer
from broker.commands.progress import Progress
from broker.commands.search import add_search
from broker.commands.whatif import add_plan, region_of
from matching.held import Region
from matching.pairs import find_pairs
from matching.problem import Problem
from matching.search import Limits


class Answer(Protocol):
    """What a question about the whole plan answers with, for programs and for people."""

    def to_json(self) -> dict[str, Any]: ...

    def render(self, problem: Problem) -> str: ...


def add_question(parser: argparse.ArgumentParser) -> None:
    """The options of a question about the whole plan."""
    add_case(parser)
    parser.add_argument("--json", action="store_true", help="the answer as JSON")
    add_plan(parser, "the plan to start from")
    add_search(parser)


def answer_question(
    arguments: argparse.Namespace, question: Callable[[Region, Limits], Answer]
) -> int:
    """Solve again and again, and say what was found."""
    with Progress("starting") as progress:
        problem, read = read_problem(arguments, progress)
        asked = region_of(arguments, find_pairs(problem), read, progress)
        progress.say("solving again")
        with asked.stopping():
            found = question(asked.region, asked.limits)
    answer(arguments.json, found.to_json, lambda: found.render(problem))
    return INTERRUPTED if asked.interrupted else DONE
