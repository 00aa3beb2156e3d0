"""The ground a generated case stands on: which authorities, where, and how many live there."""

from dataclasses import dataclass
from typing import Final

from broker.sample.draw import Draw
from matching.data import rows
from matching.geography import PARTNER_BOROUGHS

REGIONAL_HOMES: Final = 100
"""Up to so many homes a case is one of the eight partner boroughs."""
LONDON_HOMES: Final = 1000
"""Up to so many homes a case is one of London's 33 authorities; above, of all England."""
_CITY: Final = "E09000001"
_CITY_PART: Final = 0.05
_COMPACT: Final = 8000  # metres of spread below which an authority is a town or a city
_LONDON: Final = "E09"


@dataclass(frozen=True)
class Authority:
    """An authority as a generated case sees it: a centre, a spread in metres, a weight."""

    code: str
    easting: int
    northing: int
    spread: int
    weight: float

    def point(self, draw: Draw) -> tuple[int, int]:
        """Return an invented point among the authority's postcodes, in whole metres."""
        part = self.spread * 7 // 10
        return max(0, draw.around(self.easting, part)), max(0, draw.around(self.northing, part))


def ground(homes: int) -> list[Authority]:
    """Return the authorities of a case with so many homes.

    Weights are the number of postcodes, a rough stand-in for the number of people: doubled in towns
    and cities, where more young people are in care and more homes stand; a twentieth in the City
    of London, whose postcodes are mostly offices. An assumption of the samples, nothing more.
    """
    everyone = [_authority(row) for row in rows("authorities.csv")]
    if homes <= REGIONAL_HOMES:
        return [place for place in everyone if place.code in PARTNER_BOROUGHS]
    if homes <= LONDON_HOMES:
        return [place for place in everyone if place.code.startswith(_LONDON)]
    return everyone


def _authority(row: dict[str, str]) -> Authority:
    easting, northing, spread = (int(row[key]) for key in ("easting", "northing", "spread"))
    factor = _CITY_PART if row["code"] == _CITY else 2 if spread < _COMPACT else 1
    return Authority(row["code"], easting, northing, spread, int(row["postcodes"]) * factor)


class Choice:
    """Draws authorities in proportion to their weights, fast for many draws."""

    def __init__(self, authorities: list[Authority]) -> None:
        smallest = min(place.weight for place in authorities)
        self._tickets = [
            place for place in authorities for _ in range(max(1, int(place.weight / smallest)))
        ]

    def draw(self, draw: Draw) -> Authority:
        return draw.pick(self._tickets)

    def near(self, draw: Draw, home: Authority) -> Authority:
        """Return an authority not far from another: the nearest of a few draws."""
        return min(
            (self.draw(draw) for _ in range(6)),
            key=lambda a: (a.easting - home.easting) ** 2 + (a.northing - home.northing) ** 2,
        )
