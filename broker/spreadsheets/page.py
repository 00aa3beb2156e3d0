"""The cells of one sheet of a workbook, each at its place and of its kind."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from openpyxl.utils.cell import column_index_from_string

from broker.spreadsheets.grid import Cell, CellKind, Grid, Merged, address
from broker.spreadsheets.package import refuse
from broker.spreadsheets.styles import Styles, day_of, plain_number
from broker.spreadsheets.xml import parse

LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384
MOST_MERGED: Final = 10_000
MOST_MERGED_COLUMNS: Final = 200_000
"""The widths of all merged ranges of a sheet together."""
_PLACE: Final = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")


class _Odd(Exception):
    """Something no spreadsheet program writes."""


class _TooMany(Exception):
    """More cells than are read."""


def read_page(
    data: bytes,
    file: str,
    title: str,
    part: str,
    strings: Sequence[str],
    styles: Styles,
    from_1904: bool,
    most: int,
) -> Grid:
    """The cells of a sheet, at most `most` of them.

    Raises:
        BadInput: the sheet is damaged or too large.
    """
    page = _Page(title, strings, styles, from_1904, most)
    try:
        parse(data, file, part, page.start, page.end, page.text)
    except _TooMany:
        words = "has more than a million cells; allowed: that many in all sheets, or CSV files"
        refuse(file, words, "too large", title)
    except _Odd as odd:
        refuse(file, f"{odd}; save it anew as .xlsx", "damaged", title)
    return page.grid


class _Page:
    def __init__(
        self, title: str, strings: Sequence[str], styles: Styles, from_1904: bool, most: int
    ) -> None:
        self.grid = Grid(title)
        self._strings = strings
        self._styles = styles
        self._from_1904 = from_1904
        self._left = most
        self._wide = 0
        self._row = self._column = 0
        self._cell: Mapping[str, str] | None = None
        self._formula = False
        self._value: list[str] = []
        self._words: list[str] = []
        self._inside: list[str] = []

    def start(self, name: str, told: Mapping[str, str]) -> None:
        self._inside.append(name)
        if name == "row":
            self._row = self._number(told.get("r"), self._row + 1)
            self._column = 0
        elif name == "c":
            self._cell = told
            self._place(told.get("r"))
            self._formula = False
            self._value, self._words = [], []
        elif name == "f":
            self._formula = True
        elif name == "mergeCell":
            self._merge(told.get("ref", ""))

    def end(self, name: str) -> None:
        self._inside.pop()
        if name == "c" and self._cell is not None:
            self._keep(self._cell)
            self._cell = None

    def text(self, words: str) -> None:
        if self._cell is None:
            return
        where = self._inside[-1]
        if where == "v":
            self._value.append(words)
        elif where == "t" and "rPh" not in self._inside:
            self._words.append(words)

    def _number(self, told: str | None, otherwise: int) -> int:
        if told is None:
            number = otherwise
        else:
            number = int(told) if re.fullmatch(r"[1-9][0-9]{0,6}", told) else 0
        if not 1 <= number <= LAST_ROW:
            raise _Odd("it has rows beyond the last")
        return number

    def _place(self, told: str | None) -> None:
        if told is None:
            self._row, self._column = max(1, self._row), self._column + 1
        else:
            self._row, self._column = _place(told)
        if self._column > LAST_COLUMN:
            raise _Odd("it has columns beyond the last")

    def _merge(self, told: str) -> None:
        first, _, last = told.partition(":")
        (top, left), (bottom, right) = _place(first), _place(last or first)
        self._wide += right - left + 1
        many = len(self.grid.merged) >= MOST_MERGED or self._wide > MOST_MERGED_COLUMNS
        if many or bottom < top or right < left:
            raise _Odd("it has merged cells that cannot be")
        self.grid.merged.append(Merged(top, left, bottom, right))

    def _keep(self, told: Mapping[str, str]) -> None:
        made = self._made(told)
        if made is None:
            return
        self._left -= 1
        if self._left < 0:
            raise _TooMany
        row = self.grid.rows.setdefault(self._row, {})
        if self._column in row:
            raise _Odd(f"{address(self._row, self._column)} stands twice")
        row[self._column] = made

    def _made(self, told: Mapping[str, str]) -> Cell | None:
        from broker.spreadsheets.book import unescaped

        kind, value = told.get("t", "n"), "".join(self._value)
        style = int(told["s"]) if told.get("s", "").isdecimal() else 0
        meant = self._styles.is_meant(style)
        if self._formula:
            return Cell("formula", value)
        elsewhere = value if kind == "inlineStr" else "".join(self._words)
        if elsewhere.strip():
            raise _Odd(f"{address(self._row, self._column)} holds a text where its kind has none")
        if kind == "s":
            place = int(value) if re.fullmatch(r"[0-9]{1,8}", value.strip()) else -1
            if not 0 <= place < len(self._strings):
                raise _Odd("a cell has a text that is not there")
            return _text(self._strings[place], meant)
        if kind == "inlineStr":
            return _text(unescaped("".join(self._words)), meant)
        if kind == "str":
            return _text(unescaped(value), meant)
        if not value.strip():
            return None
        plain: dict[str, CellKind] = {"b": "flag", "e": "error", "d": "date"}
        if kind in plain:
            words = {"0": "FALSE", "1": "TRUE"}.get(value, value) if kind == "b" else value
            return Cell(plain[kind], words.removesuffix("T00:00:00"))
        number = plain_number(value) if kind == "n" else None
        if number is None:
            raise _Odd(f"{address(self._row, self._column)} holds no number")
        if self._styles.is_date(style):
            day = day_of(number, self._from_1904)
            return Cell("error", f"{number} is no day") if day is None else Cell("date", day)
        return Cell("number", number)


def _text(words: str, meant: bool) -> Cell | None:
    return Cell("text", words, meant) if words else None


def _place(told: str) -> tuple[int, int]:
    found = _PLACE.fullmatch(told)
    if found is None or int(found[2]) > LAST_ROW:
        raise _Odd("a cell has no place")
    return int(found[2]), column_index_from_string(found[1])
