"""Putting a backup back: into a database that is empty, or, when told to, over one that is not.

It is put back whole or not at all, and proven: every table's rows against the manifest, and the
audit against the seal that was written down.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlmodel import Session

from broker.access.actor import Actor
from broker.audit.chain import Record, add_entry, verify
from broker.backup.manifest import (
    BadBackup,
    Manifest,
    differences,
    read_manifest,
    revision_of,
    tables_of,
)
from broker.backup.programs import call
from broker.database import (
    make_engine,
    migrate,
    migration_config,
    prepare_empty,
    told,
    writing,
)
from broker.migrations import VERSION_TABLE


def put_back(
    engine: Engine, file: Path, actor: Actor, at: datetime, *, replace: bool = False
) -> Manifest:
    """Put a backup into the database and prove it; then bring it to today's tables.

    That it was put back is the next entry of its audit. `replace` lets records that are there go.

    Raises:
        BadBackup: with the reason; what is there stays as it is.
        DatabaseProblem: the database cannot be used.
    """
    manifest = read_manifest(file)
    if manifest.kind != engine.dialect.name:
        raise BadBackup(
            f"{file} is a backup of {manifest.kind}, this database is {engine.dialect.name}."
        )
    _check_known(engine, manifest)
    _check_room(engine, replace=replace)
    if engine.dialect.name == "sqlite":
        _sqlite(engine, file, manifest)
    else:
        _postgres(engine, file, manifest)
    migrate(engine)
    with writing(engine) as session:
        why = f"backup of {manifest.made_at}, {manifest.seal}"
        add_entry(session, actor, "backup.restore", Record("backup", file.name), at=at, why=why)
    return manifest


def _check_known(engine: Engine, manifest: Manifest) -> None:
    with engine.connect() as connection:
        script = ScriptDirectory.from_config(migration_config(connection))
    if manifest.revision not in {step.revision for step in script.walk_revisions()}:
        raise BadBackup(
            f"The backup was made by a newer version of this program (its tables are at step "
            f"{manifest.revision}). Install the newer version."
        )


def _check_room(engine: Engine, *, replace: bool) -> None:
    with told(engine), engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        if not tables:
            return
        if VERSION_TABLE not in tables:
            raise BadBackup("The database holds another program's tables; name an empty one.")
        full = [name for name, one in tables_of(connection).items() if one.rows]
    if full and not replace:
        listed = ", ".join(full[:5]) + (" and more" if len(full) > 5 else "")
        raise BadBackup(
            f"The database holds records already ({listed}). To let them go and put the backup in "
            "their place: --replace. Nothing was done."
        )


def prove(connection: sa.Connection, manifest: Manifest) -> None:
    """Nothing, where a database holds what a manifest says, row by row.

    Raises:
        BadBackup: with every table that differs, or the first entry that does not hold.
    """
    wrong = differences(manifest.tables, tables_of(connection))
    if wrong:
        raise BadBackup("What was put back is not what the backup holds: " + "; ".join(wrong))
    with Session(connection) as session:
        found = verify(session, expected=manifest.seal)
    if found.broken or found.seal != manifest.seal:
        first = found.broken[0] if found.broken else f"its seal is {found.seal}"
        raise BadBackup(f"The audit that was put back does not hold: {first}")


def _sqlite(engine: Engine, file: Path, manifest: Manifest) -> None:
    """By SQLite's own backup into the file in use: whoever has it open sees the whole or nothing.

    The backup is proven in a copy before anything of the database is touched.
    """
    database = Path(str(engine.url.database))
    trial = database.with_name(f".{database.name}.{os.getpid()}.restore")
    try:
        os.close(os.open(trial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        shutil.copyfile(file, trial)
        copy = make_engine(f"sqlite:///{trial}")
        try:
            with told(copy), copy.connect() as connection:
                whole = connection.exec_driver_sql("PRAGMA integrity_check").scalar_one()
                if whole != "ok":
                    raise BadBackup(f"{file} is damaged: {whole}")
                prove(connection, manifest)
        finally:
            copy.dispose()
        with told(engine), engine.connect() as connection:
            target = connection.connection.driver_connection
            assert isinstance(target, sqlite3.Connection)
            with closing(sqlite3.connect(trial)) as source:
                source.backup(target)
        engine.dispose()
        with told(engine), engine.connect() as connection:
            prove(connection, manifest)
    except sqlite3.Error as problem:
        raise BadBackup(
            f"{database} could not be replaced: {problem}. Stop whatever has it open."
        ) from problem
    finally:
        for suffix in ("", "-wal", "-shm"):
            trial.with_name(trial.name + suffix).unlink(missing_ok=True)


def _postgres(engine: Engine, file: Path, manifest: Manifest) -> None:
    """By `pg_restore` in one transaction, which takes the tables that are there with it.

    What stands beside the tables (functions, an extension) the steps of this program make first.
    """
    with told(engine), engine.connect() as connection:
        schema = connection.execute(sa.text("SELECT current_schema()")).scalar_one()
        there = sa.inspect(connection).get_table_names()
        revision = revision_of(connection) if there else None
    if schema != manifest.schema:
        raise BadBackup(
            f"The backup is of the schema {manifest.schema}, this database uses {schema}; put it "
            "into a database of its own that uses the same."
        )
    if revision is not None and revision != manifest.revision:
        raise BadBackup(
            f"The backup is of step {manifest.revision}, the database at step {revision}: put it "
            "into an empty database, where it is brought to today's tables."
        )
    if revision is None:
        prepare_empty(engine, manifest.revision)
    try:
        options = [
            "--single-transaction",
            "--clean",
            "--if-exists",
            "--no-owner",
            "--no-privileges",
        ]
        call("pg_restore", engine.url, [*options, str(file)])
        engine.dispose()
        with told(engine), engine.connect() as connection:
            prove(connection, manifest)
    except BadBackup:
        if revision is None:
            _clear(engine)
        raise


def _clear(engine: Engine) -> None:
    """Leave a database that was empty empty again, a warehouse that came with the backup too."""
    undo: Callable[[Any, str], None] = command.downgrade
    with told(engine), engine.begin() as connection:
        look, quoted = sa.inspect(connection), connection.dialect.identifier_preparer.quote
        for view in look.get_view_names():
            connection.exec_driver_sql(f"DROP VIEW {quoted(view)}")
        undo(migration_config(connection), "base")
        for table in sa.inspect(connection).get_table_names():
            connection.exec_driver_sql(f"DROP TABLE {quoted(table)}")
