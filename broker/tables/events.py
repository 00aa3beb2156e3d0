"""What other systems are told: who asked to be, what happened, and how each telling stands."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from broker.tables.base import Instant, Stored, not_negative, one_of, rule
from broker.tables.records import SERIAL

EVENT_KINDS = (
    "offer",
    "decision",
    "decision_undone",
    "moving_in",
    "ending",
    "band_disputed",
    "dispute_answered",
)
DELIVERY_STATES = ("waiting", "delivered", "dead", "dropped")


class SubscriptionRow(Stored, table=True):
    """An address that is told of what happens, until it ended: of every borough, or of one.

    `kinds` are the kinds of events told, separated by `;`.
    """

    __tablename__ = "subscription"
    __table_args__ = (rule("ended", "(ended_at IS NULL) = (ended_by IS NULL)"),)

    subscription_id: int | None = Field(default=None, primary_key=True, sa_type=SERIAL)
    target: str
    kinds: str
    borough: str | None = None
    made_at: datetime = Field(sa_type=Instant)
    made_by: str
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_by: str | None = None


class EventRow(Stored, table=True):
    """Something that happened in a referral's life, written with the step that made it so.

    It holds ids alone.
    """

    __tablename__ = "event"
    __table_args__ = (
        one_of("kind", EVENT_KINDS),
        sa.UniqueConstraint("referral_id", "number", "kind", name="uq_event_step"),
    )

    event_id: int | None = Field(default=None, primary_key=True, sa_type=SERIAL)
    referral_id: str = Field(foreign_key="life.referral_id")
    young_person_id: str
    borough: str
    number: int
    kind: str
    home_id: str | None = None
    happened_at: datetime = Field(sa_type=Instant)


class DeliveryRow(Stored, table=True):
    """How the telling of one event to one address stands: waiting, delivered, dead or dropped.

    While a worker tries, it is its own until `lease_until`. `said` is why the last attempt failed.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        one_of("state", DELIVERY_STATES),
        rule("leased", "(worker IS NULL) = (lease_until IS NULL)"),
        rule("done", "(state = 'delivered') = (delivered_at IS NOT NULL)"),
        *not_negative("attempt"),
        sa.UniqueConstraint("event_id", "subscription_id", name="uq_delivery_event"),
        sa.Index("ix_delivery_due", "state", "due_at"),
        sa.Index("ix_delivery_order", "subscription_id", "young_person_id", "delivery_id"),
    )

    delivery_id: int | None = Field(default=None, primary_key=True, sa_type=SERIAL)
    event_id: int = Field(foreign_key="event.event_id", sa_type=sa.BigInteger)
    subscription_id: int = Field(foreign_key="subscription.subscription_id", sa_type=sa.BigInteger)
    referral_id: str
    young_person_id: str
    state: str = "waiting"
    attempt: int = 0
    due_at: datetime = Field(sa_type=Instant)
    worker: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=Instant)
    delivered_at: datetime | None = Field(default=None, sa_type=Instant)
    said: str | None = None
