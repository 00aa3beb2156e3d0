"""The way from degrees to the grid, by its source's worked example and by points of the ONS."""

from __future__ import annotations

from math import radians

import pytest

from broker.maps.grid import _projected, grid_point


def test_the_projection_gives_the_worked_example_of_the_ordnance_survey() -> None:
    latitude = radians(52 + 39 / 60 + 27.2531 / 3600)
    longitude = radians(1 + 43 / 60 + 4.5177 / 3600)
    assert _projected(longitude, latitude) == pytest.approx((651409.903, 313177.270), abs=0.001)


@pytest.mark.parametrize(
    ("longitude", "latitude", "easting", "northing"),
    [
        (-0.09706, 51.5181, 532129, 181625),
        (-0.09197, 51.51868, 532480, 181699),
    ],
)
def test_points_that_the_ons_gives_both_ways_agree_within_five_metres(
    longitude: float, latitude: float, easting: int, northing: int
) -> None:
    """The middles of two small areas of the City, as the ONS gives them in degrees and metres."""
    assert grid_point(longitude, latitude) == pytest.approx((easting, northing), abs=5)
