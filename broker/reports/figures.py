"""Counts, shares and spreads that several reports use, and the periods set side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Final

from broker.baseline.figures import Spread, spread
from broker.reports.form import Period
from broker.reports.star import Told
from broker.workbook import Column, Kind, Value
from pricing.calendar_months import add_months

NOT_TOLD: Final = "not told"


def share(count: int, of: int) -> Fraction | None:
    """A part of a whole; None of nothing."""
    return Fraction(count, of) if of else None


def count_of(rows: Iterable[Told], holds: Callable[[Told], bool]) -> int:
    """How many rows hold."""
    return sum(1 for row in rows if holds(row))


def days_between(rows: Iterable[Told], start: str, end: str) -> Spread:
    """The spread of days from one column to another, of rows that have both."""
    return spread(
        (row[end] - row[start]).days
        for row in rows
        if row[start] is not None and row[end] is not None
    )


def spread_cells(found: Spread) -> list[Value]:
    """Count, median, least and most."""
    return [found.count, found.median, found.least, found.most]


SPREAD_COLUMNS: Final = (
    Column("n", Kind.COUNT),
    Column("median days", Kind.NUMBER),
    Column("least", Kind.COUNT),
    Column("most", Kind.COUNT),
)


def quarter_period(text: str) -> Period | None:
    """The period of a quarter such as 2026-Q3; None where it is none."""
    year, _, number = text.partition("-Q")
    if not (year.isdigit() and len(year) == 4 and number in {"1", "2", "3", "4"}):
        return None
    if not 1990 <= int(year) <= 2100:
        return None
    start = date(int(year), 3 * int(number) - 2, 1)
    return Period(start, add_months(start, 3))


def quarter_before(day: date) -> Period:
    """The last whole quarter that was over on a day."""
    start = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return Period(add_months(start, -3), start)


def beside(period: Period, end: date | None = None) -> list[tuple[str, Period]]:
    """The period, the one before it of equal length in months, and the same a year before.

    A period that is not whole months has only the same days a year before beside it. Of one that is
    counted up to an earlier `end`, the others are their first as many days.
    """
    months = (period.end.year - period.start.year) * 12 + period.end.month - period.start.month
    found = [("this period", period)]
    if period.start.day == 1 and period.end.day == 1 and months > 0:
        found.append(("period before", Period(add_months(period.start, -months), period.start)))
    year = Period(add_months(period.start, -12), add_months(period.end, -12))
    if ("period before", year) not in found:
        found.append(("a year before", year))
    if end is None or end >= period.end:
        return found
    days = end - period.start
    return [(name, Period(one.start, min(one.end, one.start + days))) for name, one in found]


def groups(
    rows: Sequence[Told], by: str, name: Callable[[Any], str]
) -> list[tuple[str, list[Told]]]:
    """Rows by the value of a column, in the order of their names; not told comes last."""
    found: dict[str | None, list[Told]] = {}
    for row in rows:
        found.setdefault(row[by], []).append(row)
    told = sorted((name(value), some) for value, some in found.items() if value is not None)
    return [*told, *([(NOT_TOLD, found[None])] if None in found else [])]
