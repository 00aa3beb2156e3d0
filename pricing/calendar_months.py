"""Calendar months and years, counted as contracts count them.

Three months from 15 January are over on 15 April; three months from 30 November on the last day of
February, since that month has no 30th. A year runs from one anniversary of its first day to the
next, which for 29 February is the 28th in other years.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

_MONTHS_A_YEAR = 12
_LAST_YEAR = date.max.year


def add_months(day: date, months: int) -> date:
    """The day that many calendar months later; the month's last day where it has no such day.

    Raises:
        ValueError: a day after the year 9999.
    """
    years, month = divmod(day.month - 1 + months, _MONTHS_A_YEAR)
    year = day.year + years
    if year > _LAST_YEAR:
        raise ValueError(f"{months} months after {day} is no day of the calendar")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_of(start: date, end: date) -> list[tuple[date, date]]:
    """The calendar months of [start, end), the first and the last as far as they lie inside."""
    if end <= start:
        return []
    return list(pairwise([start, *_returns(start.replace(day=1), 1, end), end]))


def month_ends(start: date, end: date) -> Iterator[date]:
    """The day after each month of [start, end), counted from its first day, in order.

    The last one is `end`, also where the final month is cut short.
    """
    yield from _returns(start, 1, end)
    yield end


def years_of(start: date, end: date) -> list[tuple[date, date]]:
    """The years of [start, end) from anniversary to anniversary of `start`, the last to `end`."""
    return list(pairwise([start, *_returns(start, _MONTHS_A_YEAR, end), end]))


def _returns(start: date, months: int, end: date) -> Iterator[date]:
    """The days so many months, twice as many and so on after `start`, before `end`."""
    number = months
    while (day := _later_or_end(start, number, end)) < end:
        yield day
        number += months


def _later_or_end(start: date, months: int, end: date) -> date:
    try:
        return min(end, add_months(start, months))
    except ValueError:
        return end
