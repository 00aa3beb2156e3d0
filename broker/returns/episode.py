"""What is known of a young person in the return: who they are, and each episode of their care."""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

Key: TypeAlias = tuple[str, str]
"""An authority's ONS code ("" where the files do not say) and its number for a young person."""


@dataclass(frozen=True, slots=True)
class Child:
    """A young person of a header: when born, and M, F or U."""

    born: date
    sex: str


@dataclass(frozen=True, slots=True)
class Episode:
    """One row of an episodes table: the days [start, end), None while it goes on.

    Codes are as returned. `year` is the closing year of its collection; `file` and `row` say where
    it stands. HOME_POST is where the young person comes from, PL_POST where they live. `miles` is
    the cell of PL_DISTANCE, None where the file has none or nobody asked for it.
    """

    authority: str
    child: str
    start: date
    end: date | None
    began: str
    legal: str
    need: str
    place: str
    provider: str
    ceased: str
    reason: str
    home_post: str
    place_post: str
    urn: str
    year: int
    file: str
    row: int
    miles: str | None = None

    @property
    def key(self) -> Key:
        """Whose it is: a number means something in its own authority only."""
        return self.authority, self.child

    @property
    def where(self) -> tuple[str, str, str]:
        """Which place: two episodes with the same are in one place, as far as the return tells."""
        return self.place, self.place_post, self.urn


@dataclass(frozen=True, slots=True)
class Repair:
    """What was changed, or read otherwise than it stands, in one row, and by which rule."""

    rule: str
    file: str
    row: int
    words: str

    def __str__(self) -> str:
        return f"{self.file}, row {self.row}: {self.rule}: {self.words}"


def last_day(year: int) -> date:
    """The day on which the collection closes."""
    return date(year, 3, 31)


def year_starts(year: int) -> date:
    """The first day of the collection that closes in a year."""
    return date(year - 1, 4, 1)


def year_ends(year: int) -> date:
    """The day after the collection closes."""
    return date(year, 4, 1)
