"""Every table of a return, read with the codes of its own collection: each row kept or refused.

A row is kept as it stands, cell by cell, where the return could mean it; what was read otherwise
than it stands (another encoding or separator, a number with a point, a space, a column that is not
the return's) is told as a repair. A row with a day that cannot be, a code of no collection, or
nothing where something must stand, is refused with its reason.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

from broker.recognised import Recognised
from broker.returns import codes
from broker.returns.cells import safe, unsafe
from broker.returns.day import DAY_ALLOWED, day_of
from broker.returns.episode import Repair
from broker.returns.folder import Found, closing, find_files
from broker.returns.read import OTHER_YEAR
from broker.returns.tables import DAYS, NEVER_BLANK
from broker.returns.text import text_of
from pricing.cells import Row, rows_of_text
from pricing.problems import InputProblem, Problems, describe

FIRST_YEAR: Final = 2018
LAST_YEAR: Final = 2027
"""The closing years of the first and the last collection that is read."""

POINT: Final = "number with a point"
SPACES: Final = "spaces"
OTHER_COLUMN: Final = "another column"
FORMULA: Final = "formula"

HIGHEST_SDQ: Final = 40
_POINT: Final = re.compile(r"([0-9]+)\.0+")


@dataclass(frozen=True, slots=True)
class Kept:
    """A row that is kept: its number in the file and its cells by column."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class FileRead:
    """A file of the return: its rows, how many were read, how many refused.

    `columns` are those of the return that the file has, in the file's order.
    """

    file: Found
    columns: tuple[str, ...]
    rows: tuple[Kept, ...]
    read: int
    refused: int


@dataclass
class Every:
    """All tables of a folder of returns; every row read is kept or refused with a reason."""

    folder: Path
    files: list[FileRead] = field(default_factory=list)
    passed_over: tuple[str, ...] = ()
    named_by: str = ""
    problems: Problems = field(default_factory=Problems)
    repairs: list[Repair] = field(default_factory=list)


def read_every(folder: Path, named_by: str | None = None) -> Every:
    """Read all tables of a folder of returns; `named_by` says what a single year in a path names.

    Raises:
        BadInput: a file as a whole cannot be read, with every problem of every file.
    """
    made = Every(folder)
    whole = Problems()
    files, passed = find_files(folder, whole, every=True)
    files, made.named_by = closing(files, named_by, whole)
    made.passed_over = tuple(passed)
    for file in sorted(files, key=lambda one: (one.year, one.shown)):
        if not _of_a_year(file, whole):
            continue
        _read(file, made, whole)
    whole.raise_if_any()
    return made


def _of_a_year(file: Found, whole: Problems) -> bool:
    if not FIRST_YEAR <= file.year <= LAST_YEAR:
        words = f"the collection that closes in {file.year}"
        whole.add(file.shown, "path", words, f"{FIRST_YEAR} to {LAST_YEAR}", "year")
        return False
    if file.year < file.table.first:
        words = f"{file.table.name} in the collection of {file.year}"
        whole.add(file.shown, "path", words, f"from that of {file.table.first} on", "year")
        return False
    return True


def _read(file: Found, made: Every, whole: Problems) -> None:
    found = Problems()
    told = text_of(file, found, made.repairs)
    if told is None:
        whole.extend(found)
        return
    header = _note_what_is_lost(told, file, made)
    columns = tuple(column for column in header if column in file.table.columns)
    kept = []
    good = 0
    needed = file.table.needed
    for row in rows_of_text(told.text, needed, found, file.shown, told.separator):
        good += 1
        before = len(found.found)
        cells = {column: unsafe(_cell(row, column, file, made)) for column in columns}
        if len(found.found) == before:
            _note_formulas(row, cells, made)
            kept.append(Kept(row.number, cells))
    odd = {problem.row for problem in found if problem.kind == "wrong number of cells"}
    of_rows = [problem for problem in found if problem.row is not None and problem.row > 1]
    of_file = [problem for problem in found if problem.row is None or problem.row <= 1]
    broken = [problem for problem in of_rows if problem.kind in ("file",)]
    if of_file or broken:
        whole.extend([*of_file, *broken])
        return
    made.problems.extend(of_rows)
    refused = good - len(kept) + len(odd)
    made.files.append(FileRead(file, columns, tuple(kept), good + len(odd), refused))


def _note_what_is_lost(told: Recognised, file: Found, made: Every) -> list[str]:
    """The header as trimmed; what the reader will leave out of the file is told."""
    header: list[str] = []
    for number, cells in _raw(told):
        if not header:
            header = [cell.strip() for cell in cells]
            for column in header:
                if column not in file.table.columns:
                    words = f"{describe(column)} is no column of {file.table.name}: left out"
                    made.repairs.append(Repair(OTHER_COLUMN, file.shown, number, words))
        if any(cell != cell.strip() for cell in cells):
            words = "spaces around a cell: taken off"
            made.repairs.append(Repair(SPACES, file.shown, number, words))
    return header


def _note_formulas(row: Row, cells: Mapping[str, str], made: Every) -> None:
    """What a spreadsheet would run is written again so that it does not: that is told."""
    for column, cell in cells.items():
        if row.cells[column] == cell and safe(cell) != cell:
            words = (
                f"{column} {describe(cell)}: a formula to a spreadsheet; an apostrophe before it"
            )
            made.repairs.append(Repair(FORMULA, row.file, row.number, words))


def _raw(told: Recognised) -> Iterator[tuple[int, list[str]]]:
    lines = io.StringIO(told.text, newline="")
    try:
        yield from enumerate(csv.reader(lines, delimiter=told.separator, strict=True), start=1)
    except csv.Error:
        return  # the reader of rows says it


def _cell(row: Row, column: str, file: Found, made: Every) -> str:
    cell = row.cells[column]
    if not cell:
        if column in NEVER_BLANK:
            row.refuse(column, "empty", "something: this cell is never blank", "empty cell")
        return cell
    if column in DAYS:
        if not is_day(cell):
            row.refuse(column, describe(cell), DAY_ALLOWED, "wrong value")
        return cell
    if column in codes.LISTS:
        return _code(row, column, _plain(row, column, cell, file, made), file, made)
    if column == "SDQ_SCORE":
        cell = _plain(row, column, cell, file, made)
        if not (cell.isascii() and cell.isdigit() and int(cell[:9]) <= HIGHEST_SDQ):
            row.refuse(column, describe(cell), f"a whole number, 0 to {HIGHEST_SDQ}", "wrong value")
    return cell


def _plain(row: Row, column: str, cell: str, file: Found, made: Every) -> str:
    """A number as a spreadsheet writes it, 1.0, is the 1 that was meant."""
    found = _POINT.fullmatch(cell)
    if found is None:
        return cell
    made.repairs.append(Repair(POINT, file.shown, row.number, f"{column} {cell}: {found[1]}"))
    return found[1]


def _code(row: Row, column: str, code: str, file: Found, made: Every) -> str:
    known = codes.LISTS[column].get(code)
    if known is None:
        allowed = " ".join(one for one in codes.of_year(column, file.year) if one)
        row.refuse(column, describe(code), allowed, "wrong value")
    elif not known.stands_in(file.year):
        words = f"{column} {code} stands {codes.when(column, code)}, not in that of {file.year}"
        made.repairs.append(Repair(OTHER_YEAR, file.shown, row.number, f"{words}: kept"))
    return code


@lru_cache(maxsize=65536)
def is_day(cell: str) -> bool:
    """Whether a cell is a day of the calendar, written as the return writes it."""
    return day_of(cell) is not None


def refused_rows(problems: Iterator[InputProblem] | Problems) -> dict[tuple[str, int], str]:
    """The first reason of each refused row, by file and row."""
    first: dict[tuple[str, int], str] = {}
    for problem in problems:
        if problem.row is not None:
            first.setdefault((problem.file, problem.row), str(problem))
    return first
