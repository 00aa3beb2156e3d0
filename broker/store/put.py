"""One row of a case's tables added, changed or taken off, with its line of history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from sqlmodel import Session

from broker.store.compare import Change, Compared, OnRecord
from broker.store.history import Author
from broker.store.shelves import SHELVES, Shelf, Values
from broker.store.write import write_changes
from matching.unbuild import Record


def put_row(session: Session, sheet: str, record: Record, author: Author) -> None:
    """Add the row of a file, or change the one on record with the same key; nothing if it is so."""
    shelf = SHELVES[sheet]
    values = shelf.values(record)
    before = _on_record(session, shelf, {field: values[field] for field in shelf.key})
    if before is None:
        change = Change("insert", None, values)
    elif before.closed:
        change = Change("reopen", before, values)
    elif shelf.changed_columns(before.row, values):
        change = Change("update", before, values)
    else:
        return
    write_changes(session, [Compared(shelf, True, [change])], author, None)


def change_row(session: Session, sheet: str, record: Record, author: Author, reason: str) -> None:
    """Change a row on record for a reason, which its history keeps; nothing if it is so already."""
    shelf = SHELVES[sheet]
    values = shelf.values(record)
    before = _on_record(session, shelf, {field: values[field] for field in shelf.key})
    if before is not None and not before.closed and shelf.changed_columns(before.row, values):
        compared = Compared(shelf, True, [Change("update", before, values)])
        write_changes(session, [compared], author, reason, reason_of_all=True)


def add_row(session: Session, sheet: str, record: Record, author: Author) -> None:
    """Add a row of a file whose rows have no key of their own."""
    shelf = SHELVES[sheet]
    change = Change("insert", None, shelf.values(record))
    write_changes(session, [Compared(shelf, True, [change])], author, None)


def put_rows(
    session: Session, sheet: str, owner: Values, records: Iterable[Record], author: Author
) -> None:
    """Make the rows of one owner, such as a referral's people and places, exactly these."""
    shelf = SHELVES[sheet]
    wanted = [shelf.values(record) for record in records]
    compared = Compared(shelf, True)
    for item in _rows(session, shelf, owner):
        same = next((row for row in wanted if not shelf.changed_columns(item.row, row)), None)
        if same is None:
            compared.changes.append(Change("remove", item, None))
        else:
            wanted.remove(same)
    compared.changes += [Change("insert", None, values) for values in wanted]
    if compared.changes:
        write_changes(session, [compared], author, None)


def close_row(session: Session, sheet: str, key: Values, author: Author, reason: str) -> None:
    """Close a referral or home, or take any other row off, for a reason; nothing if it is gone."""
    shelf = SHELVES[sheet]
    before = _on_record(session, shelf, key)
    if before is not None and not before.closed:
        compared = Compared(shelf, True, [Change("close", before, None)])
        write_changes(session, [compared], author, reason)


def rows_of(session: Session, sheet: str, where: Mapping[str, object]) -> list[dict[str, object]]:
    """The rows of a table, as the database holds them, that have these values."""
    return [dict(item.row) for item in _rows(session, SHELVES[sheet], where)]


def _on_record(session: Session, shelf: Shelf, key: Values) -> OnRecord | None:
    return next(iter(_rows(session, shelf, key)), None)


def _rows(session: Session, shelf: Shelf, where: Mapping[str, object]) -> list[OnRecord]:
    table = shelf.table
    conditions = [
        table.c[field].in_(value)
        if isinstance(value, list | frozenset)
        else table.c[field] == value
        for field, value in where.items()
    ]
    query = sa.select(table).where(*conditions).order_by(*table.primary_key)
    return [OnRecord(dict(row)) for row in session.execute(query).mappings()]
