"""Reading the statutory return (SSDA903): episodes and, for birthdays, the header.

The return has no column for the borough: who calls says whose file it is. Dates are dd/mm/yyyy. Of
the columns only those needed are asked for; `PL_DISTANCE` is read where the file has it, for then
the distance is the one that was returned. Source of columns and codes: brief/field.md, 1.1 and 1.2.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Final

from broker.returns import codes
from broker.returns.day import read_day
from pricing.cells import Row, read_rows
from pricing.money import parse_decimal
from pricing.problems import Problems, describe

EPISODE_COLUMNS: Final = (
    "CHILD", "DECOM", "RNE", "LS", "PLACE", "DEC", "REC", "HOME_POST", "PL_POST",
)  # fmt: skip
HEADER_COLUMNS: Final = ("CHILD", "DOB")
DISTANCE_COLUMN: Final = "PL_DISTANCE"
NOT_KNOWN: Final = "999.9"
"""The return's own figure for a distance that is not known."""


@dataclass(frozen=True, slots=True)
class Episode:
    """One episode: the days [start, end), None while it goes on, and how it began and ceased.

    `distance` is the cell of PL_DISTANCE, None where the file has no such column.
    """

    borough: str
    child: str
    start: date
    end: date | None
    began: str
    legal: str
    place: str
    ceased: str
    home_post: str
    place_post: str
    distance: str | None

    @property
    def key(self) -> tuple[str, str]:
        """Whose it is: a child's number means something in its own borough only."""
        return self.borough, self.child


def read_episodes(path: Path, borough: str, found: Problems) -> list[Episode]:
    """The episodes of a file; two of one young person never begin on one day."""
    episodes = []
    first: dict[tuple[str, date], int] = {}
    for row in read_rows(path, EPISODE_COLUMNS, found):
        episode = _episode(row, borough)
        episodes.append(episode)
        if row.good("CHILD", "DECOM"):
            also = first.setdefault((episode.child, episode.start), row.number)
            if also != row.number:
                allowed = f"one episode of a young person from a day; row {also} has it"
                row.refuse("DECOM", describe(row.cells["DECOM"]), allowed, "duplicate")
    return episodes


def read_birthdays(path: Path, borough: str, found: Problems) -> dict[tuple[str, str], date]:
    """The birthdays of a header file, by borough and child."""
    born: dict[tuple[str, str], date] = {}
    for row in read_rows(path, HEADER_COLUMNS, found):
        child, day = row.text("CHILD"), read_day(row, "DOB")
        if row.good("CHILD", "DOB") and born.setdefault((borough, child), day) != day:
            row.refuse("DOB", describe(row.cells["DOB"]), "one birthday a child", "duplicate")
    return born


def _episode(row: Row, borough: str) -> Episode:
    start = read_day(row, "DECOM")
    end = read_day(row, "DEC") if row.cells["DEC"] else None
    if end is not None and row.good("DECOM", "DEC") and end <= start:
        allowed = f"a day after DECOM, {row.cells['DECOM']}"
        row.refuse("DEC", describe(row.cells["DEC"]), allowed, "wrong order")
    ceased = row.choice("REC", tuple(codes.REC)) if end is not None else ""
    return Episode(
        borough=borough,
        child=row.text("CHILD"),
        start=start,
        end=end,
        began=row.choice("RNE", tuple(codes.RNE)),
        legal=row.text("LS"),
        place=row.choice("PLACE", tuple(codes.PLACE)),
        ceased=ceased,
        home_post=row.cells["HOME_POST"],
        place_post=row.cells["PL_POST"],
        distance=_distance(row),
    )


def _distance(row: Row) -> str | None:
    cell = row.cells.get(DISTANCE_COLUMN)
    if cell:
        allowed = f"miles with one decimal, {NOT_KNOWN} for not known, or empty"
        row.matching(DISTANCE_COLUMN, _is_distance, allowed)
    return cell


def _is_distance(cell: str) -> bool:
    miles = parse_decimal(cell)
    return miles is not None and miles < 1000 and (miles * 10).denominator == 1


def tenths_told(cell: str) -> int | None:
    """Tenths of a mile of a cell of PL_DISTANCE that is not empty; None where not known."""
    return None if Fraction(cell) == Fraction(NOT_KNOWN) else int(Fraction(cell) * 10)


def newest(files: Iterable[Iterable[Episode]]) -> tuple[list[Episode], int]:
    """The episodes of several files, oldest file first, and how many a later file replaced.

    An episode that is still going on at the end of one collection stands again in the next.
    """
    kept: dict[tuple[str, str, date], Episode] = {}
    replaced = 0
    for episodes in files:
        for episode in episodes:
            key = (episode.borough, episode.child, episode.start)
            replaced += key in kept
            kept[key] = episode
    return list(kept.values()), replaced
