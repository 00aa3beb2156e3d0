"""The boundaries of London's authorities and of those that adjoin them, as the product holds them.

The file beside this module was made by `broker.maps.make`; its source and day are told under every
map. Rings are in whole metres of the National Grid.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from broker.maps.shapes import Point, inside
from matching.geography import authority_name

FILE: Final = Path(__file__).parent / "boundaries.json"
FORMAT: Final = 1
STEP: Final = 10
"""Metres of one step of the file."""

SOURCE: Final = (
    "Boundaries: Office for National Statistics, small areas of December 2011 in a copy of "
    "6 August 2024. We joined them to the councils of today and made the lines simpler. They are "
    "good to about 200 metres.",
    "Source: Office for National Statistics licensed under the Open Government Licence v.3.0. "
    "Contains OS data © Crown copyright and database right 2024.",
)
"""What must stand under a map: where its lines come from, of which day, how good, the licence."""


@dataclass(frozen=True, slots=True)
class Boundary:
    """An authority's shape: its rings, the largest first, and a point well inside of it."""

    code: str
    middle: Point
    rings: tuple[tuple[Point, ...], ...]

    @property
    def name(self) -> str:
        return authority_name(self.code)

    def holds(self, point: Point) -> bool:
        """Whether a point of the grid lies within."""
        return inside(self.rings, point)


@cache
def boundaries() -> MappingProxyType[str, Boundary]:
    """Every authority that is drawn, by its code.

    Raises:
        ValueError: the file has another format than this program reads.
    """
    document = json.loads(FILE.read_text(encoding="utf-8"))
    if document["format"] != FORMAT:
        raise ValueError(f"{FILE.name} has the format {document['format']}, not {FORMAT}")
    return MappingProxyType(
        {
            one["code"]: Boundary(
                one["code"],
                (one["middle"][0], one["middle"][1]),
                tuple(_points(ring) for ring in one["rings"]),
            )
            for one in document["authorities"]
        }
    )


def _points(steps: list[int]) -> tuple[Point, ...]:
    east = north = 0
    made = []
    for at in range(0, len(steps), 2):
        east, north = east + steps[at], north + steps[at + 1]
        made.append((east * STEP, north * STEP))
    return tuple(made)
