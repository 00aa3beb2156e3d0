"""Files from case-management systems: which were taken, and what became of each of their rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from broker.tables.base import Instant, Stored, not_negative, one_of, rule

INBOX_STATES = ("kept", "waiting", "settled")


class InboxFileRow(Stored, table=True):
    """A file that was taken, by the digest of its bytes: the same bytes are taken once."""

    __tablename__ = "inbox_file"
    __table_args__ = (rule("digest", "length(digest) = 64"), *not_negative("rows_read"))

    digest: str = Field(primary_key=True)
    file: str
    mapping: str
    borough: str
    taken_at: datetime = Field(sa_type=Instant)
    taken_by: str
    rows_read: int


class InboxRow(Stored, table=True):
    """A row of such a file: kept as a referral, waiting for a person with the reasons, or settled.

    What a row said is held only as long as it waits.
    """

    __tablename__ = "inbox_row"
    __table_args__ = (
        one_of("state", INBOX_STATES),
        rule("kept", "state <> 'kept' OR referral_id IS NOT NULL"),
        sa.Index("ix_inbox_row_state", "state"),
    )

    digest: str = Field(primary_key=True, foreign_key="inbox_file.digest")
    number: int = Field(primary_key=True)
    state: str
    young_person_id: str | None = None
    referral_id: str | None = None
    cells: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON(none_as_null=True))
    reasons: list[str] = Field(sa_type=sa.JSON)
    settled_by: str | None = None
    settled_at: datetime | None = Field(default=None, sa_type=Instant)
    why: str | None = None
