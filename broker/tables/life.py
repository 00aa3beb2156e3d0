"""Referrals' lives on record: the steps, where each life stands, offers, and who lives where.

The steps are the record; the other tables are what the database itself must guard or find fast, and
follow from the steps. One place has one placement at a time: the migration adds an exclusion
constraint on PostgreSQL and an equal guard on SQLite.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from broker.tables.base import Instant, Stored, not_negative, one_of, rule
from broker.tables.records import SERIAL

STATES = (
    "draft",
    "received",
    "banded",
    "verified",
    "shortlisted",
    "offered",
    "accepted",
    "confirmed",
    "moved_in",
    "stepping_down",
    "ended",
    "withdrawn",
)
OFFER_STATES = ("open", "accepted", "declined", "withdrawn")
_LIVE = sa.text("state NOT IN ('ended', 'withdrawn')")


class LifeRow(Stored, table=True):
    """Where a referral's life stands; `version` is the number of its steps.

    A young person has one life that is not closed. `due_on` is the day of the next open duty.
    """

    __tablename__ = "life"
    __table_args__ = (
        one_of("state", STATES),
        rule("version", "version > 0"),
        sa.Index(
            "uq_life_live_young_person", "young_person_id", unique=True,
            sqlite_where=_LIVE, postgresql_where=_LIVE,
        ),
        sa.Index("ix_life_state_borough", "state", "borough"),
        sa.Index("ix_life_borough", "borough"),
    )  # fmt: skip

    referral_id: str = Field(primary_key=True)
    young_person_id: str = Field(index=True)
    borough: str
    state: str
    version: int
    emergency: bool
    opened_at: datetime = Field(sa_type=Instant)
    changed_at: datetime = Field(sa_type=Instant)
    needed_by: date | None = None
    date_of_birth: date | None = None
    sex: str | None = None
    band: str | None = None
    due_on: date | None = None
    home_id: str | None = None
    former: str | None = None


class StepRow(Stored, table=True):
    """One step of a life. Never altered; what it says can be removed by an entry that says so."""

    __tablename__ = "step"

    referral_id: str = Field(primary_key=True, foreign_key="life.referral_id")
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    kind: str
    taken_at: datetime = Field(sa_type=Instant)
    taken_on: date
    taken_by: str
    role: str
    organisation: str
    said: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON(none_as_null=True))
    facts: dict[str, Any] = Field(sa_type=sa.JSON)


class ShortlistedRow(Stored, table=True):
    """A home on the newest shortlist of a referral, for the list of the home's provider."""

    __tablename__ = "shortlisted"

    referral_id: str = Field(primary_key=True, foreign_key="life.referral_id")
    home_id: str = Field(primary_key=True, foreign_key="home.home_id", index=True)


class OfferRow(Stored, table=True):
    """An offer to a home: whom it concerns and how it stands, for the home's own list."""

    __tablename__ = "offer"
    __table_args__ = (
        one_of("state", OFFER_STATES),
        sa.Index("ix_offer_home_state", "home_id", "state"),
    )

    referral_id: str = Field(primary_key=True, foreign_key="life.referral_id")
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    home_id: str = Field(foreign_key="home.home_id")
    state: str
    band: str | None = None
    made_on: date
    starts_on: date
    answer_by: date
    answered_on: date | None = None
    code: str | None = None


class PlacementRow(Stored, table=True):
    """A young person in one place of a home, on the days of `[starts_on, ends_on)`.

    `ends_on` is empty until a day of leaving is confirmed. `place` numbers the home's places.
    `from_home` is where the young person lives until they move in; their place there is not free
    before.
    """

    __tablename__ = "placement"
    __table_args__ = (
        rule("place", "place > 0"),
        rule("days", "ends_on IS NULL OR ends_on >= starts_on"),
        sa.Index("ix_placement_home", "home_id", "place"),
    )

    referral_id: str = Field(primary_key=True, foreign_key="life.referral_id")
    young_person_id: str = Field(index=True)
    borough: str
    home_id: str = Field(foreign_key="home.home_id")
    place: int
    starts_on: date
    ends_on: date | None = None
    planned_until: date
    moved_in_on: date | None = None
    from_home: str | None = Field(default=None, index=True)


class OutOfUseRow(Stored, table=True):
    """Places out of use: the rows of the contract's availability table.

    `referral_id` names the refusal that every rule allowed, where that is why.
    """

    __tablename__ = "out_of_use"
    __table_args__ = (
        one_of("side", ("provider", "partnership")),
        *not_negative("places"),
        rule("days", "ends_on > starts_on"),
        sa.Index("ix_out_of_use_home", "home_id"),
    )

    row_id: int | None = Field(default=None, primary_key=True, sa_type=SERIAL)
    home_id: str = Field(foreign_key="home.home_id")
    starts_on: date
    ends_on: date
    places: int
    side: str
    reason: str
    referral_id: str | None = Field(default=None, foreign_key="life.referral_id")


class VacancyRow(Stored, table=True):
    """What a home said of its free places, and when: the newest word counts."""

    __tablename__ = "vacancy"
    __table_args__ = (
        *not_negative("free_places"),
        sa.Index("ix_vacancy_home", "home_id", "row_id"),
    )

    row_id: int | None = Field(default=None, primary_key=True, sa_type=SERIAL)
    home_id: str = Field(foreign_key="home.home_id")
    said_at: datetime = Field(sa_type=Instant)
    said_by: str
    free_places: int
