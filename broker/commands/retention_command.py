"""What is due to go by the schedule of retention; with --apply, remove it by entries of the audit.

The schedule says how long each kind of record is kept, and by which source. A period that nobody
has confirmed is listed and nothing is removed by it. BROKER_RETENTION names a schedule of your own.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from datetime import date
from typing import Any

from broker.commands import parse
from broker.commands.endings import DONE, Refused
from broker.commands.output import show
from broker.commands.who import operator
from broker.database import engine_from_environment, migrate, reading, writing
from broker.retention.due import Due, HeldBack, due_on
from broker.retention.remove import remove
from broker.retention.schedule import KINDS, Schedule, schedule_in_force
from broker.store.clock import now, today

_SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker retention`."""
    parser.add_argument("--apply", action="store_true", help="remove what is due and confirmed")
    parser.add_argument(
        "--reason", metavar="TEXT", type=parse.reason, help="why; goes on the audit"
    )
    parser.add_argument(
        "--on", metavar="DAY", type=parse.day, help="what will be due on a day, to look ahead"
    )
    parser.add_argument("--json", action="store_true", help="as JSON")


def run(arguments: argparse.Namespace) -> int:
    """List what is due, or remove it."""
    if arguments.apply and arguments.reason is None:
        raise Refused("--apply needs --reason: it stands in the audit beside what was removed.")
    if arguments.apply and arguments.on is not None:
        raise Refused("--on looks ahead and removes nothing: leave out --apply.")
    schedule = schedule_in_force()
    engine = engine_from_environment()
    migrate(engine)
    day = arguments.on or today()
    with reading(engine) as session:
        due, back = due_on(session, schedule, day)
    removed = []
    if arguments.apply:
        for one in due:
            period = schedule[one.kind]
            if not period.confirmed:
                continue
            with writing(engine) as session:
                remove(
                    session, operator(), one, period, at=now(), today=day, reason=arguments.reason
                )
            removed.append(one)
    if arguments.json:
        show(json.dumps(_json(schedule, day, due, back, removed), ensure_ascii=False, indent=1))
    else:
        show(_words(schedule, day, due, back, removed, applied=arguments.apply))
    return DONE


def _words(
    schedule: Schedule,
    day: date,
    due: list[Due],
    back: list[HeldBack],
    removed: list[Due],
    *,
    applied: bool,
) -> str:
    lines = [f"HOW LONG RECORDS ARE KEPT, AND WHAT IS DUE TO GO ON {day}"]
    for kind in KINDS:
        period = schedule[kind]
        own = [one for one in due if one.kind == kind]
        mark = "" if period.confirmed else "; not confirmed, so nothing is removed by it"
        lines.append(f"  {kind}: {period.words}{mark}")
        lines.append(f"      {period.source}")
        lines += [f"      > {_line(one)}" for one in own[:_SHOWN]]
        if len(own) > _SHOWN:
            lines.append(f"      > and {len(own) - _SHOWN} more (--json lists them)")
    if back:
        lines.append("Held back, though their time is over:")
        lines += [f"  {one.kind} {one.record}: {one.why}" for one in back]
    if applied:
        counts = Counter(one.kind for one in removed)
        listed = ", ".join(f"{number} {kind}" for kind, number in counts.items()) or "nothing"
        lines.append(f"Removed, each by an entry of the audit: {listed}.")
    else:
        number = sum(schedule[one.kind].confirmed for one in due)
        lines.append(
            f"Due and confirmed: {number}. Nothing was removed; to remove: broker retention "
            "--apply --reason TEXT"
        )
    return "\n".join(lines)


def _line(one: Due) -> str:
    rows = f", {one.rows} rows" if one.rows != 1 else ""
    return f"{one.record}: {KINDS[one.kind]} {one.event}, due on {one.due_on}{rows}"


def _json(
    schedule: Schedule, day: date, due: list[Due], back: list[HeldBack], removed: list[Due]
) -> dict[str, Any]:
    return {
        "on": day.isoformat(),
        "schedule": {
            kind: {
                "period": period.words,
                "confirmed": period.confirmed,
                "source": period.source,
            }
            for kind, period in schedule.items()
        },
        "due": [one.to_json() for one in due],
        "held_back": [one.to_json() for one in back],
        "removed": [one.to_json() for one in removed],
    }
