"""How offers ended, and why homes said no: of all, by borough, band, provider and quarter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Final

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


def refusals(star: Star, made: Sequence[Told]) -> Table:
    """How each offer that was made ended, and how many are open."""
    answered = [row for row in made if row["state"] != "open"]
    counts = Counter(row["reason_key"] for row in answered if row["reason_key"] is not None)
    counts["accepted"] = count_of(answered, lambda row: row["state"] == "accepted")
    rows: list[list[Value]] = []
    for key, number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        words = "accepted" if key == "accepted" else star.reasons[key]["words"]
        rows.append([words, number, len(answered), share(number, len(answered))])
    still = len(made) - len(answered)
    note = f"Of {len(made)} offers made in the period; {still} still open."
    return Table("Offers and refusals", (Column("how offers ended"), *_ANSWERED), rows, note)


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
            [row for one, some in groups(made, by, name) for row in _reasons(star, one, some)],
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
    answered = count_of(made, lambda row: row["state"] != "open")
    counts = Counter(row["reason_key"] for row in made if row["state"] == "declined")
    return [
        [f"{name}: {star.reasons[key]['words']}", number, answered, share(number, answered)]
        for key, number in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]
