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
    the safety tables that were never given, `out` the homes with places that nobody could be given
    (`broker.store.out_of_use`), and how many: these have no history of their own.
    """

    change: int
    absent: tuple[str, ...] = ()
    before: int | None = None
    without: tuple[int, ...] = ()
    out: tuple[tuple[str, int], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As a run keeps it."""
        return {
            "change": self.change,
            "absent": list(self.absent),
            "before": self.before,
            "without": list(self.without),
            "out": [list(one) for one in self.out],
        }

    @staticmethod
    def from_json(kept: Mapping[str, Any]) -> Seen:
        """What a run kept."""
        out = tuple((home, places) for home, places in kept.get("out", ()))
        absent, without = tuple(kept["absent"]), tuple(kept["without"])
        return Seen(kept["change"], absent, kept["before"], without, out)

    def holds(self) -> sa.ColumnElement[bool]:
        """The condition on lines of history that they were seen."""
        table = RowChange.__table__
        condition = table.c.row_id <= self.change
        if self.before is None:
            return condition
        ended = sa.and_(table.c.written_in < self.before, table.c.written_in.not_in(self.without))
        return sa.and_(condition, sa.or_(table.c.written_in.is_(None), ended))


def seen_now(session: Session, absent: Collection[str], out: Mapping[str, int]) -> Seen:
    """What a reading session sees (`broker.database.reading`), whose view does not move."""
    never, places = tuple(sorted(absent)), tuple(sorted(out.items()))
    newest = sa.select(sa.func.coalesce(sa.func.max(RowChange.__table__.c.row_id), 0))
    if session.get_bind().dialect.name != "postgresql":
        return Seen(session.execute(newest).scalar_one(), never, out=places)
    level = session.execute(sa.text("SHOW transaction_isolation")).scalar_one()
    if level != STEADY:
        raise RuntimeError(f"what is seen moves in a transaction that is {level}")
    snapshot = sa.cast(sa.func.pg_current_snapshot(), sa.Text)
    change, view = session.execute(sa.select(newest.scalar_subquery(), snapshot)).one()
    _, before, without = view.split(":")
    still = tuple(int(number) for number in without.split(",") if number)
    return Seen(change, never, int(before), still, places)


def transaction_of(session: Session) -> int | None:
    """The number of the transaction a session writes in; None on SQLite, which has none."""
    if session.get_bind().dialect.name != "postgresql":
        return None
    number = sa.cast(sa.cast(sa.func.pg_current_xact_id(), sa.Text), sa.BigInteger)
    found: int = session.execute(sa.select(number)).scalar_one()
    return found
