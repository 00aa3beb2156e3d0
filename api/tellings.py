"""How it stands with what other systems are told: how many wait, and which were given up and why.

Nothing of it names a young person or a referral; of an address only its host is told, since the
rest of it may be a secret.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from sqlmodel import Session

from broker.events import deliveries

ACT: Final = "metrics.read"
"""Who may see it: whoever may see the other figures of the service."""

SHOWN: Final = 50
_WHAT: Final = {
    "offer": "a home was asked",
    "decision": "a home was decided for",
    "decision_undone": "a decision was undone",
    "moving_in": "somebody moved in",
    "ending": "a placement ended",
    "band_disputed": "a home disputed a need band",
    "dispute_answered": "a dispute was answered",
}


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A telling that was given up: its number, what happened and when, whom it was for, and why."""

    number: int
    what: str
    happened_at: datetime
    host: str
    why: str


@dataclass(frozen=True, slots=True)
class Tellings:
    """How many wait and were given up; the newest of those given up."""

    waiting: int
    dead: int
    newest: Sequence[GivenUp]


def tellings(session: Session) -> Tellings:
    """How it stands now."""
    counts = deliveries.counts(session)
    newest = [
        GivenUp(
            number=row["delivery_id"],
            what=_WHAT[row["kind"]],
            happened_at=row["happened_at"],
            host=urlsplit(row["target"]).hostname or "",
            why=row["said"] or "",
        )
        for row in deliveries.listed(session, "dead", SHOWN)
    ]
    return Tellings(counts.get("waiting", 0), counts.get("dead", 0), newest)
