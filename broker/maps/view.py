"""A map ready to be drawn: the shapes in a window, what is marked on them, and what lies beyond.

One view serves the drawing in the page and the map that scripts make of it. It holds a home's own
point only where whoever made it put that there: who may see it is decided before, not here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal

from broker.maps.boundaries import SOURCE, boundaries
from broker.maps.names import Name, placed, places_of
from broker.maps.shapes import Point, Window, around, clipped, middle
from matching.geography import PARTNER_BOROUGHS, children_services_authority

Kind = Literal["home", "near", "area", "area-near"]
"""What a mark stands for: a home or a whole borough; `near` where that nearly fits."""

_EDGE: Final = 5000
"""Windows begin and end at a multiple of so many metres, so that few different ones are made."""

_ROOM: Final = 1500
"""Metres from a mark to the edge of its window, at the least."""

_LETTERS, _SMALL_LETTERS = 0.72, 0.65
"""How large the letters of names are, in units."""

_MARK: Final = 0.85
"""How far a mark reaches from its point, its edge included, in units."""

_WIDEST: Final = Window(470_000, 120_000, 630_000, 250_000)
"""What is ever drawn: London and what adjoins it. What lies outside is told in words."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something at a point: what kind of thing, the few signs on it, and what it says in words."""

    at: Point
    kind: Kind
    text: str
    words: str


@dataclass(frozen=True, slots=True)
class Shape:
    """A part of an authority that the window shows, drawn.

    `middle` is a point well inside of what is seen; `places` are those at which its name may stand,
    the best first.
    """

    code: str
    name: str
    path: str
    middle: Point
    partner: bool
    places: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class MapView:
    """A map: its name, what it shows, and what could not be put on it and why.

    `names` are those of the areas for which there is a place beside the marks and each other.
    `shades` say how dark an authority is, 1 to 3; `own` is the one the map is about. `lines` go
    from a point to a point.
    """

    title: str
    window: Window
    shapes: tuple[Shape, ...]
    marks: tuple[Mark, ...]
    names: tuple[Name, ...]
    lines: tuple[tuple[Point, Point], ...] = ()
    shades: Mapping[str, int] = field(default_factory=dict)
    own: str | None = None
    beyond: tuple[str, ...] = ()
    sources: tuple[str, ...] = SOURCE

    def x(self, point: Point) -> int:
        """Metres from the west edge of the drawing."""
        return point[0] - self.window.west

    def y(self, point: Point) -> int:
        """Metres from the north edge of the drawing."""
        return self.window.north - point[1]

    @property
    def unit(self) -> int:
        """The size in metres of what must look alike in every window: about a letter's height."""
        return _unit(self.window)


def middle_of(code: str) -> Point | None:
    """Where an authority, or a county for its district, is marked; None if it is not drawn.

    The middle of what is seen of it around the partner boroughs, so that a county's mark does not
    stand sixty miles away; the middle of all of it where none of it is seen.
    """
    authority = children_services_authority(code)
    seen = _middles().get(authority)
    found = boundaries().get(authority)
    return seen or (None if found is None else found.middle)


@lru_cache(maxsize=1)
def _middles() -> dict[str, Point]:
    return {shape.code: shape.middle for shape in shapes_in(_window([]))}


def map_view(
    title: str,
    marks: Iterable[Mark],
    *,
    lines: Iterable[tuple[Point, Point]] = (),
    shades: Mapping[str, int] | None = None,
    own: str | None = None,
    beyond: Iterable[str] = (),
) -> MapView:
    """A map whose window holds the partner boroughs and every mark that can be drawn at all.

    A mark outside of London and what adjoins it is told among `beyond`, with its words; lines to
    it are left out.
    """
    given = list(marks)
    drawn = tuple(mark for mark in given if _WIDEST.holds(mark.at))
    window = _window([mark.at for mark in drawn])
    own = None if own is None else children_services_authority(own)
    shapes = shapes_in(window)
    return MapView(
        title=title,
        window=window,
        shapes=shapes,
        marks=drawn,
        names=placed(
            [shape.places for shape in shapes], [box_of(mark, _unit(window)) for mark in drawn]
        ),
        lines=tuple(dict.fromkeys((a, b) for a, b in lines if window.holds(a) and window.holds(b))),
        shades={children_services_authority(code): shade for code, shade in (shades or {}).items()},
        own=own,
        beyond=(*beyond, *(mark.words for mark in given if not _WIDEST.holds(mark.at))),
    )


def box_of(mark: Mark, unit: int) -> Window:
    """What a mark covers of a drawing, in metres."""
    half = round(_MARK * unit)
    return Window(mark.at[0] - half, mark.at[1] - half, mark.at[0] + half, mark.at[1] + half)


def _window(points: Sequence[Point]) -> Window:
    corners = [
        (corner[0], corner[1])
        for code in PARTNER_BOROUGHS
        for corner in _corners(around(boundaries()[code].rings[0]))
    ]
    frame = around([*corners, *points])
    return Window(
        (frame.west - _ROOM) // _EDGE * _EDGE,
        (frame.south - _ROOM) // _EDGE * _EDGE,
        -((-frame.east - _ROOM) // _EDGE) * _EDGE,
        -((-frame.north - _ROOM) // _EDGE) * _EDGE,
    )


def _corners(window: Window) -> tuple[Point, Point]:
    return (window.west, window.south), (window.east, window.north)


@lru_cache(maxsize=64)
def shapes_in(window: Window) -> tuple[Shape, ...]:
    """What a window shows of each authority, each with the places for its name.

    The partner boroughs are last, so that their boundaries are drawn over those of others.
    """
    made = []
    for code, found in boundaries().items():
        rings = [ring for ring in (clipped(ring, window) for ring in found.rings) if len(ring) > 2]
        if rings:
            partner = code in PARTNER_BOROUGHS
            letters = round(_unit(window) * (_LETTERS if partner else _SMALL_LETTERS))
            centre = middle(rings)
            places = places_of(found.name, rings, centre, letters, window, bold=partner)
            made.append(Shape(code, found.name, _path(rings, window), centre, partner, places))
    return tuple(sorted(made, key=lambda shape: (shape.partner, shape.code)))


def _unit(window: Window) -> int:
    return max(window.width // 44, window.height // 32)


def _path(rings: Sequence[Sequence[Point]], window: Window) -> str:
    """The rings as an SVG path in metres from the window's north-west corner."""
    parts = []
    for ring in rings:
        points = [(east - window.west, window.north - north) for east, north in ring]
        parts.append(f"M{points[0][0]} {points[0][1]}l")
        parts.append(" ".join(f"{b[0] - a[0]} {b[1] - a[1]}" for a, b in pairwise(points)))
        parts.append("z")
    return "".join(parts)
