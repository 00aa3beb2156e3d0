"""The boundaries the product holds, against two sources that they were not made from."""

from __future__ import annotations

from itertools import product

import pytest

from broker.maps.boundaries import Boundary, boundaries
from broker.maps.dissolve import signed_area
from broker.maps.make import authority_of_district, drawn_authorities
from matching.data import rows
from matching.geography import PARTNER_BOROUGHS, authorities
from matching.postcodes import _letter, authority_of, locate

EVERY = 499
"""Of the postcodes of a letter, each so manyth is asked about."""


@pytest.mark.parametrize("letter", ["E", "R", "I"])
def test_postcodes_lie_in_the_authority_that_the_directory_names(letter: str) -> None:
    """All but few: a boundary is good to 200 metres, and the directory is of another year."""
    directory = _letter(letter)
    assert directory is not None
    asked = wrong = 0
    for code in directory.postcodes[::EVERY]:
        postcode = code.decode()
        authority, point = authority_of(postcode), locate(postcode)
        if authority is not None and authority in boundaries() and point is not None:
            asked += 1
            wrong += not boundaries()[authority].holds(point)
    assert asked >= 15
    assert wrong <= asked * 0.05


def test_those_that_adjoin_on_land_share_a_boundary_and_no_others_overlap() -> None:
    """`adjoining.csv` is the law's side of it, told apart from the drawing."""
    drawn = boundaries()
    for row in rows("adjoining.csv"):
        if row["how"] == "land":
            assert _shared(drawn[row["a"]], drawn[row["b"]]), row
    for a, b in product(drawn.values(), repeat=2):
        assert a is b or not a.holds(b.middle)


def _shared(a: Boundary, b: Boundary) -> bool:
    ours = {point for ring in a.rings for point in ring}
    return len(ours & {point for ring in b.rings for point in ring}) >= 2


def test_each_authority_is_drawn_with_its_middle_inside() -> None:
    assert boundaries().keys() == drawn_authorities()
    assert set(PARTNER_BOROUGHS) <= boundaries().keys() <= authorities().keys()
    for one in boundaries().values():
        assert one.holds(one.middle), one.name


def test_the_mean_point_of_an_authoritys_postcodes_lies_in_it() -> None:
    """But for Kent and Essex, round whose middle no more is asked than that it is near."""
    for row in rows("authorities.csv"):
        if row["code"].startswith("E09"):
            assert boundaries()[row["code"]].holds((int(row["easting"]), int(row["northing"])))


def test_every_district_of_a_county_is_named_once() -> None:
    """As many as the lookup of the ONS has; Buckinghamshire had four before it was one."""
    counted: dict[str, int] = {}
    for code in authority_of_district().values():
        counted[code] = counted.get(code, 0) + 1
    counties = {row["authority"] for row in rows("districts.csv")}
    for county in counties & counted.keys():
        assert counted[county] == sum(row["authority"] == county for row in rows("districts.csv"))
    assert {code for code, number in counted.items() if number > 1} - counties == {"E06000060"}


def test_the_areas_are_about_what_they_are_known_to_be() -> None:
    """London is 1,572 square kilometres (ONS, Standard Area Measurements), water left out."""
    london = sum(
        abs(sum(signed_area(ring) for ring in one.rings))
        for code, one in boundaries().items()
        if code.startswith("E09")
    )
    assert london / 1e6 == pytest.approx(1572, rel=0.01)
