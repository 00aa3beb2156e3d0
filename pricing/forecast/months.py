"""The calendar months of a contract's term, the first and the last cut to it."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from pricing.calendar_months import months_of

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


def months(start: date, end: date) -> list[Month]:
    """The months of [start, end), in order."""
    return [Month(*days) for days in months_of(start, end)]
