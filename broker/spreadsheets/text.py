"""CSV as programs on Windows write it: which encoding and which separator it has, and that said.

UTF-8 is taken wherever the bytes are UTF-8. UTF-16 is known by its mark or by its many NULs;
anything else must be Windows-1252 without a byte that it leaves undefined, or is refused.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from broker.spreadsheets.grid import Grid, text_grid, trimmed
from broker.spreadsheets.package import refuse

MOST_ROWS: Final = 1_048_576
MOST_CELLS: Final = 2_000_000
MOST_COLUMNS: Final = 16_384
_UNDEFINED: Final = frozenset(b"\x81\x8d\x8f\x90\x9d")
_SEPARATORS: Final = {",": "commas", "\t": "tabs", ";": "semicolons"}
_LOOKED_AT: Final = 100
"""So many rows tell the separator."""
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1f]")


def decoded(data: bytes, file: str) -> tuple[str, str]:
    """The text of a file and the name of its encoding.

    Raises:
        BadInput: it is empty, or no text in any of the encodings known.
    """
    name = _encoding(data)
    try:
        text = data.decode(name)
    except (UnicodeDecodeError, LookupError):
        refuse(file, "is not text in UTF-8, UTF-16 or Windows-1252", "not text")
    text = text.removeprefix("\ufeff")
    if _CONTROLS.search(text):
        refuse(file, "has control characters; is it CSV?", "not text")
    if not trimmed(text):
        refuse(file, "is empty", "empty file")
    return text, {"cp1252": "Windows-1252", "utf-8": "UTF-8"}.get(name, name.upper())


def _encoding(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
        if not _UNDEFINED & set(data) and 0 not in data:
            return "cp1252"
    if "\0" in text and len(data) >= 4:
        half = len(data) // 2
        for name, place in (("utf-16-le", 1), ("utf-16-be", 0)):
            if data[place::2].count(0) * 2 > half:
                return name
    return "utf-8"


def read_csv(data: bytes, file: str, title: str) -> Grid:
    """A CSV file as a sheet of text; encoding and separator are remarks where they are not usual.

    Raises:
        BadInput: it is no text, or no CSV.
    """
    text, encoding = decoded(data, file)
    separator = _separator(text)
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
        grid.remarks.append(f"{file} was read with {_SEPARATORS[separator]} between cells")
    return grid


def _separator(text: str) -> str:
    """The separator by which the first rows together are most of a table.

    A title or a note above the table, and separators within cells, decide nothing by themselves.
    """
    return max(_SEPARATORS, key=lambda one: _as_a_table(text, one))


def _as_a_table(text: str, separator: str) -> tuple[int, int, int]:
    """How well rows agree, on how many cells, and where that ends, since titles stand above.

    Of all stretches of rows it is the best, where a row that has so many cells counts 1 and one
    that has not takes off 2. (0, 1, 0) where none has two cells.
    """
    widths: list[int] = []
    with suppress(csv.Error):
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            if any(map(trimmed, row)):
                widths.append(len(row))
            if len(widths) == _LOOKED_AT:
                break
    best = (0, 1, 0)
    for width in set(widths) - {1}:
        stretch = 0
        for number, one in enumerate(widths):
            stretch = max(stretch, 0) + (1 if one == width else -2)
            best = max(best, (stretch, width, number))
    return best
