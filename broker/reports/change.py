"""Change against the frozen baseline: the twelve months to the period's end beside the year before.

Only what is counted in the same way is set side by side; the rest is named with why it is not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any, Final

from broker.baseline.figures import FAR_TENTHS, RETURN_MONTHS, spread
from broker.baseline.record import frozen
from broker.reports.figures import count_of, share
from broker.reports.form import Period, Report, Table
from broker.reports.reach import Reach, reach, why_not_all
from broker.reports.star import Star, Told
from broker.workbook import Column, Kind, Value
from matching.problem import BANDS
from pricing.calendar_months import add_months
from pricing.money import parse_pounds, round_half_up

LEFT: Final = frozenset({"family", "fostering", "supported_accommodation", "staying_put"})
NOT_COMPARED: Final = (
    (
        "moves within care",
        "the baseline counts all of care from the returns; the warehouse knows residential "
        "placements of the brokerage only",
    ),
    ("three or more placements in the year", "as for moves"),
    ("young people in care", "the returns count them; the brokerage does not"),
)


def change(star: Star, period: Period) -> Report:
    """The year to the period's end beside the frozen year."""
    year = Period(add_months(period.end, -12), period.end)
    found = _baseline(star, year)
    notes = [
        "Like with like: the twelve months to the period's end beside a baseline of twelve months, "
        "residential placements both. A difference is no proof of what caused it."
    ]
    if found is None:
        notes.append(
            "No baseline of a year before is on record: freeze one (broker baseline --freeze). "
            "Its figures are not available."
        )
    else:
        notes.append(
            f"Baseline {found['number']} of the year from {found['year_from']}, frozen at "
            f"{found['frozen_at'][:10]}, digest of its inputs {found['digest'][:12]}."
        )
    told = reach(star, year)
    if told.counted is not None and not told.whole:
        notes.append(
            "These figures are of less than a year, so that no difference from a whole one is told."
        )
    figures, prices = _of_baseline(star, found)
    return Report(
        "change",
        "Change against the baseline",
        year,
        star.as_of,
        [*why_not_all(star, year), *notes],
        (*(_compared(told, one) for one in (
            _shares(star, year, figures), _numbers(star, year, figures),
            _prices(star, year, prices),
        )), _not_compared()),
    )  # fmt: skip


_NOW: Final = {"Shares": (1, 2, 3), "Numbers": (1, 2), "Weekly fees": (1, 2, 3)}
"""The columns of each table that are of this year; the last is the difference."""


def _compared(told: Reach, table: Table) -> Table:
    """A table without its difference where the year is not whole, and without what is not known."""
    if told.whole:
        return table
    hidden = {len(table.columns) - 1}
    if told.counted is None:
        hidden |= {*_NOW[table.title]}
    rows = [[None if at in hidden else cell for at, cell in enumerate(row)] for row in table.rows]
    note = table.note if told.counted is not None else f"{told.why} {table.note}".rstrip()
    return replace(table, rows=rows, note=note)


def _baseline(star: Star, year: Period) -> dict[str, Any] | None:
    """The latest baseline of a year that was over when this one began."""
    before = [
        one for one in frozen(star.session)
        if add_months(date.fromisoformat(one["year_from"]), 12) <= year.start
    ]  # fmt: skip
    before = before or [
        one for one in frozen(star.session) if one["year_from"] < year.start.isoformat()
    ]
    return before[-1] if before else None


def _of_baseline(
    star: Star, found: Mapping[str, Any] | None
) -> tuple[Mapping[str, Any] | None, Sequence[Mapping[str, Any]]]:
    """Figures and prices of the baseline, of all or of the borough whose the view is."""
    if found is None:
        return None, ()
    told = found["figures"]
    if star.borough is None:
        part = told["all"]
    else:
        own = [one for one in told["boroughs"] if one["borough"] == star.borough]
        if not own:
            return None, ()
        part = own[0]
    return part["figures"], part["prices"]


def lived_in(star: Star, year: Period) -> list[Told]:
    """Placements with a day in the year."""
    return [
        row
        for row in star.episodes
        if row["moved_in_on"] is not None
        and row["moved_in_on"] < year.end
        and (row["ended_on"] is None or row["ended_on"] > year.start)
    ]


def returned(star: Star, year: Period) -> tuple[int, int]:
    """Of those who left residential care in the year, how many came back so far."""
    left = [
        row for row in star.episodes
        if year.has(row["ended_on"]) and row["moved_in_on"] is not None
        and row["destination"] in LEFT
    ]  # fmt: skip
    back = count_of(
        left,
        lambda row: any(
            other["person_key"] == row["person_key"]
            and other["moved_in_on"] is not None
            and row["ended_on"] < other["moved_in_on"] <= add_months(row["ended_on"], RETURN_MONTHS)
            for other in star.episodes
        ),
    )
    return back, len(left)


def stays_ended(star: Star, year: Period) -> list[tuple[date, date]]:
    """Unbroken times in residential care that ended in the year, in one home or several in turn.

    As the baseline counts them: one home after another from the same day is one stay.
    """
    spans: dict[str, list[tuple[date, date | None]]] = {}
    lived = [row for row in star.episodes if row["moved_in_on"] is not None]
    for row in sorted(lived, key=lambda one: one["moved_in_on"]):
        own = spans.setdefault(row["person_key"], [])
        if own and own[-1][1] == row["moved_in_on"]:
            own[-1] = (own[-1][0], row["ended_on"])
        else:
            own.append((row["moved_in_on"], row["ended_on"]))
    return [
        (start, end)
        for own in spans.values()
        for start, end in own
        if end is not None and year.start < end <= year.end
    ]


_SIDES: Final = (
    Column("now", Kind.COUNT), Column("of", Kind.COUNT),
)  # fmt: skip


def _shares(star: Star, year: Period, figures: Mapping[str, Any] | None) -> Table:
    miles = [r["distance_tenths"] for r in lived_in(star, year) if r["distance_tenths"] is not None]
    far = (sum(value > FAR_TENTHS for value in miles), len(miles))
    then_far = None if figures is None else figures["residential"]["distance"]["over_20_miles"]
    then_back = None if figures is None else figures["returned"]["left_in_the_year"]["at_least"]
    rows: list[list[Value]] = []
    for name, (count, of), then in (
        ("over 20 miles from home", far, then_far),
        ("back within 12 months, so far", returned(star, year), then_back),
    ):
        now = share(count, of)
        was = None if then is None else share(then["count"], then["of"])
        counts = [None, None] if then is None else [then["count"], then["of"]]
        moved = None if now is None or was is None else now - was
        rows.append([name, count, of, now, *counts, was, moved])
    columns = (
        Column("share"), *_SIDES, Column("share now", Kind.PERCENT),
        Column("then", Kind.COUNT), Column("of, then", Kind.COUNT),
        Column("share then", Kind.PERCENT), Column("difference, points", Kind.PERCENT),
    )  # fmt: skip
    return Table("Shares", columns, rows)


def _numbers(star: Star, year: Period, figures: Mapping[str, Any] | None) -> Table:
    miles = spread(
        r["distance_tenths"] for r in lived_in(star, year) if r["distance_tenths"] is not None
    )
    stays = spread((end - start).days for start, end in stays_ended(star, year))
    far = None if figures is None else figures["residential"]["distance"]
    days = None if figures is None else figures["stays"]["ended"]
    rows: list[list[Value]] = []
    for name, now, n, then, then_n in (
        (
            "median miles from home",
            None if miles.median is None else miles.median / 10,
            miles.count,
            None if far is None else _number(far["median_miles"]),
            None if far is None else far["known"],
        ),
        (
            "median days of stays that ended",
            stays.median,
            stays.count,
            None if days is None else _number(days["median_days"]),
            None if days is None else days["count"],
        ),
    ):
        rows.append([name, now, n, then, then_n, _less(now, then)])
    columns = (
        Column("number"), Column("now", Kind.NUMBER), Column("n", Kind.COUNT),
        Column("then", Kind.NUMBER), Column("n then", Kind.COUNT),
        Column("difference", Kind.NUMBER),
    )  # fmt: skip
    return Table("Numbers", columns, rows)


def _number(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def _less(now: Fraction | None, then: Fraction | None) -> Fraction | None:
    return None if now is None or then is None else now - then


def _prices(star: Star, year: Period, prices: Sequence[Mapping[str, Any]]) -> Table:
    then = {one["band"]: one for one in prices}
    rows: list[list[Value]] = []
    for band in BANDS:
        fees = [
            row["weekly_fee_pence"] for row in lived_in(star, year) if row["band_first"] == band
        ]
        found = spread(fee for fee in fees if fee is not None)
        now = None if found.median is None else round_half_up(found.median)
        was = then.get(band)
        old = None if was is None or was["median"] is None else parse_pounds(was["median"])
        less = None if now is None or old is None else now - old
        count = None if was is None else was["count"]
        rows.append([band, now, found.count, fees.count(None), old, count, less])
    columns = (
        Column("band"), Column("median weekly fee now", Kind.MONEY), Column("n", Kind.COUNT),
        Column("not known", Kind.COUNT), Column("median then", Kind.MONEY),
        Column("n then", Kind.COUNT), Column("difference", Kind.MONEY),
    )  # fmt: skip
    note = "The home's weekly fee on the day of the decision, before requirements."
    return Table("Weekly fees", columns, rows, note)


def _not_compared() -> Table:
    return Table("Not compared", (Column("figure"), Column("why")), list(NOT_COMPARED))
