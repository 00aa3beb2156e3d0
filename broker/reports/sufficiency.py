"""Sufficiency: what was needed and not found, by kind and place (Children Act 1989, s22G).

A need counts once: a referral sent in the period. It is found where somebody moved in or a home was
decided for; not found where it was withdrawn before, or where the day a place was needed by has
passed without a decision; else it is not due yet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

from broker.reports.figures import NOT_TOLD, groups, share
from broker.reports.form import Period, Report, Table
from broker.reports.reach import of_days, reach, why_not_all
from broker.reports.star import Star, Told
from broker.workbook import Column, Kind, Value
from matching.problem import BANDS

FOUND, FOUND_FAR, NOT_FOUND, NOT_DUE = "found", "found_far", "not_found", "not_due"
_COLUMNS: Final = (
    Column("needed", Kind.COUNT),
    Column("found near", Kind.COUNT),
    Column("found elsewhere", Kind.COUNT),
    Column("not found", Kind.COUNT),
    Column("not due yet", Kind.COUNT),
    Column("not found, of those due", Kind.PERCENT),
)


def outcome(row: Told, area: str | None, day: date) -> str:
    """What came of a need by a day; `area` is where the home decided for lies."""
    if row["moved_in_on"] is not None or row["state"] in _DECIDED:
        return FOUND_FAR if area == "distant" else FOUND
    if row["state"] == "withdrawn":
        return NOT_FOUND
    return NOT_FOUND if row["needed_by"] is not None and row["needed_by"] < day else NOT_DUE


_DECIDED: Final = frozenset({"confirmed", "moved_in", "stepping_down", "ended"})


def sufficiency(star: Star, period: Period) -> Report:
    """What was needed and not found."""
    sent = _sent(star, period)
    return Report(
        "sufficiency",
        "Sufficiency",
        period,
        star.as_of,
        (
            *why_not_all(star, period),
            "What was needed and not found (Children Act 1989, s22G). Near is the young person's "
            "own borough or one next to it, or an area that was not found; not found counts "
            "withdrawn referrals, whatever the reason, and those past the day needed.",
        ),
        [
            of_days(reach(star, period), one)
            for one in (
                _table("By borough", "borough", sent, lambda code: star.boroughs[code]),
                _bands(sent),
                _both(star, sent),
                _needs(sent),
                _table("By provision asked for", "provision", sent, str),
                _table("By nearness asked for", "nearness", sent, str),
                _ages(sent),
                _reasons(star, sent),
            )
        ],
    )


def by_band(star: Star, period: Period) -> Table:
    """What was needed and not found by band alone."""
    return of_days(reach(star, period), _bands(_sent(star, period)))


def _bands(sent: Sequence[Told]) -> Table:
    return _table("By band", "band", sent, lambda band: f"{BANDS.index(band) + 1} {band}")


def _sent(star: Star, period: Period) -> list[Told]:
    """The referrals sent in a period, each with what came of it."""
    areas = {row["referral_key"]: row["area"] for row in star.episodes}
    return [
        {**row, "outcome": outcome(row, areas.get(row["referral_key"]), star.as_of)}
        for row in star.referrals
        if period.has(row["submitted_on"])
    ]


def _cells(rows: Sequence[Told]) -> list[Value]:
    counts = [
        sum(row["outcome"] == what for row in rows)
        for what in (FOUND, FOUND_FAR, NOT_FOUND, NOT_DUE)
    ]
    return [len(rows), *counts, share(counts[2], len(rows) - counts[3])]


def _table(title: str, by: str, sent: Sequence[Told], name: Callable[[Any], str]) -> Table:
    rows = [[one, *_cells(some)] for one, some in groups(sent, by, name)]
    return Table(title, (Column(by), *_COLUMNS), [*rows, ["in all", *_cells(sent)]])


def _both(star: Star, sent: Sequence[Told]) -> Table:
    rows = []
    for borough, some in groups(sent, "borough", lambda code: star.boroughs[code]):
        for band, few in groups(some, "band", lambda one: f"{BANDS.index(one) + 1} {one}"):
            rows.append([f"{borough}, {band}", *_cells(few)])
    return Table("By borough and band", (Column("borough and band"), *_COLUMNS), rows)


def _needs(sent: Sequence[Told]) -> Table:
    """A referral with several needs stands in the row of each."""
    tags = sorted({tag for row in sent for tag in row["needs"].split(";") if tag})
    rows = [
        [tag.replace("_", " "), *_cells([r for r in sent if tag in r["needs"].split(";")])]
        for tag in tags
    ]
    none = [row for row in sent if not row["needs"]]
    rows += [["no need named", *_cells(none)]] if none else []
    note = "A referral with several needs stands in the row of each: rows do not add up."
    return Table("By what the home must support", (Column("need"), *_COLUMNS), rows, note)


def age_group(age: int | None) -> str:
    """The age groups of the partnership's young people."""
    if age is None:
        return NOT_TOLD
    if age < 11:
        return "under 11"
    return (
        "11 to 13" if age < 14 else "14 to 15" if age < 16 else "16 to 17" if age < 18 else "18 on"
    )


def _ages(sent: Sequence[Told]) -> Table:
    grouped = [{**row, "group": age_group(row["age"])} for row in sent]
    return _table("By age", "group", grouped, str)


def _reasons(star: Star, sent: Sequence[Told]) -> Table:
    """What the latest match said of each that was not found."""
    last = {row["referral_key"]: row for row in star.proposals}
    counts: dict[str, int] = {}
    missing = [row for row in sent if row["outcome"] == NOT_FOUND]
    for row in missing:
        found = last.get(row["referral_key"])
        if found is None:
            words = "no match on record knew it"
        elif found["reason_key"] is None:
            words = "a home was proposed"
        else:
            words = star.reasons[found["reason_key"]]["words"]
        counts[words] = counts.get(words, 0) + 1
    rows: list[list[Value]] = [
        [words, number, len(missing), share(number, len(missing))]
        for words, number in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]
    columns = (
        Column("what the latest match said"), Column("referrals", Kind.COUNT),
        Column("of not found", Kind.COUNT), Column("share", Kind.PERCENT),
    )  # fmt: skip
    note = (
        "Matches are the central team's to see."
        if star.borough is not None
        else "Nobody is followed through a change of pseudonyms: a referral opened before it and "
        "matched after it counts as one that no match knew."
    )
    return Table("Not found, and why", columns, [] if star.borough is not None else rows, note)
