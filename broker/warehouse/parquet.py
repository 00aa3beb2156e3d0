"""The warehouse as Parquet files: one for each table, types as listed, rows in order of the key.

A refresh reads a file, takes off the rows of the units that changed and adds theirs: the same bytes
of rows as a build would write. `warehouse.json` beside them says what they were made from.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from broker.commands.endings import Refused
from broker.commands.files import write_whole
from broker.warehouse.alone import LOCK
from broker.warehouse.facts import SHAPES
from broker.warehouse.shape import Row, Shape, Type, Value

if TYPE_CHECKING:
    import pyarrow as pa

FORM: Final = "warehouse/1"
MANIFEST: Final = "warehouse.json"
PART: Final = ".part"
"""How the name of a file ends while it is written."""
_LEFT_AFTER: Final = 3600
"""Seconds after which a file that is still not whole was left by somebody who is gone."""
ARROW: Final[Mapping[Type, str]] = {
    Type.TEXT: "string",
    Type.WHOLE: "int64",
    Type.PENCE: "int64",
    Type.YES_NO: "bool",
    Type.DAY: "date32",
}
"""The type of a Parquet column, as Arrow names it."""

Changes = Mapping[Shape, tuple[Sequence[Value] | None, Sequence[Row]]]
"""For each table that changed: the units whose rows go (None for all), and the rows that come."""


def schema(shape: Shape) -> pa.Schema:
    """The columns of a file, with what each means."""
    import pyarrow as pa

    return pa.schema(
        [
            pa.field(
                column.name,
                pa.type_for_alias(ARROW[column.type]),
                nullable=column.empty is not None,
                metadata={"meaning": column.meaning},
            )
            for column in shape.columns
        ],
        metadata={"meaning": shape.meaning, "form": FORM},
    )


def file_of(folder: Path, shape: Shape) -> Path:
    """The file of a table."""
    return folder / f"{shape.name}.parquet"


def prepare(folder: Path) -> None:
    """Make the folder, for its owner's eyes only.

    What a writing that was broken off left of our files is taken as a warehouse: it is written
    anew.

    Raises:
        Refused: it cannot be made, or is something else's: neither empty nor a warehouse.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        there = {one.name for one in folder.iterdir()}
    except OSError as problem:
        reason = (problem.strerror or str(problem)).lower()
        raise Refused(f"{folder}: cannot be used: {reason}. Nothing was done.") from None
    ours = {MANIFEST, LOCK, *(file_of(folder, shape).name for shape in SHAPES)}
    others = {name for name in there - ours if not name.endswith(PART)}
    if others and MANIFEST not in there:
        raise Refused(
            f"{folder}: holds other files and no {MANIFEST}; allowed: a folder that is new, "
            "empty or a warehouse. Nothing was done."
        )


def state_of(folder: Path) -> str | None:
    """The state the files were made from, None where they are not whole or of another form."""
    told = _whole(folder)
    return None if told is None else str(told.get("state"))


def as_of(folder: Path) -> str | None:
    """The day the files answer for, as it is written; None where they are not whole."""
    told = _whole(folder)
    return None if told is None else str(told.get("as_of"))


def _whole(folder: Path) -> dict[str, Any] | None:
    """What the manifest says; None where the files are not whole or of another form."""
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(told, dict) or told.get("form") != FORM:
        return None
    return told if all(file_of(folder, shape).is_file() for shape in SHAPES) else None


def sweep(folder: Path) -> None:
    """Take away what a process that is gone left half written, such as one killed in it."""
    for left in folder.glob(f".*{PART}"):
        mine = left.name.endswith(f".{os.getpid()}{PART}")
        if mine or time.time() - left.stat().st_mtime > _LEFT_AFTER:
            left.unlink(missing_ok=True)


def write_all(folder: Path, rows: Mapping[Shape, Sequence[Row]], told: Mapping[str, Any]) -> None:
    """Write every file."""
    (folder / MANIFEST).unlink(missing_ok=True)
    counts = {}
    for shape in SHAPES:
        table = _table(shape, rows[shape])
        _write(folder, shape, table)
        counts[shape.name] = table.num_rows
    _manifest(folder, counts, told)


def write_changes(folder: Path, changes: Changes, told: Mapping[str, Any]) -> None:
    """Write the files of the tables that changed; the others stay."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    manifest = folder / MANIFEST
    counts: dict[str, int] = json.loads(manifest.read_text(encoding="utf-8"))["rows"]
    if changes:
        manifest.unlink()
    for shape, (keys, rows) in changes.items():
        table = _table(shape, rows)
        if keys is not None:
            assert shape.by is not None
            old = pq.read_table(file_of(folder, shape), schema=schema(shape))
            gone = pa.array(keys, type=schema(shape).field(shape.by).type)
            kept = old.filter(pc.invert(pc.is_in(old[shape.by], value_set=gone)))
            table = pa.concat_tables([kept, table])
            order = [(name, "ascending") for name in shape.key]
            table = table.sort_by(order).combine_chunks()
        _write(folder, shape, table)
        counts[shape.name] = table.num_rows
    _manifest(folder, counts, told)


def _table(shape: Shape, rows: Sequence[Row]) -> pa.Table:
    import pyarrow as pa

    columns = list(zip(*sorted(rows, key=shape.order), strict=True)) or [()] * len(shape.columns)
    made = schema(shape)
    arrays = [pa.array(values, type=f.type) for values, f in zip(columns, made, strict=True)]
    return pa.Table.from_arrays(arrays, schema=made)


def _write(folder: Path, shape: Shape, table: pa.Table) -> None:
    import pyarrow.parquet as pq

    path = file_of(folder, shape)
    beside = path.with_name(f".{path.name}.{os.getpid()}{PART}")
    try:
        with os.fdopen(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
            pq.write_table(table, out, compression="zstd")
        beside.replace(path)
    except OSError as problem:
        reason = (problem.strerror or str(problem)).lower()
        raise Refused(f"{path} was not written: {reason}.") from None
    finally:
        beside.unlink(missing_ok=True)


def _manifest(folder: Path, counts: Mapping[str, int], told: Mapping[str, Any]) -> None:
    whole = {"form": FORM, **told, "rows": counts}
    write_whole(folder / MANIFEST, [json.dumps(whole, indent=1, ensure_ascii=False) + "\n"])
    (folder / MANIFEST).chmod(0o600)


def read_rows(folder: Path, shape: Shape) -> list[Row]:
    """The rows of a file."""
    import pyarrow.parquet as pq

    table = pq.read_table(file_of(folder, shape))
    columns = [column.to_pylist() for column in table.columns]
    return list(zip(*columns, strict=True)) if columns else []
