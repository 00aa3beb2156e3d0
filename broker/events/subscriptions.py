"""Who is told of events: addresses added, listed and ended, each on the audit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from broker.access.actor import Actor
from broker.audit.chain import Record, add_entry
from broker.events.target import number_of, parse_target
from broker.tables import DeliveryRow, SubscriptionRow
from broker.tables.events import EVENT_KINDS

_ROWS = SubscriptionRow.__table__


def subscribe(
    session: Session,
    actor: Actor,
    target: str,
    at: datetime,
    *,
    open_only: bool,
    kinds: Sequence[str] = EVENT_KINDS,
    borough: str | None = None,
) -> int:
    """Tell an address of what happens from now on, of one borough or of all; its number.

    Raises:
        BadTarget: nothing may be sent there.
    """
    number_of(parse_target(target, open_only=open_only), open_only=open_only)
    told = {"target": target, "kinds": ";".join(kinds), "borough": borough}
    insert = sa.insert(_ROWS).values(**told, made_at=at, made_by=actor.id)
    number: int = session.execute(insert.returning(_ROWS.c.subscription_id)).scalar_one()
    add_entry(session, actor, "event.subscribe", _record(number), at=at, after=told)
    return number


def unsubscribe(session: Session, actor: Actor, number: int, at: datetime) -> bool:
    """Tell an address nothing more; what waits for it is dropped. False if it was not told."""
    done = session.execute(
        sa.update(_ROWS)
        .where(_ROWS.c.subscription_id == number, _ROWS.c.ended_at.is_(None))
        .values(ended_at=at, ended_by=actor.id)
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        return False
    rows = DeliveryRow.__table__
    session.execute(
        sa.update(rows)
        .where(rows.c.subscription_id == number, rows.c.state.in_(("waiting", "dead")))
        .values(state="dropped", worker=None, lease_until=None)
    )
    add_entry(session, actor, "event.unsubscribe", _record(number), at=at)
    return True


def subscriptions(session: Session) -> list[dict[str, Any]]:
    """Every address that is told."""
    query = sa.select(_ROWS).where(_ROWS.c.ended_at.is_(None)).order_by(_ROWS.c.subscription_id)
    return [dict(row) for row in session.execute(query).mappings()]


def _record(number: int) -> Record:
    return Record("subscription", str(number))
