"""Making a backup: one moment of the database in a file, and its manifest beside it.

SQLite is copied by its own online backup, PostgreSQL by `pg_dump` at the very snapshot that the
manifest counts. Work goes on meanwhile. The files are for their owner's eyes only: they hold all.
"""

from __future__ import annotations

import os
import sqlite3
from dataclasses import replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from broker.access.actor import Actor
from broker.audit.chain import Record, add_entry
from broker.backup.manifest import (
    BadBackup,
    Manifest,
    digest_of_file,
    manifest_path,
    revision_of,
    sealed,
    tables_of,
)
from broker.backup.programs import call
from broker.database import make_engine, told, writing


def back_up(engine: Engine, file: Path, actor: Actor, at: datetime) -> Manifest:
    """Write a backup and its manifest; that it was made is on the audit, and in the backup.

    Raises:
        BadBackup: with the reason; nothing is left behind.
        DatabaseProblem: the database cannot be used.
    """
    _check_new(file)
    with writing(engine) as session:
        add_entry(session, actor, "backup.make", Record("backup", file.name), at=at)
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        copy = _sqlite if engine.dialect.name == "sqlite" else _postgres
        manifest = copy(engine, part, at)
        with part.open("rb") as stream:
            os.fsync(stream.fileno())
        text = manifest.to_json()
        beside = manifest_path(file)
        with os.fdopen(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        part.rename(file)
        return manifest
    except OSError as problem:
        reason = (problem.strerror or str(problem)).lower()
        raise BadBackup(f"{file} was not written: {reason}.") from problem
    finally:
        part.unlink(missing_ok=True)


def _check_new(file: Path) -> None:
    if not file.parent.is_dir():
        raise BadBackup(f"The folder {file.parent} does not exist; make it first.")
    for one in (file, manifest_path(file)):
        if one.exists():
            raise BadBackup(f"{one} is there already; a backup never replaces another.")


def _sqlite(engine: Engine, part: Path, at: datetime) -> Manifest:
    with told(engine), engine.connect() as connection:
        source = connection.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)
        target = sqlite3.connect(part)
        try:
            source.backup(target)  # one look at one moment; whoever writes goes on beside it
            target.execute("PRAGMA journal_mode = DELETE")
        finally:
            target.close()
    copied = make_engine(f"sqlite:///{part}")
    try:
        with told(copied), copied.connect() as connection:
            made = _manifest(connection, "sqlite", None, at)
            connection.rollback()
            connection.connection.driver_connection.execute(  # type: ignore[union-attr]
                "PRAGMA journal_mode = DELETE"
            )
    finally:
        copied.dispose()
    return _with_file(made, part)


def _postgres(engine: Engine, part: Path, at: datetime) -> Manifest:
    steady = engine.execution_options(isolation_level="REPEATABLE READ")
    with told(engine), steady.connect() as connection:
        snapshot = connection.execute(sa.text("SELECT pg_export_snapshot()")).scalar_one()
        schema = connection.execute(sa.text("SELECT current_schema()")).scalar_one()
        made = _manifest(connection, "postgresql", schema, at)
        tables = [f"--table={_quoted(schema)}.{_quoted(name)}" for name in _names(connection)]
        options = ["--format=custom", f"--snapshot={snapshot}", "--no-owner", "--no-privileges"]
        call("pg_dump", engine.url, [*options, *tables, f"--file={part}"])
    return _with_file(made, part)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _names(connection: sa.Connection) -> list[str]:
    """Tables and views: over a warehouse's tables no others can be put while its views stand."""
    look = sa.inspect(connection)
    return sorted([*look.get_table_names(), *look.get_view_names()])


def _manifest(connection: sa.Connection, kind: str, schema: str | None, at: datetime) -> Manifest:
    tables = tables_of(connection)
    with Session(connection) as session:
        seal, entries = sealed(session)
    return Manifest(
        kind=kind,
        revision=revision_of(connection),
        software=version("broker"),
        made_at=at.isoformat(),
        schema=schema,
        seal=seal,
        entries=entries,
        tables=tables,
        sha256="",
    )


def _with_file(manifest: Manifest, part: Path) -> Manifest:
    return replace(manifest, sha256=digest_of_file(part))
