"""Residential placements in a source of returns: stretches of its episodes, with what came of each.

A placement here is a stretch of episodes in a children's home or residential care home (K2, R1): an
episode begun by a change of legal status alone (RNE L) goes on in the same place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Final

from broker.baseline.courses import RESIDENTIAL
from broker.baseline.figures import RETURN_MONTHS
from broker.life.endings import CONTINUES, DISRUPTED
from broker.warehouse.facts import RETURN_PLACEMENT
from broker.warehouse.shape import Row
from pricing.calendar_months import add_months

Told = dict[str, Any]
SAME_PLACE: Final = "L"
"""RNE: only the legal status changed."""
SMALLER: Final = frozenset({"U1", "U2", "U3", "U4", "U5", "U6", "P1", "H5", "K3"})
"""Places that count as stepping down: foster homes, own parents, supported accommodation."""
HOME: Final = frozenset({"E4A", "E4B", "E13"})
"""REC: care ended by going home."""
_OF_THE_FIRST: Final = (
    "source", "file", "row", "person_key", "borough", "starts_on", "in_area", "distance_tenths",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stretch:
    """A residential placement: its first and last episode, and what followed at once."""

    first: Told
    last: Told
    after: Told | None

    @property
    def ended(self) -> date | None:
        """The day it ended."""
        day: date | None = self.last["ended_on"]
        return day

    @property
    def stepped_down(self) -> bool:
        """Whether a smaller place or home followed."""
        follows = self.after is not None and self.after["place_code"] in SMALLER
        return follows or self.last["ceased_code"] in HOME


def placement_rows(episodes: Iterable[Told]) -> list[Row]:
    """The placements of the episodes of a source, each authority's and young person's by itself."""
    ordered = sorted(
        episodes, key=lambda row: (row["borough"], row["person_key"], row["starts_on"], row["row"])
    )
    made: list[Row] = []
    for _, some in groupby(ordered, key=lambda row: (row["borough"], row["person_key"])):
        found = list(stretches(list(some)))
        left = [one.ended for one in found if one.ended is not None]
        made += [_row(one, left) for one in found]
    return made


def stretches(rows: Sequence[Told]) -> Iterator[Stretch]:
    """The residential placements of one young person, whose episodes these are in order."""
    parts: list[list[Told]] = []
    for row in rows:
        before = parts[-1][-1] if parts else None
        goes_on = before is not None and before["ended_on"] == row["starts_on"]
        if goes_on and row["began_code"] == SAME_PLACE:
            parts[-1].append(row)
        else:
            parts.append([row])
    for at, part in enumerate(parts):
        if part[0]["place_code"] not in RESIDENTIAL:
            continue
        following = parts[at + 1][0] if at + 1 < len(parts) else None
        if following is not None and following["starts_on"] != part[-1]["ended_on"]:
            following = None
        yield Stretch(part[0], part[-1], following)


def _row(one: Stretch, left: Sequence[date]) -> Row:
    """A placement as a row; `left` are the days on which the young person left any."""
    told = {name: one.first[name] for name in _OF_THE_FIRST}
    told |= {"ended_on": one.ended, "back": _back(one.first["starts_on"], left)}
    if one.ended is None:
        how = dict.fromkeys(("days", "moved", "disrupted", "stepped_down"))
        return RETURN_PLACEMENT.row({**told, **how})
    return RETURN_PLACEMENT.row(
        {
            **told,
            "days": (one.ended - one.first["starts_on"]).days,
            "moved": one.last["ceased_code"] == CONTINUES,
            "disrupted": one.last["change_code"] in DISRUPTED,
            "stepped_down": one.stepped_down,
        }
    )


def _back(start: date, left: Sequence[date]) -> bool:
    """Whether the young person left residential care within 12 months before, with a gap."""
    since = add_months(start, -RETURN_MONTHS)
    return start not in left and any(since < day < start for day in left)
