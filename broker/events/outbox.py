"""What other systems are told is written with the step that made it so: both, or neither.

An event holds ids alone, never a name or a word of anybody's. Whoever is subscribed at that moment
is to be told of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session

from broker.life import steps as said
from broker.life.state import LIVING, Life, State, Taken
from broker.tables import DeliveryRow, EventRow, SubscriptionRow

_KINDS: Final[dict[type, str]] = {
    said.Offer: "offer",
    said.Confirm: "decision",
    said.MoveIn: "moving_in",
    said.End: "ending",
    said.DisputeBand: "band_disputed",
    said.AnswerDispute: "dispute_answered",
}


def tell(session: Session, before: Life, after: Life, step: Taken) -> None:
    """Write the events of a step, and that each subscription they concern is to be told."""
    form = after.form
    assert form is not None
    for kind, home in _events(before, after, step):
        event = {
            "referral_id": after.referral,
            "young_person_id": form.young_person_id,
            "borough": form.borough,
            "number": step.number,
            "kind": kind,
            "home_id": home,
            "happened_at": step.at,
        }
        insert = sa.insert(EventRow.__table__).values(event)
        event_id = session.execute(insert.returning(EventRow.__table__.c.event_id)).scalar_one()
        rows = [
            {
                "event_id": event_id,
                "subscription_id": one,
                "referral_id": after.referral,
                "young_person_id": form.young_person_id,
                "state": "waiting",
                "attempt": 0,
                "due_at": step.at,
            }
            for one in _subscribed(session, kind, form.borough)
        ]
        if rows:
            session.execute(sa.insert(DeliveryRow.__table__), rows)


def _events(before: Life, after: Life, step: Taken) -> Iterator[tuple[str, str | None]]:
    if before.state is State.CONFIRMED and after.state not in (State.CONFIRMED, *LIVING):
        yield "decision_undone", before.home
    kind = _KINDS.get(type(step.said))
    if kind is not None:
        yield kind, getattr(step.said, "home_id", None) or after.home or before.home


def _subscribed(session: Session, kind: str, borough: str) -> list[int]:
    table = SubscriptionRow.__table__
    query = (
        sa.select(table.c.subscription_id, table.c.kinds)
        .where(
            table.c.ended_at.is_(None),
            sa.or_(table.c.borough.is_(None), table.c.borough == borough),
        )
        .order_by(table.c.subscription_id)
    )
    return [one for one, kinds in session.execute(query) if kind in kinds.split(";")]
