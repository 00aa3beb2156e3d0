"""Outcomes: near home, length of stay, endings, moves, stepping down, repeat episodes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, Final

from broker.baseline.figures import FAR_TENTHS, spread
from broker.reports.figures import count_of, share
from broker.reports.form import Period, Report, Table
from broker.reports.moves import (
    STEPPED_DOWN,
    by_each,
    moved_within_care,
    moves_by,
    moves_by_quarter,
    stayed_put,
)
from broker.reports.reach import by_quarter, of_days, reach, sides, why_not_all, words_of_sides
from broker.reports.returned import in_returns
from broker.reports.star import Star, Told
from broker.reports.unsafe import unsafe, unsafe_by, unsafe_by_provider, unsafe_by_quarter
from broker.workbook import Column, Kind, Value

_SHARES: Final = (
    ("moved in: in their own borough", "area", lambda row: row["area"] == "in_area"),
    ("moved in: in a borough next to it", "area", lambda row: row["area"] == "adjoining"),
    ("moved in: elsewhere", "area", lambda row: row["area"] == "distant"),
    (
        "moved in: over 20 miles from home", "distance_tenths",
        lambda row: row["distance_tenths"] > FAR_TENTHS,
    ),
    ("moved in: first option of the shortlist", None, lambda row: row["first_option"]),
    ("moved in: school kept", "school_kept", lambda row: row["school_kept"]),
    ("moved in: the young person wanted it", "wish", lambda row: row["wish"] == "wants"),
)  # fmt: skip
_ENDINGS: Final = (
    ("ended: planned", None, lambda row: row["planned_end"]),
    ("ended: broke down", None, lambda row: row["disrupted"]),
    ("ended: moved within care", None, moved_within_care),
    ("ended: stepped down", None, lambda row: row["destination"] in STEPPED_DOWN),
    ("ended: staying put", None, stayed_put),
    ("ended: without a next place", None, lambda row: row["needs_place"]),
    ("ended: all goals met", "goals_met", lambda row: row["goals_met"] == "all"),
)  # fmt: skip
_OPENED: Final = (
    ("begun: back within 12 months of a placement", None, lambda row: row["repeat"]),
    (
        "begun: near is not safe or not wanted", None,
        lambda row: row["nearness"] == "away",
    ),
    ("begun: an area must be avoided", "unsafe_area", lambda row: row["unsafe_area"]),
    (
        "begun: their own borough must be avoided", "unsafe_own_borough",
        lambda row: row["unsafe_own_borough"],
    ),
)  # fmt: skip
_Share = tuple[str, str | None, Callable[[Told], Any]]


def outcomes(star: Star, period: Period) -> Report:
    """The outcomes of a period."""
    found, (began, _, begun) = reach(star, period), _of(star, period)
    return Report(
        "outcomes",
        "Outcomes",
        period,
        star.as_of,
        (
            *why_not_all(star, period),
            "Shares are of those of whom it is known; who is not counted stands beside. A stay "
            "counts in the period in which it ended: long ones are still going on.",
            "Distance is the official straight line from home, as found when it was decided.",
        ),
        (
            shares(star, period),
            *(
                of_days(found, one)
                for one in (
                    _spreads(star, period),
                    unsafe(begun),
                    *unsafe_by(star, begun),
                    unsafe_by_provider(star, began),
                    *_by(star, period),
                    *moves_by(star, period),
                )
            ),
            unsafe_by_quarter(star, period),
            moves_by_quarter(star, period),
            _quarters(star, period),
            in_returns(star, period),
        ),
    )


def _of(star: Star, period: Period) -> tuple[list[Told], list[Told], list[Told]]:
    """Episodes that began, episodes that ended, referrals begun, in a period."""
    return (
        [row for row in star.episodes if period.has(row["moved_in_on"])],
        [row for row in star.episodes if period.has(row["ended_on"])],
        [row for row in star.referrals if period.has(row["opened_on"])],
    )


def _share(rows: Sequence[Told], one: _Share) -> list[Value]:
    """How many of how many known, the share, and of how many it is not known."""
    _, needs, holds = one
    told = [row for row in rows if needs is None or row[needs] is not None]
    count = count_of(told, lambda row: bool(holds(row)))
    return [count, len(told), share(count, len(told)), len(rows) - len(told)]


def shares(star: Star, period: Period) -> Table:
    """Each share, beside the period before and the year before."""
    all_sides = [(name, _of(star, one), known) for name, one, known in sides(star, period)]
    rows: list[list[Value]] = []
    for at, group in enumerate((_SHARES, _ENDINGS, _OPENED)):
        for one in group:
            cells: list[Value] = []
            for side, (_, found, known) in enumerate(all_sides):
                told: list[Value] = _share(found[at], one) if known else [None] * 4
                cells += [told[2], told[1]] if side else told
            rows.append([one[0], *cells])
    columns = [
        Column("what"),
        Column("count", Kind.COUNT),
        Column("of", Kind.COUNT),
        Column("share", Kind.PERCENT),
        Column("not known", Kind.COUNT),
    ]
    for name, _, _ in all_sides[1:]:
        columns += [Column(name, Kind.PERCENT), Column(f"of, {name}", Kind.COUNT)]
    return Table("Shares", columns, rows, words_of_sides(star, period))


def _spreads(star: Star, period: Period) -> Table:
    began, ended, _ = _of(star, period)
    tenths = [row["distance_tenths"] for row in began]
    miles = spread(value for value in tenths if value is not None)
    stays = spread(row["days"] for row in ended if row["days"] is not None)
    going = [
        (min(period.end, star.as_of) - row["moved_in_on"]).days
        for row in star.episodes
        if row["moved_in_on"] is not None
        and row["moved_in_on"] < min(period.end, star.as_of)
        and (row["ended_on"] is None or row["ended_on"] >= period.end)
    ]
    still = spread(going)
    rows: list[list[Value]] = [
        ["miles from home, moved in", miles.count, *_tenths(miles), tenths.count(None)],
        ["days lived there, ended", stays.count, stays.median, stays.least, stays.most, 0],
        ["days so far, going on at its end", still.count, still.median, still.least, still.most, 0],
    ]
    columns = (
        Column("what"),
        Column("n", Kind.COUNT),
        Column("median", Kind.NUMBER),
        Column("least", Kind.NUMBER),
        Column("most", Kind.NUMBER),
        Column("not known", Kind.COUNT),
    )
    return Table("Distance and length of stay", columns, rows)


def _tenths(found: Any) -> list[Value]:
    return [
        None if value is None else Fraction(value) / 10
        for value in (found.median, found.least, found.most)
    ]


_GROUP: Final = (
    Column("moved in", Kind.COUNT),
    Column("in own or next borough", Kind.PERCENT),
    Column("area known of", Kind.COUNT),
    Column("median miles", Kind.NUMBER),
    Column("miles known of", Kind.COUNT),
    Column("ended", Kind.COUNT),
    Column("planned", Kind.PERCENT),
    Column("broke down", Kind.PERCENT),
    Column("stepped down", Kind.PERCENT),
    Column("median days", Kind.NUMBER),
)


def _group(began: Sequence[Told], ended: Sequence[Told]) -> list[Value]:
    areas = [row["area"] for row in began if row["area"] is not None]
    miles = spread(r["distance_tenths"] for r in began if r["distance_tenths"] is not None)
    planned, broke, _, down = (_share(ended, one)[2] for one in _ENDINGS[:4])
    return [
        len(began),
        share(len(areas) - areas.count("distant"), len(areas)),
        len(areas),
        _tenths(miles)[0],
        miles.count,
        len(ended),
        planned,
        broke,
        down,
        spread(row["days"] for row in ended if row["days"] is not None).median,
    ]


def _by(star: Star, period: Period) -> list[Table]:
    began, ended, _ = _of(star, period)
    return by_each(star, began, ended, (_TITLES.__getitem__, _GROUP, "", _OF), _group)


_OF: Final = {1: 2, 3: 4, 6: 5, 7: 5, 8: 5, 9: 5}
_TITLES: Final = {
    "borough": "By borough", "band": "By band on the first day", "provider": "By provider",
}  # fmt: skip


def _quarters(star: Star, period: Period) -> Table:
    def rows(name: str, one: Period) -> list[list[Value]]:
        return [[name, *_group(*_of(star, one)[:2])]]

    return by_quarter(star, period, "By quarter", (Column("quarter"), *_GROUP), rows)
