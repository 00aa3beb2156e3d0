"""Young people: who needs a place, who lives where now, what matters to them and what they say."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field

from broker.tables.base import Instant, Stored, both_or_neither, not_negative, one_of
from matching.problem import BANDS
from matching.sheets import COMPANIONS, MATTERS, NEARNESS, SEXES, SIBLINGS, WISHES

_OPEN = sa.text("closed_at IS NULL")


class ReferralRow(Stored, table=True):
    """A young person who needs a place; closed with a reason, never deleted.

    A young person has at most one open referral. `needs` and `provision` hold codes separated by
    `;`; distances are whole tenths of a mile.
    """

    __tablename__ = "referral"
    __table_args__ = (
        one_of("sex", SEXES),
        one_of("band", BANDS),
        one_of("band_status", ("confirmed", "provisional")),
        one_of("nearness", NEARNESS),
        one_of("siblings", SIBLINGS),
        one_of("living_companions", COMPANIONS),
        both_or_neither("grid_whole", "easting", "northing"),
        both_or_neither("closed_whole", "closed_at", "closed_reason"),
        *not_negative(
            "min_distance_tenths", "max_distance_tenths", "planned_months", "moves_last_12_months"
        ),
        sa.Index(
            "uq_referral_open_young_person", "young_person_id", unique=True,
            sqlite_where=_OPEN, postgresql_where=_OPEN,
        ),
    )  # fmt: skip

    referral_id: str = Field(primary_key=True)
    young_person_id: str
    borough: str
    date_of_birth: date
    sex: str
    band: str
    band_status: str
    needs: str | None = None
    easting: int | None = None
    northing: int | None = None
    postcode: str | None = None
    nearness: str
    min_distance_tenths: int | None = None
    max_distance_tenths: int | None = None
    needed_by: date
    waiting_since: date | None = None
    planned_months: int | None = None
    moves_last_12_months: int | None = None
    sibling_group: str | None = None
    siblings: str | None = None
    living_companions: str | None = None
    provision: str
    dol: bool
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    closed_reason: str | None = None


class ResidentRow(Stored, table=True):
    """A young person who lives in a home now, and when they leave if that is known."""

    __tablename__ = "resident"
    __table_args__ = (
        one_of("band", BANDS),
        one_of("sex", SEXES),
        one_of("leaving", ("confirmed", "expected")),
        one_of("living_companions", COMPANIONS),
    )

    young_person_id: str = Field(primary_key=True)
    home_id: str = Field(foreign_key="home.home_id", index=True)
    borough: str
    band: str
    date_of_birth: date
    sex: str | None = None
    leaves_on: date | None = None
    leaving: str | None = None
    living_companions: str | None = None
    sibling_group: str | None = None


class PersonOrPlaceRow(Stored, table=True):
    """Somebody or something that matters to a young person, and where."""

    __tablename__ = "person_or_place"
    __table_args__ = (
        one_of("what", MATTERS),
        both_or_neither("grid_whole", "easting", "northing"),
        *not_negative("visits_per_month"),
    )

    row_id: int | None = Field(default=None, primary_key=True)
    referral_id: str = Field(foreign_key="referral.referral_id", index=True)
    what: str
    easting: int | None = None
    northing: int | None = None
    postcode: str | None = None
    visits_per_month: int
    keep: bool


class WishRow(Stored, table=True):
    """What a young person said of a home, in their words where they gave any."""

    __tablename__ = "wish"
    __table_args__ = (one_of("wish", WISHES),)

    referral_id: str = Field(primary_key=True, foreign_key="referral.referral_id")
    home_id: str = Field(primary_key=True, foreign_key="home.home_id")
    wish: str
    said_on: date | None = None
    words: str | None = None
