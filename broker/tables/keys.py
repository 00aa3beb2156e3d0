"""Requests that must not be done twice: the key a caller sent, and the answer it had."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from broker.tables.base import Instant, Stored, rule


class KeyRow(Stored, table=True):
    """One request by its key: whose, which request (a digest of it), and what was answered."""

    __tablename__ = "idempotency_key"
    __table_args__ = (rule("digest", "length(digest) = 64"),)

    actor: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    digest: str
    used_at: datetime = Field(sa_type=Instant)
    status: int
    location: str | None = None
    etag: str | None = None
    body: dict[str, Any] = Field(sa_type=sa.JSON)
