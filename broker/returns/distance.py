"""How far from home a young person lives, as the return gives it.

A straight line from HOME_POST to PL_POST in miles with one decimal, 999.9 where either is not
known, blank for those who came unaccompanied. Source: the department's formula as kept in
brief/field.md, 1.3, which `matching.geography` computes.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from broker.returns.episode import Episode
from matching.geography import tenths_of_miles
from matching.postcodes import authority_of, is_postcode_shaped, locate
from pricing.money import parse_decimal

COLUMN: Final = "PL_DISTANCE"
UNKNOWN_CELL: Final = "999.9"
BLANK_CELL: Final = ""


@dataclass(frozen=True, slots=True)
class Distance:
    """Tenths of a mile; None where it is not known, or blank in the return (unaccompanied)."""

    tenths: int | None
    unaccompanied: bool = False

    @property
    def cell(self) -> str:
        """As the return writes it."""
        if self.unaccompanied:
            return BLANK_CELL
        return UNKNOWN_CELL if self.tenths is None else f"{self.tenths // 10}.{self.tenths % 10}"


def distance(episode: Episode, unaccompanied: bool) -> Distance:
    """The distance of an episode's place from home."""
    if unaccompanied:
        return Distance(None, True)
    ends = [_full(text) and locate(text) for text in (episode.home_post, episode.place_post)]
    home, place = ends
    if not home or not place:
        return Distance(None)
    return Distance(tenths_of_miles(home.easting - place.easting, home.northing - place.northing))


def in_own_area(episode: Episode) -> bool | None:
    """Whether the place lies in the responsible authority; None where either is not known."""
    there = authority_of(episode.place_post) if _full(episode.place_post) else None
    return None if not episode.authority or there is None else there == episode.authority


def is_distance(cell: str) -> bool:
    """Whether a cell is miles with one decimal at most, below 1,000."""
    miles = parse_decimal(cell)
    return miles is not None and miles < 1000 and (miles * 10).denominator == 1


def tenths_told(cell: str) -> int | None:
    """Tenths of a mile of a cell of PL_DISTANCE that is not empty; None where not known."""
    return None if Fraction(cell) == Fraction(UNKNOWN_CELL) else int(Fraction(cell) * 10)


def _full(text: str) -> bool:
    """Whether a cell is written like a postcode; blank or unreadable is a place not known."""
    return bool(text) and is_postcode_shaped(text)
