"""Baselines: the figures of the year before, frozen so that change can be shown against them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from broker.tables.base import Instant, Stored, rule
from broker.tables.records import SERIAL


class BaselineRow(Stored, table=True):
    """The baseline of a year as it was frozen. Rows are never changed.

    `number` counts the baselines of one year; a later one says why it was made, and both stay.
    `digest` is the SHA-256 of its inputs, which `figures` names.
    """

    __tablename__ = "baseline"
    __table_args__ = (
        rule("number", "number > 0"),
        rule("why", "number = 1 OR why IS NOT NULL"),
        rule("digest", "length(digest) = 64"),
        sa.UniqueConstraint("year_from", "number", name="uq_baseline_year_from_number"),
    )

    row_id: int | None = Field(default=None, primary_key=True, sa_type=SERIAL)
    year_from: date
    number: int
    frozen_at: datetime = Field(sa_type=Instant)
    frozen_by: str
    why: str | None = None
    digest: str
    software: str
    figures: dict[str, Any] = Field(sa_type=sa.JSON)
