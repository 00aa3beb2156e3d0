"""The database opens, migrates by itself, and says in a sentence what stands in its way."""

from __future__ import annotations

import multiprocessing
import sqlite3
import stat
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, StatementError

from broker.database import (
    DatabaseProblem,
    DatabaseUnreachable,
    database_url,
    engine_from_environment,
    make_engine,
    migrate,
    migration_config,
    reading,
    writing,
)
from broker.migrations import HEAD, VERSION_TABLE
from broker.store.clock import now
from broker.tables import CATALOGUE, ContractRow, PolicyRow, ShareRow

GUARDS = "ex_"
"""Exclusion constraints, which the steps alone make; tests of placements hold them."""


def described(engine: Engine) -> dict[str, Any]:
    """Everything the database says about its tables, in a form two databases can be compared in."""
    found: dict[str, Any] = {}
    look = sa.inspect(engine)
    for table in sorted(set(look.get_table_names()) - {VERSION_TABLE}):
        found[table] = {
            "columns": [
                (column["name"], str(column["type"]), column["nullable"])
                for column in look.get_columns(table)
            ],
            "key": look.get_pk_constraint(table),
            "references": sorted(map(repr, look.get_foreign_keys(table))),
            "checks": sorted(repr(check) for check in look.get_check_constraints(table)),
            "indexes": sorted(
                _index(index)
                for index in look.get_indexes(table)
                if not str(index["name"]).startswith(GUARDS)
            ),
        }
    return found


def _index(index: Any) -> str:
    options = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
    return repr({**index, "dialect_options": options})


def test_the_migrated_tables_are_those_of_the_models_to_the_last_check(empty_address: str) -> None:
    engine = make_engine(empty_address)
    CATALOGUE.create_all(engine)
    declared = described(engine)
    CATALOGUE.drop_all(engine)
    migrate(engine)
    assert described(engine) == declared
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, CATALOGUE) == []
    engine.dispose()


def test_every_step_can_be_taken_back_and_taken_again(empty_address: str) -> None:
    engine = make_engine(empty_address)
    migrate(engine)
    there = described(engine)
    with engine.begin() as connection:
        command.downgrade(migration_config(connection), "base")
    assert described(engine) == {}
    migrate(engine)
    assert described(engine) == there
    engine.dispose()


def test_codes_are_added_without_losing_a_row_or_a_guard(empty_address: str) -> None:
    """Step 0023 makes tables anew on SQLite: what refers to them, and their triggers, stay."""
    engine = make_engine(empty_address)
    with engine.begin() as connection:
        command.upgrade(migration_config(connection), "0022")
        for one in _BEFORE_DISPUTES:
            connection.execute(sa.text(one))
    entry = sa.text("SELECT number, key FROM register_entry")
    told = sa.text(
        "SELECT e.event_id, e.kind, d.state FROM delivery d JOIN event e USING (event_id)"
    )
    there = ([(1, "A-1")], [(7, "offer", "dead")])
    for revision in (HEAD, "0022", HEAD):
        with engine.begin() as connection:
            config = migration_config(connection)
            (command.upgrade if revision == HEAD else command.downgrade)(config, revision)
            found = tuple(list(map(tuple, connection.execute(query))) for query in (entry, told))
            assert found == there
        with pytest.raises(DBAPIError, match="never changed"), engine.begin() as connection:
            connection.execute(sa.text("DELETE FROM register_entry"))
        with pytest.raises(DBAPIError), engine.begin() as connection:
            connection.execute(sa.text("DELETE FROM event"))
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE event SET kind = 'band_disputed'"))
    with pytest.raises(DBAPIError), engine.begin() as connection:
        connection.execute(sa.text("UPDATE event SET kind = 'nonsense'"))
    with engine.begin() as connection:
        command.downgrade(migration_config(connection), "0022")
        assert connection.execute(told).all() == [], "an older program knows no such event"
    engine.dispose()


_BEFORE_DISPUTES = (
    "INSERT INTO life (referral_id, young_person_id, borough, state, version, emergency, opened_at,"
    " changed_at) VALUES ('R-1', 'YP-1', 'E09000016', 'draft', 1, false,"
    " '2026-09-04 08:00:00+00:00', '2026-09-04 08:00:00+00:00')",
    "INSERT INTO event (event_id, referral_id, young_person_id, borough, number, kind, happened_at)"
    " VALUES (7, 'R-1', 'YP-1', 'E09000016', 1, 'offer', '2026-09-04 08:00:00+00:00')",
    "INSERT INTO subscription (subscription_id, target, kinds, made_at, made_by)"
    " VALUES (1, 'x', 'offer', '2026-09-04 08:00:00+00:00', 'a')",
    "INSERT INTO delivery (delivery_id, event_id, subscription_id, referral_id, young_person_id,"
    " state, attempt, due_at) VALUES (1, 7, 1, 'R-1', 'YP-1', 'dead', 3,"
    " '2026-09-04 08:00:00+00:00')",
    "INSERT INTO register_entry (number, register_name, key, subject, made_at, made_by, told)"
    " VALUES (1, 'agreements', 'A-1', 'partnership', '2026-09-04 08:00:00+00:00', 'a', '{}')",
)


def test_the_newest_step_is_the_one_the_program_names() -> None:
    engine = make_engine("sqlite://")
    with engine.connect() as connection:
        script = ScriptDirectory.from_config(migration_config(connection))
    assert script.get_current_head() == HEAD


def test_eight_programs_that_start_at_once_migrate_once(empty_address: str) -> None:
    gate = threading.Barrier(8)

    def start(_: int) -> None:
        engine = make_engine(empty_address)
        gate.wait()
        migrate(engine)
        engine.dispose()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(start, range(8)))
    engine = make_engine(empty_address)
    with engine.connect() as connection:
        found = connection.execute(sa.text(f"SELECT version_num FROM {VERSION_TABLE}")).scalars()
        assert list(found) == [HEAD]
    engine.dispose()


def test_a_new_file_somebody_begins_to_fill_is_opened_when_they_are_done(tmp_path: Path) -> None:
    with _beginning(tmp_path / "new.sqlite3") as other:
        done = threading.Timer(0.3, other.execute, ["COMMIT"])
        done.start()
        engine = make_engine(f"sqlite:///{tmp_path / 'new.sqlite3'}")
        with engine.connect() as connection:
            mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
        engine.dispose()
        done.join()
    assert mode == "wal"


def test_a_new_file_that_somebody_keeps_is_told_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broker.database.BUSY_SECONDS", 0.2)
    with _beginning(tmp_path / "new.sqlite3"):
        engine = make_engine(f"sqlite:///{tmp_path / 'new.sqlite3'}")
        began = time.monotonic()
        with pytest.raises(DatabaseUnreachable, match="is being written to by another program"):
            migrate(engine)
        assert time.monotonic() - began > 0.2
        engine.dispose()


@contextmanager
def _beginning(file: Path) -> Iterator[sqlite3.Connection]:
    """Somebody who has begun to write a file without a log: SQLite does not wait for them."""
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as made:
        made.execute("CREATE TABLE somebody (writes INTEGER)")
        made.execute("BEGIN IMMEDIATE")
        yield made


def test_two_who_write_at_once_both_get_their_turn(engine: Engine, address: str) -> None:
    gate = threading.Barrier(2)

    def add(contract: str) -> None:
        own = make_engine(address)
        gate.wait()
        with writing(own) as session:
            before = session.execute(sa.select(sa.func.count()).select_from(ShareRow)).scalar_one()
            session.add(ShareRow(contract=contract, borough="E09000016", places=before))
        own.dispose()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(add, ["B1", "B2"]))
    with reading(engine) as session:
        assert session.execute(sa.select(sa.func.count()).select_from(ShareRow)).scalar_one() == 2


def test_a_reader_sees_an_import_that_ends_meanwhile_not_at_all(engine: Engine) -> None:
    with reading(engine) as session:
        assert session.get(ShareRow, ("B1", "E09000016")) is None
        with writing(engine) as other:
            other.add(ShareRow(contract="B1", borough="E09000016", places=2))
        count = sa.select(sa.func.count()).select_from(ShareRow)
        assert session.execute(count).scalar_one() == 0
    with reading(engine) as session:
        assert session.execute(count).scalar_one() == 1


def test_a_session_that_fails_writes_nothing(engine: Engine) -> None:
    def interrupted() -> None:
        with writing(engine) as session:
            session.add(ShareRow(contract="B1", borough="E09000016", places=2))
            session.flush()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    with reading(engine) as session:
        assert session.get(ShareRow, ("B1", "E09000016")) is None


def test_the_database_itself_refuses_what_no_case_may_hold(engine: Engine) -> None:
    with pytest.raises(DatabaseProblem, match="refused"), writing(engine) as session:
        session.add(ShareRow(contract="B1", borough="E09000016", places=-1))


@pytest.mark.parametrize("change", ["UPDATE contract SET text = ''", "DELETE FROM contract"])
def test_what_is_kept_as_it_was_cannot_be_changed_by_anybody(engine: Engine, change: str) -> None:
    with writing(engine) as session:
        session.add(
            ContractRow(
                contract_id="B1", version="0" * 64, name="A block", kind="block", imported_by="me",
                file="contract.toml", text="id = 'B1'", imported_at=now(),
            )
        )  # fmt: skip
    with pytest.raises(DBAPIError, match="never changed"), engine.begin() as connection:
        connection.exec_driver_sql(change)


def test_a_moment_without_its_zone_is_refused(engine: Engine) -> None:
    with pytest.raises(StatementError, match="time zone"), writing(engine) as session:
        session.add(
            ContractRow(
                contract_id="B1", version="0" * 64, name="A block", kind="block", imported_by="me",
                file="contract.toml", text="id = 'B1'", imported_at=now().replace(tzinfo=None),
            )
        )  # fmt: skip


def test_a_database_of_a_newer_version_is_left_alone(engine: Engine, address: str) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    try:
        with pytest.raises(DatabaseProblem, match=r"newer version of this program.*9999"):
            migrate(engine)
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '{HEAD}'")


def test_a_database_of_another_program_is_left_alone(empty_address: str) -> None:
    engine = make_engine(empty_address)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE home (street TEXT)")
    with pytest.raises(DatabaseProblem, match=r"another program \(home\)"):
        migrate(engine)
    assert sa.inspect(engine).get_table_names() == ["home"]
    engine.dispose()


@pytest.mark.parametrize("name", ["notes.txt", "a folder with spaces/100%.sqlite3"])
def test_a_file_that_is_not_a_database_is_told_and_not_touched(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("three young people and a dog\n" * 50)
    with pytest.raises(DatabaseProblem, match="is not a database file"):
        migrate(make_engine(f"sqlite:///{file}"))
    assert file.read_text() == "three young people and a dog\n" * 50


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("sqlite:////no/such/folder/broker.sqlite3", "its folder must exist"),
        ("postgresql://broker:secret@127.0.0.1:1/broker", "cannot be reached"),
    ],
)
def test_a_database_out_of_reach_is_told_without_its_password(address: str, sentence: str) -> None:
    with pytest.raises(DatabaseUnreachable, match=sentence) as told:
        migrate(make_engine(address))
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("address", ["mysql://host/name", "not an address", "oracle+x://h"])
def test_an_address_of_no_known_kind_is_refused_with_what_is_allowed(address: str) -> None:
    with pytest.raises(DatabaseProblem, match=r"allowed: sqlite.*postgresql"):
        make_engine(address)


def test_tables_that_are_not_there_yet_are_told(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'new.sqlite3'}")
    with pytest.raises(DatabaseProblem, match="not set up yet"), reading(engine) as session:
        session.get(PolicyRow, 1)


def test_a_commit_of_a_file_waits_for_the_disk(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'broker.sqlite3'}")
    with engine.connect() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert found == ["wal", 2, 1], "2 is FULL"
    engine.dispose()


def test_without_an_address_the_records_are_a_file_here_that_only_its_owner_may_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BROKER_DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    assert database_url() == f"sqlite:///{tmp_path / 'broker.sqlite3'}"
    engine = engine_from_environment()
    migrate(engine)
    mode = (tmp_path / "broker.sqlite3").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    engine.dispose()


def test_the_address_in_the_environment_is_used(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROKER_DATABASE_URL", address)
    with reading(engine_from_environment()) as session:
        assert session.get(PolicyRow, 1) is None


def _hold_the_lock(file: str, held: Any, done: Any) -> None:
    engine = make_engine(f"sqlite:///{file}")
    with writing(engine) as session:
        session.add(ShareRow(contract="B9", borough="E09000016", places=1))
        session.flush()
        held.set()
        done.wait(20)


def test_a_file_another_program_writes_to_can_be_read_and_is_told_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broker.database.BUSY_SECONDS", 0.2)
    file = tmp_path / "broker.sqlite3"
    engine = make_engine(f"sqlite:///{file}")
    migrate(engine)
    spawn = multiprocessing.get_context("spawn")
    held, done = spawn.Event(), spawn.Event()
    other = spawn.Process(target=_hold_the_lock, args=(str(file), held, done))
    other.start()
    try:
        assert held.wait(20)
        with reading(engine) as session:
            assert session.get(ShareRow, ("B9", "E09000016")) is None
        with (
            pytest.raises(DatabaseUnreachable, match="another program"),
            writing(engine) as session,
        ):
            session.add(ShareRow(contract="B1", borough="E09000016", places=1))
    finally:
        done.set()
        other.join()
    assert other.exitcode == 0
