"""Providers beside each other, in the order of their names: shares with intervals, no ranking.

A share of fewer than ten is not told: it would say more of chance than of the provider.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from broker.offer_reasons.totals import FEWEST_TO_COMPARE
from broker.reports.answers import said_yes
from broker.reports.few import TOO_FEW
from broker.reports.figures import count_of, groups, share
from broker.reports.form import Period, Report, Table
from broker.reports.intervals import wilson
from broker.reports.place_days import place_days
from broker.reports.reach import of_days, reach, why_not_all
from broker.reports.star import Star, Told
from broker.workbook import Column, Kind, Value

_SHARE: Final = (
    Column("count", Kind.COUNT),
    Column("of", Kind.COUNT),
    Column("share", Kind.PERCENT),
    Column("from", Kind.PERCENT),
    Column("to", Kind.PERCENT),
    Column("said"),
)


def providers(star: Star, period: Period) -> Report:
    """What providers' homes were asked, said and did, in a period."""
    said = [row for row in star.offers if period.has(row["home_said_on"])]
    ended = [row for row in star.episodes if period.has(row["ended_on"])]
    found = reach(star, period)
    return Report(
        "providers",
        "Providers",
        period,
        star.as_of,
        (
            *why_not_all(star, period),
            "In the order of their names: no provider is ranked. Shares have their 95% interval "
            "(Wilson); where intervals overlap, chance alone may be the difference. A share of "
            f"fewer than {FEWEST_TO_COMPARE} is not told (our starting assumption).",
            "Need differs: who takes the young people hardest to place is refused and left more "
            "often. Read with the bands of the flow report.",
        ),
        (
            of_days(found, _table("Offers accepted, of those answered", said, said_yes)),
            of_days(
                found,
                _table("Placements that broke down, of those ended", ended, _broke_down),
            ),
            place_days(star, period),
        ),
    )


def _broke_down(row: Told) -> bool:
    return bool(row["disrupted"])


def _table(title: str, rows: Sequence[Told], holds: Callable[[Told], bool]) -> Table:
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
