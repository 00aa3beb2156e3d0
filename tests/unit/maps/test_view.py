"""What a window shows, where names and marks stand, and what is told in words instead."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from broker.maps.boundaries import boundaries
from broker.maps.dissolve import signed_area
from broker.maps.shapes import Window, clipped, inside, middle
from broker.maps.view import Mark, map_view, middle_of
from matching.geography import PARTNER_BOROUGHS

METRES = st.integers(-5000, 5000)


@st.composite
def windows(draw: st.DrawFn) -> Window:
    west, south = draw(METRES), draw(METRES)
    return Window(
        west, south, west + draw(st.integers(1, 5000)), south + draw(st.integers(1, 5000))
    )


@given(windows(), windows())
def test_what_a_window_shows_of_a_rectangle_is_what_they_share(a: Window, b: Window) -> None:
    ring = [(b.west, b.south), (b.west, b.north), (b.east, b.north), (b.east, b.south)]
    across = max(0, min(a.east, b.east) - max(a.west, b.west))
    up = max(0, min(a.north, b.north) - max(a.south, b.south))
    shown = clipped(ring, a)
    assert all(a.holds(point) for point in shown)
    assert abs(signed_area(shown)) == across * up if shown else across * up == 0


@settings(max_examples=30)
@given(st.sampled_from(sorted(boundaries())), windows())
def test_every_point_of_a_window_is_inside_what_is_shown_as_it_was_before(
    code: str, around_middle: Window
) -> None:
    """Asked of a lattice of points that lie off the window's edge."""
    found = boundaries()[code]
    window = Window(
        found.middle[0] + around_middle.west, found.middle[1] + around_middle.south,
        found.middle[0] + around_middle.east, found.middle[1] + around_middle.north,
    )  # fmt: skip
    shown = [ring for ring in (clipped(ring, window) for ring in found.rings) if len(ring) > 2]
    for part in range(1, 8):
        point = (
            window.west + window.width * part // 8,
            window.south + window.height * (part * 3 % 8) // 8,
        )
        if window.width > 16 and window.height > 16 and not _near_edge(found.rings, point):
            assert (inside(shown, point) if shown else False) == found.holds(point)


def _near_edge(rings: tuple[tuple[tuple[int, int], ...], ...], point: tuple[int, int]) -> bool:
    """Whether rounding to whole metres could tell the other way."""
    around_it = [(point[0] + east, point[1] + north) for east in (-3, 3) for north in (-3, 3)]
    return len({inside(rings, one) for one in around_it}) > 1


def test_the_middle_of_a_ring_with_a_bay_is_inside_of_it() -> None:
    bay = [(0, 0), (0, 900), (900, 900), (900, 800), (100, 800), (100, 100), (900, 100), (900, 0)]
    assert inside([bay], middle([bay]))


def test_a_map_holds_the_partner_boroughs_and_its_marks_whole() -> None:
    far = Mark((600_000, 200_000), "home", "1", "A home by the sea.")
    for marks in ([], [far]):
        view = map_view("A map", marks)
        assert all(view.window.holds(mark.at) for mark in marks)
        for code in PARTNER_BOROUGHS:
            for ring in boundaries()[code].rings:
                assert all(view.window.holds(point) for point in ring)
        assert {shape.name for shape in view.shapes} >= set(PARTNER_BOROUGHS.values())
        assert {"Essex", "Thurrock"} <= {shape.name for shape in view.shapes}
        for name in view.names:
            assert view.window.holds((name.box.west, name.box.south)), name.text
            assert view.window.holds((name.box.east, name.box.north)), name.text


def test_what_lies_outside_of_all_that_is_drawn_is_told_in_words_and_no_line_leads_there() -> None:
    away = Mark((430_000, 434_000), "home", "1", "A home in Leeds.")
    newham = middle_of("E09000025")
    assert newham is not None
    view = map_view("A map", [away], lines=[(newham, away.at)], beyond=["One more."])
    assert view.marks == ()
    assert view.lines == ()
    assert view.beyond == ("One more.", "A home in Leeds.")
    assert view.window == map_view("A map", []).window


def test_a_county_is_marked_where_it_is_seen_and_for_each_of_its_districts() -> None:
    """Dartford is Kent's; Kent's own middle is far from London."""
    dartford = middle_of("E07000107")
    assert dartford is not None
    assert dartford == middle_of("E10000016")
    assert boundaries()["E10000016"].holds(dartford)
    assert map_view("A map", []).window.holds(dartford)
    assert middle_of("E08000035") is None


def test_boroughs_that_shades_and_the_own_one_name_are_those_of_districts_too() -> None:
    view = map_view("A map", [], shades={"E07000107": 2}, own="E07000107")
    assert view.shades == {"E10000016": 2}
    assert view.own == "E10000016"
