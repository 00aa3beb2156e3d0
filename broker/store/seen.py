"""Which versions of the rows on record somebody saw: not a copy of them, but where they end.

Every change of a row is a numbered line of history. On SQLite one transaction writes after another,
so the number of the newest line says it all. On PostgreSQL several write at once, and a line with a
smaller number may become visible later than one with a greater: there the transactions that were
still under way are named too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from broker.tables import RowChange

STEADY = "repeatable read"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a reader saw: lines of history up to `change`, without those of some transactions.

    None of the transactions in `without`, nor any from number `before` on, had ended. `absent` are
    the safety tables that were never given.
    """

    change: int
    absent: tuple[str, ...] = ()
    before: int | None = None
    without: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As a run keeps it."""
        return {
            "change": self.change,
            "absent": list(self.absent),
            "before": self.before,
            "without": list(self.without),
        }

    @staticmethod
    def from_json(kept: Mapping[str, Any]) -> Seen:
        """What a run kept."""
        return Seen(kept["change"], tuple(kept["absent"]), kept["before"], tuple(kept["without"]))

    def holds(self) -> sa.ColumnElement[bool]:
        """The condition on lines of history that they were seen."""
        table = RowChange.__table__
        condition = table.c.row_id <= self.change
        if self.before is None:
            return condition
        ended = sa.and_(table.c.written_in < self.before, table.c.written_in.not_in(self.without))
        return sa.and_(condition, sa.or_(table.c.written_in.is_(None), ended))


def seen_now(session: Session, absent: Collection[str]) -> Seen:
    """What a reading session sees (`broker.database.reading`), whose view does not move."""
    newest = sa.select(sa.func.coalesce(sa.func.max(RowChange.__table__.c.row_id), 0))
    if session.get_bind().dialect.name != "postgresql":
        return Seen(session.execute(newest).scalar_one(), tuple(sorted(absent)))
    level = session.execute(sa.text("SHOW transaction_isolation")).scalar_one()
    if level != STEADY:
        raise RuntimeError(f"what is seen moves in a transaction that is {level}")
    snapshot = sa.cast(sa.func.pg_current_snapshot(), sa.Text)
    change, told = session.execute(sa.select(newest.scalar_subquery(), snapshot)).one()
    _, before, without = told.split(":")
    still = tuple(int(number) for number in without.split(",") if number)
    return Seen(change, tuple(sorted(absent)), int(before), still)


def transaction_of(session: Session) -> int | None:
    """The number of the transaction a session writes in; None on SQLite, which has none."""
    if session.get_bind().dialect.name != "postgresql":
        return None
    number = sa.cast(sa.cast(sa.func.pg_current_xact_id(), sa.Text), sa.BigInteger)
    found: int = session.execute(sa.select(number)).scalar_one()
    return found
