"""Records of the standard in files: JSON as the standard's entities, CSV with a column a field.

Every record read is kept, or refused with every reason. CSV cells that a spreadsheet would run are
written so that it does not, and read back as they were; JSON needs no such care.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from broker.recognised import Recognised, recognised
from broker.returns.cells import safe, unsafe
from broker.standard.fields import fields
from broker.standard.record import (
    Record,
    check,
    from_cell,
    from_plain,
    take,
    to_cell,
    to_plain,
)
from matching.tables import table_text
from pricing.cells import rows_of_text
from pricing.problems import BadInput, InputProblem, Problems, describe
from pricing.text_file import decode, read_file

TITLE: Final = "Placements Data Standard"
VERSION: Final = "v2"
KINDS: Final = (".json", ".csv")


@dataclass(frozen=True)
class StandardRead:
    """Records kept, each with its number in the file; how many were read; why others were not.

    `sha256` is of the bytes of the file; `remarks` say in which other encoding or separator a table
    was read.
    """

    records: tuple[tuple[int, Record], ...]
    read: int
    problems: tuple[InputProblem, ...]
    sha256: str
    remarks: tuple[str, ...] = ()

    @property
    def refused(self) -> int:
        """How many records were refused."""
        return self.read - len(self.records)


def as_json(records: Iterable[Record]) -> str:
    """Records as JSON text: an object a record, in it an object an entity."""
    made = []
    for record in records:
        entities: dict[str, dict[str, Any]] = {}
        for path, field in fields().items():
            if path in record:
                entities.setdefault(field.entity, {})[field.name] = to_plain(record[path])
        made.append(entities)
    whole = {"standard": TITLE, "version": VERSION, "records": made}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def as_csv(records: Iterable[Record]) -> str:
    """Records as CSV text: a column for each field, empty where it is not told."""
    return table_text(
        tuple(fields()),
        (
            [
                safe(to_cell(field, record[path])) if path in record else ""
                for path, field in fields().items()
            ]
            for record in records
        ),
    )


def read_standard(path: Path) -> StandardRead:
    """The records of a file, JSON or CSV by its name.

    Raises:
        BadInput: the file as a whole is neither, or says that it is of another standard.
    """
    kind = path.suffix.lower()
    if kind not in KINDS:
        raise _whole(path.name, "", describe(path.name), "a name that ends in .json or .csv")
    return _csv(path) if kind == ".csv" else _json(path)


def _csv(path: Path) -> StandardRead:
    found, whole = Problems(), Problems()
    kept = []
    numbers = 0
    needed = [name for name, field in fields().items() if not field.of_placement]
    source = recognised(path, path.name)
    for row in rows_of_text(source.text, needed, found, path.name, source.separator):
        numbers += 1
        before = len(found.found)
        told = {
            name: from_cell(fields()[name], unsafe(cell)) if name in fields() else cell
            for name, cell in row.cells.items()
            if cell
        }
        record = dict(take(told, path.name, row.number, found))
        if len(found.found) == before:
            check(record, path.name, row.number, found)
        if len(found.found) == before:
            kept.append((row.number, record))
    odd = {one.row for one in found if one.kind == "wrong number of cells"}
    for problem in found:
        if problem.row is None or problem.row <= 1 or problem.kind == "file":
            whole.found.append(problem)
    if not whole.found:
        _columns_once(source, path.name, whole)
    whole.raise_if_any()
    remarks = tuple(
        f"{path.name} was {words}"
        for words in (source.other_encoding, source.other_separator)
        if words
    )
    return StandardRead(tuple(kept), numbers + len(odd), tuple(found), _digest(path), remarks)


def _columns_once(source: Recognised, file: str, found: Problems) -> None:
    """No column stands twice, no cell under no header: one of two such cells would be lost."""
    rows = csv.reader(io.StringIO(source.text, newline=""), delimiter=source.separator)
    header = [cell.strip() for cell in next(rows)]
    for name in sorted({name for name in header if name and header.count(name) > 1}):
        shown = f"{header.count(name)} columns of this name"
        found.add(file, f"column {name}", shown, "once in the header", "duplicate", 1)
    nameless = [place for place, name in enumerate(header) if not name]
    for number, row in enumerate(rows, start=2):
        if any(row[place].strip() for place in nameless if place < len(row)):
            found.add(file, "", "a cell under no header", "under a field", "header", number)


def _json(path: Path) -> StandardRead:
    whole = _parsed(path)
    if not isinstance(whole, dict) or not isinstance(whole.get("records"), list):
        raise _whole(path.name, "", "no list of records", 'an object with "records"')
    for key, meant in (("standard", TITLE), ("version", VERSION)):
        if whole.get(key) != meant:
            raise _whole(path.name, key, describe(whole.get(key, "")), meant)
    strange = sorted(set(whole) - {"standard", "version", "records"})
    if strange:
        raise _whole(path.name, strange[0], "unknown", "standard, version and records")
    found = Problems()
    kept = []
    for number, entities in enumerate(whole["records"], start=1):
        before = len(found.found)
        record = dict(take(_told(entities, path.name, number, found), path.name, number, found))
        if len(found.found) == before:
            check(record, path.name, number, found)
        if len(found.found) == before:
            kept.append((number, record))
    return StandardRead(tuple(kept), len(whole["records"]), tuple(found), _digest(path))


def _digest(path: Path) -> str:
    return hashlib.sha256(read_file(path)).hexdigest()


def _told(entities: object, file: str, number: int, found: Problems) -> dict[str, object]:
    if not isinstance(entities, dict):
        found.add(file, "", describe(entities), "an object for each entity", "wrong value", number)
        return {}
    told: dict[str, object] = {}
    for entity, values in entities.items():
        if not isinstance(values, dict):
            found.add(file, entity, describe(values), "an object", "wrong value", number)
            continue
        for name, value in values.items():
            path = f"{entity}.{name}"
            known = fields().get(path)
            told[path] = value if known is None else from_plain(known, value)
    return told


def _parsed(path: Path) -> object:
    text = decode(read_file(path), path.name)
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except RecursionError:
        raise _whole(path.name, "", "nested too deep", "entities with fields") from None
    except ValueError as problem:
        raise _whole(path.name, "", f"not JSON: {problem}", "JSON, each name once") from None


def _once(pairs: Sequence[tuple[str, object]]) -> Mapping[str, object]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{describe(twice)} stands twice in one object")
    return made


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no number of JSON")


def _whole(file: str, key: str, value: str, words: str) -> BadInput:
    return BadInput([InputProblem(file, key, value, words, "file")])
