"""Flow: referrals, waits, offers, refusals by reason, and the time to each step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

from broker.reports.figures import (
    SPREAD_COLUMNS,
    beside,
    count_of,
    days_between,
    groups,
    known,
    quarters_to,
    share,
    spread_cells,
)
from broker.reports.form import Period, Report, Table
from broker.reports.star import Star, Told
from broker.workbook import Column, Kind, Value
from matching.problem import BANDS

STEPS: Final = {
    "opened_on": "referrals begun",
    "submitted_on": "sent to the brokerage",
    "banded_on": "banded",
    "verified_on": "verified",
    "shortlisted_on": "first shortlist",
    "offered_on": "first offer",
    "accepted_on": "first yes of a home",
    "confirmed_on": "decided by a named person",
    "moved_in_on": "moved in",
    "withdrawn_on": "withdrawn",
}
_AFTER_SENT: Final = tuple(STEPS)[2:9]


def flow(star: Star, period: Period) -> Report:
    """The flow of a period."""
    sent = [row for row in star.referrals if period.has(row["submitted_on"])]
    made = [row for row in star.offers if period.has(row["made_on"])]
    return Report(
        "flow",
        "Flow",
        period,
        star.as_of,
        (
            "A step counts in the period in which it was first taken. Waits and times are of the "
            "referrals sent in the period, whenever the step came; who has not come so far yet is "
            "counted beside, not as zero.",
        ),
        (
            _steps(star, period),
            _times(sent),
            _refusals(star, made),
            *_by(star, period, sent, made),
            _quarters(star, period),
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
        count_of(offers, lambda row: row["state"] == "declined" and period.has(row["answered_on"])),
    ]


_MEASURES: Final = (*STEPS.values(), "waiting at its end", "offers made", "offers declined")


def _tomorrow(star: Star) -> date:
    from datetime import timedelta

    return star.as_of + timedelta(days=1)


def _steps(star: Star, period: Period) -> Table:
    told = [
        (name, _counts(star, one) if known(star, one) or one == period else None)
        for name, one in beside(period)
    ]
    rows: list[list[Value]] = [
        [measure, *(None if counts is None else counts[at] for _, counts in told)]
        for at, measure in enumerate(_MEASURES)
    ]
    columns = (Column("what"), *(Column(name, Kind.COUNT) for name, _ in told))
    note = "; ".join(f"{name}: {one}" for name, one in beside(period)[1:])
    return Table("Steps taken", columns, rows, f"{note}; not available before the records begin.")


def _times(sent: Sequence[Told]) -> Table:
    rows: list[list[Value]] = []
    for name in _AFTER_SENT:
        found = days_between(sent, "submitted_on", name)
        gone = sum(row[name] is None and row["withdrawn_on"] is not None for row in sent)
        rows.append([STEPS[name], *spread_cells(found), len(sent) - found.count - gone, gone])
    columns = (
        Column("from being sent to"),
        *SPREAD_COLUMNS,
        Column("not yet", Kind.COUNT),
        Column("withdrawn before", Kind.COUNT),
    )
    return Table("Time to each step", columns, rows, f"Of {len(sent)} referrals sent.")


def _refusals(star: Star, made: Sequence[Told]) -> Table:
    answered = [row for row in made if row["state"] != "open"]
    counts = Counter(row["reason_key"] for row in answered if row["reason_key"] is not None)
    counts["accepted"] = count_of(answered, lambda row: row["state"] == "accepted")
    rows: list[list[Value]] = []
    for key, number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        words = "accepted" if key == "accepted" else star.reasons[key]["words"]
        rows.append([words, number, len(answered), share(number, len(answered))])
    still = len(made) - len(answered)
    columns = (
        Column("how offers ended"),
        Column("offers", Kind.COUNT),
        Column("of answered", Kind.COUNT),
        Column("share", Kind.PERCENT),
    )
    note = f"Of {len(made)} offers made in the period; {still} still open."
    return Table("Offers and refusals", columns, rows, note)


_GROUP: Final = (
    Column("referrals sent", Kind.COUNT),
    Column("moved in", Kind.COUNT),
    Column("withdrawn", Kind.COUNT),
    Column("still waiting", Kind.COUNT),
    Column("median days to moving in", Kind.NUMBER),
    Column("offers made", Kind.COUNT),
    Column("declined", Kind.COUNT),
    Column("declined of answered", Kind.PERCENT),
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
        *_offers(made),
    ]


def _offers(made: Sequence[Told]) -> list[Value]:
    declined = count_of(made, lambda row: row["state"] == "declined")
    answered = count_of(made, lambda row: row["state"] != "open")
    return [len(made), declined, share(declined, answered)]


def _by(star: Star, period: Period, sent: Sequence[Told], made: Sequence[Told]) -> list[Table]:
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
    rows = [[name, *_offers(some)] for name, some in groups(made, "provider", str)]
    tables.append(
        Table(
            "Offers by provider",
            (Column("provider"), *_GROUP[-3:]),
            [*rows, ["in all", *_offers(made)]],
        )
    )
    return tables


def _quarters(star: Star, period: Period) -> Table:
    rows: list[list[Value]] = []
    for name, one in quarters_to(star, period):
        sent = [row for row in star.referrals if one.has(row["submitted_on"])]
        made = [row for row in star.offers if one.has(row["made_on"])]
        rows.append([name, *_group(sent, made)])
    note = "The first may be in part before the records begin, the last may not be over."
    return Table("By quarter", (Column("quarter"), *_GROUP), rows, note)
