"""Cells of a chessboard with bent lines joined to areas: nothing is lost, doubled or left open."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from broker.maps.dissolve import Point, Ring, dissolve, signed_area
from broker.maps.shapes import inside

SIDE, CELL = 4, 1000
Owners = dict[tuple[int, int], str]


def _corner(column: int, row: int, bends: dict[Point, Point]) -> Point:
    east, north = bends.get((column, row), (0, 0))
    return column * CELL + east, row * CELL + north


def _cell(column: int, row: int, bends: dict[Point, Point]) -> Ring:
    """A cell clockwise, with a point in the middle of each side that neighbours share."""
    corners = [(column, row), (column, row + 1), (column + 1, row + 1), (column + 1, row)]
    ring = []
    for here, there in zip(corners, [*corners[1:], corners[0]], strict=True):
        a, b = _corner(*here, bends), _corner(*there, bends)
        ring += [a, ((a[0] + b[0]) // 2, (a[1] + b[1]) // 2)]
    return ring


@st.composite
def boards(draw: st.DrawFn) -> tuple[Owners, dict[Point, Point]]:
    """Who owns each cell, and by how much each corner is moved."""
    cells = [(column, row) for column in range(SIDE) for row in range(SIDE)]
    owners = {cell: draw(st.sampled_from("ABC")) for cell in cells}
    moved = st.tuples(st.integers(-200, 200), st.integers(-200, 200))
    bends = {(column, row): draw(moved) for column in range(SIDE + 1) for row in range(SIDE + 1)}
    return owners, bends


@settings(max_examples=25)
@given(boards())
def test_joined_cells_have_the_area_and_the_ground_of_their_cells(
    board: tuple[Owners, dict[Point, Point]],
) -> None:
    owners, bends = board
    parts = [(owner, _cell(*cell, bends)) for cell, owner in owners.items()]
    made = dissolve(parts, tolerance=0, smallest=0)
    for area, rings in made.items():
        wanted = sum(signed_area(ring) for owner, ring in parts if owner == area)
        assert sum(signed_area(ring) for ring in rings) == wanted
    for cell, owner in owners.items():
        corners = [_corner(*corner, bends) for corner in (cell, (cell[0] + 1, cell[1] + 1))]
        middle = (sum(c[0] for c in corners) // 2, sum(c[1] for c in corners) // 2)
        assert [area for area, rings in made.items() if inside(rings, middle)] == [owner]


@settings(max_examples=25)
@given(boards(), st.sampled_from([0, 50, 150, 400]))
def test_however_much_is_left_out_two_areas_share_one_line(
    board: tuple[Owners, dict[Point, Point]], tolerance: int
) -> None:
    """Every edge is run once by an area, and the other way by the one beyond it or by nobody.

    So what all areas cover together is what the board covers: no gap, and nothing twice.
    """
    owners, bends = board
    parts = [(owner, _cell(*cell, bends)) for cell, owner in owners.items()]
    made = dissolve(parts, tolerance, smallest=0)
    edges = Counter(
        edge
        for rings in made.values()
        for ring in rings
        for edge in zip(ring, [*ring[1:], ring[0]], strict=True)
    )
    raw = {edge for _, ring in parts for edge in zip(ring, [*ring[1:], ring[0]], strict=True)}
    rim = {point for a, b in raw if (b, a) not in raw for point in (a, b)}
    for (a, b), times in edges.items():
        assert times == 1
        assert (b, a) in edges or {a, b} <= rim


@settings(max_examples=25)
@given(boards(), st.integers(0, 500))
def test_no_point_that_is_left_out_is_further_away_than_allowed(
    board: tuple[Owners, dict[Point, Point]], tolerance: int
) -> None:
    owners, bends = board
    parts = [(owner, _cell(*cell, bends)) for cell, owner in owners.items()]
    exact, made = dissolve(parts, 0, 0), dissolve(parts, tolerance, 0)
    for area, rings in made.items():
        edges = [edge for ring in rings for edge in zip(ring, [*ring[1:], ring[0]], strict=True)]
        kept = sum(len(ring) for ring in rings)
        assert kept <= sum(len(ring) for ring in exact[area])
        if len(rings) == len(exact[area]):
            for ring in exact[area]:
                assert all(min(_away(p, *edge) for edge in edges) <= tolerance + 2 for p in ring)


def _away(point: Point, a: Point, b: Point) -> float:
    """The distance to a stretch, found by halving it: slow, and not the code's own formula."""
    low, high = 0.0, 1.0

    def at(part: float) -> float:
        east, north = a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1])
        return float(((point[0] - east) ** 2 + (point[1] - north) ** 2) ** 0.5)

    for _ in range(24):
        third = (high - low) / 3
        if at(low + third) < at(high - third):
            high -= third
        else:
            low += third
    return at((low + high) / 2)


def test_an_island_smaller_than_the_smallest_is_left_out_but_not_a_whole_area() -> None:
    small = [(0, 0), (0, 10), (10, 10), (10, 0)]
    large = [(1000, 0), (1000, 100), (1100, 100), (1100, 0)]
    made = dissolve([("A", small), ("A", large), ("B", small)], 0, smallest=1000)
    assert [len(rings) for rings in made.values()] == [1, 1]
    assert abs(signed_area(made["A"][0])) == 10_000
    assert abs(signed_area(made["B"][0])) == 100
