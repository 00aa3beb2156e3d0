"""Calendar months and contract years: the same day of the month, or the month's last day.

Three months from 15 January are over on 15 April; three months from 30 November on the last day of
February, since that month has no 30th. A contract year runs from one anniversary of the contract's
start to the next, the last one to the end of the term.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from pricing.terms import Contract

_MONTHS_A_YEAR = 12
LAST_YEAR = 9999


def add_months(day: date, months: int) -> date:
    """The day that many calendar months later; the month's last day where it has no such day.

    Raises:
        ValueError: a day after the year 9999.
    """
    years, month = divmod(day.month - 1 + months, _MONTHS_A_YEAR)
    year = day.year + years
    if year > LAST_YEAR:
        raise ValueError(f"{months} months after {day} is no day of the calendar")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def contract_years(contract: Contract) -> Iterator[tuple[date, date]]:
    """The years of the term as [first day, day after the last), in order."""
    number = 0
    start = contract.start
    while start < contract.end:
        number += 1
        end = _later_or_end(contract.start, number * _MONTHS_A_YEAR, contract.end)
        yield start, end
        start = end


def month_ends(start: date, end: date) -> Iterator[date]:
    """The day after each month of [start, end), counted from its first day, in order.

    The last one is `end`, also where the final month is cut short.
    """
    number = 1
    while (day := _later_or_end(start, number, end)) < end:
        yield day
        number += 1
    yield end


def _later_or_end(start: date, months: int, end: date) -> date:
    try:
        return min(end, add_months(start, months))
    except ValueError:
        return end
