"""How it stands with the warehouse: brought up when, for which day, and whether it failed since.

The audit says both: every build and refresh is an entry, and so is the first failure of a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session

from broker.access.actor import Actor
from broker.audit.chain import Record, add_entry
from broker.tables import AuditRow, AuditValueRow
from broker.warehouse import sql

KIND: Final = "warehouse"
FAILED: Final = "warehouse.fail"
BROUGHT_UP: Final = ("warehouse.build", "warehouse.refresh", "warehouse.rotate")
_KEEPING: Final = "keeping"
_AUDIT = AuditRow.__table__
_VALUES = AuditValueRow.__table__


@dataclass(frozen=True, slots=True)
class Failure:
    """Since when it fails on its day, and why; None where the words are no longer held."""

    since: datetime
    why: str | None


@dataclass(frozen=True, slots=True)
class WarehouseStanding:
    """The day it answers for, None where there is none; when it was last brought up, by entry of
    the audit; and how it failed since then, None where it did not.
    """

    as_of: date | None
    brought_up: datetime | None
    failed: Failure | None


def warehouse_standing(session: Session) -> WarehouseStanding:
    """How it stands now."""
    day = sql.read_state(session, "as_of") if sql.exists(session) else None
    number, moment = _last_success(session)
    as_of = None if day is None else date.fromisoformat(day)
    return WarehouseStanding(as_of, moment, _failure(session, number))


def note_failure(session: Session, actor: Actor, why: str, at: datetime) -> None:
    """Put a failure on the audit, unless the same one of this day is there already."""
    number, _ = _last_success(session)
    before = _failure(session, number)
    if before is None or before.why != why or before.since.date() != at.date():
        add_entry(session, actor, FAILED, Record(KIND, _KEEPING), at=at, why=why)


def _last_success(session: Session) -> tuple[int, datetime | None]:
    row = session.execute(
        sa.select(_AUDIT.c.number, _AUDIT.c.at)
        .where(_AUDIT.c.record_kind == KIND, _AUDIT.c.act.in_(BROUGHT_UP))
        .order_by(_AUDIT.c.number.desc())
        .limit(1)
    ).first()
    return (0, None) if row is None else (row.number, row.at)


def _failure(session: Session, after: int) -> Failure | None:
    """The newest failure after an entry."""
    row = session.execute(
        sa.select(_AUDIT.c.at, _VALUES.c.why)
        .join_from(_AUDIT, _VALUES, _VALUES.c.number == _AUDIT.c.number, isouter=True)
        .where(
            _AUDIT.c.record_kind == KIND,
            _AUDIT.c.record_id == _KEEPING,
            _AUDIT.c.act == FAILED,
            _AUDIT.c.number > after,
        )
        .order_by(_AUDIT.c.number.desc())
        .limit(1)
    ).first()
    return None if row is None else Failure(row.at, row.why)
