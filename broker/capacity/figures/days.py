"""The days of a run by number: their financial years, their months, and the same day months on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from pricing.calendar_months import add_months
from pricing.forecast.months import Month, months

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Days:
    """Edges are day numbers: part k is the days from edge k up to edge k + 1, the last excluded."""

    first: date
    count: int
    months: tuple[Month, ...]
    years: tuple[str, ...]
    month_edges: Ints
    year_edges: Ints
    year_of_month: Ints

    def number(self, day: date) -> int:
        """The number of a day, the first being 0."""
        return (day - self.first).days

    def marks(self, number_of_months: int) -> Ints:
        """For each day of the run the number of the same day so many months later."""
        later = (
            add_months(self.first + timedelta(days=day), number_of_months)
            for day in range(self.count)
        )
        return np.array([self.number(day) for day in later], dtype=np.int64)

    def edges_with(self, others: Iterable[date]) -> Ints:
        """The edges of the months and, between them, the days on which something else changes."""
        inside = {self.number(day) for day in others} & set(range(self.count))
        return np.array(sorted({*map(int, self.month_edges), *inside}), dtype=np.int64)


def days_of(first: date, weeks: int) -> Days:
    """The days of so many weeks."""
    count = 7 * weeks
    own = months(first, first + timedelta(days=count))
    grouped = [(year, list(part)) for year, part in groupby(own, key=lambda month: month.year)]
    starts = [(part[0].start - first).days for _, part in grouped]
    return Days(
        first=first,
        count=count,
        months=tuple(own),
        years=tuple(year for year, _ in grouped),
        month_edges=np.array([*((m.start - first).days for m in own), count], dtype=np.int64),
        year_edges=np.array([*starts, count], dtype=np.int64),
        year_of_month=np.repeat(np.arange(len(grouped)), [len(part) for _, part in grouped]),
    )


def part_of(edges: Ints, day: Ints) -> Ints:
    """Which part a day lies in."""
    return np.searchsorted(edges, day, side="right") - 1


@dataclass(frozen=True)
class Parts:
    """Stretches cut at edges: of which stretch, in which part, how many days."""

    of: Ints
    part: Ints
    days: Ints


def cut(edges: Ints, start: Ints, end: Ints) -> Parts:
    """Stretches [start, end) cut at the edges; nothing outside the first and last edge is kept."""
    start = np.maximum(start, edges[0])
    end = np.minimum(end, edges[-1])
    inside = np.flatnonzero(end > start)
    begin, over = start[inside], end[inside]
    low = np.searchsorted(edges, begin, side="right") - 1
    number = np.searchsorted(edges, over, side="left") - low
    of = np.repeat(np.arange(len(inside)), number)
    before = np.cumsum(number) - number
    part = low[of] + np.arange(len(of)) - before[of]
    days = np.minimum(over[of], edges[part + 1]) - np.maximum(begin[of], edges[part])
    return Parts(inside[of], part, days)
