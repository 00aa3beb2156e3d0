"""Distance as the return gives it: the official formula, 999.9 where not known, blank for some."""

from __future__ import annotations

from math import sqrt
from pathlib import Path

import pytest

from broker.capacity.demand.endings import CUSTODY, DISRUPTION, HOME_CLOSED, PLANNED_MOVE
from broker.returns.codes import REASON_PLACE_CHANGE
from broker.returns.distance import distance, in_own_area
from broker.returns.episode import Episode
from broker.returns.whole import read_returns
from pricing.outcomes.endings import CODES, PLANNED, UNPLANNED
from tests.unit.returns.written import HAVERING, HEADER, Folder, row


def episode(tmp_path: Path, home: str, post: str) -> Episode:
    returns = read_returns(
        Folder(tmp_path).episodes(2020, row("1", "3/5/19", home=home, post=post)).path
    )
    return returns.episodes[HAVERING, "1"][0]


def test_it_is_the_straight_line_of_the_official_formula(tmp_path: Path) -> None:
    from matching.postcodes import locate

    found = distance(episode(tmp_path, "RM1 3BD", "E1 4NS"), unaccompanied=False)
    home, place = locate("RM1 3BD"), locate("E1 4NS")
    assert home is not None
    assert place is not None
    east, north = home.easting - place.easting, home.northing - place.northing
    miles = sqrt(east**2 + north**2) / 1000 / 1.6093
    assert found.cell == f"{miles:.1f}"
    assert 5 < miles < 15


@pytest.mark.parametrize(
    ("home", "post"), [("", "E1 4NS"), ("RM1 3BD", ""), ("C13 6WC", "E1 4NS"), ("RM1", "E1 4NS")]
)
def test_a_postcode_that_is_blank_or_does_not_exist_makes_it_not_known(
    tmp_path: Path, home: str, post: str
) -> None:
    found = distance(episode(tmp_path, home, post), unaccompanied=False)
    assert (found.tenths, found.cell) == (None, "999.9")


def test_it_is_blank_for_those_who_came_unaccompanied(tmp_path: Path) -> None:
    found = distance(episode(tmp_path, "RM1 3BD", "E1 4NS"), unaccompanied=True)
    assert (found.tenths, found.cell) == (None, "")


@pytest.mark.parametrize(("post", "inside"), [("RM1 3BD", True), ("E1 4NS", False), ("", None)])
def test_a_place_is_in_the_own_area_by_its_postcodes_authority(
    tmp_path: Path, post: str, inside: bool | None
) -> None:
    assert in_own_area(episode(tmp_path, "RM1 3BD", post)) is inside


def test_the_unaccompanied_table_says_who_they_are(tmp_path: Path) -> None:
    folder = Folder(tmp_path).episodes(2020, row("1", "3/5/19"), row("2", "3/5/19"))
    folder.name(2020, "uasc").write_text("CHILD,SEX,DOB,DUC\n2,1,11/09/2005,\n,1,,\n")
    returns = read_returns(folder.path)
    assert returns.unaccompanied == {(HAVERING, "2")}
    (refused,) = returns.refused
    assert str(refused).startswith(f"{HAVERING}/2019-20-uasc.csv, row 3, column CHILD: bad value")
    assert HEADER.startswith("CHILD,SEX,DOB")


def test_disruption_and_planned_are_the_codes_of_the_return_read_as_results_read_them() -> None:
    assert {*DISRUPTION, PLANNED_MOVE, HOME_CLOSED, CUSTODY} <= set(REASON_PLACE_CHANGE)
    assert all(CODES[code].endings[0] == UNPLANNED for code in DISRUPTION)
    assert CODES[PLANNED_MOVE].endings == (PLANNED,)
