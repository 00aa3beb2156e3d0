"""Where the names of areas stand on a drawing: beside every mark, and none upon another.

A name for which there is no such place is left out; its area says its name all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from broker.maps.shapes import Point, Window, around, held

NARROW: Final = frozenset("fijlrt -'.")
WIDE: Final = frozenset("mwMW")
"""Letters that are narrower and wider than the rest."""
NARROW_LETTER: Final = 0.48
LETTER: Final = 0.72
WIDE_LETTER: Final = 1.08
"""How wide each is beside its height, in the widest of the typefaces in use, bold."""
NOT_BOLD: Final = 0.92
"""How wide a name is beside the same in bold."""
ABOVE: Final = 0.95
BELOW: Final = 0.25
"""How far a name reaches above and below the line it stands on, beside its letters' height."""

_STEPS: Final = 14
"""Into how many parts the longer side of an area is cut to find places for its name."""
_ROUND: Final = np.array(
    [(east, up) for up in (-0.5, 0.0, 0.5) for east in (-0.5, -0.25, 0.0, 0.25, 0.5)]
)
"""The parts of a name, from its middle, that are looked at for whether they are in its area."""
_SMALLER: Final = 0.8
"""How large the letters of a bold name are where it has no place else."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name on a drawing: `at` is the middle of the line it stands on, `letters` in metres.

    `box` is what it covers in the widest of the typefaces in use.
    """

    text: str
    at: Point
    letters: int
    bold: bool
    box: Window


def name_at(text: str, at: Point, letters: int, bold: bool) -> Name:
    """A name with its middle on a line."""
    long = sum(
        NARROW_LETTER if one in NARROW else WIDE_LETTER if one in WIDE else LETTER for one in text
    )
    half = round(long * letters * (1.0 if bold else NOT_BOLD) / 2)
    south, north = at[1] - round(BELOW * letters), at[1] + round(ABOVE * letters)
    return Name(text, at, letters, bold, Window(at[0] - half, south, at[0] + half, north))


def places_of(
    text: str,
    rings: Sequence[Sequence[Point]],
    middle: Point,
    letters: int,
    window: Window,
    *,
    bold: bool,
) -> tuple[Name, ...]:
    """The places for the name of an area, the best first: most of it inside, near the middle.

    A name that is not `bold` stands in its area as a whole or not at all. A bold one may reach over
    the edge, with its middle inside; where the area is not half as wide as it, it stands beside.
    Its last places are those in smaller letters.
    """
    sizes = (letters, round(letters * _SMALLER)) if bold else (letters,)
    return tuple(
        name for size in sizes for name in _places(text, rings, middle, size, window, bold)
    )


def _places(
    text: str,
    rings: Sequence[Sequence[Point]],
    middle: Point,
    letters: int,
    window: Window,
    bold: bool,
) -> list[Name]:
    seen, box = around(rings[0]), name_at(text, middle, letters, bold).box
    small = bold and seen.width < box.width // 2
    step = max(seen.width, seen.height, 1) / _STEPS
    above, beside = (letters, box.width // 2) if small else (0, 0)
    easts, norths = np.meshgrid(
        np.arange(seen.west - beside, seen.east + beside + 1, step),
        np.arange(seen.south - above, seen.north + above + 1, step),
    )
    size = np.array((box.width, box.height))
    middles = np.column_stack((easts.ravel(), norths.ravel()))
    shown = (middles - size / 2 >= (window.west, window.south)).all(axis=1)
    shown &= (middles + size / 2 <= (window.east, window.north)).all(axis=1)
    middles = middles[shown]
    if len(middles) and not small:
        middles = middles[held(rings, middles)]
    if not len(middles):
        return []
    parts = (middles[:, np.newaxis, :] + _ROUND * size).reshape(-1, 2)
    outside = (~held(rings, parts)).reshape(len(middles), len(_ROUND)).sum(axis=1)
    away = ((middles - middle) ** 2).sum(axis=1)
    down = (ABOVE - BELOW) / 2 * letters
    return [
        name_at(text, (round(middles[at, 0]), round(middles[at, 1] - down)), letters, bold)
        for at in np.lexsort((away, outside))
        if bold or not outside[at]
    ]


def placed(places: Iterable[Sequence[Name]], taken: Iterable[Window]) -> tuple[Name, ...]:
    """One place for each name that has one where nothing is yet: bold ones first.

    Of equals whoever has fewer places to choose from is first.
    """
    boxes, made = list(taken), []
    for some in sorted(
        (one for one in places if one), key=lambda one: (not one[0].bold, len(one), one[0].text)
    ):
        for name in some:
            if not any(overlap(name.box, box) for box in boxes):
                made.append(name)
                boxes.append(name.box)
                break
    return tuple(made)


def overlap(one: Window, other: Window) -> bool:
    """Whether two boxes have a part in common that is more than an edge."""
    return (
        one.west < other.east
        and other.west < one.east
        and one.south < other.north
        and other.south < one.north
    )
