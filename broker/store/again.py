"""The records read again as somebody saw them before, from the history of every row.

History is told forwards from nothing: each line takes the row as it was away and puts the row as it
became in its place. A closed referral or home is out of view, and with it what belongs to it.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal

import sqlalchemy as sa
from sqlmodel import Session

from broker.store.load import waiting_by, without_places
from broker.store.seen import Seen
from broker.store.shelves import OWNERS, SHELVES, Shelf
from broker.tables import RowChange
from matching.exchange import problem_of
from matching.problem import Problem
from matching.tables import from_records
from matching.unbuild import Record

_CLOSED = "closed_at"
_Row = tuple[tuple[str, str], ...]


class HistoryBroken(Exception):
    """The history on record does not lead to what was seen."""


def problem_again(session: Session, seen: Seen, policy: str) -> Problem:
    """The problem that was posed by what somebody saw, under the policy of then.

    Raises:
        HistoryBroken: the history has a gap.
        BadInput: what was seen does not satisfy this version's rules of a case.
    """
    terms = tomllib.loads(policy, parse_float=Decimal)
    records = records_again(session, seen)
    day = str(terms["as_of"])
    records["referrals"] = [waiting_by(day, record) for record in records["referrals"]]
    out = dict(seen.out)
    records["homes"] = [without_places(out, record) for record in records["homes"]]
    tables = {
        name: from_records(SHELVES[name].sheet, some)
        for name, some in records.items()
        if name not in seen.absent
    }
    return problem_of(terms, tables)


def records_again(session: Session, seen: Seen) -> dict[str, list[Record]]:
    """The open rows of every file as somebody saw them, in a fixed order."""
    told = {shelf.name: _Told(shelf) for shelf in SHELVES.values()}
    table = RowChange.__table__
    lines = session.execute(
        sa.select(table.c.row_id, table.c.table_name, table.c.before, table.c.after)
        .where(seen.holds(), table.c.table_name.in_(told))
        .order_by(table.c.row_id)
    )
    for line in lines:
        told[line.table_name].tell(line.row_id, line.before, line.after)
    shut = {
        owner: told[SHELVES[name].name].shut
        for owner, name in zip(OWNERS, ("referrals", "homes"), strict=True)
    }
    return {name: told[shelf.name].open(shut) for name, shelf in SHELVES.items()}


class _Told:
    """One table as far as its history was told."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.shut: set[str] = set()
        self._rows: Counter[_Row] = Counter()

    def tell(self, number: int, before: Record | None, after: Record | None) -> None:
        """One line: the row as it was goes, the row as it became comes."""
        if before is not None:
            if _CLOSED in before:
                self.shut.discard(before[self.shelf.key[0]])
            else:
                row = _row(self.shelf, before)
                if not self._rows[row]:
                    sentence = (
                        f"line {number} changes a row of {self.shelf.name} that was not there"
                    )
                    raise HistoryBroken(sentence)
                self._rows[row] -= 1
        if after is not None:
            if _CLOSED in after:
                self.shut.add(after[self.shelf.key[0]])
            else:
                self._rows[_row(self.shelf, after)] += 1

    def open(self, shut: Mapping[str, set[str]]) -> list[Record]:
        """The rows in view, each as often as it stands there."""
        return [
            dict(row)
            for row in sorted(self._rows.elements())
            if not _belongs(self.shelf.owners, dict(row), shut)
        ]


def _row(shelf: Shelf, record: Record) -> _Row:
    return tuple((name, record.get(name, "")) for name in shelf.sheet.names)


def _belongs(owners: Iterable[str], record: Record, shut: Mapping[str, set[str]]) -> bool:
    return any(record[owner] in shut[owner] for owner in owners)
