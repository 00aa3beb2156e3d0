"""Flow: referrals, waits, offers, refusals by reason, and the time to each step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

from broker.reports.answers import OFFERS, OFFERS_OF, offer_cells, said_no
from broker.reports.few import NOTE, of_provider
from broker.reports.figures import count_of, days_between, groups
from broker.reports.form import Period, Report, Table
from broker.reports.reach import by_quarter, of_days, reach, sides, why_not_all, words_of_sides
from broker.reports.refusals import reasons_by, reasons_by_quarter, refusals
from broker.reports.star import Star, Told
from broker.reports.times import (
    AFTER_SENT,
    sent_in,
    times,
    times_by,
    times_by_quarter,
    times_of_providers,
)
from broker.workbook import Column, Kind, Value
from matching.problem import BANDS

STEPS: Final = {
    "opened_on": "referrals begun",
    "submitted_on": "sent to the brokerage",
    **AFTER_SENT,
    "withdrawn_on": "withdrawn",
}


def flow(star: Star, period: Period) -> Report:
    """The flow of a period."""
    sent = sent_in(star, period)
    made = [row for row in star.offers if period.has(row["made_on"])]
    found = reach(star, period)
    return Report(
        "flow",
        "Flow",
        period,
        star.as_of,
        (
            *why_not_all(star, period),
            "A step counts in the period in which it was first taken. Waits and times are of the "
            "referrals sent in the period, whenever the step came; who has not come so far yet is "
            "counted beside, not as zero.",
        ),
        (
            steps(star, period),
            times(star, period),
            *(
                of_days(found, one)
                for one in (
                    *times_by(star, sent),
                    times_of_providers(star, period),
                    *refusals(star, made),
                    *_by(star, sent, made),
                    *reasons_by(star, made),
                )
            ),
            times_by_quarter(star, period),
            reasons_by_quarter(star, period),
            quarters(star, period),
        ),
    )


def waiting_at(rows: Sequence[Told], day: date) -> int:
    """Referrals sent before a day by which nobody had moved in and none was withdrawn."""
    return count_of(
        rows,
        lambda row: (
            row["submitted_on"] is not None
            and row["submitted_on"] < day
            and all(row[end] is None or row[end] >= day for end in ("moved_in_on", "withdrawn_on"))
        ),
    )


def _counts(star: Star, period: Period) -> list[int]:
    referrals, offers = star.referrals, star.offers
    return [
        *(sum(period.has(row[name]) for row in referrals) for name in STEPS),
        waiting_at(referrals, min(period.end, _tomorrow(star))),
        count_of(offers, lambda row: period.has(row["made_on"])),
        count_of(offers, lambda row: said_no(row) and period.has(row["home_said_on"])),
    ]


_MEASURES: Final = (*STEPS.values(), "waiting at its end", "offers made", "offers declined")


def _tomorrow(star: Star) -> date:
    from datetime import timedelta

    return star.as_of + timedelta(days=1)


def steps(star: Star, period: Period) -> Table:
    """How often each step was taken, beside the period before and the year before."""
    told = [
        (name, _counts(star, one) if available else None)
        for name, one, available in sides(star, period)
    ]
    rows: list[list[Value]] = [
        [measure, *(None if counts is None else counts[at] for _, counts in told)]
        for at, measure in enumerate(_MEASURES)
    ]
    columns = (Column("what"), *(Column(name, Kind.COUNT) for name, _ in told))
    return Table("Steps taken", columns, rows, words_of_sides(star, period))


_GROUP: Final = (
    Column("referrals sent", Kind.COUNT),
    Column("moved in", Kind.COUNT),
    Column("withdrawn", Kind.COUNT),
    Column("still waiting", Kind.COUNT),
    Column("median days to moving in", Kind.NUMBER),
    *OFFERS,
)


def _group(sent: Sequence[Told], made: Sequence[Told]) -> list[Value]:
    moved = count_of(sent, lambda row: row["moved_in_on"] is not None)
    gone = count_of(sent, lambda row: row["moved_in_on"] is None and row["state"] == "withdrawn")
    return [
        len(sent),
        moved,
        gone,
        len(sent) - moved - gone,
        days_between(sent, "submitted_on", "moved_in_on").median,
        *offer_cells(made),
    ]


def _by(star: Star, sent: Sequence[Told], made: Sequence[Told]) -> list[Table]:
    tables = []
    ways: tuple[tuple[str, str, Callable[[Any], str]], ...] = (
        ("borough", "By borough", lambda code: star.boroughs[code]),
        ("band", "By band", lambda band: f"{BANDS.index(band) + 1} {band}"),
    )
    for by, title, name in ways:
        referrals, offers = dict(groups(sent, by, name)), dict(groups(made, by, name))
        rows = [
            [one, *_group(referrals.get(one, []), offers.get(one, []))]
            for one in sorted({*referrals, *offers})
        ]
        rows.append(["in all", *_group(sent, made)])
        tables.append(Table(title, (Column(by), *_GROUP), rows))
    rows = [
        [name, *of_provider(offer_cells(some), OFFERS_OF)]
        for name, some in groups(made, "provider", str)
    ]
    tables.append(
        Table(
            "Offers by provider",
            (Column("provider"), *OFFERS),
            [*rows, ["in all", *offer_cells(made)]],
            NOTE,
        )
    )
    return tables


def quarters(star: Star, period: Period) -> Table:
    """The figures of each quarter up to the period's last day."""

    def rows(name: str, one: Period) -> list[list[Value]]:
        sent = sent_in(star, one)
        made = [row for row in star.offers if one.has(row["made_on"])]
        return [[name, *_group(sent, made)]]

    return by_quarter(star, period, "By quarter", (Column("quarter"), *_GROUP), rows)
