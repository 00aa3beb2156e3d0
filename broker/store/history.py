"""The history of every row: who changed what, when and why, as it was before and after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from broker.store.seen import transaction_of
from broker.store.shelves import key_text
from broker.tables import RowChange


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes the records, and at what moment (with its time zone)."""

    by: str
    when: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of one row: its table and key, what was done and why, before and after."""

    table: str
    key: tuple[str, ...]
    kind: str
    before: Mapping[str, str] | None
    after: Mapping[str, str] | None
    reason: str | None = None


def write_history(session: Session, entries: Iterable[Entry], author: Author) -> None:
    """Add entries to the history, in the transaction of the changes they tell."""
    told = list(entries)
    written_in = transaction_of(session) if told else None
    rows: list[dict[str, Any]] = [
        {
            "table_name": entry.table,
            "row_key": key_text(entry.key),
            "changed_at": author.when,
            "changed_by": author.by,
            "kind": entry.kind,
            "reason": entry.reason,
            "before": None if entry.before is None else dict(entry.before),
            "after": None if entry.after is None else dict(entry.after),
            "written_in": written_in,
        }
        for entry in told
    ]
    if rows:
        session.execute(sa.insert(RowChange.__table__), rows)


def history_of(session: Session, table: str, key: Iterable[str]) -> list[RowChange]:
    """What happened to one row, oldest first; `table` and `key` as in the database."""
    changes = RowChange.__table__.c
    query = (
        sa.select(RowChange)
        .where(changes.table_name == table, changes.row_key == key_text(key))
        .order_by(changes.row_id)
    )
    return list(session.execute(query).scalars())
