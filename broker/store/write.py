"""Changes made to the tables, each with its line of history, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from broker.store.compare import Change, Compared, OnRecord
from broker.store.history import Author, Entry, write_history
from broker.store.shelves import Gone, Shelf, Values

_PARKED = "its young person is being exchanged"


def write_changes(
    session: Session,
    compared: Iterable[Compared],
    author: Author,
    reason: str | None,
    *,
    reason_of_all: bool = False,
) -> None:
    """Make every change and tell its history.

    `reason` is why missing rows are closed; with `reason_of_all`, why anything is changed.
    """
    tables = list(compared)
    for table in tables:
        _close(session, table, author, reason)
    for table in tables:
        _update(session, table, author)
        _insert(session, table)
    entries = (
        _entry(table.shelf, change, author, reason, reason_of_all)
        for table in tables
        for change in table.changes
    )
    write_history(session, entries, author)


def _close(session: Session, table: Compared, author: Author, reason: str | None) -> None:
    """Close what is closed and take off what is taken off, before anything needs its room."""
    shelf = table.shelf
    lost = [change.before for change in table.of_kind("close") if change.before is not None]
    if lost and shelf.gone is Gone.CLOSED:
        closed = {"closed_at": author.when, "closed_reason": reason}
        _update_rows(session, shelf, [(item, closed) for item in lost])
        lost = []
    lost += [change.before for change in table.of_kind("remove") if change.before is not None]
    if lost:
        session.execute(
            sa.delete(shelf.table).where(*_this_row(shelf)),
            [_identity(shelf, item) for item in lost],
        )


def _update(session: Session, table: Compared, author: Author) -> None:
    """Write changed and reopened rows.

    No two open referrals are one young person's, not even between two statements: a referral whose
    young person changes stands closed while the others change theirs.
    """
    shelf = table.shelf
    changed = [
        (change.before, change.after)
        for change in [*table.of_kind("update"), *table.of_kind("reopen")]
        if change.before is not None and change.after is not None
    ]
    if shelf.gone is Gone.CLOSED:
        parked = {"closed_at": author.when, "closed_reason": _PARKED}
        moved = [
            (before, parked)
            for before, after in changed
            if "young_person_id" in after
            and before.row["young_person_id"] != after["young_person_id"]
        ]
        _update_rows(session, shelf, moved)
        opened = {"closed_at": None, "closed_reason": None}
        changed = [(before, {**after, **opened}) for before, after in changed]
    _update_rows(session, shelf, changed)


def _update_rows(session: Session, shelf: Shelf, rows: Sequence[tuple[OnRecord, Values]]) -> None:
    if rows:
        fields: dict[str, Any] = {field: sa.bindparam(field) for field in rows[0][1]}
        session.execute(
            sa.update(shelf.table).where(*_this_row(shelf)).values(fields),
            [{**values, **_identity(shelf, item)} for item, values in rows],
        )


def _insert(session: Session, table: Compared) -> None:
    new = [dict(change.after) for change in table.of_kind("insert") if change.after is not None]
    if new:
        session.execute(sa.insert(table.shelf.table), new)


def _this_row(shelf: Shelf) -> list[sa.ColumnElement[bool]]:
    return [shelf.table.c[name] == sa.bindparam(f"this_{name}") for name in shelf.identity]


def _identity(shelf: Shelf, item: OnRecord) -> dict[str, Any]:
    return {f"this_{name}": item.row[name] for name in shelf.identity}


def _entry(shelf: Shelf, change: Change, author: Author, reason: str | None, always: bool) -> Entry:
    before = None if change.before is None else _told(shelf, change.before.row)
    after = None if change.after is None else shelf.record(change.after)
    if change.kind == "close" and shelf.gone is Gone.CLOSED and before is not None:
        after = {**before, "closed_at": author.when.isoformat(), "closed_reason": str(reason)}
    shown = change.values if change.before is None else change.before.row
    why = reason if always or change.kind == "close" else None
    return Entry(shelf.name, shelf.key_of(shown), change.kind, before, after, why)


def _told(shelf: Shelf, row: Mapping[str, Any]) -> dict[str, str]:
    record = dict(shelf.record(row))
    if row.get("closed_at") is not None:
        record |= {"closed_at": row["closed_at"].isoformat(), "closed_reason": row["closed_reason"]}
    return record
