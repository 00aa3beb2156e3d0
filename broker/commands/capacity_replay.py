"""Replay a year week by week under four ways of choosing, and say whether looking ahead pays.

Arrivals and stays are drawn from DEMAND.json as capacity simulate draws them. Each year is played
under first-come, weekly optimum and look-ahead with the case's own rules, beside what hindsight
could have reached. DIR keeps the years that are done: the same command goes on where it was
interrupted, and refuses a folder of other inputs. It gets replay.json, replay.csv, replay.xlsx and
replay.html. The same seed gives the same numbers on one process and on several. Methods and
assumptions: docs/lookahead.md.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from broker.commands import parse
from broker.commands.case import add_safety, add_set_aside
from broker.commands.endings import DONE, Refused
from broker.commands.going_on import going_on_in
from broker.commands.output import answer, say
from broker.commands.progress import Progress

if TYPE_CHECKING:
    from broker.capacity.replay.run import Question, Replayed

MOST_WEEKS = 520
MOST_ROUNDS = 26


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker capacity replay`."""
    from broker.capacity.lookahead.values import ELSEWHERE_AFTER, FUTURES, WEEKS
    from broker.capacity.replay.hindsight import EFFORT

    parser.add_argument("case", metavar="CASE", type=Path, help="the case the year begins with")
    parser.add_argument(
        "--demand", metavar="DEMAND.json", type=Path, required=True, help="who may arrive"
    )
    parser.add_argument("--weeks", metavar="N", type=weeks, default=52, help="weeks replayed [52]")
    parser.add_argument(
        "--seeds", metavar="N", type=parse.at_least_one, default=20, help="years replayed [20]"
    )
    parser.add_argument("--seed", metavar="S", type=parse.whole, default=0, help="which chance [0]")
    parser.add_argument(
        "--out", metavar="DIR", type=Path,
        help="where years and answers go; goes on with what is there",
    )  # fmt: skip
    parser.add_argument(
        "--elsewhere-after", metavar="ROUNDS", type=rounds, default=ELSEWHERE_AFTER,
        help=f"rounds until a place is bought elsewhere [{ELSEWHERE_AFTER}]",
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
        "--hold-means", action="store_true",
        help="rates and lengths at their means, nothing drawn of them",
    )  # fmt: skip
    parser.add_argument(
        "--hindsight-effort", metavar="N", type=parse.whole, default=round(EFFORT),
        help="units of the solver's own time spent on a level of hindsight at most; 0 does not "
        f"look for it [{EFFORT:g}]",
    )  # fmt: skip
    parser.add_argument(
        "--processes", metavar="N", type=parse.workers, default=1, help="processes [1]"
    )
    parser.add_argument("--json", action="store_true", help="the answer as JSON")
    add_safety(parser)
    add_set_aside(parser)


def run(arguments: argparse.Namespace) -> int:
    """Replay, compare and say what was found."""
    from broker.capacity.replay.tell import FILES, Told, write

    _refuse_used(arguments.out)
    with Progress("reading the case and the demand") as progress:
        question = _question(arguments)
        progress.say("inventing young people")
        found = _replayed(arguments, question, progress)
        progress.say("comparing")
        told = Told(question, found)
        if arguments.out is not None:
            write(told, arguments.out)
    answer(arguments.json, told.to_json, told.text)
    if arguments.out is not None:
        say(f"{', '.join(FILES[:-1])} and {FILES[-1]} are in {arguments.out}.")
    return DONE


def weeks(text: str) -> int:
    """How many weeks are replayed: two at least, since the first only places who waits now."""
    return _within(text, 2, MOST_WEEKS, "weeks")


def rounds(text: str) -> int:
    """In how many rounds somebody asks."""
    return _within(text, 1, MOST_ROUNDS, "rounds")


def _within(text: str, least: int, most: int, what: str) -> int:
    number = parse.at_least_one(text)
    if not least <= number <= most:
        raise argparse.ArgumentTypeError(f"“{text}”: allowed: from {least} to {most} {what}")
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
        asked=replace(
            Asked(),
            weeks=arguments.lookahead_weeks,
            futures=arguments.lookahead_futures,
            elsewhere_after=arguments.elsewhere_after,
        ),
        refresh=arguments.refresh,
        uncertain=not arguments.hold_means,
        effort=float(arguments.hindsight_effort),
    )


def _replayed(
    arguments: argparse.Namespace, question: Question, progress: Progress
) -> list[Replayed]:
    from broker.capacity.replay.runner import replay

    with going_on_in(arguments.out):
        return replay(
            question,
            arguments.seeds,
            arguments.processes,
            arguments.out,
            lambda done, of: progress.say(_bar(done, of)),
        )


def _bar(done: int, of: int) -> str:
    full = 20 * done // of
    return f"replaying [{'#' * full}{'.' * (20 - full)}] {done} of {of} years"


def _refuse_used(folder: Path | None) -> None:
    """Nothing of somebody else's is written over: a folder with answers has a run of its own."""
    from broker.capacity.replay.tell import FILES
    from broker.capacity.simulation.store import RUN_FILE

    if folder is None:
        return
    if folder.exists() and not folder.is_dir():
        raise Refused(f"--out {folder}: is a file; name a folder. Nothing was done.")
    used = [name for name in FILES if (folder / name).exists()]
    if used and not (folder / RUN_FILE).exists():
        raise Refused(
            f"--out {folder}: holds {', '.join(used)} already, and no replay to go on with. "
            "Nothing was done."
        )
