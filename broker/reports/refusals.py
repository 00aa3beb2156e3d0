"""How offers were answered, why homes said no, and why offers were withdrawn.

Why homes said no stands of all, by borough, band, provider and quarter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Final

from broker.reports.answers import answered, said_no, said_yes, unanswered, withdrawn
from broker.reports.few import NOTE, of_provider
from broker.reports.figures import count_of, groups, share
from broker.reports.form import Period, Table
from broker.reports.reach import by_quarter
from broker.reports.star import Star, Told
from broker.workbook import Column, Kind, Value
from matching.problem import BANDS

_ANSWERED: Final = (
    Column("offers", Kind.COUNT),
    Column("of answered", Kind.COUNT),
    Column("share", Kind.PERCENT),
)


def refusals(star: Star, made: Sequence[Told]) -> list[Table]:
    """What homes said to the offers that were made, and why offers were withdrawn."""
    whole, gone = count_of(made, answered), count_of(made, unanswered)
    counts = _frequent(row["reason_key"] for row in made if said_no(row))
    rows: list[list[Value]] = [
        [star.reasons[key]["words"], number, whole, share(number, whole)] for key, number in counts
    ]
    yes = count_of(made, said_yes)
    rows[:0] = [["accepted", yes, whole, share(yes, whole)]] if yes else []
    note = (
        f"Of {len(made)} offers made in the period homes answered {whole}; {gone} were withdrawn "
        f"before the home had answered; {len(made) - whole - gone} still open."
    )
    columns = (Column("what homes said"), *_ANSWERED)
    return [Table("Offers and refusals", columns, rows, note), _withdrawn(star, made)]


def _withdrawn(star: Star, made: Sequence[Told]) -> Table:
    """Why offers were withdrawn: before and after the home had answered."""
    gone = [row for row in made if withdrawn(row)]
    rows: list[list[Value]] = []
    for key, number in _frequent(row["reason_key"] for row in gone):
        without = count_of([row for row in gone if row["reason_key"] == key], unanswered)
        rows.append([star.reasons[key]["words"], number, without, number - without])
    columns = (
        Column("why withdrawn"), Column("offers", Kind.COUNT), Column("unanswered", Kind.COUNT),
        Column("after a yes", Kind.COUNT),
    )  # fmt: skip
    return Table("Offers withdrawn", columns, rows)


def _frequent(keys: Any) -> list[tuple[str, int]]:
    """Each reason and how often, the most frequent first."""
    return sorted(Counter(keys).items(), key=lambda item: (-item[1], item[0]))


def reasons_by(star: Star, made: Sequence[Told]) -> list[Table]:
    """Why homes said no to offers made, by borough, band and provider."""
    ways: tuple[tuple[str, Callable[[Any], str]], ...] = (
        ("borough", lambda code: star.boroughs[code]),
        ("band", lambda band: f"{BANDS.index(band) + 1} {band}"),
        ("provider", str),
    )
    return [
        Table(
            f"Why declined, by {by}",
            (Column(f"{by} and reason"), *_ANSWERED),
            [
                [row[0], *of_provider(row[1:], {2: 1})] if by == "provider" else row
                for one, some in groups(made, by, name)
                for row in _reasons(star, one, some)
            ],
            NOTE if by == "provider" else "",
        )
        for by, name in ways
    ]


def reasons_by_quarter(star: Star, period: Period) -> Table:
    """Why homes said no to the offers made in each quarter."""

    def rows(name: str, one: Period) -> list[list[Value]]:
        return _reasons(star, name, [row for row in star.offers if one.has(row["made_on"])])

    columns = (Column("quarter and reason"), *_ANSWERED)
    return by_quarter(star, period, "Why declined, by quarter", columns, rows)


def _reasons(star: Star, name: str, made: Sequence[Told]) -> list[list[Value]]:
    """The reasons of a group, the most frequent first."""
    whole = count_of(made, answered)
    return [
        [f"{name}: {star.reasons[key]['words']}", number, whole, share(number, whole)]
        for key, number in _frequent(row["reason_key"] for row in made if said_no(row))
    ]
