"""What was lawfully taken from beside the chain, and by which entry: corrections and removals.

Three kinds of entry take values away: a removal or a correction names one earlier entry; the end of
a record's time names the record, and covers whatever earlier entries said of it. Corrected values
lie beside the entry that corrects.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from broker.tables import AuditRow, AuditValueRow

REMOVED = "audit.remove_value"
CORRECTED = "audit.correct_value"
RETIRED = "retention.remove"
ENTRY = "audit"
"""The kind of record that a removal or correction names: an entry of the audit itself."""
CORRECTION = "corrected"
"""Under this name corrected values lie in what the correcting entry says."""


Record = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Taken:
    """Values beside an entry that are gone or replaced: by which later entry, who and why.

    `why` is None where that reason was itself removed.
    """

    number: int
    by_entry: int
    act: str
    actor: str
    why: str | None

    def __str__(self) -> str:
        word = {REMOVED: "removed", CORRECTED: "corrected"}.get(self.act, "removed, as time was up")
        reason = "its reason was removed" if self.why is None else self.why
        return f"entry {self.number}: {word} by entry {self.by_entry} of {self.actor}: {reason}"


class Lawful:
    """Every entry that takes values away."""

    def __init__(self, rows: list[Mapping[str, Any]], origins: Mapping[int, Record]) -> None:
        self._of_entry: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
        self._of_record: dict[Record, list[Mapping[str, Any]]] = defaultdict(list)
        self._named: dict[int, int] = {}
        self._origins = origins
        for row in rows:
            if row["act"] == RETIRED:
                self._of_record[row["record_kind"], row["record_id"]].append(row)
            elif row["record_kind"] == ENTRY and row["record_id"].isdecimal():
                self._of_entry[int(row["record_id"])].append(row)
                self._named[row["number"]] = int(row["record_id"])

    def taking(self, number: int, kind: str, record: str) -> Taken | None:
        """The first later entry that takes what an entry says, where one does.

        What takes an entry's values takes those of earlier corrections of it.
        """
        named = self._named.get(number, number)
        about = self._origins.get(named, (kind, record)) if named != number else (kind, record)
        rows = [
            row
            for row in (
                *self._of_entry.get(number, ()),
                *self._of_entry.get(named, ()),
                *self._of_record.get(about, ()),
            )
            if row["number"] > number
        ]
        if not rows:
            return None
        first = min(rows, key=lambda row: int(row["number"]))
        return Taken(number, first["number"], first["act"], first["actor"], first["why"])

    def retired(self, kind: str, record: str) -> bool:
        """Whether a record was removed because its time was over."""
        return (kind, record) in self._of_record

    def correction_of(self, number: int) -> int | None:
        """The latest entry that corrects an entry; None where none does."""
        found = [
            int(row["number"])
            for row in self._of_entry.get(number, ())
            if row["act"] == CORRECTED and row["number"] > number
        ]
        return max(found, default=None)


def lawful_of(session: Session) -> Lawful:
    """Every entry that takes values away, with its reason."""
    table, values = AuditRow.__table__, AuditValueRow.__table__
    query = (
        sa.select(
            table.c.number,
            table.c.act,
            table.c.actor,
            table.c.record_kind,
            table.c.record_id,
            values.c.why,
        )
        .join(values, values.c.number == table.c.number, isouter=True)
        .where(table.c.act.in_((REMOVED, CORRECTED, RETIRED)))
        .order_by(table.c.number)
    )
    rows: list[Mapping[str, Any]] = [dict(row) for row in session.execute(query).mappings()]
    named = {
        int(row["record_id"])
        for row in rows
        if row["act"] != RETIRED and row["record_id"].isdecimal()
    }
    origins: dict[int, Record] = {}
    for part in _parts(sorted(named)):
        found = sa.select(table.c.number, table.c.record_kind, table.c.record_id)
        for row in session.execute(found.where(table.c.number.in_(part))):
            origins[row.number] = (row.record_kind, row.record_id)
    return Lawful(rows, origins)


def _parts(numbers: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(numbers), 1_000):
        yield numbers[start : start + 1_000]
