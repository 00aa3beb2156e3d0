"""Small areas joined to larger ones, and their boundaries made simpler without gaps or overlaps.

A boundary that two areas share is one line between them: it is simplified once and used by both.
Points are grid points in metres; rings are closed, their first point not repeated, the area on
their right hand or left hand as in the input.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

Point = tuple[int, int]
Ring = list[Point]
Edge = tuple[Point, Point]
_NOBODY: Final = ""


def dissolve(
    parts: Iterable[tuple[str, Sequence[Point]]], tolerance: float, smallest: float
) -> dict[str, list[Ring]]:
    """The rings of each area, from the rings of its parts: the largest first.

    `parts` name the area that each ring belongs to. Two rings that share a boundary must have the
    same points on it. No simplified line is further than `tolerance` metres from a point it leaves
    out. Rings of less than `smallest` square metres are left out, but for the largest of an area.
    """
    edges: dict[str, Counter[Edge]] = defaultdict(Counter)
    for area, ring in parts:
        for edge in zip(ring, [*ring[1:], ring[0]], strict=True):
            if edge[0] != edge[1]:
                edges[area][edge] += 1
    outer = {area: _outer(counted) for area, counted in edges.items()}
    beyond = {edge: area for area, found in outer.items() for edge in found}
    nodes = _nodes(outer, beyond)
    made: dict[str, list[Ring]] = {}
    kept: dict[tuple[Point, ...], list[Point]] = {}
    for area, found in outer.items():
        rings = [_simpler(ring, nodes, kept, tolerance) for ring in _rings(found)]
        rings = [ring for ring in rings if len(ring) > 2]
        rings.sort(key=lambda ring: -abs(signed_area(ring)))
        made[area] = rings[:1] + [one for one in rings[1:] if abs(signed_area(one)) >= smallest]
    return made


def signed_area(ring: Sequence[Point]) -> float:
    """The area of a ring in square metres, below 0 where it runs clockwise."""
    return (
        sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)) / 2
    )


def _outer(edges: Mapping[Edge, int]) -> list[Edge]:
    """The edges that no neighbour of the same area runs the other way."""
    return [edge for edge, times in edges.items() if times > edges.get((edge[1], edge[0]), 0)]


def _nodes(outer: Mapping[str, Iterable[Edge]], beyond: Mapping[Edge, str]) -> set[Point]:
    """The points where three boundaries meet, or where another area begins on the other side."""
    sides: dict[Point, set[tuple[str, str]]] = defaultdict(set)
    degree: Counter[tuple[str, Point]] = Counter()
    for area, found in outer.items():
        for a, b in found:
            pair = (area, beyond.get((b, a), _NOBODY))
            sides[a].add(tuple(sorted(pair)))  # type: ignore[arg-type]
            sides[b].add(tuple(sorted(pair)))  # type: ignore[arg-type]
            degree[area, a] += 1
    crossed = {point for (_, point), times in degree.items() if times > 1}
    return crossed | {point for point, found in sides.items() if len(found) > 1}


def _rings(edges: Sequence[Edge]) -> list[Ring]:
    """The closed rings that edges make, in an order that does not hang on theirs."""
    after: dict[Point, list[Point]] = defaultdict(list)
    for a, b in sorted(edges, reverse=True):
        after[a].append(b)
    rings = []
    for start in sorted(after):
        while after[start]:
            ring, here = [start], after[start].pop()
            while here != start:
                ring.append(here)
                here = after[here].pop()
            rings.append(ring)
    return rings


def _simpler(
    ring: Ring, nodes: set[Point], kept: dict[tuple[Point, ...], list[Point]], tolerance: float
) -> Ring:
    """A ring with each of its lines between nodes simplified, the same for both its sides."""
    first = next((at for at, point in enumerate(ring) if point in nodes), None)
    if first is None:
        first = min(range(len(ring)), key=lambda at: ring[at])
    turned = [*ring[first:], *ring[:first], ring[first]]
    made: Ring = []
    line = [turned[0]]
    for point in turned[1:]:
        line.append(point)
        if point in nodes:
            made += _once(line, kept, tolerance)[:-1]
            line = [point]
    if len(line) > 1:
        made += _once(line, kept, tolerance)[:-1]
    return made


def _once(
    line: list[Point], kept: dict[tuple[Point, ...], list[Point]], tolerance: float
) -> list[Point]:
    forward = tuple(line)
    backward = forward[::-1]
    one = min(forward, backward)
    if one not in kept:
        kept[one] = _thinned(list(one), tolerance)
    return kept[one] if one == forward else kept[one][::-1]


def _thinned(line: list[Point], tolerance: float) -> list[Point]:
    """Douglas and Peucker's line; one that closes on itself is cut at its furthest point first."""
    if line[0] == line[-1] and len(line) > 3:
        far = max(range(len(line)), key=lambda at: _squared(line[at], line[0]))
        return _thinned(line[: far + 1], tolerance)[:-1] + _thinned(line[far:], tolerance)
    keep = {0, len(line) - 1}
    todo = [(0, len(line) - 1)]
    while todo:
        low, high = todo.pop()
        if high - low < 2:
            continue
        away, at = max(
            (_away(line[one], line[low], line[high]), one) for one in range(low + 1, high)
        )
        if away > tolerance:
            keep.add(at)
            todo += [(low, at), (at, high)]
    return [line[at] for at in sorted(keep)]


def _squared(a: Point, b: Point) -> int:
    return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2


def _away(point: Point, a: Point, b: Point) -> float:
    """How far a point is from the stretch between two others."""
    length = _squared(a, b)
    if length == 0:
        return float(_squared(point, a) ** 0.5)
    along = ((point[0] - a[0]) * (b[0] - a[0]) + (point[1] - a[1]) * (b[1] - a[1])) / length
    along = min(1.0, max(0.0, along))
    nearest = (a[0] + along * (b[0] - a[0]), a[1] + along * (b[1] - a[1]))
    return float(((point[0] - nearest[0]) ** 2 + (point[1] - nearest[1]) ** 2) ** 0.5)
