"""A sheet as cells at their places, whatever kind of file it came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from openpyxl.utils.cell import get_column_letter

from matching.formulas import unsafe

CellKind = Literal["text", "number", "date", "flag", "error", "formula"]
BLANKS = "\ufeff\u200b\u200c\u200d\u2060"
"""Letters nobody sees that stand at the ends of copied cells, beside what Python calls blank."""


def trimmed(text: str) -> str:
    """Text without blanks and unseen letters around it."""
    before = None
    while before != text:
        before, text = text, text.strip().strip(BLANKS)
    return text


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell: text as written; a number by its digits; a date as YYYY-MM-DD.

    `meant` says that the cell is marked as text, so that what looks like a formula is meant as it
    stands.
    """

    kind: CellKind
    text: str
    meant: bool = False


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged range: its first and last row and column, from 1."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass
class Grid:
    """A sheet: its title, its cells by row and column from 1, what is merged, and remarks."""

    title: str
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    merged: list[Merged] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @cached_property
    def last_column(self) -> int:
        """The last column in which anything stands; asked for once the sheet is read."""
        return max((max(cells) for cells in self.rows.values()), default=0)

    def shown(self, row: int) -> dict[int, str]:
        """What a person sees in a row, by column: in a merged range, the text of its first cell."""
        seen = {column: (row, column) for column in self.rows.get(row, {})}
        for one in self.merged:
            if one.top <= row <= one.bottom:
                for column in range(one.left, min(one.right, self.last_column) + 1):
                    seen[column] = (one.top, one.left)
        made = {}
        for column in sorted(seen):
            top, left = seen[column]
            cell = self.rows.get(top, {}).get(left)
            if cell is not None and (text := " ".join(trimmed(cell.text).split())):
                made[column] = text
        return made


@dataclass
class Book:
    """The sheets of a file, and remarks about what was not read or read in a way of its own."""

    file: str
    grids: list[Grid]
    remarks: list[str] = field(default_factory=list)


def address(row: int, column: int) -> str:
    """A cell as people call it, such as C5."""
    return f"{get_column_letter(column)}{row}"


def _text_cell(cell: str) -> Cell:
    meant = unsafe(trimmed(cell))
    return Cell("text", meant, True) if meant != trimmed(cell) else Cell("text", cell)


def text_grid(title: str, rows: Iterable[tuple[int, Iterable[str]]]) -> Grid:
    """A sheet of text cells alone, as from CSV; an apostrophe marks one as text, as in a cell."""
    made: Mapping[int, dict[int, Cell]] = {
        number: {
            place: _text_cell(cell) for place, cell in enumerate(cells, start=1) if trimmed(cell)
        }
        for number, cells in rows
    }
    return Grid(title, {number: cells for number, cells in made.items() if cells})
