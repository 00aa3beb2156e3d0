"""Files from case-management systems, by a mapping that you can edit: each row is kept or waits.

take FILE --mapping M.toml --borough CODE begins a referral, as a draft, from every row that can be
one; the others wait with their reasons (--check writes nothing). The same file is taken once. list
shows the files, show FILE the rows that wait; again FILE --mapping M.toml judges those anew; settle
FILE --row N --reason ends the waiting of one. FILE is then the beginning of its digest.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from broker.commands import parse
from broker.commands.endings import DONE, Refused
from broker.commands.export_903_command import borough_of
from broker.commands.output import answer
from broker.commands.who import add_by, at_the_command_line

if TYPE_CHECKING:
    from broker.access.actor import Actor
    from broker.inbox.queue import Outcome

ACTIONS = ("take", "list", "show", "again", "settle")
Told = tuple[dict[str, Any], str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker inbox`."""
    parser.add_argument("action", choices=ACTIONS, help="what to do")
    parser.add_argument("file", nargs="?", metavar="FILE", help=".csv or .xlsx; or a digest")
    parser.add_argument("--mapping", metavar="M.toml", type=Path, help="which column is which")
    parser.add_argument(
        "--borough", metavar="CODE", type=borough_of, help="whose young people they are"
    )
    parser.add_argument("--check", action="store_true", help="read and say, write nothing")
    parser.add_argument("--row", metavar="N", type=parse.at_least_one, help="the row to settle")
    parser.add_argument("--reason", metavar="T", type=parse.reason, help="why it is settled")
    add_by(parser, "who does it, for the records")
    parser.add_argument("--json", action="store_true", help="as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Do it, all of it or nothing."""
    needed = {"take": ("file", "mapping", "borough"), "again": ("file", "mapping"),
              "show": ("file",), "settle": ("file", "row", "reason"), "list": ()}  # fmt: skip
    lacking = [name for name in needed[arguments.action] if getattr(arguments, name) is None]
    if lacking:
        names = ", ".join("FILE" if name == "file" else f"--{name}" for name in lacking)
        raise Refused(f"{arguments.action} needs {names}. Nothing was done.")
    if arguments.action == "take":
        facts, words = _take(arguments)
    else:
        facts, words = _on_record(arguments)
    answer(arguments.json, lambda: facts, lambda: words)
    return DONE


def _take(arguments: argparse.Namespace) -> Told:
    from broker.database import engine_from_environment, migrate, writing
    from broker.inbox import queue
    from broker.inbox.mapping import read_inbox_mapping
    from broker.inbox.rows import not_read, rows_of
    from broker.life.desk import Moment
    from broker.spreadsheets.package import read_limited
    from broker.spreadsheets.source import book_of
    from broker.store.clock import now, today

    mapping = read_inbox_mapping(arguments.mapping)
    path = Path(arguments.file)
    data = read_limited(path)
    book = book_of(data, path.name)
    rows = rows_of(book, mapping)
    digest = hashlib.sha256(data).hexdigest()
    remarks = not_read(book, mapping)
    if arguments.check:
        outcome = queue.judge(rows, mapping, arguments.borough)
        return _outcome(outcome, digest, [*remarks, "Nothing was written (--check)."])
    engine = engine_from_environment()
    migrate(engine)
    with writing(engine) as session:
        before = queue.taken_before(session, digest)
        if before is not None:
            when = before["taken_at"].isoformat(timespec="minutes")
            words = f"{path.name} was taken before, {when}, as {digest[:12]}; nothing was done."
            return {"digest": digest, "taken_before": when}, words
        outcome = queue.take(
            session, broker_at_the_command_line(arguments.by), path.name, digest, rows, mapping,
            arguments.borough, Moment(now(), today()),
        )  # fmt: skip
    return _outcome(outcome, digest, remarks)


def _on_record(arguments: argparse.Namespace) -> Told:
    from broker.database import engine_from_environment, migrate, writing
    from broker.inbox import queue
    from broker.inbox.mapping import read_inbox_mapping
    from broker.life.desk import Moment
    from broker.store.clock import now, today

    mapping = None if arguments.mapping is None else read_inbox_mapping(arguments.mapping)
    engine = engine_from_environment()
    migrate(engine)
    with writing(engine) as session:
        if arguments.action == "list":
            return _files(queue.listed(session))
        try:
            digest = queue.digest_of(session, arguments.file)
            if arguments.action == "show":
                return _rows(queue.waiting_rows(session, digest), digest)
            if arguments.action == "again":
                assert mapping is not None
                who = broker_at_the_command_line(arguments.by)
                moment = Moment(now(), today())
                return _outcome(queue.again(session, who, digest, mapping, moment), digest, [])
            who = at_the_command_line(arguments.by)
            queue.settle(session, who, digest, arguments.row, arguments.reason, now())
        except queue.NotInQueue:
            raise Refused(
                f"Nothing of that waits: {arguments.file}. See: broker inbox list"
            ) from None
    return {"settled": arguments.row}, f"Row {arguments.row} of {digest[:12]} is settled."


def broker_at_the_command_line(name: str) -> Actor:
    """Whoever runs a command that begins referrals."""
    from broker.access.actor import PARTNERSHIP, Actor, OrganisationKind, Role

    return Actor(name, Role.BROKER, PARTNERSHIP, OrganisationKind.PARTNERSHIP, via="command line")


def _outcome(outcome: Outcome, digest: str, remarks: list[str]) -> Told:
    facts = {
        "digest": digest,
        "read": outcome.read,
        "kept": {str(number): referral for number, referral in outcome.kept.items()},
        "waiting": {str(number): reasons for number, reasons in outcome.waiting.items()},
        "remarks": remarks,
    }
    lines = [
        f"{digest[:12]}: {outcome.read} rows read, {len(outcome.kept)} kept, "
        f"{len(outcome.waiting)} waiting.",
        *remarks,
    ]
    lines += [
        f"  row {number}: begun as {referral}"
        for number, referral in outcome.kept.items()
        if referral
    ]
    lines += [
        f"  row {number} waits: {'; '.join(reasons)}" for number, reasons in outcome.waiting.items()
    ]
    return facts, "\n".join(lines)


def _files(files: list[dict[str, Any]]) -> Told:
    told = [{**one, "taken_at": one["taken_at"].isoformat(timespec="minutes")} for one in files]
    lines = [
        f"{one['digest'][:12]}: {one['file']}, {one['borough']}, {one['taken_at']}, "
        f"{one['rows_read']} rows: "
        + ", ".join(f"{state} {number}" for state, number in sorted(one["rows"].items()))
        for one in told
    ]
    return {"files": told}, "\n".join(lines or ["No file was taken."])


def _rows(rows: list[dict[str, Any]], digest: str) -> Told:
    lines = [f"  row {one['row']}: {'; '.join(one['reasons'])}" for one in rows]
    head = f"{digest[:12]}: {len(rows)} rows wait."
    return {"digest": digest, "waiting": rows}, "\n".join([head, *lines])
