"""Places that nobody can be given although nobody lives in them yet: rooms out of use, and places
that somebody who moves elsewhere has not left yet.

A place that stands empty after a refusal is free: its row only says who pays (contract-file.md).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from broker.tables import OutOfUseRow, PlacementRow


def places_out(
    session: Session, start: date, end: date | None, homes: Collection[str] | None = None
) -> dict[str, int]:
    """For each home that has any, the most places out of use on one day of `[start, end)`.

    `end` None is all days from `start` on; `homes` None is every home.
    """
    rows: dict[str, list[tuple[date, date, int]]] = defaultdict(list)
    out, placements = OutOfUseRow.__table__, PlacementRow.__table__
    rooms = sa.select(out.c.home_id, out.c.starts_on, out.c.ends_on, out.c.places).where(
        out.c.referral_id.is_(None), out.c.ends_on > start
    )
    leaving = sa.select(placements.c.from_home, placements.c.starts_on).where(
        placements.c.from_home.is_not(None),
        placements.c.moved_in_on.is_(None),
        placements.c.starts_on > start,
    )
    if end is not None:
        rooms = rooms.where(out.c.starts_on < end)
    if homes is not None:
        rooms = rooms.where(out.c.home_id.in_(list(homes)))
        leaving = leaving.where(placements.c.from_home.in_(list(homes)))
    for home, first, last, places in session.execute(rooms):
        rows[home].append((max(first, start), last, places))
    for home, first in session.execute(leaving):
        rows[home].append((start, first, 1))
    return {home: most for home, found in rows.items() if (most := most_at_once(found))}


def counted(rows: Sequence[Mapping[str, Any]], places: Mapping[str, int]) -> list[dict[str, Any]]:
    """Rows of places out of use as they count: of a home, on no day more than its `places`.

    Rooms count before refusals, and the older row before the newer. A row that counts in full is
    as it was; one that does not is there for the days and the number that count.
    """
    homes: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        homes[row["home_id"]].append(row)
    made = [part for home, found in homes.items() for part in _of_home(found, places[home])]
    return sorted(made, key=lambda row: (row["home_id"], row["starts_on"], row["row_id"]))


def _of_home(rows: list[Mapping[str, Any]], places: int) -> Iterable[dict[str, Any]]:
    edges = sorted({row[name] for row in rows for name in ("starts_on", "ends_on")})
    left = dict.fromkeys(edges, places)
    rows.sort(key=lambda row: (row["referral_id"] is not None, row["starts_on"], row["row_id"]))
    for row in rows:
        parts: list[dict[str, Any]] = []
        for first, last in pairwise(edges):
            if not row["starts_on"] <= first < row["ends_on"]:
                continue
            number = min(row["places"], left[first])
            left[first] -= number
            before = parts[-1] if parts else None
            if before is not None and before["places"] == number:
                before["ends_on"] = last
            else:
                parts.append({**row, "starts_on": first, "ends_on": last, "places": number})
        yield from (part for part in parts if part["places"] or not row["places"])


def most_at_once(rows: Iterable[tuple[date, date, int]]) -> int:
    """The largest sum of numbers on one day, each counting on the days of `[first, last)`."""
    changes: dict[date, int] = defaultdict(int)
    for first, last, places in rows:
        changes[first] += places
        changes[last] -= places
    most = now = 0
    for day in sorted(changes):
        now += changes[day]
        most = max(most, now)
    return most
