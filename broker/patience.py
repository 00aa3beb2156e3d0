"""How long a service waits for its database: a question has its time, and silence has an end.

The server ends a statement that takes too long. A connection on which nothing comes back at all,
because something between went quiet, is given up by this side, so that no request waits for ever.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg
import sqlalchemy as sa
from psycopg.abc import PQGen
from sqlalchemy import Connection, Engine

RV = TypeVar("RV")


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds a service waits; our starting assumptions.

    Attributes:
        statement: one statement, waiting for locks included; the server ends it.
        silence: an answer of any kind; longer than a statement, so that the server speaks first.
        connection: a free connection of the pool.
        connections: how many are kept open; as many again are opened when they are needed.
    """

    statement: float = 20.0
    silence: float = 25.0
    connection: float = 10.0
    connections: int = 20


class Impatient(psycopg.Connection[Any]):
    """A connection that is closed when nothing comes back for `silence` seconds; None waits on."""

    silence: float | None = None

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """As psycopg waits, with an end."""
        if timeout is not None or self.silence is None:
            return super().wait(gen, interval, timeout)
        began = time.monotonic()
        try:
            return super().wait(gen, interval, self.silence)
        except psycopg.OperationalError as problem:
            if time.monotonic() - began < self.silence:
                raise
            self.close()
            words = f"no answer within {self.silence:g} seconds"
            raise psycopg.OperationalError(words) from problem


def be_impatient(engine: Engine, patience: Patience) -> None:
    """Let every connection of a PostgreSQL engine have an end to its waiting."""

    @sa.event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, arguments: Any, options: Any) -> Impatient:
        made = Impatient.connect(*arguments, **options)
        made.silence = patience.silence
        made.execute(f"SET statement_timeout = {round(patience.statement * 1000)}")
        made.commit()
        return made


def be_patient(connection: Connection) -> None:
    """Wait as long as it takes, in this transaction and on this connection: for a migration."""
    driver = connection.connection.driver_connection
    if isinstance(driver, Impatient):
        driver.silence = None
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
