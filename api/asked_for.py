"""What is on record of those whom a match proposes a home for: states, offers and shortlists."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from broker.life.state import State
from broker.tables import LifeRow, OfferRow, ShortlistedRow


@dataclass(frozen=True, slots=True)
class AskedFor:
    """A state by referral; the newest offer by referral and home; who is shortlisted where."""

    states: Mapping[str, State]
    offers: Mapping[tuple[str, str], Mapping[str, Any]]
    shortlisted: Collection[tuple[str, str]]


def asked_for(session: Session, referrals: Collection[str]) -> AskedFor:
    """What is on record of referrals; one that was taken in from a file has no state."""
    lives, offers, listed = LifeRow.__table__, OfferRow.__table__, ShortlistedRow.__table__
    states = {
        row.referral_id: State(row.state)
        for row in session.execute(
            sa.select(lives.c.referral_id, lives.c.state).where(lives.c.referral_id.in_(referrals))
        )
    }
    newest: dict[tuple[str, str], Mapping[str, Any]] = {
        (row["referral_id"], row["home_id"]): dict(row)
        for row in session.execute(
            sa.select(offers).where(offers.c.referral_id.in_(referrals)).order_by(offers.c.number)
        ).mappings()
    }
    shortlisted = {
        (row.referral_id, row.home_id)
        for row in session.execute(sa.select(listed).where(listed.c.referral_id.in_(referrals)))
    }
    return AskedFor(states, newest, shortlisted)
