"""Homes, what they charge, who pays for their block places, and which authorities adjoin."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field

from broker.tables.base import Instant, Stored, both_or_neither, not_negative, one_of, rule
from matching.problem import BANDS
from matching.sheets import JUDGEMENTS, PROVISIONS, REGISTRATIONS

_NO_START = sa.text("starts_on IS NULL")
_A_START = sa.text("starts_on IS NOT NULL")


class HomeRow(Stored, table=True):
    """A home and how many may live there; closed, never deleted, when it is no longer offered.

    `sexes`, `bands` and `supports` hold codes separated by `;` in their fixed order.
    """

    __tablename__ = "home"
    __table_args__ = (
        one_of("provision", PROVISIONS),
        one_of("registration", REGISTRATIONS),
        one_of("judgement", JUDGEMENTS),
        rule("ages", "min_age >= 0 AND min_age <= max_age"),
        both_or_neither("grid_whole", "easting", "northing"),
        both_or_neither("closed_whole", "closed_at", "closed_reason"),
        *not_negative("places", "max_high", "load_limit", "max_arrivals"),
    )

    home_id: str = Field(primary_key=True)
    name: str | None = None
    provider: str | None = None
    borough: str
    easting: int | None = None
    northing: int | None = None
    postcode: str | None = None
    provision: str
    registration: str
    judgement: str | None = None
    due_diligence: bool | None = None
    min_age: int
    max_age: int
    sexes: str
    bands: str
    supports: str | None = None
    places: int
    max_high: int | None = None
    load_limit: int | None = None
    max_arrivals: int | None = None
    contract: str | None = None
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    closed_reason: str | None = None


class RateRow(Stored, table=True):
    """What a home charges for a band on the days of `[starts_on, ends_on)`, in pence a week."""

    __tablename__ = "rate"
    __table_args__ = (
        one_of("band", BANDS),
        rule("days", "starts_on < ends_on"),
        *not_negative("weekly_fee_pence", "marginal_weekly_fee_pence"),
        sa.Index(
            "uq_rate_from", "home_id", "band", "starts_on", unique=True,
            sqlite_where=_A_START, postgresql_where=_A_START,
        ),
        sa.Index(
            "uq_rate_from_ever", "home_id", "band", unique=True,
            sqlite_where=_NO_START, postgresql_where=_NO_START,
        ),
    )  # fmt: skip

    row_id: int | None = Field(default=None, primary_key=True)
    home_id: str = Field(foreign_key="home.home_id")
    band: str
    weekly_fee_pence: int = Field(sa_type=sa.BigInteger)
    marginal_weekly_fee_pence: int | None = Field(default=None, sa_type=sa.BigInteger)
    starts_on: date | None = None
    ends_on: date | None = None


class ShareRow(Stored, table=True):
    """The places of a block contract that a borough pays for."""

    __tablename__ = "share"
    __table_args__ = (*not_negative("places"),)

    contract: str = Field(primary_key=True)
    borough: str = Field(primary_key=True)
    places: int


class AdjoiningRow(Stored, table=True):
    """Two authorities whose areas share a boundary; any row replaces the built-in table."""

    __tablename__ = "adjoining"
    __table_args__ = (rule("two", "a <> b"),)

    a: str = Field(primary_key=True)
    b: str = Field(primary_key=True)
