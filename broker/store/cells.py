"""How the text of a cell becomes a value of the database, and back; an empty cell is NULL.

The type of the column decides: dates, whole numbers, pence, tenths of a mile, yes or no, text.
Texts are the canonical ones of a validated problem, so nothing is judged here a second time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from matching.policy import miles
from matching.unbuild import pounds


@dataclass(frozen=True, slots=True)
class Cell:
    """The two ways between the text of a file and one column of a table."""

    to_value: Callable[[str], Any]
    to_text: Callable[[Any], str]
    empty: Any = None

    def value(self, text: str) -> Any:
        """What the column holds for this text."""
        return self.to_value(text) if text else self.empty

    def text(self, value: Any) -> str:
        """What the file shows for this value."""
        return "" if value is None else self.to_text(value)


def cell_of(column: sa.Column[Any]) -> Cell:
    """How the cells of this column are read and written."""
    if isinstance(column.type, sa.Boolean):
        return _YES_NO if column.nullable else _YES_OR_EMPTY
    if isinstance(column.type, sa.Date):
        return _DAY
    if isinstance(column.type, sa.Integer):
        if column.name.endswith("_pence"):
            return _PENCE
        return _TENTHS if column.name.endswith("tenths") else _WHOLE
    return _TEXT


def _scaled(factor: int) -> Callable[[str], int]:
    return lambda text: int(Decimal(text) * factor)


def _yes_no(yes: bool) -> str:
    return "Y" if yes else "N"


_TEXT = Cell(str, str)
_WHOLE = Cell(int, str)
_DAY = Cell(date.fromisoformat, date.isoformat)
_PENCE = Cell(_scaled(100), pounds)
_TENTHS = Cell(_scaled(10), lambda tenths: str(miles(tenths)))
_YES_NO = Cell("Y".__eq__, _yes_no)
_YES_OR_EMPTY = Cell("Y".__eq__, _yes_no, empty=False)
