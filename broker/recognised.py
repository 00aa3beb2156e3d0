"""CSV as programs on Windows write it: which encoding and which separator it has, and that said.

UTF-8 is taken wherever the bytes are UTF-8. UTF-16 is known by its mark or by its many NULs;
anything else must be Windows-1252 without a byte that it leaves undefined, or is refused. Cells lie
between whichever of comma, tab and semicolon makes a table of the first rows.
"""

from __future__ import annotations

import csv
import io
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from pricing.problems import BadInput, InputProblem
from pricing.text_file import decode, read_file

Encoding = Literal["utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]

NAMES: Final = MappingProxyType(
    {
        "utf-8": "UTF-8", "utf-16": "UTF-16", "utf-16-le": "UTF-16-LE", "utf-16-be": "UTF-16-BE",
        "cp1252": "Windows-1252",
    }
)  # fmt: skip
"""What people call an encoding."""
SEPARATORS: Final = MappingProxyType({",": "commas", "\t": "tabs", ";": "semicolons"})
CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1f]")
ALLOWED: Final = "text in UTF-8, UTF-16 or Windows-1252"

_LOOKED_AT: Final = 100
"""So many rows tell the separator."""
_UNDEFINED: Final = frozenset(b"\x81\x8d\x8f\x90\x9d")


@dataclass(frozen=True, slots=True)
class Recognised:
    """The text of a file, without a byte-order mark, and how it was written."""

    text: str
    encoding: Encoding
    separator: str

    @property
    def other_encoding(self) -> str:
        """In words, which encoding it was read as; empty for UTF-8."""
        return "" if self.encoding == "utf-8" else f"read as {NAMES[self.encoding]}, not UTF-8"

    @property
    def other_separator(self) -> str:
        """In words, what its cells lie between; empty for commas."""
        words = SEPARATORS[self.separator]
        return "" if self.separator == "," else f"read with {words} between cells"


def recognised(path: Path, file: str) -> Recognised:
    """The text of a CSV file in any encoding known; `file` is what messages call it.

    Raises:
        BadInput: it cannot be read, is empty, or no text in any of these encodings.
    """
    data = read_file(path)
    name = encoding_of(data)
    if name == "utf-8":
        text = decode(data, file)
    else:
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            raise _not_text(file, "a file that is no text") from None
        if CONTROLS.search(text):
            raise _not_text(file, "a file with control characters")
        text = decode(text.encode(), file)
    return Recognised(text, name, separator_of(text))


def encoding_of(data: bytes) -> Encoding:
    """The encoding that bytes seem to have: whoever decodes them finds out."""
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
        if data[1::2].count(0) * 2 > half:
            return "utf-16-le"
        if data[0::2].count(0) * 2 > half:
            return "utf-16-be"
    return "utf-8"


def separator_of(text: str) -> str:
    """The separator by which the first rows together are most of a table.

    A title or a note above the table, and separators within cells, decide nothing by themselves.
    Where no row has two cells by any of them it is the comma.
    """
    return max(SEPARATORS, key=lambda one: _as_a_table(text, one))


def _as_a_table(text: str, separator: str) -> tuple[int, int, int]:
    """How well rows agree, on how many cells, and where that ends, since titles stand above.

    Of all stretches of rows it is the best, where a row that has so many cells counts 1 and one
    that has not takes off 2. (0, 1, 0) where none has two cells.
    """
    widths: list[int] = []
    with suppress(csv.Error):
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            if any(map(str.strip, row)):
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


def _not_text(file: str, what: str) -> BadInput:
    return BadInput([InputProblem(file, "", what, ALLOWED, "file")])
