"""Shapes of columns and guards that the migration steps share, as they are written down once."""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op


def text(name: str, *, required: bool = False) -> sa.Column[str]:
    """A column of text."""
    return sa.Column(name, sa.String(), nullable=not required)


def whole(name: str, *, required: bool = False) -> sa.Column[int]:
    """A column of whole numbers."""
    return sa.Column(name, sa.Integer(), nullable=not required)


def moment(name: str, *, required: bool = False) -> sa.Column[object]:
    """A column of moments with their time zone."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not required)


def serial(name: str) -> sa.Column[int]:
    """A column that numbers its rows by itself."""
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False)


def checked(table: str, name: str, condition: str) -> sa.CheckConstraint:
    """A named condition every row meets."""
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def codes(table: str, column: str, allowed: Iterable[str]) -> sa.CheckConstraint:
    """A column that holds one of the codes, or nothing."""
    listed = ", ".join(f"'{code}'" for code in allowed)
    return checked(table, column, f"{column} IN ({listed})")


def not_negative(table: str, *columns: str) -> list[sa.CheckConstraint]:
    """Columns of 0 or more."""
    return [checked(table, column, f"{column} >= 0") for column in columns]


def forbid_changes(table: str) -> None:
    """A row of the table, once written, is neither altered nor deleted, whoever asks."""
    sentence = f"rows of {table} are never changed"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION broker_never_changes() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_never_changes BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION broker_never_changes()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
        )
