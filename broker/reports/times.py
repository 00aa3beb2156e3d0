"""The days from being sent to each step: of all, by borough, band and quarter; and providers' own.

A provider has no part in most steps. What means something of it is how long its homes took to
answer an offer, and how long it was from a decision for one of them to moving in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from broker.baseline.figures import Spread
from broker.offer_reasons.totals import FEWEST_TO_COMPARE
from broker.reports.answers import unanswered
from broker.reports.few import TOO_FEW
from broker.reports.figures import SPREAD_COLUMNS, count_of, days_between, groups, spread_cells
from broker.reports.form import Period, Table
from broker.reports.reach import by_quarter, of_days, reach
from broker.reports.star import Star, Told
from broker.workbook import Column, Kind, Value
from matching.problem import BANDS

AFTER_SENT: Final[Mapping[str, str]] = {
    "banded_on": "banded",
    "verified_on": "verified",
    "shortlisted_on": "first shortlist",
    "offered_on": "first offer",
    "accepted_on": "first yes of a home",
    "confirmed_on": "decided by a named person",
    "moved_in_on": "moved in",
}
_NOT_YET: Final = Column("not yet", Kind.COUNT)
_COLUMNS: Final = (*SPREAD_COLUMNS, _NOT_YET, Column("withdrawn before", Kind.COUNT))


def times(star: Star, period: Period) -> Table:
    """Of all referrals sent in the period, whenever the step came."""
    sent = sent_in(star, period)
    columns = (Column("from being sent to"), *_COLUMNS)
    made = Table("Time to each step", columns, _rows("", sent), f"Of {len(sent)} referrals sent.")
    return of_days(reach(star, period), made)


def sent_in(star: Star, period: Period) -> list[Told]:
    """The referrals first sent to the brokerage in a period."""
    return [row for row in star.referrals if period.has(row["submitted_on"])]


def times_by(star: Star, sent: Sequence[Told]) -> list[Table]:
    """The same by borough and by band; one that sent nobody has no row."""
    ways: tuple[tuple[str, Callable[[Any], str]], ...] = (
        ("borough", lambda code: star.boroughs[code]),
        ("band", lambda band: f"{BANDS.index(band) + 1} {band}"),
    )
    return [
        Table(
            f"Time to each step, by {by}",
            (Column(f"{by}, from being sent to"), *_COLUMNS),
            [row for one, some in groups(sent, by, name) for row in _rows(f"{one}: ", some)],
        )
        for by, name in ways
    ]


def times_by_quarter(star: Star, period: Period) -> Table:
    """The same of the referrals sent in each quarter."""

    def rows(name: str, one: Period) -> list[list[Value]]:
        return _rows(f"{name}: ", sent_in(star, one))

    columns = (Column("quarter, from being sent to"), *_COLUMNS)
    return by_quarter(star, period, "Time to each step, by quarter", columns, rows)


def _rows(before: str, sent: Sequence[Told]) -> list[list[Value]]:
    """A row for each step; who has not come so far is counted, apart where withdrawn."""
    rows: list[list[Value]] = []
    for step, words in AFTER_SENT.items():
        found = days_between(sent, "submitted_on", step)
        gone = sum(row[step] is None and row["withdrawn_on"] is not None for row in sent)
        rows.append(
            [f"{before}{words}", *spread_cells(found), len(sent) - found.count - gone, gone]
        )
    return rows


def times_of_providers(star: Star, period: Period) -> Table:
    """From an offer to the home's answer, and from a decision to moving in, by who ran the home.

    Of fewer than ten no days are told, as no share of a provider's is.
    """
    made = [row for row in star.offers if period.has(row["made_on"]) and not unanswered(row)]
    decided = [row for row in star.episodes if period.has(row["decided_on"])]
    ways = (
        ("from an offer to its answer", made, "made_on", "home_said_on"),
        ("from a decision to moving in", decided, "decided_on", "moved_in_on"),
    )
    rows = [
        [f"{name}: {words}", *_few(days_between(some, start, end), _not_yet(some, end))]
        for words, whole, start, end in ways
        for name, some in [*groups(whole, "provider", str), ("in all", whole)]
    ]
    columns = (Column("provider and days"), *SPREAD_COLUMNS, _NOT_YET, Column("said"))
    note = (
        "Of offers made in the period and not withdrawn unanswered, and of placements decided in "
        "it. The answer is what the home said at last."
    )
    return Table("Time to each step, by provider", columns, rows, note)


def _few(found: Spread, not_yet: int) -> list[Value]:
    """A spread of ten or more; of fewer how many alone, and that they are too few."""
    if found.count < FEWEST_TO_COMPARE:
        return [found.count, None, None, None, not_yet, TOO_FEW]
    return [*spread_cells(found), not_yet, ""]


def _not_yet(rows: Sequence[Told], end: str) -> int:
    return count_of(rows, lambda row: row[end] is None)
