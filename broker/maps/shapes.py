"""Plain geometry of rings: what lies inside, what a window shows of them, and where a name goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Point = tuple[int, int]
_CELLS: Final = 24
"""Into how many parts the longer side of a shape is cut to find its middle."""


class Window(NamedTuple):
    """A part of the National Grid: metres, west and south first."""

    west: int
    south: int
    east: int
    north: int

    @property
    def width(self) -> int:
        return self.east - self.west

    @property
    def height(self) -> int:
        return self.north - self.south

    def holds(self, point: Point) -> bool:
        """Whether a point lies in it, its edges included."""
        return self.west <= point[0] <= self.east and self.south <= point[1] <= self.north


def around(points: Iterable[Point]) -> Window:
    """The smallest window that holds all points; there must be one."""
    both = list(points)
    easts, norths = [one[0] for one in both], [one[1] for one in both]
    return Window(min(easts), min(norths), max(easts), max(norths))


def inside(rings: Sequence[Sequence[Point]], point: Point) -> bool:
    """Whether a point is within rings, where a ring in a ring is a hole."""
    return bool(held(rings, np.array([point], dtype=np.float64))[0])


def held(rings: Sequence[Sequence[Point]], points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether each of many points, east and north in a row, is within rings."""
    return _inside(_edges(rings), points)


def clipped(ring: Sequence[Point], window: Window) -> list[Point]:
    """What a window shows of a ring: Sutherland and Hodgman's polygon; empty for nothing."""
    made: list[tuple[float, float]] = list(ring)
    for axis, bound, sign in (
        (0, window.west, 1), (0, window.east, -1), (1, window.south, 1), (1, window.north, -1),
    ):  # fmt: skip
        given, made = made, []
        for at, here in enumerate(given):
            before = given[at - 1]
            holds, held = sign * (here[axis] - bound) >= 0, sign * (before[axis] - bound) >= 0
            if holds != held:
                part = (bound - before[axis]) / (here[axis] - before[axis])
                east, north = (a + part * (b - a) for a, b in zip(before, here, strict=True))
                made.append((east, north))
            if holds:
                made.append(here)
    return [(round(east), round(north)) for east, north in made]


def middle(rings: Sequence[Sequence[Point]]) -> Point:
    """A point inside that is far from every boundary: where a name or a count may stand.

    Of a lattice over the first ring, the point furthest from any edge; a corner of it where the
    shape is so thin that no point of the lattice is inside.
    """
    frame = around(rings[0])
    step = max(frame.width, frame.height, 1) / _CELLS
    easts = np.arange(frame.west + step / 2, frame.east, step)
    norths = np.arange(frame.south + step / 2, frame.north, step)
    lattice = np.array([(east, north) for north in norths for east in easts], dtype=np.float64)
    edges = _edges(rings)
    lattice = lattice[_inside(edges, lattice)] if len(lattice) else lattice
    if not len(lattice):
        return rings[0][0]
    best = lattice[int(np.argmax(_away(edges, lattice)))]
    return round(float(best[0])), round(float(best[1]))


def _edges(rings: Sequence[Sequence[Point]]) -> NDArray[np.float64]:
    """Each edge as east and north of its beginning and its end."""
    return np.array(
        [(*a, *b) for ring in rings for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)],
        dtype=np.float64,
    )


def _inside(edges: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.bool_]:
    x0, y0, x1, y1 = edges.T
    px, py = points[:, :1], points[:, 1:]
    crosses = (y0 > py) != (y1 > py)
    rise = np.where(y1 == y0, 1.0, y1 - y0)
    left = px < x0 + (py - y0) / rise * (x1 - x0)
    odd: NDArray[np.bool_] = (crosses & left).sum(axis=1) % 2 == 1
    return odd


def _away(edges: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each point is from the nearest edge, squared."""
    x0, y0, x1, y1 = edges.T
    px, py = points[:, :1], points[:, 1:]
    dx, dy = x1 - x0, y1 - y0
    length = np.maximum(dx * dx + dy * dy, 1.0)
    along = np.clip(((px - x0) * dx + (py - y0) * dy) / length, 0.0, 1.0)
    away = (px - x0 - along * dx) ** 2 + (py - y0 - along * dy) ** 2
    nearest: NDArray[np.float64] = away.min(axis=1)
    return nearest
