"""Statutory returns that were loaded: which folders, and their episodes as they were mended.

Of a young person there is no number, name, birthday or postcode: within a source they are counted
from 1, and whose number is whose is not on record.
"""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field

from broker.tables.base import Instant, Stored, not_negative, rule

FATES = ("rows_read", "loaded", "replaced", "copies", "refused")


class ReturnSourceRow(Stored, table=True):
    """A folder of returns that was loaded under a name, and what became of its rows."""

    __tablename__ = "return_source"
    __table_args__ = (
        rule("sha256", "length(sha256) = 64"),
        *not_negative(*FATES),
        rule("fates", "rows_read = loaded + replaced + copies + refused"),
    )

    source: str = Field(primary_key=True)
    sha256: str
    named_by: str
    loaded_at: datetime = Field(sa_type=Instant)
    loaded_by: str
    rows_read: int
    loaded: int
    replaced: int
    copies: int
    refused: int


class ReturnEpisodeRow(Stored, table=True):
    """An episode of care of a return, mended, where it stands in the files; codes are SSDA903's."""

    __tablename__ = "return_episode"
    __table_args__ = (*not_negative("person", "age", "distance_tenths"),)

    source: str = Field(
        sa_column=sa.Column(sa.ForeignKey("return_source.source"), primary_key=True)
    )
    file: str = Field(primary_key=True)
    row: int = Field(primary_key=True)
    person: int
    borough: str
    collection: int
    sex: str
    age: int
    unaccompanied: bool
    starts_on: date
    ended_on: date | None = None
    began_code: str
    legal_code: str
    need_code: str | None = None
    place_code: str
    place_provider_code: str | None = None
    ceased_code: str | None = None
    change_code: str | None = None
    home_id: str | None = None
    in_area: bool | None = None
    distance_tenths: int | None = None
    mended: bool
