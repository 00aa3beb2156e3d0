"""A question about the whole plan: the options it takes, and how its answer is asked and shown."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from broker.commands.case import add_case, judge, read_problem
from broker.commands.endings import DONE, INTERRUPTED
from broker.commands.output import answer
from broker.commands.search import add_search, starting
from broker.commands.whatif import add_plan, plan_at_hand
from matching.pairs import Pairs
from matching.problem import Problem


class Answer(Protocol):
    """What a question about the whole plan answers with, for programs and for people."""

    def to_json(self) -> dict[str, Any]: ...

    def render(self, problem: Problem) -> str: ...


A = TypeVar("A", bound=Answer)


def add_question(parser: argparse.ArgumentParser) -> None:
    """The options of a question about the whole plan."""
    add_case(parser)
    parser.add_argument("--json", action="store_true", help="the answer as JSON")
    add_plan(parser, "the plan to start from")
    add_search(parser)


def answer_question(
    arguments: argparse.Namespace,
    question: Callable[..., A],
    *,
    check: Callable[[Pairs], object] | None = None,
    **given: Any,
) -> int:
    """Solve again and again, and say what was found; `check` refuses before anything is solved."""
    with starting() as progress:
        problem, read = read_problem(arguments, progress)
        case = judge(problem, read, progress)
        if check is not None:
            check(case.pairs)
        asked = plan_at_hand(arguments, case, progress)
        progress.say("solving again")
        found = asked.ask(question, **given)
    answer(arguments.json, found.to_json, lambda: found.render(problem))
    return INTERRUPTED if asked.interrupted else DONE
