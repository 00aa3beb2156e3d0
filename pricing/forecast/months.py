"""The calendar months of a contract's term, the first and the last cut to it."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

FIRST_MONTH_OF_A_YEAR: Final = 4


@dataclass(frozen=True, slots=True)
class Month:
    """The days [start, end) of one calendar month that lie in the term."""

    start: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def key(self) -> str:
        """The month as JSON and tables name it, such as "2026-04"."""
        return self.start.isoformat()[:7]

    @property
    def year(self) -> str:
        """The financial year it lies in, from April to March, such as "2026/27"."""
        first = self.start.year - (self.start.month < FIRST_MONTH_OF_A_YEAR)
        return f"{first}/{(first + 1) % 100:02d}"

    def part(self, days: int) -> Fraction:
        """What so many days are of the whole calendar month."""
        return Fraction(days, monthrange(self.start.year, self.start.month)[1])


def months(start: date, end: date) -> Iterator[Month]:
    """The months of [start, end), in order."""
    while start < end:
        last = min(_next(start), end)
        yield Month(start, last)
        start = last


def anniversaries(start: date, end: date) -> Iterator[date]:
    """The yearly returns of a day strictly before `end`; 29 February returns on 1 March."""
    for year in range(start.year + 1, end.year + 1):
        try:
            day = start.replace(year=year)
        except ValueError:
            day = date(year, 3, 1)
        if day < end:
            yield day


def _next(day: date) -> date:
    """The first day of the next month; the last month of the calendar ends on its last day."""
    if day.month < 12:
        return date(day.year, day.month + 1, 1)
    return date.max if day.year == date.max.year else date(day.year + 1, 1, 1)
