"""A life read from its steps on record."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from broker.life.state import Life, Taken
from broker.life.steps import said_of
from broker.tables import StepRow


class NotThere(Exception):
    """There is no such record, or none that concerns whoever asks."""


def read_life(session: Session, referral_id: str) -> Life | None:
    """A life from its steps; None where there is none."""
    table = StepRow.__table__
    rows = session.execute(
        sa.select(table).where(table.c.referral_id == referral_id).order_by(table.c.number)
    ).mappings()
    steps = [step_of(dict(row)) for row in rows]
    return Life.of(referral_id, steps) if steps else None


def step_of(row: dict[str, Any]) -> Taken:
    """A step as it stands on record. What it says may have been removed: then nothing is told."""
    if row["said"] is None:
        raise NotThere("what this referral's steps said was removed")
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
