"""Shapes of columns and guards that the migration steps share, as they are written down once."""

from collections.abc import Iterable, Sequence

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
    return checked(table, column, f"{column} IN ({_listed(allowed)})")


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


def steps_never_change() -> None:
    """A step is neither altered nor deleted; only what it says may be removed (until step 0009)."""
    words = "steps are never changed"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION broker_steps_never_change() RETURNS trigger LANGUAGE "
            "plpgsql AS $$ BEGIN "
            "IF TG_OP = 'UPDATE' AND NEW.said IS NULL AND (NEW.referral_id, NEW.number, NEW.kind, "
            "NEW.taken_at, NEW.taken_on, NEW.taken_by, NEW.role, NEW.organisation) = "
            "(OLD.referral_id, OLD.number, OLD.kind, OLD.taken_at, OLD.taken_on, OLD.taken_by, "
            f"OLD.role, OLD.organisation) THEN RETURN NEW; END IF; RAISE EXCEPTION '{words}'; "
            "END $$"
        )
        op.execute(
            "CREATE TRIGGER step_never_changes BEFORE UPDATE OR DELETE ON step "
            "FOR EACH ROW EXECUTE FUNCTION broker_steps_never_change()"
        )
        return
    op.execute(
        "CREATE TRIGGER step_no_update BEFORE UPDATE ON step WHEN NOT (NEW.said IS NULL AND "
        "NEW.referral_id = OLD.referral_id AND NEW.number = OLD.number AND NEW.kind = OLD.kind AND "
        "NEW.taken_at = OLD.taken_at AND NEW.taken_on = OLD.taken_on AND "
        "NEW.taken_by = OLD.taken_by AND NEW.role = OLD.role AND "
        f"NEW.organisation = OLD.organisation) BEGIN SELECT RAISE(ABORT, '{words}'); END"
    )
    op.execute(
        "CREATE TRIGGER step_no_delete BEFORE DELETE ON step "
        f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
    )


def allow_changes(table: str, *names: str) -> None:
    """Take guards off a table, by the names of their triggers."""
    on = f" ON {table}" if op.get_bind().dialect.name == "postgresql" else ""
    for name in names:
        op.execute(f"DROP TRIGGER {name}{on}")


def guards_of(table: str) -> tuple[str, ...]:
    """The triggers by which `forbid_changes` guards a table."""
    if op.get_bind().dialect.name == "postgresql":
        return (f"{table}_never_changes",)
    return f"{table}_no_update", f"{table}_no_delete"


def lawful_guards_of(table: str) -> tuple[str, ...]:
    """The triggers by which `forbid_unlawful` guards a table."""
    if op.get_bind().dialect.name == "postgresql":
        return (f"{table}_by_entry",)
    return f"{table}_by_entry_update", f"{table}_by_entry_delete"


def forbid_unlawful(table: str, *, delete: str, update: str = "1 = 0") -> None:
    """A row is deleted or altered only where a condition on OLD and NEW holds, whoever asks.

    The conditions ask for an entry of the audit that tells of it: it is written first.
    """
    words = f"rows of {table} are never changed, but by an entry of the audit"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE OR REPLACE FUNCTION broker_{table}_by_entry() RETURNS trigger LANGUAGE "
            f"plpgsql AS $$ BEGIN IF TG_OP = 'DELETE' THEN IF {delete} THEN RETURN OLD; END IF; "
            f"ELSE IF {update} THEN RETURN NEW; END IF; END IF; RAISE EXCEPTION '{words}'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_by_entry BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION broker_{table}_by_entry()"
        )
        return
    for change, condition in (("UPDATE", update), ("DELETE", delete)):
        op.execute(
            f"CREATE TRIGGER {table}_by_entry_{change.lower()} BEFORE {change} ON {table} "
            f"WHEN NOT ({condition}) BEGIN SELECT RAISE(ABORT, '{words}'); END"
        )


def recode(
    table: str, column: str, was: Sequence[str], now: Sequence[str], *, children: Sequence[str] = ()
) -> None:
    """A column that held one of some codes holds one of others; rows of codes that go, go.

    `children` are the tables that refer to the table. SQLite cannot alter a condition: there the
    table is made anew with its rows, indexes and triggers.
    """
    gone = sorted(set(was) - set(now))
    if op.get_bind().dialect.name == "postgresql":
        if gone:
            op.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            op.execute(f"DELETE FROM {table} WHERE {column} IN ({_listed(gone)})")
            op.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_{column}")
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_{column} "
            f"CHECK ({column} IN ({_listed(now)}))"
        )
        return
    bind = op.get_bind()
    every = bind.execute(
        sa.text("SELECT type, sql FROM sqlite_master WHERE tbl_name = :name AND sql IS NOT NULL"),
        {"name": table},
    ).all()
    (made,) = (sql for kind, sql in every if kind == "table")
    before, after = (f"{column} IN ({_listed(codes)})" for codes in (was, now))
    assert made.count(before) == 1, f"{table} is made as its step made it"
    for one in (table, *children):
        op.execute(f"CREATE TEMPORARY TABLE held_{one} AS SELECT * FROM {one}")
    for one in reversed(children):
        op.execute(f"DELETE FROM {one}")
    op.execute(f"DROP TABLE {table}")
    bind.exec_driver_sql(made.replace(before, after))
    op.execute(f"INSERT INTO {table} SELECT * FROM held_{table} WHERE {after}")
    for kind, sql in every:
        if kind != "table":
            bind.exec_driver_sql(sql)
    for one in children:
        op.execute(f"INSERT INTO {one} SELECT * FROM held_{one}")
    for one in (table, *children):
        op.execute(f"DROP TABLE held_{one}")


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(f"'{code}'" for code in codes)
