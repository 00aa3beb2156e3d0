"""Replay a year week by week under four ways of choosing, and say whether looking ahead pays.

Arrivals and stays are drawn from DEMAND.json; each replication is played under first-come, weekly
optimum and look-ahead with the case's own rules, and set beside what hindsight could have reached.
--out gets replay.json, replay.csv and replay.html. Ctrl-C keeps the replications that are done.
Methods and assumptions: docs/lookahead.md.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from broker.commands import parse
from broker.commands.case import add_safety, add_set_aside
from broker.commands.endings import DONE, INTERRUPTED, Refused
from broker.commands.files import write_whole
from broker.commands.output import json_text, say, show, tell
from broker.commands.progress import Progress

if TYPE_CHECKING:
    from broker.capacity.replay.run import Question, Replayed

MOST_WEEKS = 520


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker capacity replay`."""
    from broker.capacity.lookahead.values import FUTURES, WEEKS
    from broker.capacity.lookahead.year import PATIENCE
    from broker.capacity.replay.hindsight import EFFORTS, FIRST_LEVEL

    parser.add_argument("case", metavar="CASE", type=Path, help="the case the year begins with")
    parser.add_argument(
        "--demand", metavar="DEMAND.json", type=Path, required=True, help="who may arrive"
    )
    parser.add_argument("--weeks", metavar="N", type=weeks, default=52, help="weeks replayed [52]")
    parser.add_argument(
        "--seeds", metavar="N", type=parse.at_least_one, default=20, help="replications [20]"
    )
    parser.add_argument("--seed", metavar="S", type=parse.whole, default=0, help="which chance [0]")
    parser.add_argument("--out", metavar="DIR", type=Path, help="write JSON, CSV and HTML there")
    parser.add_argument(
        "--patience", metavar="N", type=parse.whole, default=PATIENCE,
        help=f"weeks waited before somebody is placed elsewhere [{PATIENCE}]",
    )  # fmt: skip
    parser.add_argument(
        "--lookahead-weeks", metavar="N", type=parse.at_least_one, default=WEEKS,
        help=f"weeks looked ahead at most [{WEEKS}]",
    )  # fmt: skip
    parser.add_argument(
        "--lookahead-futures", metavar="N", type=parse.at_least_one, default=FUTURES,
        help=f"simulated futures [{FUTURES}]",
    )  # fmt: skip
    parser.add_argument(
        "--refresh", metavar="N", type=parse.at_least_one, default=4,
        help="every how many weeks the values are worked out anew [4]",
    )  # fmt: skip
    parser.add_argument(
        "--hold-rates", action="store_true", help="hold the rates of arrival at their means"
    )
    parser.add_argument(
        "--hindsight",
        choices=EFFORTS,
        default=FIRST_LEVEL,
        help=f"how hard to look for it: bounds in every level (quick), exact in the first where "
        f"that can be, or in every level (slow) [{FIRST_LEVEL}]",
    )
    parser.add_argument(
        "--processes", metavar="N", type=parse.workers, default=1, help="processes [1]"
    )
    parser.add_argument("--json", action="store_true", help="the answer as JSON")
    add_safety(parser)
    add_set_aside(parser)


def run(arguments: argparse.Namespace) -> int:
    """Replay, compare and say what was found."""
    from broker.capacity.replay.compare import compare
    from broker.capacity.replay.page import page
    from broker.capacity.replay.tell import Told

    _refuse_used(arguments.out)
    with Progress("reading the case and the demand") as progress:
        question = _question(arguments)
        found, interrupted = _replayed(arguments, question, progress)
        if not found:
            say("Stopped before the first replication was done. Nothing was written.")
            return INTERRUPTED
        progress.say("comparing")
        told = Told(question, found, compare(found), arguments.seeds)
        if arguments.out is not None:
            arguments.out.mkdir(parents=True, exist_ok=True)
            write_whole(arguments.out / "replay.json", [json_text(told.to_json()) + "\n"])
            write_whole(arguments.out / "replay.csv", [told.csv_text()])
            write_whole(arguments.out / "replay.html", [page(told)])
    if arguments.json:
        show(json_text(told.to_json()))
    else:
        tell(told.text())
    if arguments.out is not None:
        say(f"replay.json, replay.csv and replay.html are in {arguments.out}.")
    if interrupted:
        say(f"Stopped after {len(found)} of {arguments.seeds} replications.")
    return INTERRUPTED if interrupted else DONE


def weeks(text: str) -> int:
    """How many weeks are replayed: two at least, since the first only places who waits now."""
    number = parse.at_least_one(text)
    if not 2 <= number <= MOST_WEEKS:
        raise argparse.ArgumentTypeError(f"“{text}”: allowed: from 2 to {MOST_WEEKS} weeks")
    return number


def _question(arguments: argparse.Namespace) -> Question:
    from broker.capacity.lookahead.demand_file import read_demand
    from broker.capacity.lookahead.values import Asked
    from broker.capacity.replay.run import Question
    from matching.exchange import read_case

    problem = read_case(
        arguments.case,
        require_safety=arguments.require_safety,
        set_aside=arguments.set_aside,
    )
    return Question(
        problem=problem,
        demand=read_demand(arguments.demand, problem),
        weeks=arguments.weeks,
        seed=arguments.seed,
        asked=Asked(
            weeks=arguments.lookahead_weeks,
            futures=arguments.lookahead_futures,
            patience=arguments.patience,
        ),
        refresh=arguments.refresh,
        uncertain=not arguments.hold_rates,
        effort=arguments.hindsight,
    )


def _replayed(
    arguments: argparse.Namespace, question: Question, progress: Progress
) -> tuple[list[Replayed], bool]:
    """The replications that were done, and whether a person stopped before the last."""
    from broker.capacity.replay.run import replay

    found: list[Replayed] = []
    number = arguments.seeds
    progress.say(f"replaying: 0 of {number} years")
    try:
        for one in replay(question, number, arguments.processes):
            found.append(one)
            done = len(found) * 20 // number
            progress.say(
                f"replaying [{'#' * done}{'.' * (20 - done)}] {len(found)} of {number} years"
            )
    except KeyboardInterrupt:
        return found, True
    return found, False


def _refuse_used(folder: Path | None) -> None:
    if folder is None:
        return
    if folder.exists() and not folder.is_dir():
        raise Refused(f"--out {folder}: is no folder. Nothing was done.")
    used = [
        name for name in ("replay.json", "replay.csv", "replay.html") if (folder / name).exists()
    ]
    if used:
        raise Refused(f"--out {folder}: holds {', '.join(used)} already. Nothing was done.")
