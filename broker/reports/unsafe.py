"""Why near was not safe or wanted: of referrals begun, of all, by borough, band and quarter.

By provider it is of those who moved in, since a referral that is begun has no provider.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from broker.offer_reasons.totals import FEWEST_TO_COMPARE
from broker.reports.few import TOO_FEW
from broker.reports.figures import count_of, groups, share
from broker.reports.form import Period, Table
from broker.reports.reach import by_quarter
from broker.reports.star import Star, Told
from broker.workbook import Column, Kind, Value
from matching.problem import BANDS

_AVOIDED: Final = {
    "own_borough": "their own borough must be avoided",
    "other_borough": "another borough must be avoided",
    "radius": "the surroundings of a place must be avoided",
    "home": "a home must be avoided",
}
_COLUMNS: Final = (
    Column("referrals", Kind.COUNT),
    Column("of those asked", Kind.COUNT),
    Column("share", Kind.PERCENT),
)


def unsafe(begun: Sequence[Told]) -> Table:
    """Of all together, every reason there can be."""
    counts, asked = _counts(begun)
    rows = [[words, n, asked, share(n, asked)] for words, n in counts.items()]
    note = (
        f"Of {len(begun)} referrals begun; of {len(begun) - asked} nobody was asked yet. A "
        "referral with several reasons stands in the row of each. What was said of it stays in the "
        "form."
    )
    columns = (Column("why near was not safe"), *_COLUMNS)
    return Table("Where near was not safe, and why", columns, rows, note)


def unsafe_by(star: Star, begun: Sequence[Told]) -> list[Table]:
    """By borough and by band: the reasons that occur, and of how many nobody was asked."""
    ways: tuple[tuple[str, Callable[[Any], str]], ...] = (
        ("borough", lambda code: star.boroughs[code]),
        ("band", lambda band: f"{BANDS.index(band) + 1} {band}"),
    )
    return [
        Table(
            f"Near not safe, by {by}",
            (Column(f"{by} and reason"), *_COLUMNS),
            [row for one, some in groups(begun, by, name) for row in _rows(one, some)],
            "A referral with several reasons stands in the row of each.",
        )
        for by, name in ways
    ]


def unsafe_by_quarter(star: Star, period: Period) -> Table:
    """The same of the referrals begun in each quarter."""

    def rows(name: str, one: Period) -> list[list[Value]]:
        return _rows(name, [row for row in star.referrals if one.has(row["opened_on"])])

    columns = (Column("quarter and reason"), *_COLUMNS)
    return by_quarter(star, period, "Near not safe, by quarter", columns, rows)


def unsafe_by_provider(star: Star, began: Sequence[Told]) -> Table:
    """Of those who moved in, by who ran the home; of fewer than ten asked no share is told."""
    referrals = {row["referral_key"]: row for row in star.referrals}
    rows: list[list[Value]] = []
    for name, some in groups(began, "provider", str):
        told = _rows(name, [referrals[row["referral_key"]] for row in some])
        for words, count, asked, part in told:
            few = asked is not None and int(str(asked)) < FEWEST_TO_COMPARE
            rows.append([words, count, asked, None if few else part, TOO_FEW if few else ""])
    return Table(
        "Near not safe, by provider",
        (Column("provider and reason"), *_COLUMNS, Column("said")),
        rows,
        "Of those who moved in in the period. A referral with several reasons stands in the row of "
        "each.",
    )


def _rows(name: str, begun: Sequence[Told]) -> list[list[Value]]:
    counts, asked = _counts(begun)
    rows: list[list[Value]] = [
        [f"{name}: {words}", n, asked, share(n, asked)] for words, n in counts.items() if n
    ]
    if len(begun) > asked:
        rows.append([f"{name}: nobody was asked yet", len(begun) - asked, None, None])
    return rows


def _counts(begun: Sequence[Told]) -> tuple[dict[str, int], int]:
    """How many referrals have each reason, and of how many it was asked."""
    asked = [row for row in begun if row["avoid"] is not None]
    kinds = [row["avoid"].split(";") for row in asked]
    counts = {words: sum(kind in own for own in kinds) for kind, words in _AVOIDED.items()}
    counts["asked for away from home, and none of these named"] = count_of(
        asked, lambda row: row["nearness"] == "away" and not row["avoid"]
    )
    counts["none of these"] = count_of(
        asked, lambda row: row["nearness"] != "away" and not row["avoid"]
    )
    return counts, len(asked)
