"""A day as the return writes it: dd/mm/yyyy."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from pricing.cells import Row

DAY_ALLOWED: Final = "a day as dd/mm/yyyy, such as 01/04/2025"
_DAY: Final = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")


def day_of(cell: object) -> date | None:
    """The day that a cell holds; None where it holds none."""
    found = _DAY.fullmatch(str(cell))
    return _date(*found.groups()) if found else None


def days_in(text: str) -> Iterator[date]:
    """Every day that stands anywhere in a text."""
    for parts in _DAY.findall(text):
        day = _date(*parts)
        if day is not None:
            yield day


def read_day(row: Row, column: str) -> date:
    """The day of a row's cell; where there is none the row says so."""
    return row.take(column, row.cells[column], day_of, DAY_ALLOWED, date.min)


def _date(day: str, month: str, year: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
