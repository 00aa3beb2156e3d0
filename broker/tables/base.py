"""What every table shares: one catalogue with stable constraint names, instants, checks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

CATALOGUE = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


class Stored(SQLModel, registry=registry(metadata=CATALOGUE)):
    """A row of a table. Rows are made from validated input only: making one validates nothing."""

    __table__: ClassVar[sa.Table]


class Instant(sa.types.TypeDecorator[datetime]):
    """A moment in time, always UTC and always told so; a moment without a zone is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment on record must say its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def one_of(column: str, codes: Iterable[str]) -> sa.CheckConstraint:
    """The column holds one of the codes, or nothing where it may be empty."""
    allowed = ", ".join(f"'{code}'" for code in codes)
    return sa.CheckConstraint(f"{column} IN ({allowed})", name=column)


def rule(name: str, condition: str) -> sa.CheckConstraint:
    """A named condition every row meets."""
    return sa.CheckConstraint(condition, name=name)


def not_negative(*columns: str) -> list[sa.CheckConstraint]:
    """Each column is 0 or more, or empty."""
    return [rule(column, f"{column} >= 0") for column in columns]


def both_or_neither(name: str, first: str, second: str) -> sa.CheckConstraint:
    """Two columns are given together or not at all."""
    return rule(name, f"({first} IS NULL) = ({second} IS NULL)")
