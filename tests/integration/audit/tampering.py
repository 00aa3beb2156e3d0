"""Changing records behind the program's back, as somebody with the database's own powers could."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlmodel import Session

from broker.access.actor import PARTNERSHIP, Actor, OrganisationKind, Role
from broker.audit.chain import Record, Told, add_entries
from broker.database import writing

AUDITOR = Actor("auditor-1", Role.AUDITOR, PARTNERSHIP, OrganisationKind.PARTNERSHIP)
ADMINISTRATOR = Actor("admin-1", Role.ADMINISTRATOR, PARTNERSHIP, OrganisationKind.PARTNERSHIP)
START = datetime(2026, 9, 4, 8, 0, 0, 250_000, tzinfo=UTC)


@contextmanager
def unguarded(engine: Engine) -> Iterator[Connection]:
    """A connection on which no guard of the database holds; what it does is kept."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        else:
            connection.rollback()
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA foreign_keys = OFF")
            triggers = connection.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            ).scalars()
            for name in triggers.all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        yield connection
        connection.commit()


def tamper(engine: Engine, statement: str, **values: object) -> None:
    """Do one thing that nobody may."""
    with unguarded(engine) as connection:
        connection.execute(sa.text(statement), values)


def add(session: Session, number: int, *, telling: bool = True) -> int:
    """One more entry; a telling one says something beside the chain, a look says nothing."""
    at = START + timedelta(minutes=number)
    about = Record("home", f"SC99{number:04}")
    if not telling:
        return add_entries(session, [Told(AUDITOR, "home.read", about, at)])
    told = Told(
        ADMINISTRATOR,
        "home.change",
        about,
        at,
        f"reason {number}",
        {"places": number},
        {"places": number + 1, "words": "it grew"},
    )
    return add_entries(session, [told])


def fill(engine: Engine, number: int) -> None:
    """So many entries; every third only looked."""
    with writing(engine) as session:
        for one in range(1, number + 1):
            add(session, one, telling=one % 3 != 0)
