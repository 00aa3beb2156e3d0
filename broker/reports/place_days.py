"""Place days by provider: how many there were, who lived in them, and which were out of use.

Homes are nobody's own: their places are told to everybody who sees reports. Who lives in them is
told to somebody of a borough of the borough's own young people alone, so that there the share that
was lived in is not available.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from broker.reports.figures import NOT_TOLD, share
from broker.reports.form import Period, Table
from broker.reports.reach import of_days, reach
from broker.reports.star import Star
from broker.warehouse import sql
from broker.workbook import Column, Kind, Value

_COLUMNS: Final = (
    Column("provider"),
    Column("place days", Kind.COUNT),
    Column("lived in, placed", Kind.COUNT),
    Column("lived in, others", Kind.COUNT),
    Column("out of use", Kind.COUNT),
    Column("lived in, of those in use", Kind.PERCENT),
)
_NOTE: Final = (
    "Others came with an imported case. Days are counted from the day a home came on record."
)
_OWN: Final = (
    "Lived in are your own borough's young people alone, placed by the partnership: who else lives "
    "there is not yours to see."
)


def place_days(star: Star, period: Period) -> Table:
    """Place days are not chance: they are told whole, without an interval."""
    table = sql.TABLES["fact_occupancy_day"]
    sums = [sa.func.sum(table.c[name]) for name in ("places", "placed", "others", "out_of_use")]
    query = (
        sa.select(table.c.provider, *sums)
        .where(table.c.day >= period.start, table.c.day < period.end)
        .group_by(table.c.provider)
    )
    found = {row[0]: [int(n) for n in row[1:]] for row in star.session.execute(query)}
    own = None if star.borough is None else _own_days(star, star.borough, period)
    rows: list[list[Value]] = []
    for provider in sorted(found, key=lambda one: (one is None, one)):
        places, placed, others, out = found[provider]
        name = provider or NOT_TOLD
        if own is None:
            part = share(placed + others, places - out)
            rows.append([name, places, placed, others, out, part])
        else:
            rows.append([name, places, own.get(provider, 0), None, out, None])
    told = reach(star, period, "place days")
    note = " ".join(filter(None, [told.why, _NOTE if own is None else _OWN]))
    return of_days(told, Table("Place days", _COLUMNS, rows, note))


def _own_days(star: Star, borough: str, period: Period) -> dict[str | None, int]:
    """Days on which a borough's own young people lived in a home, by who ran it on the day."""
    homes, stays = (sql.TABLES[name] for name in ("fact_occupancy_day", "fact_placement_episode"))
    query = (
        sa.select(homes.c.provider, sa.func.count())
        .join(stays, stays.c.home_id == homes.c.home_id)
        .where(
            stays.c.borough == borough,
            stays.c.moved_in_on <= homes.c.day,
            sa.or_(stays.c.ended_on.is_(None), stays.c.ended_on > homes.c.day),
            homes.c.day >= period.start,
            homes.c.day < period.end,
        )
        .group_by(homes.c.provider)
    )
    return {row[0]: int(row[1]) for row in star.session.execute(query)}
