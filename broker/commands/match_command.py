"""Find the best plan for a case: who could move in where, who waits and why, what stays empty.

A summary for people goes to stdout, the plan for other programs to --out (or to stdout with
--json). Ctrl-C ends the search and gives the best plan so far; a second one ends at once.
"""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from broker.commands.case import add_case, case_files, judge, read_seen
from broker.commands.endings import DONE, INTERRUPTED, Refused
from broker.commands.files import check_outputs, write_whole
from broker.commands.looking_ahead import (
    add_lookahead,
    refuse_lone_options,
    search_ahead,
    values_for,
)
from broker.commands.output import json_text, say, show, tell
from broker.commands.replanning import add_previous, with_previous
from broker.commands.search import add_search, search, starting
from broker.commands.summary import plan_text
from broker.commands.who import add_by, at_the_command_line
from broker.store.clock import now
from matching.pairsfile import MOST_PAIRS, pairs_csv
from matching.problem import Problem

if TYPE_CHECKING:
    from broker.store.seen import Seen


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker match`."""
    add_case(parser)
    parser.add_argument("--out", metavar="PLAN.json", type=Path, help="write the plan there")
    parser.add_argument("--json", action="store_true", help="the plan on stdout, no summary")
    parser.add_argument("--all", action="store_true", help="list everybody, however many")
    parser.add_argument(
        "--pairs", metavar="PAIRS.csv", type=Path, help="write every pair, judged and priced"
    )
    parser.add_argument(
        "--eligible-only", action="store_true", help="only the eligible pairs in --pairs"
    )
    add_previous(parser, stay=True)
    add_lookahead(parser)
    add_search(parser)
    add_by(parser, "who asks, for the record of a match --from-database")


def run(arguments: argparse.Namespace) -> int:
    """Match, write what was asked for, and say what was found."""
    if arguments.eligible_only and arguments.pairs is None:
        raise Refused("--eligible-only says what --pairs writes; name --pairs too.")
    refuse_lone_options(arguments)
    outputs = {
        "--out": arguments.out,
        "--pairs": arguments.pairs,
        "--lookahead-out": arguments.lookahead_out,
    }
    given = [path for path in (arguments.previous, arguments.lookahead) if path is not None]
    check_outputs(outputs, [*case_files(arguments), *given])
    started = now()
    with starting() as progress:
        problem, seen, read = read_seen(arguments, progress)
        problem = with_previous(arguments, problem)
        if arguments.pairs is not None and not arguments.eligible_only:
            _refuse_many_pairs(problem)
        if arguments.lookahead is None:
            plan = search(arguments, judge(problem, read, progress), progress)
        else:
            ahead = values_for(arguments, problem, progress)
            plan = search_ahead(arguments, judge(problem, read, progress), ahead, progress)
        answer = plan.to_json()
        if arguments.out is not None:
            write_whole(arguments.out, [json_text(answer) + "\n"])
        if arguments.pairs is not None:
            progress.say("writing the pairs")
            write_whole(arguments.pairs, pairs_csv(problem, eligible_only=arguments.eligible_only))
    if arguments.json:
        show(json_text(answer))
    else:
        tell(plan_text(problem, plan, every=arguments.all))
    if seen is not None:
        _record(arguments, problem, seen, answer, started)
    return INTERRUPTED if plan.interrupted else DONE


def _refuse_many_pairs(problem: Problem) -> None:
    number = len(problem.referrals) * len(problem.homes)
    if number > MOST_PAIRS:
        raise Refused(
            f"--pairs: the case has {number:,} pairs; above {MOST_PAIRS:,} only the eligible ones "
            "are written. Add --eligible-only. Nothing was done."
        )


def _record(
    arguments: argparse.Namespace,
    problem: Problem,
    seen: Seen,
    answer: dict[str, Any],
    started: datetime,
) -> None:
    from broker.database import engine_from_environment, writing
    from broker.runs import made_run, record_run, tell_run

    options = {
        "time_limit": arguments.time_limit,
        "workers": arguments.workers,
        "require_safety": arguments.require_safety,
        **({} if arguments.stay is None else {"stay": arguments.stay}),
        **({} if "lookahead" not in answer else {"lookahead": answer["lookahead"]["source"]}),
    }
    at = now()
    made = made_run(problem, answer, started=started, finished=at, options=options, seen=seen)
    with writing(engine_from_environment()) as session:
        run_id = record_run(session, made, by=arguments.by)
        tell_run(session, run_id, made, at_the_command_line(arguments.by), at)
    say(f"On record as run {run_id}: broker runs {run_id}")
