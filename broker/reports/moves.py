"""Moves within care, staying put and repeat episodes, by borough, band, provider and quarter.

A repeat episode is a placement of a referral that was begun within 12 months after another
placement of the same young person ended, and not as a move from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from broker.life.endings import CONTINUES
from broker.reports.few import NOTE, of_provider
from broker.reports.figures import count_of, groups, share
from broker.reports.form import Period, Table
from broker.reports.reach import by_quarter
from broker.reports.star import Star, Told
from broker.workbook import Column, Kind, Value
from matching.problem import BANDS

STEPPED_DOWN: Final = frozenset({"family", "fostering", "supported_accommodation"})
STAYING_PUT: Final = "staying_put"
_COLUMNS: Final = (
    Column("ended", Kind.COUNT),
    Column("moved within care", Kind.COUNT),
    Column("moved, of ended", Kind.PERCENT),
    Column("staying put", Kind.COUNT),
    Column("staying put, of ended", Kind.PERCENT),
    Column("moved in", Kind.COUNT),
    Column("back within 12 months", Kind.COUNT),
    Column("back, of moved in", Kind.PERCENT),
)
_OF: Final = {2: 0, 4: 0, 7: 5}
_NOTE: Final = (
    "Back within 12 months: of those who moved in, whose referral was begun within 12 months after "
    "an earlier placement ended."
)


def moved_within_care(row: Told) -> bool:
    """Whether a placement ended with a move that is no step down."""
    return row["care_code"] == CONTINUES and row["destination"] not in STEPPED_DOWN


def stayed_put(row: Told) -> bool:
    """Whether a placement ended with staying put."""
    return bool(row["destination"] == STAYING_PUT)


def by_each(
    star: Star,
    began: Sequence[Told],
    ended: Sequence[Told],
    form: tuple[Callable[[str], str], Sequence[Column], str, Mapping[int, int]],
    cells: Callable[[Sequence[Told], Sequence[Told]], Sequence[Value]],
) -> list[Table]:
    """Placements that began and that ended by borough, band on the first day, and provider.

    Each table has all together as its last row; `form` is its title by what it groups, its columns,
    its note, and which cells are of which, for there are some that are not told of a provider.
    """
    title, columns, note, of = form
    ways: tuple[tuple[str, str, Callable[[Any], str]], ...] = (
        ("borough", "borough", lambda code: star.boroughs[code]),
        ("band", "band_first", lambda band: f"{BANDS.index(band) + 1} {band}"),
        ("provider", "provider", str),
    )
    tables = []
    for by, column, name in ways:
        first, last = dict(groups(began, column, name)), dict(groups(ended, column, name))
        rows = []
        for one in sorted({*first, *last}):
            found = cells(first.get(one, []), last.get(one, []))
            rows.append([one, *(of_provider(found, of) if by == "provider" else found)])
        rows.append(["in all", *cells(began, ended)])
        whole = f"{note} {NOTE}".lstrip() if by == "provider" else note
        tables.append(Table(title(by), (Column(by), *columns), rows, whole))
    return tables


def moves_by(star: Star, period: Period) -> list[Table]:
    """Moves, staying put and repeats by each."""
    form = ("Moves and repeats, by {}".format, _COLUMNS, _NOTE, _OF)
    return by_each(star, *_of(star, period), form, partial(_cells, star))


def moves_by_quarter(star: Star, period: Period) -> Table:
    """The same for each quarter."""

    def rows(name: str, one: Period) -> list[list[Value]]:
        return [[name, *_cells(star, *_of(star, one))]]

    columns = (Column("quarter"), *_COLUMNS)
    return by_quarter(star, period, "Moves and repeats, by quarter", columns, rows)


def _of(star: Star, period: Period) -> tuple[list[Told], list[Told]]:
    """Placements that began, and that ended, in a period."""
    return (
        [row for row in star.episodes if period.has(row["moved_in_on"])],
        [row for row in star.episodes if period.has(row["ended_on"])],
    )


def _cells(star: Star, began: Sequence[Told], ended: Sequence[Told]) -> list[Value]:
    moved, stayed = count_of(ended, moved_within_care), count_of(ended, stayed_put)
    back = count_of(began, lambda row: star.repeats[row["referral_key"]])
    return [
        len(ended), moved, share(moved, len(ended)), stayed, share(stayed, len(ended)),
        len(began), back, share(back, len(began)),
    ]  # fmt: skip
