"""A life read from its steps on record, or why it can no longer be told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from broker.access.actor import Actor
from broker.life.scope import concerns, within
from broker.life.state import Life, Taken
from broker.life.steps import said_of
from broker.tables import LifeRow, StepRow


class NotThere(Exception):
    """There is no such record, or none that concerns whoever asks."""


class Emptied(Exception):
    """What some steps of a closed life said was removed, so that it cannot be told any longer."""

    def __init__(self, referral: str, steps: Sequence[int]) -> None:
        self.referral = referral
        self.steps = tuple(steps)
        listed = ", ".join(str(one) for one in steps)
        super().__init__(f"what steps {listed} of {referral} said was removed")


def read_life(session: Session, referral_id: str) -> Life | None:
    """A life from its steps; None where there is none.

    Raises:
        Emptied: a step says nothing any longer. A life is told from all of its steps or not at
            all; which steps there were, `step_rows` still tells.
    """
    rows = step_rows(session, referral_id)
    emptied = [row["number"] for row in rows if row["said"] is None]
    if emptied:
        raise Emptied(referral_id, emptied)
    return Life.of(referral_id, [step_of(row) for row in rows]) if rows else None


def read_lives(session: Session, referral_ids: Sequence[str]) -> Iterator[Life]:
    """Lives from their steps, in this order, read at once; one that cannot be told is left out."""
    table = StepRow.__table__
    query = (
        sa.select(table)
        .where(table.c.referral_id.in_(referral_ids))
        .order_by(table.c.referral_id, table.c.number)
    )
    steps: dict[str, list[dict[str, Any]]] = {}
    for row in session.execute(query).mappings():
        steps.setdefault(row["referral_id"], []).append(dict(row))
    for referral in referral_ids:
        rows = steps.get(referral, [])
        if rows and all(row["said"] is not None for row in rows):
            yield Life.of(referral, [step_of(row) for row in rows])


def life_for(session: Session, actor: Actor, referral_id: str) -> Life:
    """A life that concerns whoever asks.

    Raises:
        NotThere: there is none, or none that concerns them.
        Emptied: it concerns them, and can no longer be told.
    """
    try:
        life = read_life(session, referral_id)
    except Emptied:
        table = LifeRow.__table__
        own = sa.and_(table.c.referral_id == referral_id, within(session, actor))
        if session.execute(sa.select(table.c.version).where(own)).first() is None:
            raise NotThere from None
        raise
    if life is None or not concerns(session, actor, life):
        raise NotThere
    return life


def step_rows(session: Session, referral_id: str) -> list[dict[str, Any]]:
    """The steps of a life as they stand on record, those included that say nothing any longer."""
    table = StepRow.__table__
    query = sa.select(table).where(table.c.referral_id == referral_id).order_by(table.c.number)
    return [dict(row) for row in session.execute(query).mappings()]


def step_of(row: dict[str, Any]) -> Taken:
    """A step as it stands on record, which says something."""
    return Taken(
        number=row["number"],
        at=row["taken_at"],
        on=row["taken_on"],
        by=row["taken_by"],
        role=row["role"],
        organisation=row["organisation"],
        said=said_of(row["kind"], row["said"]),
        facts=row["facts"],
    )
