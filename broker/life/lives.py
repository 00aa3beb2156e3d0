"""Every life on record, read at once; those that can no longer be told are named as well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from broker.life.read import step_of
from broker.life.state import Life
from broker.tables import LifeRow, StepRow


@dataclass(frozen=True)
class OfPerson:
    """A young person of a borough: their lives, oldest first, and those whose steps are gone."""

    young_person: str
    borough: str
    lives: tuple[Life, ...]
    emptied: tuple[str, ...]


def by_person(session: Session, borough: str | None = None) -> Iterator[OfPerson]:
    """Each young person with all their lives in one borough."""
    lives, steps = LifeRow.__table__, StepRow.__table__
    query = (
        sa.select(steps, lives.c.young_person_id, lives.c.borough)
        .join_from(steps, lives, steps.c.referral_id == lives.c.referral_id)
        .order_by(
            lives.c.borough, lives.c.young_person_id, lives.c.opened_at, steps.c.referral_id,
            steps.c.number,
        )
    )  # fmt: skip
    if borough is not None:
        query = query.where(lives.c.borough == borough)
    rows = (dict(row) for row in session.execute(query).mappings())
    for (code, who), own in groupby(rows, lambda row: (row["borough"], row["young_person_id"])):
        told, emptied = [], []
        for referral, taken in groupby(own, lambda row: row["referral_id"]):
            steps_taken = list(taken)
            if _emptied(steps_taken):
                emptied.append(referral)
            else:
                told.append(Life.of(referral, [step_of(row) for row in steps_taken]))
        yield OfPerson(who, code, tuple(told), tuple(emptied))


def _emptied(taken: Sequence[dict[str, Any]]) -> bool:
    return any(row["said"] is None for row in taken)
