"""Decisions on record: a person pinned a young person to a home, or ruled the home out."""

from __future__ import annotations

from datetime import date

from sqlmodel import Field

from broker.tables.base import Stored, one_of, rule


class DecisionRow(Stored, table=True):
    """A person's decision on one referral and one home: who, when, why, and what it overrides.

    `override` holds rules with their signers, separated by `;`. A referral has at most one pin.
    """

    __tablename__ = "decision"
    __table_args__ = (
        one_of("kind", ("pin", "ban")),
        rule("override", "kind = 'pin' OR override IS NULL"),
    )

    referral_id: str = Field(primary_key=True, foreign_key="referral.referral_id")
    home_id: str = Field(primary_key=True, foreign_key="home.home_id")
    kind: str
    decided_by: str
    decided_on: date
    reason: str
    override: str | None = None
