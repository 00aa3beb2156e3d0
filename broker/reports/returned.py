"""Outcomes in statutory returns that were loaded: by source, never mixed with our own placements.

A placement here is a stretch of episodes in a children's home or residential care home (K2, R1): an
episode begun by a change of legal status alone (RNE L) goes on in the same place. A period that no
loaded collection of an authority covers is not available, and not zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby
from typing import Final

from broker.baseline.courses import RESIDENTIAL
from broker.baseline.figures import RETURN_MONTHS, spread
from broker.life.endings import CONTINUES, DISRUPTED
from broker.reports.figures import share
from broker.reports.form import Period, Table
from broker.reports.star import Star, Told
from broker.returns.episode import year_ends, year_starts
from broker.workbook import Column, Kind, Value
from pricing.calendar_months import add_months

SAME_PLACE: Final = "L"
"""RNE: only the legal status changed."""
SMALLER: Final = frozenset({"U1", "U2", "U3", "U4", "U5", "U6", "P1", "H5", "K3"})
"""Places that count as stepping down: foster homes, own parents, supported accommodation."""
HOME: Final = frozenset({"E4A", "E4B", "E13"})
"""REC: care ended by going home."""
TITLE: Final = "In statutory returns, by source and borough"
_COLUMNS: Final = (
    Column("source and borough"),
    Column("moved in", Kind.COUNT),
    Column("in own borough", Kind.PERCENT),
    Column("area known of", Kind.COUNT),
    Column("median miles", Kind.NUMBER),
    Column("miles known of", Kind.COUNT),
    Column("back within 12 months", Kind.COUNT),
    Column("ended", Kind.COUNT),
    Column("moved within care", Kind.PERCENT),
    Column("broke down", Kind.PERCENT),
    Column("stepped down", Kind.PERCENT),
    Column("median days", Kind.NUMBER),
)


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
    def days(self) -> int:
        """Days lived there, of one that ended."""
        assert self.ended is not None
        return int((self.ended - self.first["starts_on"]).days)

    @property
    def stepped_down(self) -> bool:
        """Whether a smaller place or home followed."""
        follows = self.after is not None and self.after["place_code"] in SMALLER
        return follows or self.last["ceased_code"] in HOME


def in_returns(star: Star, period: Period) -> Table:
    """What loaded returns say of a period."""
    rows: list[list[Value]] = []
    told = sorted(star.rows("fact_return_episode"), key=_whose)
    for (source, borough), some in groupby(told, key=_whose):
        own = list(some)
        name = f"{source}, {star.boroughs.get(borough, borough)}"
        cells = _cells(list(stretches(own)), period) if _covered(own, period) else None
        rows.append([name, *(cells or [None] * (len(_COLUMNS) - 1))])
    note = (
        "From returns (SSDA903) that were loaded: what each authority returned of children's homes "
        "and residential care homes, whoever found them. None of it is among the other figures."
    )
    return Table(TITLE, _COLUMNS, rows, note)


def _whose(row: Told) -> tuple[str, str]:
    return row["source"], row["borough"]


def _covered(rows: Iterable[Told], period: Period) -> bool:
    """Whether the collections that the rows are of reach over all days of a period."""
    day = period.start
    for year in sorted({row["collection"] for row in rows}):
        if year_starts(year) <= day:
            day = max(day, year_ends(year))
    return day >= period.end


def stretches(rows: Sequence[Told]) -> Iterator[Stretch]:
    """The residential placements of one source and authority, of each young person in turn."""
    ordered = sorted(rows, key=lambda row: (row["person_key"], row["starts_on"], row["row"]))
    for _, some in groupby(ordered, key=lambda row: row["person_key"]):
        parts: list[list[Told]] = []
        for row in some:
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


def _cells(placements: Sequence[Stretch], period: Period) -> list[Value]:
    began = [one for one in placements if period.has(one.first["starts_on"])]
    ended = [one for one in placements if period.has(one.ended)]
    areas = [one.first["in_area"] for one in began if one.first["in_area"] is not None]
    miles = spread(
        one.first["distance_tenths"] for one in began if one.first["distance_tenths"] is not None
    )
    left: dict[str, list[date]] = defaultdict(list)
    for one in placements:
        if one.ended is not None:
            left[one.first["person_key"]].append(one.ended)
    moved = sum(one.last["ceased_code"] == CONTINUES for one in ended)
    broke = sum(one.last["change_code"] in DISRUPTED for one in ended)
    down = sum(one.stepped_down for one in ended)
    return [
        len(began),
        share(sum(areas), len(areas)),
        len(areas),
        None if miles.median is None else Fraction(miles.median) / 10,
        miles.count,
        sum(_back(one, left[one.first["person_key"]]) for one in began),
        len(ended),
        share(moved, len(ended)),
        share(broke, len(ended)),
        share(down, len(ended)),
        spread(one.days for one in ended).median,
    ]


def _back(one: Stretch, left: Sequence[date]) -> bool:
    """Whether the young person left residential care within 12 months before, with a gap."""
    start: date = one.first["starts_on"]
    since = add_months(start, -RETURN_MONTHS)
    return start not in left and any(since < day < start for day in left)
