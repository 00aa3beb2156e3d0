"""The matches on record, the newest first; with a number, one match with its plan.

--case writes the case that a match answered as a folder, exactly as it was then, whatever has
changed on record since: matched again with its seed it gives the same plan.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from sqlmodel import Session

from broker.commands import parse
from broker.commands.endings import DONE, Refused
from broker.commands.output import json_text, show
from broker.database import engine_from_environment, migrate, reading
from broker.exporting import whole_texts, write_folder
from broker.runs import NotAgain, RunSummary, get_run, list_runs, problem_of_run, render_runs
from broker.tables import MatchRun
from matching.words import count

SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker runs`."""
    parser.add_argument("id", metavar="ID", nargs="?", type=parse.at_least_one, help="one match")
    parser.add_argument(
        "--last", metavar="N", type=parse.at_least_one, default=SHOWN, help=f"so many [{SHOWN}]"
    )
    parser.add_argument(
        "--case", metavar="DIR", type=Path, help="with ID: write its case to a new or empty folder"
    )
    parser.add_argument(
        "--json", action="store_true", help="as JSON; with ID, policy and plan included"
    )


def run(arguments: argparse.Namespace) -> int:
    """Say which matches are on record, or show one."""
    if arguments.case is not None and arguments.id is None:
        raise Refused("--case writes the case of one match: name its ID too. Nothing was done.")
    engine = engine_from_environment()
    migrate(engine)
    with reading(engine) as session:
        if arguments.id is None:
            runs = list_runs(session, limit=arguments.last)
            listed = [one.to_json() for one in runs]
            show(json_text(listed) if arguments.json else render_runs(runs))
            return DONE
        kept = get_run(session, arguments.id)
        if kept is None:
            raise Refused(f"There is no match {arguments.id} on record. See: broker runs")
        if arguments.case is not None:
            files = _write_case(session, kept, arguments.case)
            show(f"{count(len(files), 'file')} written to {arguments.case}: {', '.join(files)}.")
            return DONE
        show(json_text(_whole(kept)) if arguments.json else _text(kept))
    return DONE


def _write_case(session: Session, kept: MatchRun, folder: Path) -> list[str]:
    try:
        texts = whole_texts(problem_of_run(session, kept))
    except NotAgain as problem:
        raise Refused(str(problem)) from None
    write_folder(texts, folder)
    return list(texts)


def _summary(kept: MatchRun) -> RunSummary:
    names = RunSummary.__dataclass_fields__
    return RunSummary(**{name: getattr(kept, name) for name in names})


def _whole(kept: MatchRun) -> dict[str, object]:
    return {
        **_summary(kept).to_json(),
        "options": kept.options,
        "seen": kept.seen,
        "policy": kept.policy,
        "plan": kept.plan,
        "fairness": kept.fairness,
    }


def _text(kept: MatchRun) -> str:
    worth = kept.plan["objective"]
    lines = [
        *(f"! {notice}" for notice in kept.plan["notices"]),
        render_runs([_summary(kept)]),
        "",
        f"Without a place today: {worth['today_unplaced']}; points {worth['points']}; "
        f"£{worth['weekly_cost']} a week.",
        *(f"  {one['referral_id']}  {one['home_id']}" for one in kept.plan["placements"]),
        *(f"  {one['referral_id']}  {one['summary']}" for one in kept.plan["unplaced"]),
        "",
        f"The plan, the policy and the options: broker runs {kept.run_id} --json",
    ]
    return "\n".join(lines)
