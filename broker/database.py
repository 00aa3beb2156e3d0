"""The database of the brokerage: where it is, how it is opened, and how it comes to today's tables.

A SQLite file in the working folder unless `BROKER_DATABASE_URL` names another database, SQLite or
PostgreSQL. What goes wrong is one exception with one sentence for the person who must act.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import StaticPool
from sqlmodel import Session

from broker.migrations import HEAD, VERSION_TABLE
from broker.patience import Patience, be_impatient, be_patient

URL_VARIABLE = "BROKER_DATABASE_URL"
DEFAULT_FILE = "broker.sqlite3"
BUSY_SECONDS = 10
_ASK_AGAIN_SECONDS = 0.01
CONNECT_SECONDS = 5
_WIRE = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""A host that went away is noticed by the network itself, within half a minute or so."""
_MIGRATING = 4_208_311_947
_IMMEDIATE = "broker_takes_the_write_lock"


class DatabaseProblem(Exception):
    """The database cannot be used, said in a sentence for the person who must act."""


class DatabaseUnreachable(DatabaseProblem):
    """The database cannot be reached now; later it may be."""


def database_url() -> str:
    """The address of the database: `BROKER_DATABASE_URL`, else `broker.sqlite3` in this folder."""
    named = os.environ.get(URL_VARIABLE, "").strip()
    return named or f"sqlite:///{Path.cwd() / DEFAULT_FILE}"


def engine_from_environment(patience: Patience | None = None) -> Engine:
    """The engine of the configured database, not yet migrated."""
    return make_engine(database_url(), patience)


def make_engine(address: str | sa.URL, patience: Patience | None = None) -> Engine:
    """An engine for a SQLite or PostgreSQL address; a SQLite file is for its owner's eyes only.

    With `patience`, as for a service, waiting for PostgreSQL has an end.

    Raises:
        DatabaseProblem: the address is not one, or names another kind of database.
    """
    try:
        url = sa.make_url(address)
    except ArgumentError:
        raise DatabaseProblem(
            f"{URL_VARIABLE} is not an address of a database; allowed: sqlite:///FILE or "
            "postgresql://USER@HOST/NAME."
        ) from None
    kind = url.get_backend_name()
    if kind in {"postgresql", "postgres"}:
        engine = _postgres_engine(url.set(drivername="postgresql+psycopg"), patience)
    elif kind == "sqlite":
        engine = _sqlite_engine(url.set(drivername="sqlite"))
    else:
        raise DatabaseProblem(
            f"{URL_VARIABLE} names a database of kind “{kind}”; allowed: sqlite, postgresql."
        )
    return engine


def _postgres_engine(url: sa.URL, patience: Patience | None) -> Engine:
    options: dict[str, Any] = {"hide_parameters": True, "pool_pre_ping": True}
    if patience is not None:
        options |= {
            "pool_size": patience.connections,
            "max_overflow": patience.connections,
            "pool_timeout": patience.connection,
        }
    engine = sa.create_engine(url, connect_args=_WIRE, **options)
    if patience is not None:
        be_impatient(engine, patience)
    return engine


def _sqlite_engine(url: sa.URL) -> Engine:
    options: dict[str, Any] = {"hide_parameters": True}
    if url.database in (None, "", ":memory:"):
        options |= {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    else:
        options |= {"connect_args": {"timeout": BUSY_SECONDS}}
    engine = sa.create_engine(url, **options)

    @sa.event.listens_for(engine, "do_connect")
    def keep_private(_dialect: Any, _record: Any, arguments: Any, _options: Any) -> None:
        name = str(arguments[0])
        file = Path(name)
        if name.startswith(("file:", ":memory:")) or file.exists() or not file.parent.is_dir():
            return
        try:
            file.touch(mode=0o600)
        except OSError as problem:
            reason = (problem.strerror or "unknown reason").lower()
            raise DatabaseUnreachable(f"{_subject(engine)} cannot be made: {reason}.") from None

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        _write_ahead(connection)
        # FULL: what was accepted survives a loss of power too, at one wait for the disk a commit.
        for pragma in ("synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get(_IMMEDIATE, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Let readers and a writer work side by side (WAL), waiting while others open the same file.

    Where several programs open a new file at once, SQLite answers "locked" to this one statement
    at once and not after its timeout, since each holds a read lock that another waits for; asked
    again, it finds the work done.

    Raises:
        sqlite3.OperationalError: the file stayed locked for `BUSY_SECONDS`, or cannot be used.
    """
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as problem:
            primary = problem.sqlite_errorcode & 0xFF
            if primary != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(_ASK_AGAIN_SECONDS)


def migrate(engine: Engine) -> None:
    """Bring the database to today's tables; nothing happens where it is there already.

    Several programs may start at once: one does the work, the others wait for it.

    Raises:
        DatabaseProblem: the database cannot be reached, is another program's, or is newer than
            this program.
    """
    with told(engine):
        with engine.connect() as connection:
            if _revision(connection) == HEAD:
                return
        with engine.execution_options(**{_IMMEDIATE: True}).begin() as connection:
            be_patient(connection)
            if connection.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATING)))
            _upgrade(connection, engine)


def prepare_empty(engine: Engine, revision: str) -> None:
    """Bring an empty database to the tables of a step, to put a backup of that step in.

    Raises:
        DatabaseProblem: it cannot be reached, or is another program's.
    """
    from alembic import command

    with told(engine), engine.execution_options(**{_IMMEDIATE: True}).begin() as connection:
        _refuse_foreign(connection, engine)
        command.upgrade(migration_config(connection), revision)


def check_migrated(engine: Engine) -> None:
    """Nothing, where the database can be reached and has today's tables.

    Raises:
        DatabaseProblem: it cannot, or has not.
    """
    with told(engine), engine.connect() as connection:
        revision = _revision(connection)
    if revision != HEAD:
        raise DatabaseProblem(
            f"{_subject(engine)} has its tables at step {revision}, this program at step {HEAD}."
        )


def _upgrade(connection: Connection, engine: Engine) -> None:
    from alembic import command
    from alembic.script import ScriptDirectory

    config = migration_config(connection)
    revision = _revision(connection)
    known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
    if revision is not None and revision not in known:
        raise DatabaseProblem(
            f"{_subject(engine)} was made by a newer version of this program (its tables are at "
            f"step {revision}; this version knows up to {HEAD}). Install the newer version."
        )
    if revision is None:
        _refuse_foreign(connection, engine)
    command.upgrade(config, HEAD)


def migration_config(connection: Connection) -> Any:
    """The configuration of Alembic for this connection, without any file."""
    from alembic.config import Config

    config = Config()
    folder = str(Path(__file__).with_name("migrations"))
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _revision(connection: Connection) -> str | None:
    if not sa.inspect(connection).has_table(VERSION_TABLE):
        return None
    table = sa.table(VERSION_TABLE, sa.column("version_num"))
    found: str | None = connection.execute(sa.select(table.c.version_num)).scalar_one_or_none()
    return found


def _refuse_foreign(connection: Connection, engine: Engine) -> None:
    from broker.tables import CATALOGUE

    there = set(sa.inspect(connection).get_table_names()) - {VERSION_TABLE}
    if connection.dialect.name == "postgresql":
        there &= set(CATALOGUE.tables)
    if there:
        raise DatabaseProblem(
            f"{_subject(engine)} holds tables of another program ({', '.join(sorted(there)[:3])}). "
            f"Name an empty database in {URL_VARIABLE}."
        )


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session for looking only, which sees the records as they were at its first look.

    An import that is finished meanwhile is not seen by half. What goes wrong comes as a
    `DatabaseProblem`.
    """
    with told(engine), Session(_steady(engine)) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A session whose changes are kept whole at the end, or not at all if anything goes wrong."""
    with told(engine), Session(_locking(engine)) as session, session.begin():
        yield session


_STEADY: WeakKeyDictionary[Engine, Engine] = WeakKeyDictionary()
_LOCKING: WeakKeyDictionary[Engine, Engine] = WeakKeyDictionary()


def _steady(engine: Engine) -> Engine:
    """The engine, looking at the records as they were at the first look; made once, for it costs
    as much as a question.
    """
    if engine.dialect.name != "postgresql":
        return engine
    return _once(_STEADY, engine, isolation_level="REPEATABLE READ")


def _locking(engine: Engine) -> Engine:
    """The engine, taking the lock of a SQLite file at the beginning."""
    return _once(_LOCKING, engine, **{_IMMEDIATE: True})


def _once(made: WeakKeyDictionary[Engine, Engine], engine: Engine, **options: Any) -> Engine:
    found = made.get(engine)
    if found is None:
        found = made[engine] = engine.execution_options(**options)
    return found


@contextmanager
def told(engine: Engine) -> Iterator[None]:
    """What the database says in its own words, said as a `DatabaseProblem`."""
    try:
        yield
    except DBAPIError as problem:
        raise _translated(engine, problem) from problem
    except PoolTimeout as problem:
        sentence = "is busy with too many questions at once; try again"
        raise DatabaseUnreachable(f"{_subject(engine)} {sentence}.") from problem


_SQLITE_WORDS = {
    "not a database": (DatabaseProblem, "is not a database file; name another in " + URL_VARIABLE),
    "malformed": (DatabaseProblem, "is damaged; restore it from a copy"),
    "unable to open": (
        DatabaseUnreachable,
        "cannot be opened; its folder must exist and be yours to write in",
    ),
    "readonly": (DatabaseProblem, "may not be written to; ask whoever owns the file"),
    "locked": (DatabaseUnreachable, "is being written to by another program; try again"),
    "full": (DatabaseProblem, "cannot grow, because the disk is full; nothing was changed"),
    "no such table": (DatabaseProblem, "is not set up yet; start the program once to do so"),
}


def _translated(engine: Engine, problem: DBAPIError) -> DatabaseProblem:
    # The first line only: what follows may quote the row, and with it a young person.
    diagnosis = getattr(problem.orig, "diag", None)
    primary = getattr(diagnosis, "message_primary", None)
    words = " ".join(str(primary or problem.orig).split())
    if engine.dialect.name == "sqlite":
        for part, (kind, sentence) in _SQLITE_WORDS.items():
            if part in words:
                return kind(f"{_subject(engine)} {sentence}.")
    elif problem.connection_invalidated or _away(problem):
        return DatabaseUnreachable(f"{_subject(engine)} cannot be reached: {words}")
    return DatabaseProblem(f"{_subject(engine)} refused: {words}")


_AWAY_CLASSES = ("08", "57")
"""Classes of SQLSTATE: no connection; shutting down, starting up, or out of time."""
_AWAY_STATES = ("53300", "55P03", "40P01", "40001")
"""Too many connections, a lock not had in time, a deadlock, a serialization failure: the same again
may well succeed."""


def _away(problem: DBAPIError) -> bool:
    state = getattr(problem.orig, "sqlstate", None)
    if state is None:
        return isinstance(problem, OperationalError | InterfaceError)
    return state[:2] in _AWAY_CLASSES or state in _AWAY_STATES


def _subject(engine: Engine) -> str:
    name = name_of(engine)
    return name[0].upper() + name[1:]


def name_of(bind: Engine | Connection) -> str:
    """The database as people know it: its file, or its address without the password."""
    url = bind.engine.url
    if bind.dialect.name == "sqlite":
        return f"the database {url.database or 'in memory'}"
    return f"the database {url.render_as_string(hide_password=True)}"
