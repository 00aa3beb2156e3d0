"""How each telling stands: claimed by a worker, taken, tried again later, or given up.

At least once: what was sent and not written down is sent again, under the same id. In order for
each young person and address: nothing is sent while something earlier waits or is dead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session

from broker.access.actor import Actor
from broker.audit.chain import Record, add_entry
from broker.tables import DeliveryRow, EventRow, SubscriptionRow

_ROWS = DeliveryRow.__table__
_EVENTS = EventRow.__table__
_SUBSCRIPTIONS = SubscriptionRow.__table__
OPEN: Final = ("waiting", "dead")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a worker has for an attempt, and when the next is made.

    Our starting assumptions: after 10 seconds, then twice as long each time up to an hour; given up
    after 30 attempts, which is a little over 21 hours.
    """

    lease: timedelta = timedelta(seconds=60)
    first: timedelta = timedelta(seconds=10)
    longest: timedelta = timedelta(hours=1)
    attempts: int = 30

    def after(self, attempt: int) -> timedelta:
        """How long to wait after an attempt, counted from 1."""
        doubled: int = 1 << min(attempt - 1, 30)
        return min(self.longest, self.first * doubled)


@dataclass(frozen=True, slots=True)
class Sending:
    """A telling that a worker holds, and what it tells."""

    delivery_id: int
    subscription_id: int
    worker: str
    attempt: int
    target: str
    event: Mapping[str, Any]


def claim(session: Session, worker: str, at: datetime, patience: Patience) -> Sending | None:
    """The telling that has been due longest, from now on `worker`'s for a while; None if none."""
    query = sa.select(_ROWS).where(*_due(at)).order_by(_ROWS.c.due_at, _ROWS.c.delivery_id).limit(1)
    if session.get_bind().dialect.name == "postgresql":
        query = query.with_for_update(skip_locked=True)
    row = session.execute(query).mappings().first()
    if row is None:
        return None
    attempt = row["attempt"] + 1
    session.execute(
        sa.update(_ROWS)
        .where(_ROWS.c.delivery_id == row["delivery_id"])
        .values(attempt=attempt, worker=worker, lease_until=at + patience.lease)
    )
    event = (
        session.execute(sa.select(_EVENTS).where(_EVENTS.c.event_id == row["event_id"]))
        .mappings()
        .one()
    )
    target = session.execute(
        sa.select(_SUBSCRIPTIONS.c.target).where(
            _SUBSCRIPTIONS.c.subscription_id == row["subscription_id"]
        )
    ).scalar_one()
    return Sending(row["delivery_id"], row["subscription_id"], worker, attempt, target, dict(event))


def anything_due(session: Session, at: datetime) -> bool:
    """Whether there is something to send: one look, which locks nothing."""
    query = sa.select(_ROWS.c.delivery_id).where(*_due(at)).limit(1)
    return session.execute(query).first() is not None


def _due(at: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    earlier = _ROWS.alias("earlier")
    held_up = sa.exists().where(
        earlier.c.subscription_id == _ROWS.c.subscription_id,
        earlier.c.young_person_id == _ROWS.c.young_person_id,
        earlier.c.delivery_id < _ROWS.c.delivery_id,
        earlier.c.state.in_(OPEN),
    )
    return (
        _ROWS.c.state == "waiting",
        _ROWS.c.due_at <= at,
        sa.or_(_ROWS.c.lease_until.is_(None), _ROWS.c.lease_until <= at),
        ~held_up,
    )


def taken(session: Session, sent: Sending, at: datetime) -> bool:
    """It was taken; False where the telling is another worker's meanwhile, who sends it again."""
    return _settle(session, sent, state="delivered", delivered_at=at, said=None)


def failed(session: Session, sent: Sending, reason: str, at: datetime, patience: Patience) -> bool:
    """It was not taken: tried again later, or dead after as many attempts as there may be."""
    if sent.attempt >= patience.attempts:
        return _settle(session, sent, state="dead", said=reason)
    return _settle(session, sent, due_at=at + patience.after(sent.attempt), said=reason)


def _settle(session: Session, sent: Sending, **values: Any) -> bool:
    done = session.execute(
        sa.update(_ROWS)
        .where(
            _ROWS.c.delivery_id == sent.delivery_id,
            _ROWS.c.worker == sent.worker,
            _ROWS.c.attempt == sent.attempt,
            _ROWS.c.state == "waiting",
        )
        .values(worker=None, lease_until=None, **values)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def retry(session: Session, actor: Actor, delivery_id: int | None, at: datetime) -> int:
    """Try a dead telling anew, or all of them; how many there were."""
    where = [_ROWS.c.state == "dead"]
    if delivery_id is not None:
        where.append(_ROWS.c.delivery_id == delivery_id)
    done = session.execute(
        sa.update(_ROWS).where(*where).values(state="waiting", attempt=0, due_at=at)
    )
    number = int(done.rowcount)  # type: ignore[attr-defined]
    if number:
        record = Record("delivery", "all" if delivery_id is None else str(delivery_id))
        add_entry(session, actor, "event.retry", record, at=at, after={"number": number})
    return number


def drop(session: Session, actor: Actor, delivery_id: int, why: str, at: datetime) -> bool:
    """Give a telling up for good, so that what comes after it is sent; False if it is not open."""
    done = session.execute(
        sa.update(_ROWS)
        .where(_ROWS.c.delivery_id == delivery_id, _ROWS.c.state.in_(OPEN))
        .values(state="dropped", worker=None, lease_until=None)
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        return False
    record = Record("delivery", str(delivery_id))
    add_entry(session, actor, "event.drop", record, at=at, why=why)
    return True


def listed(session: Session, state: str | None = None, most: int = 200) -> list[dict[str, Any]]:
    """Tellings, the newest first, each with its event and address."""
    query = (
        sa.select(
            _ROWS.c.delivery_id, _ROWS.c.state, _ROWS.c.attempt, _ROWS.c.due_at, _ROWS.c.said,
            _EVENTS.c.event_id, _EVENTS.c.kind, _EVENTS.c.referral_id, _EVENTS.c.happened_at,
            _SUBSCRIPTIONS.c.subscription_id, _SUBSCRIPTIONS.c.target,
        )
        .join(_EVENTS, _EVENTS.c.event_id == _ROWS.c.event_id)
        .join(_SUBSCRIPTIONS, _SUBSCRIPTIONS.c.subscription_id == _ROWS.c.subscription_id)
        .order_by(_ROWS.c.delivery_id.desc())
        .limit(most)
    )  # fmt: skip
    if state is not None:
        query = query.where(_ROWS.c.state == state)
    return [dict(row) for row in session.execute(query).mappings()]


def counts(session: Session) -> dict[str, int]:
    """How many tellings stand how."""
    query = sa.select(_ROWS.c.state, sa.func.count()).group_by(_ROWS.c.state)
    return {row[0]: row[1] for row in session.execute(query)}
