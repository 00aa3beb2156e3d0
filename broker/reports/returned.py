"""Outcomes in statutory returns that were loaded: by source, never mixed with our own placements.

What a placement is there is said where the warehouse makes them (`fact_return_placement`). Only
those that began or ended in the period are read. A period that no loaded collection of an authority
covers is not available, and not zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

import sqlalchemy as sa

from broker.baseline.figures import spread
from broker.reports.figures import count_of, share
from broker.reports.form import Period, Table
from broker.reports.star import Star, Told
from broker.returns.episode import year_ends, year_starts
from broker.warehouse import sql
from broker.workbook import Column, Kind, Value

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
_READ: Final = (
    "source", "borough", "starts_on", "ended_on", "days", "in_area", "distance_tenths", "back",
    "moved", "disrupted", "stepped_down",
)  # fmt: skip
_Whose = tuple[str, str]
"""A source, and an authority in it."""


def in_returns(star: Star, period: Period) -> Table:
    """What loaded returns say of a period."""
    collections = _collections(star)
    found = placements(star, period)
    rows: list[list[Value]] = []
    for whose in sorted(collections):
        source, borough = whose
        name = f"{source}, {star.boroughs.get(borough, borough)}"
        covered = _covered(collections[whose], period)
        cells = _cells(found.get(whose, []), period) if covered else [None] * (len(_COLUMNS) - 1)
        rows.append([name, *cells])
    note = (
        "From returns (SSDA903) that were loaded: what each authority returned of children's homes "
        "and residential care homes, whoever found them. None of it is among the other figures."
    )
    return Table(TITLE, _COLUMNS, rows, note)


def _collections(star: Star) -> Mapping[_Whose, set[int]]:
    """The years of the collections that each authority's episodes are of, by source."""
    table = sql.TABLES["fact_return_episode"]
    query = sa.select(table.c.source, table.c.borough, table.c.collection).distinct()
    found: dict[_Whose, set[int]] = {}
    for source, borough, year in star.session.execute(_seen(star, query, table)):
        found.setdefault((source, borough), set()).add(year)
    return found


def placements(star: Star, period: Period) -> Mapping[_Whose, list[Told]]:
    """The placements that began or ended in a period, by source and authority."""
    table = sql.TABLES["fact_return_placement"]
    days = [
        sa.and_(column >= period.start, column < period.end)
        for column in (table.c.starts_on, table.c.ended_on)
    ]
    query = sa.select(*(table.c[name] for name in _READ)).where(sa.or_(*days))
    found: dict[_Whose, list[Told]] = {}
    for row in star.session.execute(_seen(star, query, table)):
        one = dict(zip(_READ, row, strict=True))
        found.setdefault((one["source"], one["borough"]), []).append(one)
    return found


def _seen(star: Star, query: sa.Select[Any], table: sa.Table) -> sa.Select[Any]:
    """A query of the rows that whoever asks may see."""
    return query if star.borough is None else query.where(table.c.borough == star.borough)


def _covered(collections: Iterable[int], period: Period) -> bool:
    """Whether collections reach over all days of a period."""
    day = period.start
    for year in sorted(collections):
        if year_starts(year) <= day:
            day = max(day, year_ends(year))
    return day >= period.end


def _cells(found: Sequence[Told], period: Period) -> list[Value]:
    began = [one for one in found if period.has(one["starts_on"])]
    ended = [one for one in found if period.has(one["ended_on"])]
    areas = [one["in_area"] for one in began if one["in_area"] is not None]
    miles = spread(one["distance_tenths"] for one in began if one["distance_tenths"] is not None)
    return [
        len(began),
        share(sum(areas), len(areas)),
        len(areas),
        None if miles.median is None else Fraction(miles.median) / 10,
        miles.count,
        count_of(began, lambda one: one["back"]),
        len(ended),
        *(
            share(sum(bool(one[name]) for one in ended), len(ended))
            for name in ("moved", "disrupted", "stepped_down")
        ),
        spread(one["days"] for one in ended).median,
    ]
