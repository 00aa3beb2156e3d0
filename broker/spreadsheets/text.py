"""A CSV file as a sheet of text; what was recognised of its encoding and separator is a remark."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Final

from broker.recognised import CONTROLS, NAMES, SEPARATORS, encoding_of, separator_of
from broker.spreadsheets.grid import Grid, text_grid, trimmed
from broker.spreadsheets.package import refuse

MOST_ROWS: Final = 1_048_576
MOST_CELLS: Final = 2_000_000
MOST_COLUMNS: Final = 16_384


def decoded(data: bytes, file: str) -> tuple[str, str]:
    """The text of a file and the name of its encoding.

    Raises:
        BadInput: it is empty, or no text in any of the encodings known.
    """
    name = encoding_of(data)
    try:
        text = data.decode(name)
    except UnicodeDecodeError:
        refuse(file, "is not text in UTF-8, UTF-16 or Windows-1252", "not text")
    text = text.removeprefix("\ufeff")
    if CONTROLS.search(text):
        refuse(file, "has control characters; is it CSV?", "not text")
    if not trimmed(text):
        refuse(file, "is empty", "empty file")
    return text, NAMES[name]


def read_csv(data: bytes, file: str, title: str) -> Grid:
    """A CSV file as a sheet of text; encoding and separator are remarks where they are not usual.

    Raises:
        BadInput: it is no text, or no CSV.
    """
    text, encoding = decoded(data, file)
    separator = separator_of(text)
    rows: list[Sequence[str]] = []
    cells = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            rows.append(row)
            cells += len(row)
            if len(row) > MOST_COLUMNS:
                refuse(
                    file, f"row {len(rows)} has {len(row)} cells; allowed: {MOST_COLUMNS}", "size"
                )
            if len(rows) > MOST_ROWS or cells > MOST_CELLS:
                refuse(file, f"allowed: {MOST_ROWS} rows and {MOST_CELLS} cells", "too large")
    except csv.Error as problem:
        refuse(file, f"is not a well-formed CSV row {len(rows) + 1}: {problem}", "not CSV")
    grid = text_grid(title, enumerate(rows, start=1))
    if encoding != "UTF-8":
        grid.remarks.append(f"{file} was read as {encoding}, not UTF-8")
    if separator != ",":
        grid.remarks.append(f"{file} was read with {SEPARATORS[separator]} between cells")
    return grid
