"""Who saw and did what: a chain of entries, and beside it the values they speak of.

An entry is never altered or deleted; its hash covers the one before it. What an entry says of a
person lies in `audit_value`, of which the chain holds a salted digest: it can be corrected or
removed, by an entry that says so.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from broker.tables.base import Instant, Stored, rule


class AuditRow(Stored, table=True):
    """One entry of the chain. `number` runs from 1 without a gap."""

    __tablename__ = "audit"
    __table_args__ = (
        rule("hash", "length(hash) = 64 AND length(previous) = 64"),
        rule("digest", "length(digest) = 64"),
        sa.Index("ix_audit_record", "record_kind", "record_id"),
        sa.Index("ix_audit_record_id", "record_id", "number"),
        sa.Index("ix_audit_actor", "actor", "number"),
        sa.Index("ix_audit_act", "act", "number"),
        sa.Index("ix_audit_organisation", "organisation", "number"),
        sa.Index("ix_audit_at", "at"),
    )

    number: int = Field(
        primary_key=True, sa_type=sa.BigInteger, sa_column_kwargs={"autoincrement": False}
    )
    at: datetime = Field(sa_type=Instant)
    actor: str
    role: str
    organisation: str
    via: str
    act: str
    record_kind: str
    record_id: str
    digest: str
    previous: str
    hash: str


class AuditValueRow(Stored, table=True):
    """What an entry says of a record: why, as it was, as it became. Absent once removed."""

    __tablename__ = "audit_value"

    number: int = Field(
        primary_key=True,
        foreign_key="audit.number",
        sa_type=sa.BigInteger,
        sa_column_kwargs={"autoincrement": False},
    )
    salt: str
    why: str | None = None
    before: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON(none_as_null=True))
    after: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON(none_as_null=True))


class AuditShowedRow(Stored, table=True):
    """A referral that a list showed to whoever looked; by it looks at lists are found.

    What an entry says beside the chain names the same referrals; this is the index of it.
    """

    __tablename__ = "audit_showed"
    __table_args__ = (sa.Index("ix_audit_showed_record_id", "record_id", "number"),)

    number: int = Field(
        primary_key=True,
        foreign_key="audit.number",
        sa_type=sa.BigInteger,
        sa_column_kwargs={"autoincrement": False},
    )
    record_id: str = Field(primary_key=True)
