"""Registers beside the referrals: agreements, assessments by young people, training, checks of
providers, and of a block contract its trades, the boroughs that leave, and what was achieved.

An entry is never altered: a later one of the same key says what holds now, and the earlier stays.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from broker.tables.base import Instant, Stored, one_of

REGISTERS = (
    "agreements",
    "assessments",
    "training",
    "due_diligence",
    "trades",
    "exits",
    "results",
)


class EntryRow(Stored, table=True):
    """One entry of a register. `key` is what it is about, `subject` whom: a home, a provider.

    `holds_from` and `holds_to` are its days, half-open; `told` is all it says.
    """

    __tablename__ = "register_entry"
    __table_args__ = (
        one_of("register_name", REGISTERS),
        sa.Index("ix_register_entry_key", "register_name", "key", "number"),
    )

    number: int | None = Field(
        default=None, primary_key=True, sa_type=sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    )
    register_name: str
    key: str
    subject: str
    made_at: datetime = Field(sa_type=Instant)
    made_by: str
    holds_from: date | None = None
    holds_to: date | None = None
    told: dict[str, Any] = Field(sa_type=sa.JSON)
