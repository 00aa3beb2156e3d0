"""What what-if commands share: the plan they start from, their limits, and the shared form."""

from __future__ import annotations

import argparse
import threading
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from broker.commands.interrupt import stopping
from broker.commands.plan_file import read_plan
from broker.commands.progress import Progress
from broker.commands.search import search
from matching.held import Region
from matching.pairs import Pairs
from matching.plan import Plan
from matching.search import Limits


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
    """A region with its plan, and when to stop."""

    plan: Plan
    region: Region
    limits: Limits

    def stopping(self) -> AbstractContextManager[None]:
        """While inside, an interrupt ends the search with the best so far."""
        return stopping(self.limits.stop)

    @property
    def interrupted(self) -> bool:
        """Whether a person stopped the search."""
        return self.plan.interrupted or self.limits.stop.is_set()


def plan_at_hand(
    arguments: argparse.Namespace, pairs: Pairs, read: float, progress: Progress
) -> Plan:
    """The plan named by --plan, else the best plan of the case."""
    if arguments.plan is None:
        return search(arguments, pairs.problem, read, progress)
    return read_plan(arguments.plan, pairs)


def region_of(
    arguments: argparse.Namespace, pairs: Pairs, read: float, progress: Progress
) -> Asked:
    """The region with the plan at hand; --time-limit counts for the what-ifs anew."""
    plan = plan_at_hand(arguments, pairs, read, progress)
    limit = arguments.time_limit
    deadline = None if limit is None else time.monotonic() + limit
    stop = threading.Event()
    if plan.interrupted:
        stop.set()
    return Asked(plan, Region(pairs, plan.homes), Limits(deadline, stop))
