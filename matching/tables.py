"""Tables as text: read from CSV bytes with every fault of the file itself, before any meaning.

A file that is over 64 MB (told by its size, unread), not UTF-8, has NUL bytes, is empty, lacks a
column or has a column one edit away from a known one is refused with the reason.
"""

from __future__ import annotations

import csv
import io
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from matching.cells import RefusedCell
from matching.faults import Fault
from matching.formulas import unsafe
from matching.sheets import Sheet

OUTSIDE: Final = "is a link that leads out of its folder; allowed: a file of the folder"
LARGEST_FILE = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class RawTable:
    """A header and its rows as text; each row with the number a spreadsheet shows (header is 1)."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, Sequence[str]], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row with its cells as values; refused and missing cells are absent from `values`."""

    number: int
    values: Mapping[str, Any]

    def __getitem__(self, column: str) -> Any:
        return self.values[column]

    def whole(self, *columns: str) -> bool:
        """Whether every one of the columns was read without a fault."""
        return all(column in self.values for column in columns)


def leads_out(path: Path, folder: Path) -> bool:
    """Whether a file of a folder is a link to something outside it, which nobody put there."""
    return path.is_symlink() and folder.resolve() not in path.resolve().parents


def read_bytes(path: Path, faults: list[Fault]) -> str | None:
    """The text of a file, or None with the fault that makes it unreadable."""

    def refuse(value: str, allowed: str, kind: str) -> None:
        faults.append(Fault(path.name, None, "", value, allowed, kind))

    if leads_out(path, path.parent):
        refuse("", OUTSIDE, "link")
        return None
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            refuse("", "is not a file; allowed: a plain file", "unreadable file")
            return None
        if found.st_size > LARGEST_FILE:
            refuse(f"{found.st_size} bytes", "allowed: files up to 64 MB", "too large")
            return None
        raw = path.read_bytes()
    except OSError as problem:
        refuse("", f"cannot be read: {problem.strerror or 'unknown reason'}", "unreadable file")
        return None
    if b"\0" in raw:
        refuse("", "has NUL bytes; allowed: UTF-8 text", "not text")
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw.count(b"\n", 0, problem.start) + 1
        refuse("", f"is not UTF-8 (line {line}); save it as CSV UTF-8", "not text")
        return None
    if not text.strip():
        refuse("", "is empty", "empty file")
        return None
    return text


def read_table(path: Path, faults: list[Fault]) -> RawTable | None:
    """A CSV file as a raw table, or None with its faults."""
    text = read_bytes(path, faults)
    if text is None:
        return None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records: list[list[str]] = []
    try:
        records.extend(reader)
    except csv.Error as problem:
        allowed = f"is not a well-formed CSV row: {problem}"
        faults.append(Fault(path.name, len(records) + 1, "", "", allowed, "not CSV"))
        return None
    if not any(cell.strip() for cell in records[0]):
        faults.append(Fault(path.name, 1, "", "", "the first row must be the header", "no header"))
        return None
    header = tuple(cell.strip() for cell in records[0])
    rows = (row for row in enumerate(records[1:], 2) if any(cell.strip() for cell in row[1]))
    return RawTable(header, tuple((number, _as_meant(cells)) for number, cells in rows))


def _as_meant(cells: list[str]) -> list[str]:
    """Cells without the apostrophe that keeps a spreadsheet from running them."""
    if any("'" in cell for cell in cells):
        return [unsafe(cell.strip()) for cell in cells]
    return cells


def rows_of(sheet: Sheet, raw: RawTable, faults: list[Fault], notices: list[str]) -> list[Row]:
    """The rows of a sheet as values; every fault of header and cells is added to `faults`."""
    _check_header(sheet, raw.header, faults, notices)
    places = {name: place for place, name in enumerate(raw.header)}
    used = [(column, places.get(column.name)) for column in sheet.columns]
    width = len(raw.header)
    return [_row(sheet, used, width, number, cells, faults) for number, cells in raw.rows]


def _row(
    sheet: Sheet,
    used: Iterable[tuple[Any, int | None]],
    width: int,
    number: int,
    cells: Sequence[str],
    faults: list[Fault],
) -> Row:
    values: dict[str, Any] = {}
    if len(cells) != width and (len(cells) < width or any(cell.strip() for cell in cells[width:])):
        allowed = f"the row has {len(cells)} cells; the header has {width}"
        faults.append(Fault(sheet.file, number, "", "", allowed, "wrong number of cells"))
        return Row(number, values)
    for column, place in used:
        cell = cells[place].strip() if place is not None else ""
        if not cell:
            if not column.required:
                values[column.name] = column.empty
            elif place is not None:
                allowed = f"required; {column.kind.allowed}"
                faults.append(Fault(sheet.file, number, column.name, "", allowed, "empty cell"))
            continue
        try:
            values[column.name] = column.kind.parse(cell)
        except RefusedCell as refused:
            allowed = f"{refused}; {column.kind.allowed}" if str(refused) else column.kind.allowed
            faults.append(Fault(sheet.file, number, column.name, cell, allowed, "bad value"))
    return Row(number, values)


def _check_header(
    sheet: Sheet, header: Sequence[str], faults: list[Fault], notices: list[str]
) -> None:
    known = set(sheet.names)
    for name in sorted({name for name in header if header.count(name) > 1 and name}):
        faults.append(Fault(sheet.file, 1, name, name, "the column stands twice", "column twice"))
    for column in sheet.columns:
        if column.required and column.name not in header:
            allowed = "required column is missing; found: " + ", ".join(header)
            faults.append(Fault(sheet.file, 1, column.name, "", allowed, "missing column"))
    ignored = []
    for name in sorted(set(header) - known):
        near = sorted(word for word in known if within_one_edit(name, word))
        if near:
            allowed = f"one letter away from {near[0]}; rename or remove the column"
            faults.append(Fault(sheet.file, 1, name, name, allowed, "misspelt column"))
        elif sheet.strict:
            allowed = "unknown column; allowed here: " + ", ".join(sheet.names)
            faults.append(Fault(sheet.file, 1, name, name, allowed, "unknown column"))
        else:
            ignored.append(name or "(no name)")
    if ignored:
        notices.append(f"{sheet.file}: columns not used were ignored: {', '.join(ignored)}.")


def within_one_edit(a: str, b: str) -> bool:
    """Whether one insertion, deletion, substitution or swap of neighbours makes a into b."""
    if a == b:
        return True
    if len(a) > len(b):
        a, b = b, a
    if len(b) - len(a) > 1:
        return False
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    if len(a) != len(b):
        return a[start:] == b[start + 1 :]
    if a[start + 1 :] == b[start + 1 :]:
        return True
    return a[start : start + 2] == b[start : start + 2][::-1] and a[start + 2 :] == b[start + 2 :]


def table_text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """CSV text of a table, one line a row, as any spreadsheet reads it."""
    out = io.StringIO(newline="")
    plain = csv.writer(out, lineterminator="\n")
    quoted = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    for row in (header, *rows):
        # a lone carriage return ends a row for a reader unless it is quoted
        (quoted if any("\r" in cell for cell in row) else plain).writerow(row)
    return out.getvalue()


def from_records(sheet: Sheet, records: Iterable[Mapping[str, str]]) -> RawTable:
    """A raw table of records whose keys are column names, as JSON gives them."""
    kept = list(records)
    header = list(sheet.names)
    seen = set(header)
    for record in kept:
        for name in record:
            if name not in seen:
                seen.add(name)
                header.append(name)
    present = {name for record in kept for name in record}
    required = {column.name for column in sheet.columns if column.required}
    names = tuple(name for name in header if name in present or (not kept and name in required))
    return RawTable(names, tuple(_numbered(names, kept)))


def _numbered(
    names: Sequence[str], records: Iterable[Mapping[str, str]]
) -> Iterator[tuple[int, Sequence[str]]]:
    for number, record in enumerate(records, 2):
        yield number, tuple(record.get(name, "") for name in names)
