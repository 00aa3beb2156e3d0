"""Fuzzing of the reader of workbooks: `python -m tests.fuzz.spreadsheets -max_total_time=60`.

The first byte chooses what the rest is: the file itself, one part of a sound workbook, a CSV file,
or a mapping. Held: no crash, no hang; a case that is read goes out and comes in equal; whatever is
refused has a copy with its problems; every cell that is read is in a row kept or refused.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tests.fuzz.harness import fuzz, instrumented

with instrumented():
    from broker.spreadsheets.book import read_book
    from broker.spreadsheets.intake import Problems, read_sheets
    from broker.spreadsheets.mapping import mapping_text, propose, read_mapping
    from broker.spreadsheets.out import NotKept, case_sheets
    from broker.spreadsheets.problems import problems_book
    from broker.spreadsheets.text import read_csv
from broker.spreadsheets.grid import Book
from broker.workbook import workbook_bytes
from matching.faults import BadInput
from pricing.problems import BadInput as BadMapping
from tests.unit.spreadsheets.crafting import part, saved, small, with_parts, workbook

GOOD = saved(workbook(small()))
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
            book = Book("a.csv", [read_csv(body, "homes.csv", "homes")])
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
    proposal = propose(book)
    problem, refused = None, None
    try:
        problem = read_sheets(book, proposal.maps)
    except Problems as problems:
        refused = problems
    if refused is not None:
        assert refused.located
        assert len(refused.located) == len(refused.faults)
        problems_book(book, refused.located)
    if problem is None:
        return
    with suppress(NotKept, ValueError):
        again = read_book(workbook_bytes(case_sheets(problem, "fuzz")), "b.xlsx")
        assert read_sheets(again, propose(again).maps) == problem


def seeds() -> Iterator[bytes]:
    """A sound workbook, each of its parts, tables in three encodings, a mapping."""
    for number, name in enumerate(PARTS):
        yield bytes([number]) + part(GOOD, name)
    yield bytes([FILE]) + GOOD
    for encoding in ("utf-8", "cp1252", "utf-16"):
        yield bytes([CSV]) + "URN,Name\r\nSC990001,Château\r\n".encode(encoding)
    book = read_book(GOOD, "a.xlsx")
    yield bytes([MAPPING]) + mapping_text(propose(book).maps).encode()


if __name__ == "__main__":
    fuzz(promise, seeds())
