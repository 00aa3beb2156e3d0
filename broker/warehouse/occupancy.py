"""A home day by day: its places, who lives there, which are out of use, which stand empty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from broker.warehouse.facts import OCCUPANCY
from broker.warehouse.homes import Version
from broker.warehouse.shape import Row


@dataclass(frozen=True, slots=True)
class Span:
    """So many on the days [start, end), None while it goes on."""

    start: date
    end: date | None
    number: int = 1


def rows_of_days(
    home: str,
    found: Sequence[Version],
    placed: Sequence[Span],
    others: Sequence[Span],
    out_of_use: Sequence[Span],
    days: tuple[date, date],
) -> list[Row]:
    """The days of [days) on which a home is open and on record with the day it came."""
    rows = []
    counts = [_running(spans, *days) for spans in (placed, others, out_of_use)]
    for at, version in enumerate(_by_day(found, *days)):
        if version is None or not version.told["open"]:
            continue
        placed_then, others_then, out = (count[at] for count in counts)
        places = version.told["places"]
        out = min(out, places)
        rows.append(
            OCCUPANCY.row(
                {
                    "home_id": home,
                    "day": days[0] + timedelta(days=at),
                    "provider": version.told["provider"],
                    "contract": version.told["contract"],
                    "places": places,
                    "placed": placed_then,
                    "others": others_then,
                    "out_of_use": out,
                    "empty": max(0, places - placed_then - others_then - out),
                }
            )
        )
    return rows


def _running(spans: Sequence[Span], start: date, end: date) -> list[int]:
    """How many there are on each day of [start, end)."""
    size = max(0, (end - start).days)
    steps = [0] * (size + 1)
    for span in spans:
        first = max(0, (span.start - start).days)
        last = size if span.end is None else min(size, (span.end - start).days)
        if first < last:
            steps[first] += span.number
            steps[last] -= span.number
    counts, now = [], 0
    for step in steps[:size]:
        now += step
        counts.append(now)
    return counts


def _by_day(found: Sequence[Version], start: date, end: date) -> Iterator[Version | None]:
    """The version of each day of [start, end); none before it came on record."""
    day, at = start, 0
    while day < end:
        while at < len(found) and (ends := found[at].end) is not None and ends <= day:
            at += 1
        known = at < len(found) and found[at].start <= day
        yield found[at] if known else None
        day += timedelta(days=1)
