"""Safety on record: who must not live together, where nobody may be sent, what was refused.

A row here goes only when a person gives a reason. A file never given is not an empty file.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from broker.tables.base import Instant, Stored, not_negative, one_of, rule
from matching.sheets import SHEETS


class RelationshipRow(Stored, table=True):
    """Two young people who must not live together, or only with caution; the pair is unordered."""

    __tablename__ = "relationship"
    __table_args__ = (
        one_of("kind", ("must_not_live_together", "caution")),
        rule("two", "a <> b"),
    )

    a: str = Field(primary_key=True)
    b: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)


class AvoidRow(Stored, table=True):
    """Somewhere a young person must not live: a borough, a home, tenths of a mile round a point."""

    __tablename__ = "avoid"
    __table_args__ = (
        one_of("kind", ("borough", "home", "radius")),
        rule("borough_given", "(kind = 'borough') = (borough IS NOT NULL)"),
        rule("home_given", "(kind = 'home') = (home_id IS NOT NULL)"),
        rule("radius_given", "(kind = 'radius') = (tenths IS NOT NULL)"),
        rule("easting_given", "(kind = 'radius') = (easting IS NOT NULL)"),
        rule("northing_given", "(kind = 'radius') = (northing IS NOT NULL)"),
        *not_negative("tenths"),
    )

    row_id: int | None = Field(default=None, primary_key=True)
    young_person_id: str = Field(index=True)
    kind: str
    borough: str | None = None
    home_id: str | None = Field(default=None, foreign_key="home.home_id")
    easting: int | None = None
    northing: int | None = None
    tenths: int | None = None


class DeclineRow(Stored, table=True):
    """A provider has said no to a referral for a home."""

    __tablename__ = "decline"

    referral_id: str = Field(primary_key=True, foreign_key="referral.referral_id")
    home_id: str = Field(primary_key=True, foreign_key="home.home_id")
    reason: str | None = None


class SafetyFileRow(Stored, table=True):
    """A safety file that was given at least once, with rows or without, and who gave it first."""

    __tablename__ = "safety_file"
    __table_args__ = (one_of("file", (sheet.file for sheet in SHEETS.values() if sheet.safety)),)

    file: str = Field(primary_key=True)
    given_at: datetime = Field(sa_type=Instant)
    given_by: str
