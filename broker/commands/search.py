"""How a command searches for a plan: the options for it, the search itself, and its times."""

from __future__ import annotations

import argparse
import dataclasses
import time

from broker.apart.process import prepare
from broker.apart.searching import search_apart
from broker.commands import parse
from broker.commands.case import Judged
from broker.commands.interrupt import stopping
from broker.commands.progress import Progress
from matching.plan import Plan
from matching.solve import Options, match_pairs


def add_search(parser: argparse.ArgumentParser) -> None:
    """The options of a search."""
    parser.add_argument(
        "--time-limit",
        metavar="SECONDS",
        type=parse.seconds,
        help="answer then with the best so far, counted from the start [search until proven best]",
    )
    parser.add_argument(
        "--seed", metavar="N", type=parse.whole, default=0, help="decides between equal plans [0]"
    )
    parser.add_argument(
        "--workers", metavar="N", type=parse.workers, default=1, help="search threads [1]"
    )


def starting() -> Progress:
    """The line that says what is being done; meanwhile a process gets ready to search."""
    prepare()
    return Progress("starting")


def left(arguments: argparse.Namespace) -> float | None:
    """Seconds left of --time-limit since the command began; None for no limit."""
    if arguments.time_limit is None:
        return None
    limit: float = arguments.time_limit
    began: float = arguments.began
    return max(0.0, began + limit - time.monotonic())


def search(
    arguments: argparse.Namespace, case: Judged, progress: Progress, *, part: float = 1.0
) -> Plan:
    """The best plan in a part of what is left of the limit; the first Ctrl-C ends the search."""
    seconds = left(arguments)
    options = Options(
        # the limit of a match counts the judging too, which is over
        time_limit=None if seconds is None else seconds * part + case.judged,
        seed=arguments.seed,
        workers=arguments.workers,
        progress=progress.say,
    )
    with stopping(options.stop):
        plan = match_pairs(case.pairs, options, search_apart, judged=case.judged)
    total = plan.timing["total"] + case.read
    return dataclasses.replace(plan, timing={**plan.timing, "read": case.read, "total": total})
