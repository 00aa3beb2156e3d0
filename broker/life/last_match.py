"""What the newest match that knew a young person said of them: that they wait, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from broker.tables import MatchRun


@dataclass(frozen=True, slots=True)
class LastMatch:
    """A match on record that knew a referral: its number, when it was begun, and its sentence.

    `waits` is None where it proposed a home.
    """

    run_id: int
    at: datetime
    waits: str | None


def last_match(session: Session, referral: str) -> LastMatch | None:
    """The newest match on record that knew a referral; None where none did.

    A match knows who it placed and who it left waiting; one of another case knows nothing of them.
    Plans are read one at a time, newest first, and those alone in which the referral is named.
    """
    table = MatchRun.__table__
    named = sa.cast(table.c.plan, sa.Text).contains(f'"{referral}"', autoescape=True)
    newest = sa.select(table.c.run_id, table.c.started_at, table.c.plan).where(named)
    newest = newest.order_by(table.c.run_id.desc()).limit(1)
    row = session.execute(newest).first()
    while row is not None:
        for one in row.plan["unplaced"]:
            if one["referral_id"] == referral:
                return LastMatch(row.run_id, row.started_at, str(one["summary"]))
        if any(one["referral_id"] == referral for one in row.plan["placements"]):
            return LastMatch(row.run_id, row.started_at, None)
        row = session.execute(newest.where(table.c.run_id < row.run_id)).first()
    return None
