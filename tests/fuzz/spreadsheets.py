"""Fuzzing of the reader of workbooks: `python -m tests.fuzz.spreadsheets -max_total_time=60`.

The first byte chooses what the rest is: the file itself, one part of a sound workbook, a CSV file,
or a mapping. Held: no crash, no hang; a case that is read goes out and comes in equal; whatever is
refused has a copy with its problems. Filled rows are rows kept and rows refused: each filled row
under a header is a row of the case that was read, or the place of a problem, counted here from the
sheet (of plain CSV, from the bytes) and not by what the reader says of itself.
"""

from __future__ import annotations

import re
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from tests.fuzz.harness import filled_rows_of, fuzz, instrumented

with instrumented():
    from broker.spreadsheets.book import read_book
    from broker.spreadsheets.intake import Problems, read_sheets
    from broker.spreadsheets.mapping import SheetMap, header_of, mapping_text, propose, read_mapping
    from broker.spreadsheets.out import NotKept, case_sheets, flat
    from broker.spreadsheets.problems import problems_book
    from broker.spreadsheets.text import read_csv
from broker.spreadsheets.grid import Book, Grid, trimmed
from broker.spreadsheets.names import POLICY
from broker.workbook import workbook_bytes
from matching.faults import BadInput
from matching.policy import write_policy
from matching.problem import Problem
from matching.unbuild import records_of
from pricing.problems import BadInput as BadMapping
from tests.unit.spreadsheets.crafting import HOMES, part, saved, small, with_parts, workbook

GOOD = saved(workbook(small()))
MAY_BE_FEWER = frozenset({"adjoining", "avoid", "relationships"})
"""Tables of which a repeated pair counts once, or a row of somebody not in the case is a notice."""
OTHERS = [grid for grid in read_book(GOOD, "a.xlsx").grids if grid.title != "homes"]
"""The sheets of a sound case that stand beside a table of homes."""
PARTS = (
    "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/worksheets/sheet3.xml",
    "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels",
)  # fmt: skip
FILE, CSV, MAPPING = len(PARTS), len(PARTS) + 1, len(PARTS) + 2


def promise(data: bytes) -> None:
    """What must hold of any bytes."""
    choice, body = (data[0] if data else 0) % (len(PARTS) + 3), data[1:]
    with suppress(BadInput, BadMapping):
        if choice == MAPPING:
            _mapping(body)
            return
        if choice == FILE:
            book = read_book(body, "a.xlsx")
        elif choice == CSV:
            homes = read_csv(body, "homes.csv", "homes")
            rows = filled_rows_of(body)
            assert rows is None or len(homes.rows) == rows
            book = Book("a.csv", [homes, *OTHERS])
        else:
            book = read_book(with_parts(GOOD, {PARTS[choice]: body}), "a.xlsx")
        _whole(book)


def _mapping(body: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "m.toml"
        file.write_bytes(body)
        made = read_mapping(file)
        file.write_text(mapping_text(made), encoding="utf-8")
        assert read_mapping(file) == made


def _whole(book: Book) -> None:
    maps = propose(book).maps
    problem, refused = None, None
    try:
        problem = read_sheets(book, maps)
    except Problems as problems:
        refused = problems
    if refused is not None:
        assert refused.located
        assert len(refused.located) == len(refused.faults)
        problems_book(book, refused.located)
        _kept_or_refused(book, maps, refused)
    if problem is None:
        return
    _every_row_kept(book, maps, problem, {})
    with suppress(NotKept, ValueError):
        again = read_book(workbook_bytes(case_sheets(problem, "fuzz")), "b.xlsx")
        assert read_sheets(again, propose(again).maps) == problem


def _filled(grid: Grid, one: SheetMap) -> dict[int, dict[str, str]]:
    """The rows under a header in which anything stands, with their texts by header."""
    header, first = header_of(grid, one.header_row)
    shown = {
        row: {header.get(place, ""): trimmed(cell.text) for place, cell in cells.items()}
        for row, cells in grid.rows.items()
        if row >= first
    }
    return {row: texts for row, texts in shown.items() if any(texts.values())}


def _every_row_kept(
    book: Book, maps: Iterable[SheetMap], problem: Problem, refused: Mapping[str, set[int]]
) -> None:
    """Filled rows are rows kept and, of each sheet, those refused; of the policy every key."""
    grids = {grid.title: grid for grid in book.grids}
    for one in maps:
        filled = _filled(grids[one.title], one)
        left = {n: texts for n, texts in filled.items() if n not in refused.get(one.title, ())}
        if one.table == POLICY:
            kept = {key for key, _ in flat(tomllib.loads(write_policy(problem.policy)))}
            back = {column: header for header, column in one.columns.items()}
            key, value = back.get("key", "key"), back.get("value", "value")
            told = {texts.get(key, "") for texts in left.values() if texts.get(value)}
            assert told <= kept, told - kept
        else:
            rows = len(records_of(problem)[one.table])
            assert rows <= len(left) if one.table in MAY_BE_FEWER else rows == len(left), one.table


def _kept_or_refused(book: Book, maps: Iterable[SheetMap], problems: Problems) -> None:
    """Each problem of a row is at a filled row; without those rows every other row is kept."""
    refused: dict[str, set[int]] = {}
    for one in problems.located:
        row = re.search("[0-9]+$", one.cell)
        if row is not None:
            refused.setdefault(one.title, set()).add(int(row[0]))
    for grid in book.grids:
        for number in refused.get(grid.title, set()) - set(grid.rows) - {1}:
            assert any(one.top <= number <= one.bottom for one in grid.merged), number
    rest = Book(book.file, [_without(grid, refused.get(grid.title, set())) for grid in book.grids])
    with suppress(BadInput):
        _every_row_kept(book, maps, read_sheets(rest, list(maps)), refused)


def _without(grid: Grid, rows: set[int]) -> Grid:
    return Grid(
        grid.title, {n: told for n, told in grid.rows.items() if n not in rows}, grid.merged
    )


def seeds() -> Iterator[bytes]:
    """A sound workbook, each of its parts, tables in three encodings, a mapping."""
    for number, name in enumerate(PARTS):
        yield bytes([number]) + part(GOOD, name)
    yield bytes([FILE]) + GOOD
    home = {**HOMES, "sexes": "M", "bands": "high"}
    names, sound = ",".join(home), ",".join(home.values())
    other = sound.replace("SC990001", "SC990002")
    for rows in ([sound, other], [sound, "", other], [sound, other.replace("registered", "=1")]):
        yield bytes([CSV]) + "\n".join([names, *rows]).encode()
    policy: list[list[object]] = [
        ["key", "value"],
        ["as_of", "2026-09-04"],
        ["points.distant", 9],
    ]
    for rows_of_policy in (policy, [*policy, ["", 7]]):
        yield bytes([FILE]) + saved(workbook(small(policy=rows_of_policy)))
    for encoding in ("utf-8", "cp1252", "utf-16"):
        yield bytes([CSV]) + "URN,Name\r\nSC990001,Château\r\n".encode(encoding)
    book = read_book(GOOD, "a.xlsx")
    yield bytes([MAPPING]) + mapping_text(propose(book).maps).encode()


if __name__ == "__main__":
    fuzz(promise, seeds())
