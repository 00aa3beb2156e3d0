"""How a command searches for a plan: the options for it, the search itself, and its times."""

from __future__ import annotations

import argparse
import dataclasses
import threading
import time

from broker.commands import parse
from broker.commands.interrupt import stopping
from broker.commands.progress import Progress
from matching.plan import Plan
from matching.problem import Problem
from matching.solve import Options, match


def add_search(parser: argparse.ArgumentParser) -> None:
    """The options of a search."""
    parser.add_argument(
        "--time-limit",
        metavar="SECONDS",
        type=parse.seconds,
        help="stop then with the best plan so far [search until it is proven best]",
    )
    parser.add_argument(
        "--seed", metavar="N", type=parse.whole, default=0, help="decides between equal plans [0]"
    )
    parser.add_argument(
        "--workers", metavar="N", type=parse.workers, default=1, help="search threads [1]"
    )


def search(
    arguments: argparse.Namespace, problem: Problem, read: float, progress: Progress
) -> Plan:
    """The best plan within the time limit, reading included; the first Ctrl-C ends the search."""
    limit = arguments.time_limit
    options = Options(
        time_limit=None if limit is None else max(0.0, limit - read),
        seed=arguments.seed,
        workers=arguments.workers,
        progress=progress.say,
        stop=threading.Event(),
    )
    began = time.monotonic()
    with stopping(options.stop):
        plan = match(problem, options)
    total = time.monotonic() - began + read
    return dataclasses.replace(plan, timing={**plan.timing, "read": read, "total": total})
