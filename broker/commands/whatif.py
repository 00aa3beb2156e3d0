"""What what-if commands share: the plan they start from, their limits, and the shared form."""

from __future__ import annotations

import argparse
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from broker.apart.asking import FOR_THE_PLAN, ask_apart
from broker.commands.case import Judged
from broker.commands.interrupt import stopping
from broker.commands.plan_file import read_plan
from broker.commands.progress import Progress
from broker.commands.search import left, search
from matching.plan import Plan
from matching.search import Limits

T = TypeVar("T")

AFTER = 0.1
"""What showing an answer takes, in times of what judging every pair took."""


def add_plan(parser: argparse.ArgumentParser, words: str) -> None:
    """The option that names a plan at hand."""
    parser.add_argument("--plan", metavar="PLAN.json", type=Path, help=f"{words} [a new one]")


def add_shared(parser: argparse.ArgumentParser) -> None:
    """The option for what may leave the brokerage team."""
    parser.add_argument(
        "--shared",
        action="store_true",
        help="the form to share: names no other young person, distances in bands",
    )


@dataclass(frozen=True)
class Asked:
    """A case with its plan, and when to stop."""

    case: Judged
    plan: Plan
    limits: Limits

    def ask(self, question: Callable[..., T], *, tells: bool = True, **given: Any) -> T:
        """The answer to a question about the plan; an interrupt ends the search for it."""
        with stopping(self.limits.stop):
            return ask_apart(
                question, self.case.pairs, self.plan.homes, self.limits, tells=tells, **given
            )

    @property
    def interrupted(self) -> bool:
        """Whether a person stopped the search."""
        return self.plan.interrupted or self.limits.stop.is_set()


def plan_at_hand(arguments: argparse.Namespace, case: Judged, progress: Progress) -> Asked:
    """The plan named by --plan, else the best plan of the case, and what is left of the limit."""
    if arguments.plan is None:
        plan = search(arguments, case, progress, part=FOR_THE_PLAN)
    else:
        plan = read_plan(arguments.plan, case.pairs)
    seconds = left(arguments)
    deadline = None
    if seconds is not None:
        deadline = time.monotonic() + max(0.0, seconds - AFTER * case.judged)
    stop = threading.Event()
    if plan.interrupted:
        stop.set()
    return Asked(case, plan, Limits(deadline, stop))
