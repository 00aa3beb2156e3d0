"""Names stand in their areas, beside every mark, and none upon another."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from broker.maps.boundaries import boundaries
from broker.maps.names import Name, name_at, overlap, placed, places_of
from broker.maps.shapes import Window
from broker.maps.view import Mark, box_of, map_view, middle_of
from matching.geography import PARTNER_BOROUGHS

HAVERING = "E09000016"
SQUARE = [(0, 0), (0, 9000), (9000, 9000), (9000, 0)]
ALL = Window(-20_000, -20_000, 30_000, 30_000)
MARKS = st.lists(
    st.tuples(st.integers(525_000, 610_000), st.integers(175_000, 215_000)), max_size=40
)


def in_the_middle_of(box: Window) -> tuple[int, int]:
    return (box.west + box.east) // 2, (box.south + box.north) // 2


@settings(max_examples=40, deadline=None)
@given(MARKS)
def test_no_name_covers_a_mark_or_another_name_wherever_the_marks_are(
    points: list[tuple[int, int]],
) -> None:
    view = map_view("A map", [Mark(point, "home", "1", "A home.") for point in points])
    marks = [box_of(mark, view.unit) for mark in view.marks]
    for name in view.names:
        assert not [box for box in marks if overlap(name.box, box)], name.text
    assert not [
        (one.text, other.text)
        for one, other in combinations(view.names, 2)
        if overlap(one.box, other.box)
    ]


def test_every_partner_borough_is_named_where_its_mark_alone_is_on_the_map() -> None:
    middles = [middle_of(code) for code in PARTNER_BOROUGHS]
    marks = [Mark(at, "area", "2", "Two.") for at in middles if at is not None]
    assert len(marks) == len(PARTNER_BOROUGHS)
    for given_marks in ([], marks):
        named = {name.text for name in map_view("A map", given_marks).names if name.bold}
        assert named == set(PARTNER_BOROUGHS.values())


def test_the_middle_of_a_name_is_in_its_own_area_but_for_the_city() -> None:
    shapes = [one for one in map_view("A map", []).shapes if one.name != "City of London"]
    assert sum(len(shape.places) > 9 for shape in shapes) >= len(PARTNER_BOROUGHS) - 1
    for shape in shapes:
        for name in shape.places:
            assert boundaries()[shape.code].holds(in_the_middle_of(name.box)), name.text


def test_a_name_that_has_no_place_is_left_out_and_its_area_stays() -> None:
    frame = [name for shape in map_view("A map", []).shapes for name in shape.places]
    havering = [name.box for name in frame if name.text == "Havering"]
    points = [in_the_middle_of(box) for box in havering]
    view = map_view("A map", [Mark(point, "home", "1", "A home.") for point in points])
    assert "Havering" not in {name.text for name in view.names}
    assert "Havering" in {shape.name for shape in view.shapes if shape.code == HAVERING}


def test_a_neighbours_name_stands_in_its_area_as_a_whole_or_not_at_all() -> None:
    for name in places_of("Kent", [SQUARE], (4500, 4500), 1000, ALL, bold=False):
        assert min(name.box) >= 0
        assert max(name.box) <= 9000
    assert places_of("Kent", [SQUARE], (4500, 4500), 1000, ALL, bold=False)
    assert not places_of("Hammersmith and Fulham", [SQUARE], (4500, 4500), 1000, ALL, bold=False)


def test_a_name_in_smaller_letters_comes_last() -> None:
    sizes = [
        name.letters for name in places_of("Kent", [SQUARE], (4500, 4500), 1000, ALL, bold=True)
    ]
    assert sizes == sorted(sizes, reverse=True)
    assert set(sizes) == {1000, 800}


def test_bold_names_are_placed_first_and_of_those_the_one_with_fewer_places() -> None:
    def at(text: str, east: int, bold: bool) -> Name:
        return name_at(text, (east, 0), 1000, bold)

    few, many = at("Zed", 0, True), (at("Ash", 0, True), at("Ash", 9000, True))
    plain = at("Plain", 9000, False)
    assert placed([(plain,), many, (few,)], []) == (few, many[1])
    assert placed([many, (few,)], [few.box]) == (many[1],)


def test_a_mark_covers_what_is_drawn_of_it() -> None:
    """The larger of the two forms is a circle of three quarters of a unit, and its edge."""
    box = box_of(Mark((5000, 7000), "home", "1", "A home."), 1000)
    assert box.west <= 5000 - 750 - 50
    assert box.south <= 7000 - 750 - 50
    assert box.east >= 5000 + 750 + 50
    assert box.north >= 7000 + 750 + 50


def test_boxes_that_share_an_edge_alone_do_not_overlap() -> None:
    one = Window(0, 0, 10, 10)
    assert overlap(one, Window(9, 9, 20, 20))
    assert not overlap(one, Window(10, 0, 20, 10))
    assert not overlap(one, Window(0, 10, 10, 20))
    assert not overlap(one, Window(-5, -5, 0, 20))
    assert not overlap(one, Window(-5, -5, 20, 0))
