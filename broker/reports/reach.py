"""How far the records reach over a period, and what may stand beside it.

Not available is not zero: days before the records begin and days to come have no figures. A period
that is not over, or began before the records did, is told with the days it is counted over, and is
never set beside another as if it were whole: beside it stand as many days of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from broker.reports.figures import beside, quarter_before
from broker.reports.form import NOT_AVAILABLE, Period, Table
from broker.reports.star import Star
from broker.warehouse.fixed import quarter
from broker.workbook import Column, Value
from pricing.calendar_months import add_months

QUARTERS: Final = 8
"""How many quarters a trend shows: two years, so that each has its like."""
PART: Final = " (part)"
"""Stands behind the name of a quarter that is not counted whole."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The days of a period that are counted, none where it is not available; why not all are."""

    counted: Period | None
    why: str = ""

    @property
    def whole(self) -> bool:
        """Whether the period is over and the records reach over all of it."""
        return self.counted is not None and not self.why


def reach(star: Star, period: Period, what: str = "records") -> Reach:
    """How far the records reach over a period: before them, in part, not over, to come, or whole.

    The days on which homes stood on record may begin on another day than the referrals do: they are
    the `place days`.
    """
    begin = star.first_day if what == "records" else star.first_home_day
    if begin is None:
        return Reach(None, f"Not available: there are no {what} yet.")
    if star.as_of < period.start:
        return Reach(None, f"Not available: these days are to come; it is {star.as_of}.")
    if period.end <= begin or star.as_of < begin:
        return Reach(None, f"Not available: the {what} begin on {begin}.")
    counted = Period(max(begin, period.start), min(period.end, star.as_of + timedelta(days=1)))
    why = []
    if counted.start > period.start:
        why.append(f"In part: the {what} begin on {begin}.")
    if period.end > star.as_of:
        days, of = (counted.end - period.start).days, (period.end - period.start).days
        why.append(f"Not over: counted to {star.as_of}, {days} of {of} days.")
    return Reach(counted, " ".join(why))


def of_days(found: Reach, table: Table) -> Table:
    """A table of figures of a period, none of which is told where the period is not available."""
    if found.counted is not None:
        return table
    empty = [None] * (len(table.columns) - 1)
    rows = [[row[0], *empty] for row in table.rows] or [[NOT_AVAILABLE, *empty]]
    return replace(table, rows=rows, note=found.why)


def sides(star: Star, period: Period) -> list[tuple[str, Period, bool]]:
    """The period, the one before and the year before, and whether figures of each are told.

    What stands beside is told only where the records reach over all its days.
    """
    own = reach(star, period)
    end = own.counted.end if own.counted is not None else period.end
    return [
        (name, one, own.counted is not None if not at else reach(star, one).whole)
        for at, (name, one) in enumerate(beside(period, end))
    ]


def words_of_sides(star: Star, period: Period, *, why: bool = True) -> str:
    """What the columns beside a period are of, and `why` not all of its own days are counted."""
    others = "; ".join(f"{name}: {one}" for name, one, _ in sides(star, period)[1:])
    reason = f"{reach(star, period).why} " if why else ""
    return f"{reason}{others}; not available before the records begin.".lstrip()


def quarters_to(star: Star, period: Period) -> tuple[list[tuple[str, Period]], str]:
    """The quarters up to a period's last day of which there are figures, oldest first.

    One that is not counted whole is named so, and a sentence says why.
    """
    last = quarter_before(period.end)
    if period.end > last.end:
        last = Period(last.end, add_months(last.end, 3))
    found, why = [], []
    for back in reversed(range(QUARTERS)):
        start = add_months(last.start, -3 * back)
        one = Period(start, add_months(start, 3))
        told = reach(star, one)
        if told.counted is None:
            continue
        found.append((quarter(start) + ("" if told.whole else PART), one))
        if not told.whole:
            why.append(f"{quarter(start)}: {told.why}")
    return found, " ".join(why)


def by_quarter(
    star: Star,
    period: Period,
    title: str,
    columns: Sequence[Column],
    rows: Callable[[str, Period], Iterable[Sequence[Value]]],
) -> Table:
    """A table of the quarters up to a period's last day, of each the rows that are made of it."""
    quarters, why = quarters_to(star, period)
    if not quarters:
        return of_days(reach(star, period), Table(title, columns, []))
    return Table(title, columns, [row for name, one in quarters for row in rows(name, one)], why)


def why_not_all(star: Star, period: Period) -> list[str]:
    """The first note of a report where not all days of its period are counted: why."""
    return [*filter(None, [reach(star, period).why])]
