"""What a backup holds, written beside it: each table's rows and their digest, and the audit's seal.

The digest of a table is taken over its rows in the order of their keys, the same on both kinds of
database, so that a copy that was put back is proven by working it out again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlmodel import Session

from broker.audit.chain import verify
from broker.migrations import VERSION_TABLE

FORMAT: Final = "broker-backup/1"
SUFFIX: Final = ".manifest.json"


class BadBackup(Exception):
    """The backup cannot be used, or what was put back is not what it holds; in a sentence."""


@dataclass(frozen=True, slots=True)
class Table:
    """How many rows a table has, and the digest of all of them."""

    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `seal` is that of the audit, `sha256` that of the backup's file."""

    kind: str
    revision: str
    software: str
    made_at: str
    schema: str | None
    seal: str
    entries: int
    tables: Mapping[str, Table]
    sha256: str

    def to_json(self) -> str:
        """The manifest as it stands beside the backup."""
        told = {"format": FORMAT, **asdict(self)}
        return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def manifest_path(file: Path) -> Path:
    """Where the manifest of a backup lies."""
    return file.with_name(file.name + SUFFIX)


def read_manifest(file: Path) -> Manifest:
    """The manifest of a backup, whose file is still the one that it tells of.

    Raises:
        BadBackup: there is none, it is none, or the file was changed since.
    """
    path = manifest_path(file)
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if told.pop("format") != FORMAT:
            raise KeyError("format")
        told["tables"] = {name: Table(**one) for name, one in told["tables"].items()}
        manifest = Manifest(**told)
    except FileNotFoundError:
        raise BadBackup(
            f"{path} is not there; a backup is two files, keep them together."
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadBackup(f"{path} is not the manifest of a backup ({FORMAT}).") from None
    try:
        found = digest_of_file(file)
    except OSError as problem:
        reason = (problem.strerror or str(problem)).lower()
        raise BadBackup(f"{file} cannot be read: {reason}.") from None
    if found != manifest.sha256:
        raise BadBackup(
            f"{file} is not the file its manifest tells of: it was changed or cut off. Use another "
            "backup."
        )
    return manifest


def digest_of_file(file: Path) -> str:
    """SHA-256 of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def revision_of(connection: Connection) -> str:
    """The step at which the tables of a database are."""
    table = sa.table(VERSION_TABLE, sa.column("version_num"))
    found: str = connection.execute(sa.select(table.c.version_num)).scalar_one()
    return found


def tables_of(connection: Connection) -> dict[str, Table]:
    """Every table of the database with its rows counted and digested, as they are at this moment.

    The tables are the database's own, not this program's: those of an older or newer step too.
    """
    found = sa.MetaData()
    found.reflect(connection)
    return {
        table.name: _digested(connection, table)
        for table in sorted(found.tables.values(), key=lambda one: one.name)
        if table.name != VERSION_TABLE
    }


def _digested(connection: Connection, table: sa.Table) -> Table:
    digest, rows = hashlib.sha256(), 0
    columns = sorted(table.c, key=lambda column: column.name)
    order = [_by_letter(connection, column) for column in table.primary_key]
    query = sa.select(*columns).order_by(*order).execution_options(yield_per=1000)
    for row in connection.execute(query):
        line = json.dumps([_plain(value) for value in row], ensure_ascii=False, sort_keys=True)
        digest.update(line.encode("utf-8", "surrogatepass") + b"\n")
        rows += 1
    return Table(rows, digest.hexdigest())


def _by_letter(connection: Connection, column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    if connection.dialect.name == "postgresql" and isinstance(column.type, sa.String):
        return sa.collate(column, "C")
    return column


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value


def sealed(session: Session) -> tuple[str, int]:
    """The audit's seal and how many entries it has.

    Raises:
        BadBackup: the chain does not hold.
    """
    found = verify(session)
    if found.broken:
        raise BadBackup(f"The audit does not hold: {found.broken[0]}. See: broker audit verify")
    return found.seal, found.entries


def differences(expected: Mapping[str, Table], found: Mapping[str, Table]) -> list[str]:
    """A sentence for each table that is not as a manifest says."""
    told = []
    for name in sorted(expected.keys() | found.keys()):
        one, other = expected.get(name), found.get(name)
        if one is None or other is None:
            told.append(f"{name}: {'is one too many' if one is None else 'is not there'}")
        elif one.rows != other.rows:
            told.append(f"{name}: {other.rows} rows, {one.rows} were expected")
        elif one != other:
            told.append(f"{name}: its {one.rows} rows differ")
    return told
