"""A home's own point is in a page only for those who may see where it is; the rest see its borough.

Searched for in the whole answer, as a reader of its source would: the grid point, the postcode, the
point as the drawing has it, and a distance to a tenth of a mile.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from xml.etree.ElementTree import Element

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from broker.database import reading, writing
from broker.maps.boundaries import SOURCE
from broker.maps.view import middle_of
from broker.store.put import rows_of
from matching.geography import authority_name
from matching.postcodes import locate
from tests.integration.api.world import World
from tests.integration.pages.browsing import Browser, Page, words
from tests.whole_life import BROKER, HOME, NEWHAM, SECOND, Teller

Browsing = Callable[[str | None], Browser]
AtWork = tuple[FastAPI, World, Engine]
Point = tuple[int, int]
Places = dict[str, tuple[Point, str]]
TENTHS = re.compile(r"\b\d+\.\d miles\b(?! are charged)")
SVG = "{http://www.w3.org/2000/svg}"
THIRD = "SC990003"
CONTRACT = "/contracts/NEL-BLOCK-1"


@pytest.fixture(scope="module")
def points(at_work: AtWork) -> Places:
    """Where each home is, and its postcode."""
    with reading(at_work[2]) as session:
        rows = rows_of(session, "homes", {})
    found: Places = {}
    for row in rows:
        east, north, postcode = row["easting"], row["northing"], str(row["postcode"] or "")
        if isinstance(east, int) and isinstance(north, int):
            found[str(row["home_id"])] = (east, north), postcode
        elif at := locate(postcode):
            found[str(row["home_id"])] = (at.easting, at.northing), postcode
    assert len(found) > 20
    return found


@pytest.fixture(scope="module")
def confirmed(at_work: AtWork) -> str:
    """A home that Newham's young person was decided for."""
    with writing(at_work[2]) as session:
        told = Teller(session)
        told.to_verified(young_person_id="YP-981", date_of_birth=date(2012, 11, 30))
        told.shortlist(SECOND)
        told.view(SECOND)
        told.accepted_by(SECOND, "P1")
        told.ready(SECOND)
        told.confirm(SECOND)
    return SECOND


@pytest.fixture(scope="module")
def called_off(at_work: AtWork) -> str:
    """A home that Newham's young person was decided for, and will not live in."""
    with writing(at_work[2]) as session:
        told = Teller(session)
        told.to_verified(young_person_id="YP-982", date_of_birth=date(2012, 11, 29))
        told.shortlist(THIRD)
        told.view(THIRD)
        told.accepted_by(THIRD, "P1")
        told.ready(THIRD)
        told.confirm(THIRD)
        told.take(BROKER, "withdraw", reason="went to live with an aunt")
        assert told.life.home == THIRD
    return THIRD


def drawn(page: Page) -> list[tuple[str, Point, str]]:
    """Each mark of the map: its kind, its point on the grid, and its words."""
    part = next(one for one in page.tree.iter("div") if one.get("data-map") is not None)
    west, _, _, north = (int(one) for one in part.get("data-window", "").split())
    return [
        (
            mark.get("data-kind", ""),
            (west + int(mark.get("data-x", "")), north - int(mark.get("data-y", ""))),
            mark.get("data-words", ""),
        )
        for mark in part.iter(f"{SVG}g")
        if mark.get("data-kind")
    ]


def ends(page: Page) -> set[Point]:
    """Where the lines of the map begin and end."""
    part = next(one for one in page.tree.iter("div") if one.get("data-map") is not None)
    west, _, _, north = (int(one) for one in part.get("data-window", "").split())
    return {
        (west + int(line.get(f"x{end}", "")), north - int(line.get(f"y{end}", "")))
        for line in part.iter(f"{SVG}line")
        for end in (1, 2)
    }


def table(page: Page, name: str) -> Element:
    """A table by its caption."""
    return next(
        one for one in page.tree.iter("table") if words(next(iter(one.iter("caption")))) == name
    )


def leaks(page: Page, points: Places, but: str = "") -> list[str]:
    """The homes whose place can be read from the page, in any of the ways it could be written."""
    at = {point for _, point, _ in drawn(page)} | ends(page)
    text = page.text
    return [
        home
        for home, (point, postcode) in points.items()
        if home != but
        and (
            point in at
            or (str(point[0]) in text and str(point[1]) in text)
            or (postcode and postcode in text)
        )
    ]


@pytest.mark.parametrize("account", ["commissioner", "auditor"])
def test_the_plan_shows_boroughs_and_bands_to_those_who_may_not_see_a_home(
    browsing: Browsing, matched: str, points: Places, account: str
) -> None:
    page = browsing(account).get(matched)
    assert page.status == 200
    assert leaks(page, points) == []
    assert {kind for kind, _, _ in drawn(page)} == {"area"}
    found = TENTHS.search(page.main)
    assert not found, page.main[found.start() - 200 : found.end() + 60]
    assert "under 5 miles" in page.main


def test_the_plan_shows_a_broker_each_home_at_its_own_point(
    browsing: Browsing, matched: str, points: Places
) -> None:
    broker = browsing("broker")
    page = broker.get(matched)
    plan = broker.client.get(f"/api{matched}", headers=broker.headers).json()["plan"]
    at = {point: told for _, point, told in drawn(page)}
    for one in plan["placements"]:
        told = at[points[one["home_id"]][0]]
        assert one["home_id"] in told
        assert one["referral_id"] in told
    assert TENTHS.search(page.main)


@pytest.mark.parametrize("account", ["broker", "commissioner"])
def test_the_tables_beside_the_plan_say_what_its_map_says(
    browsing: Browsing, matched: str, account: str
) -> None:
    page = browsing(account).get(matched)
    rows = [
        [words(cell) for cell in row if cell.tag in ("th", "td")]
        for row in table(page, "The plan by borough").iter("tr")
    ][1:]
    proposals = [
        [words(cell) for cell in row if cell.tag in ("th", "td")]
        for row in table(page, "Who could live where").iter("tr")
    ][1:]
    said = " ".join(told for _, _, told in drawn(page)) + page.main
    for who, home, distance, *_ in proposals:
        assert re.search(rf"{who} from [A-Z][\w ]+, {re.escape(distance)}", said), who
        assert home
    assert sum(int(row[1]) for row in rows) == sum(int(row[3]) for row in rows) == len(proposals)
    waiting = page.main.split("placed, ")[1].split(" waiting")[0]
    assert sum(int(row[2]) for row in rows) == int(waiting)


def test_the_options_of_a_boroughs_young_person_show_no_home(
    browsing: Browsing, points: Places
) -> None:
    page = browsing("assessor").get("/options/R-01")
    assert page.status == 200
    assert leaks(page, points) == []
    assert {kind for kind, _, _ in drawn(page)} <= {"area", "area-near"}
    for _, point, told in drawn(page):
        borough = told.partition(". ")[0]
        assert any(point == middle_of(code) for code in CODES if authority_name(code) == borough), (
            told
        )
    assert "The thick line is round Newham" in page.main


CODES = [f"E0900{number:04}" for number in range(1, 34)] + [
    "E06000034", "E06000033", "E10000012", "E10000016", "E10000015",
]  # fmt: skip


def test_the_options_show_a_broker_each_home_with_its_place_in_the_list(
    browsing: Browsing, points: Places
) -> None:
    page = browsing("broker").get("/options/R-01")
    rows = list(table(page, "Homes that fit").iter("tr"))[1:]
    marks = [(point, told) for kind, point, told in drawn(page) if kind == "home"]
    assert len(marks) == len(rows) > 0
    for row, (point, told) in zip(rows, marks, strict=True):
        home = re.search(r"SC\d+", words(row))
        assert home is not None
        assert home[0] in told
        assert point == points[home[0]][0]


@pytest.mark.parametrize("account", ["commissioner", "finance", "broker"])
def test_a_contract_shows_places_by_borough_and_no_home(
    browsing: Browsing, points: Places, account: str
) -> None:
    page = browsing(account).get(CONTRACT)
    assert leaks(page, points) == []
    rows = [
        [words(cell) for cell in row if cell.tag in ("th", "td")]
        for row in table(page, "Places by borough").iter("tr")
    ][1:]
    assert rows[-1][0] == "All"
    assert int(rows[-1][2]) == sum(int(row[2]) for row in rows[:-1])
    told = {words.partition(". ")[0]: words for _, _, words in drawn(page)}
    for borough, homes, places in rows[:-1]:
        assert f"{places} place" in told[borough]
        assert f"in {homes} home" in told[borough]


EVERYBODY = (
    "assessor",
    "verifier",
    "nominated_officer",
    "director",
    "commissioner",
    "finance",
    "auditor",
    "administrator",
    "provider",
    "other-provider",
    "registered_manager",
    "havering-assessor",
    "newham-commissioner",
)


@pytest.mark.parametrize("account", EVERYBODY)
def test_a_homes_own_page_shows_its_point_to_its_own_people_and_no_others(
    browsing: Browsing, points: Places, account: str
) -> None:
    """Linden is P2's. It was accepted for Newham's young person, and not decided."""
    own = account in ("provider", "registered_manager")
    page = browsing(account).get(f"/homes/{HOME}")
    assert page.status == 200
    assert leaks(page, points) == ([HOME] if own else [])
    assert ("not shown here" in page.main) is not own
    other = browsing(account).get("/homes/SC990002")
    assert leaks(other, points) == []
    assert [kind for kind, _, _ in drawn(other)] == ["area"]


@pytest.mark.parametrize("account", ["assessor", "havering-assessor", "commissioner"])
def test_once_a_borough_has_decided_for_a_home_its_people_see_where_it_is(
    browsing: Browsing, points: Places, confirmed: str, account: str
) -> None:
    page = browsing(account).get(f"/homes/{confirmed}")
    assert leaks(page, points) == ([confirmed] if account == "assessor" else [])


def test_a_borough_whose_young_person_will_not_live_there_sees_it_no_more(
    browsing: Browsing, points: Places, called_off: str
) -> None:
    assert leaks(browsing("assessor").get(f"/homes/{called_off}"), points) == []


def test_a_broker_sees_where_every_home_is(browsing: Browsing, points: Places) -> None:
    for home in (HOME, "SC990002"):
        page = browsing("broker").get(f"/homes/{home}")
        assert leaks(page, points) == [home]


def test_every_map_names_its_source_and_can_be_skipped(browsing: Browsing, matched: str) -> None:
    for address in (matched, "/options/R-01", CONTRACT, f"/homes/{HOME}"):
        page = browsing("broker").get(address)
        assert all(line in page.main for line in SOURCE)
        assert "#map-end" in page.links()
        assert any(one.get("id") == "map-end" for one in page.tree.iter())
        assert all(name in page.text for name in ("Havering", "City of London"))


def test_newham_is_where_the_map_says_it_is() -> None:
    """The check above would hold for any point: the middle of Newham is near its town hall."""
    at = middle_of(NEWHAM)
    assert at is not None
    assert abs(at[0] - 542_700) < 4000
    assert abs(at[1] - 183_300) < 4000
