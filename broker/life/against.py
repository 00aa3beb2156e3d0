"""A home that a young person said no to, and that a named person decided to go on with.

Rule R16 lets nobody be matched to a home they are against, unless a place is needed today, or a
decision on record overrides it: its reason answers what they said.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from broker.life.quoted import Quote
from broker.store.put import rows_of
from matching.overrides import OVERRIDE

RULE = "R16"


def gone_on(session: Session, referral: str, home: str) -> Quote | None:
    """Who decided to go on with a home against a young person's wish, and why; None for nobody."""
    rows = rows_of(session, "decisions", {"referral_id": referral, "home_id": home, "kind": "pin"})
    return next((_quote(row) for row in rows if _overrides(row)), None)


def _overrides(row: Mapping[str, Any]) -> bool:
    return row["override"] is not None and RULE in dict(OVERRIDE.parse(str(row["override"])))


def _quote(row: Mapping[str, Any]) -> Quote:
    return Quote("decision", str(row["decided_by"]), str(row["reason"]))
