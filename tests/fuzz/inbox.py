"""Fuzzing of the inbox's reader: `python -m tests.fuzz.inbox -max_total_time=60`.

Held of any bytes, as a file or as its mapping: no crash, and every row that holds anything, counted
here from the bytes of plain CSV and else from the cells, is a draft or waits with a reason.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tests.fuzz.harness import filled_rows_of, fuzz, instrumented

with instrumented():
    from broker.inbox.mapping import read_inbox_mapping
    from broker.inbox.queue import judge
    from broker.inbox.rows import rows_of
    from broker.spreadsheets.source import book_of
from broker.spreadsheets.grid import trimmed
from matching.faults import BadInput
from pricing.problems import BadInput as BadMapping

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples" / "inbox"
TOML = EXAMPLES / "example-system.toml"
CSV = (EXAMPLES / "example-system.csv").read_bytes()
MAPPING = read_inbox_mapping(TOML)
HEADER, _, ROWS = CSV.partition(b"\n")


def promise(data: bytes) -> None:
    """What must hold of any bytes."""
    choice, body = (data[0] if data else 0) % 3, data[1:]
    with suppress(BadInput, BadMapping):
        mapping = MAPPING
        if choice == 2:
            with tempfile.TemporaryDirectory() as name:
                file = Path(name) / "m.toml"
                file.write_bytes(body)
                mapping = read_inbox_mapping(file)
            body = CSV
        elif choice == 1:
            body = HEADER + b"\n" + body
        book = book_of(body, "a.csv")
        outcome = judge(rows_of(book, mapping), mapping, "E09000016")
        assert all(outcome.waiting.values())
        assert not set(outcome.kept) & set(outcome.waiting)
        filled = [
            number
            for number, cells in book.grids[0].rows.items()
            if number > mapping.header_row and any(trimmed(one.text) for one in cells.values())
        ]
        assert sorted([*outcome.kept, *outcome.waiting]) == sorted(filled)
        rows = filled_rows_of(body)
        if mapping.header_row == 1 and rows is not None:
            assert outcome.read == len(filled) == rows - 1


def seeds() -> Iterator[bytes]:
    """The example's file, its rows, its mapping."""
    yield b"\x00" + CSV
    yield b"\x01" + ROWS
    yield b"\x01" + ROWS + b"\n" + ROWS.replace(b"2012", b"never") + b",\n"
    yield b"\x02" + TOML.read_bytes()


if __name__ == "__main__":
    fuzz(promise, seeds())
