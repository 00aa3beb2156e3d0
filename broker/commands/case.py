"""Where a command takes its case from: a folder, or the open case of the database."""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from broker.commands.endings import Refused
from broker.commands.progress import Progress
from matching.decisions import check_pins
from matching.exchange import POLICY_FILE, read_case
from matching.pairs import Pairs, find_pairs
from matching.problem import Problem
from matching.sheets import SHEETS

if TYPE_CHECKING:
    from broker.store.seen import Seen


def add_case(parser: argparse.ArgumentParser) -> None:
    """The options that name a case."""
    parser.add_argument("case", metavar="CASE", nargs="?", type=Path, help="a case folder")
    parser.add_argument(
        "--from-database",
        action="store_true",
        help="take the open case of the database instead of a folder",
    )
    add_safety(parser)
    add_set_aside(parser)


def add_set_aside(parser: argparse.ArgumentParser) -> None:
    """The option that sets faulty referrals and homes aside instead of refusing the case."""
    parser.add_argument(
        "--set-aside",
        action="store_true",
        help="leave out, and say so, each referral or home that a fault of the folder concerns",
    )


def add_safety(parser: argparse.ArgumentParser) -> None:
    """The option that makes missing safety information an error."""
    parser.add_argument(
        "--require-safety",
        action="store_true",
        help="refuse a case without relationships.csv, avoid.csv or declines.csv",
    )


def case_files(arguments: argparse.Namespace) -> list[Path]:
    """The files a case folder may hold, so that no output is written over one."""
    if arguments.case is None:
        return []
    names = [POLICY_FILE, *(sheet.file for sheet in SHEETS.values())]
    return [arguments.case / name for name in names]


def read_problem(arguments: argparse.Namespace, progress: Progress) -> tuple[Problem, float]:
    """The case asked for, and the seconds it took to read."""
    problem, _, seconds = read_seen(arguments, progress)
    return problem, seconds


def read_seen(
    arguments: argparse.Namespace, progress: Progress
) -> tuple[Problem, Seen | None, float]:
    """The case asked for, which rows on record it is of, and the seconds it took to read."""
    if arguments.from_database == (arguments.case is not None):
        raise Refused("Name a case folder, or --from-database, and not both. Nothing was done.")
    began = time.monotonic()
    progress.say("reading the case")
    seen = None
    if arguments.from_database:
        if arguments.set_aside:
            raise Refused("--set-aside is for a case folder; what is on record has no such faults.")
        problem, seen = _from_database(arguments.require_safety)
    else:
        problem = read_case(
            arguments.case,
            require_safety=arguments.require_safety,
            set_aside=arguments.set_aside,
        )
    return problem, seen, time.monotonic() - began


@dataclass(frozen=True, slots=True)
class Judged:
    """A case with every pair judged, and the seconds that reading and judging took."""

    pairs: Pairs
    read: float
    judged: float

    @property
    def problem(self) -> Problem:
        """The case itself."""
        return self.pairs.problem


def judge(problem: Problem, read: float, progress: Progress) -> Judged:
    """The case with every pair of a referral and a home judged."""
    began = time.monotonic()
    progress.say("judging every pair")
    check_pins(problem)
    pairs = find_pairs(
        problem,
        lambda done, of: progress.say(f"judging homes for referral {done} of {of}"),
    )
    return Judged(pairs, read, time.monotonic() - began)


def _from_database(require_safety: bool) -> tuple[Problem, Seen]:
    from broker.database import engine_from_environment, migrate, reading
    from broker.registers.diligence import refresh_before_a_match
    from broker.store.load import load_seen

    engine = engine_from_environment()
    migrate(engine)
    refresh_before_a_match(engine)
    with reading(engine) as session:
        return load_seen(session, require_safety=require_safety)
