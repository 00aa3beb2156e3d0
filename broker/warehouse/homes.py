"""Homes as they stood from a day on, from the history of their rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from broker.life.form import FIRST_DAY
from broker.warehouse.dimensions import HOME
from broker.warehouse.shape import Row, Value

LONDON: Final = ZoneInfo("Europe/London")


@dataclass(frozen=True, slots=True)
class Change:
    """A line of a row's history: when, what was done, the row before and after in its columns."""

    at: datetime
    kind: str
    before: Mapping[str, str] | None
    after: Mapping[str, str] | None

    @property
    def on(self) -> date:
        """The day in London."""
        return self.at.astimezone(LONDON).date()


@dataclass(frozen=True, slots=True)
class Version:
    """A home on the days [start, end), None while it holds."""

    start: date
    end: date | None
    told: Mapping[str, Value]


def versions(changes: Sequence[Change], now: Mapping[str, str], is_open: bool) -> list[Version]:
    """The versions of a home, oldest first; of several on one day the last.

    `now` is its row on record: where older history was removed, what stood before the first line
    left is taken from that line, and held from the first day there is.
    """
    by_day: dict[date, dict[str, Value]] = {}
    first = changes[0] if changes else None
    if first is None:
        by_day[FIRST_DAY] = _told(now, is_open)
    elif first.kind != "insert" and first.before is not None:
        by_day[FIRST_DAY] = _told(first.before, first.kind != "reopen")
    for change in changes:
        row = change.after or change.before
        if row is not None:
            by_day[change.on] = _told(row, change.kind not in ("close", "remove"))
    found: list[tuple[date, dict[str, Value]]] = []
    for day in sorted(by_day):
        if not found or found[-1][1] != by_day[day]:
            found.append((day, by_day[day]))
    ends = [*(day for day, _ in found[1:]), None]
    return [Version(day, end, told) for (day, told), end in zip(found, ends, strict=True)]


def rows_of_home(home: str, found: Iterable[Version]) -> list[Row]:
    """The rows of a home."""
    return [
        HOME.row({"home_id": home, "valid_from": one.start, "valid_to": one.end, **one.told})
        for one in found
    ]


def _told(row: Mapping[str, Any], is_open: bool) -> dict[str, Value]:
    return {
        "name": row["name"] or None,
        "provider": row["provider"] or None,
        "borough": row["borough"],
        "provision": row["provision"],
        "registration": row["registration"],
        "judgement": row["judgement"] or None,
        "places": int(row["places"]),
        "min_age": int(row["min_age"]),
        "max_age": int(row["max_age"]),
        "bands": row["bands"],
        "contract": row["contract"] or None,
        "open": is_open,
    }
