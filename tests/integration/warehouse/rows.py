"""What a warehouse holds, read back from the database and from its files; and told from the steps.

The oracle goes from the steps alone, in plain loops, and shares no code with the warehouse.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from broker.reports.form import Report, Table
from broker.warehouse import build, parquet, sql
from broker.warehouse.facts import SHAPES
from broker.warehouse.pseudonym import Keys

KEYS = Keys(bytes(range(32)))
Rows = dict[str, list[tuple[Any, ...]]]


def in_database(session: Session) -> Rows:
    """Every row by table."""
    return {shape.name: sql.read(session, shape.name) for shape in SHAPES}


def in_files(folder: Path) -> Rows:
    """Every row by table, in the order of the files."""
    return {shape.name: parquet.read_rows(folder, shape) for shape in SHAPES}


@contextmanager
def undone(engine: Engine) -> Iterator[Session]:
    """A session all of whose work is undone at the end."""
    with Session(engine) as session:
        try:
            yield session
        finally:
            session.rollback()


def built_anew(engine: Engine, keys: Keys, today: Any) -> Rows:
    """What a whole build comes to; nothing of it stays."""
    with undone(engine) as session:
        build.refresh(session, keys, today, whole=True)
        return in_database(session)


def gone(engine: Engine) -> None:
    """Take the warehouse off, so that no other test finds it."""
    with Session(engine) as session, session.begin():
        sql.drop(session)


def steps_told(session: Session) -> dict[str, list[dict[str, Any]]]:
    """The steps as they stand on record, by referral, in order."""
    found: dict[str, list[dict[str, Any]]] = {}
    query = sa.text(
        "SELECT referral_id, kind, taken_on, taken_at, said, facts FROM step ORDER BY 1, number"
    )
    typed = query.columns(said=sa.JSON, facts=sa.JSON, taken_on=sa.Date)
    for row in session.execute(typed).mappings():
        found.setdefault(row["referral_id"], []).append(dict(row))
    return found


def table(report: Report, title: str) -> Table:
    """A table of a report."""
    return next(one for one in report.tables if one.title == title)


def cells(report: Report, title: str, column: int) -> dict[str, Any]:
    """A column of a table by the name of the row."""
    return {str(row[0]): row[column] for row in table(report, title).rows}
