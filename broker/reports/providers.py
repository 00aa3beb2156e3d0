"""Providers beside each other, in the order of their names: shares with intervals, no ranking.

A share of fewer than ten is not told: it would say more of chance than of the provider.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa

from broker.offer_reasons.totals import FEWEST_TO_COMPARE
from broker.reports.figures import count_of, groups, share
from broker.reports.form import Period, Report, Table
from broker.reports.intervals import wilson
from broker.reports.star import Star, Told
from broker.warehouse import sql
from broker.workbook import Column, Kind, Value

_SHARE: Final = (
    Column("count", Kind.COUNT),
    Column("of", Kind.COUNT),
    Column("share", Kind.PERCENT),
    Column("from", Kind.PERCENT),
    Column("to", Kind.PERCENT),
    Column("said"),
)
TOO_FEW: Final = f"under {FEWEST_TO_COMPARE}: too few to say"


def providers(star: Star, period: Period) -> Report:
    """What providers' homes were asked, said and did, in a period."""
    answered = [
        row for row in star.offers
        if row["state"] in ("accepted", "declined") and period.has(row["answered_on"])
    ]  # fmt: skip
    ended = [row for row in star.episodes if period.has(row["ended_on"])]
    return Report(
        "providers",
        "Providers",
        period,
        star.as_of,
        (
            "In the order of their names: no provider is ranked. Shares have their 95% interval "
            "(Wilson); where intervals overlap, chance alone may be the difference. A share of "
            f"fewer than {FEWEST_TO_COMPARE} is not told (our starting assumption).",
            "Need differs: who takes the young people hardest to place is refused and left more "
            "often. Read with the bands of the flow report.",
        ),
        (
            _table("Offers accepted, of those answered", answered, "accepted"),
            _table("Placements that broke down, of those ended", ended, "disrupted"),
            _occupancy(star, period),
        ),
    )


def _table(title: str, rows: Sequence[Told], what: str) -> Table:
    def holds(row: Told) -> bool:
        return row["state"] == "accepted" if what == "accepted" else bool(row["disrupted"])

    told = [
        [name, *share_cells(count_of(some, holds), len(some))]
        for name, some in groups(rows, "provider", str)
    ]
    whole = ["in all", *share_cells(count_of(rows, holds), len(rows))]
    return Table(title, (Column("provider"), *_SHARE), [*told, whole])


def share_cells(count: int, of: int) -> list[Value]:
    """A share with its interval, or that there are too few to say."""
    if of < FEWEST_TO_COMPARE:
        return [count, of, None, None, None, TOO_FEW]
    interval = wilson(count, of)
    assert interval is not None
    return [count, of, share(count, of), *interval, ""]


def _occupancy(star: Star, period: Period) -> Table:
    """Place days are not chance: they are told whole, without an interval."""
    table = sql.TABLES["fact_occupancy_day"]
    sums = [sa.func.sum(table.c[name]) for name in ("places", "placed", "others", "out_of_use")]
    query = (
        sa.select(table.c.provider, *sums)
        .where(table.c.day >= period.start, table.c.day < period.end)
        .group_by(table.c.provider)
    )
    found = {row[0] or "not told": [int(n) for n in row[1:]] for row in star.session.execute(query)}
    rows: list[list[Value]] = []
    for name in sorted(found):
        places, placed, others, out = found[name]
        rows.append([name, places, placed, others, out, share(placed + others, places - out)])
    columns = (
        Column("provider"),
        Column("place days", Kind.COUNT),
        Column("lived in, placed", Kind.COUNT),
        Column("lived in, others", Kind.COUNT),
        Column("out of use", Kind.COUNT),
        Column("lived in, of those in use", Kind.PERCENT),
    )
    note = "Others came with an imported case. Days are counted from the day a home came on record."
    return Table("Place days", columns, rows, note)
