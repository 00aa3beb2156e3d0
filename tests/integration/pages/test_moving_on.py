"""The calendar of moves to the next home: by month and day, with what is late and the way back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from xml.etree.ElementTree import Element

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from api import desk_lists
from broker.audit.read import Wanted
from broker.audit.read import page as looks_at
from broker.database import reading, writing
from broker.sample.showing import MOVES, MOVES_ON, fill
from broker.sample.showing import SECOND as HAZEL
from tests.conftest import cheap_hashing
from tests.integration.api.world import PASSWORD, World, service
from tests.integration.looking import newest
from tests.integration.pages.browsing import Browser, Page, table, words
from tests.integration.pages.conftest import browsers
from tests.integration.pages.every.test_every_page import ISO_DAY, visible
from tests.whole_life import ASSESSOR, BROKER, HOME, SECOND, STARTS, Teller

Browsing = Callable[[str | None], Browser]
AtWork = tuple[FastAPI, World, Engine]
DAY = date(2026, 11, 3)
"""The day of the calendar: the first move is then late, by a day."""


@pytest.fixture(scope="module")
def moving(at_work: AtWork) -> dict[str, str]:
    """Three of Newham: one late, one in the same month and later, one in the month after.

    They are told in another order than that of their moves.
    """
    with writing(at_work[2]) as session:
        made: dict[str, str] = {}
        for name, home, provider, told in (
            ("far", HOME, "P2", {"young_person_id": "YP-981"}),
            ("late", SECOND, "P1", {"young_person_id": "YP-982"}),
            ("near", HAZEL, "P2", {"young_person_id": "YP-983", "sex": "M"}),
        ):
            teller = Teller(session)
            born = date(2012, 4, 1 + len(made))
            teller.to_verified(date_of_birth=born, **told)
            teller.shortlist(home)
            teller.accepted_by(home, provider)
            teller.ready(home)
            teller.confirm(home)
            teller.today = STARTS
            teller.take(BROKER, "move_in", moved_in_on=teller.today)
            teller.take(ASSESSOR, "step_down", **PLANS[name])
            made[name] = teller.life.referral
    return made


PLANS = {
    "far": {
        "goal": "to live with a family that knows them",
        "destination": "family",
        "ready_young_person": "stays there each weekend",
        "ready_home": "their aunt has a room",
        "expected_on": date(2027, 7, 1),
        "confirmed": True,
        "way_back": "the home keeps a room in the summer",
    },
    "late": {
        "goal": "to live with two foster parents",
        "destination": "fostering",
        "ready_young_person": "has met them twice",
        "ready_home": "they are approved",
        "expected_on": date(2026, 11, 2),
        "way_back": "a room is kept for four weeks",
    },
    "near": {
        "goal": "to go home",
        "destination": "family",
        "ready_young_person": "wants to",
        "ready_home": "their mother is well",
        "expected_on": date(2026, 11, 3),
        "confirmed": True,
        "way_back": "they may ring at any hour",
    },
}


@pytest.fixture
def calendar(browsing: Browsing, moving: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Page:
    monkeypatch.setattr(desk_lists, "today", lambda: DAY)
    return browsing("assessor").get("/moving-on")


def test_the_calendar_says_each_move_under_its_month_in_the_order_of_days(
    calendar: Page, moving: dict[str, str]
) -> None:
    captions = [words(one) for one in calendar.tree.iter("caption")]
    assert captions == ["Moves expected in November 2026", "Moves expected in July 2027"]
    heads, *november = table(calendar, "November 2026")
    assert heads == [
        "Young person", "Expected on", "From", "To", "Goal", "How ready", "The way back",
    ]  # fmt: skip
    assert november == [
        [
            moving["late"], "2 November 2026, late, not confirmed", SECOND, "Fostering",
            "To live with two foster parents",
            "Young person: has met them twice. Next home: they are approved",
            "A room is kept for four weeks",
        ],
        [
            moving["near"], "3 November 2026", HAZEL, "Family", "To go home",
            "Young person: wants to. Next home: their mother is well",
            "They may ring at any hour",
        ],
    ]  # fmt: skip
    assert table(calendar, "July 2027")[1:] == [
        [
            moving["far"], "1 July 2027", HOME, "Family", "To live with a family that knows them",
            "Young person: stays there each weekend. Next home: their aunt has a room",
            "The home keeps a room in the summer",
        ]
    ]  # fmt: skip


def test_who_read_the_calendar_is_found_by_everybody_on_it(
    browsing: Browsing, moving: dict[str, str], at_work: AtWork
) -> None:
    before = newest(at_work[2])
    assert browsing("assessor").get("/moving-on").status == 200
    for referral in moving.values():
        with reading(at_work[2]) as session:
            [look] = looks_at(session, Wanted(record=referral), after=before, limit=9)[0]
        assert (look["actor"], look["record_kind"]) == ("assessor", "moves")
        assert look["after"]["showed"] == sorted(moving.values())


def test_each_row_leads_to_the_record_which_says_the_move_and_the_way_back_is_a_step_there(
    browsing: Browsing, calendar: Page, moving: dict[str, str]
) -> None:
    assert {f"/referrals/{one}" for one in moving.values()} <= set(calendar.links())
    record = browsing("assessor").get(f"/referrals/{moving['far']}")
    assert "Stepping down" in record.main
    assert f"/referrals/{moving['far']}/step_down_back" in record.links()
    duties = _timeline(record)
    assert any(
        one.startswith("1 July 2027, done on 14 September 2026")
        and "The move to family is confirmed (later than the contract’s 14 June 2027)" in one
        for one in duties
    ), duties
    assert not [text for text in visible(record) if ISO_DAY.search(text)]


def _timeline(page: Page) -> list[str]:
    lists = [one for one in page.tree.iter("ol") if one.get("class") == "app-timeline"]
    first: Element = lists[0]
    return [words(one) for one in first.iter("li")]


def test_who_is_put_off_is_on_the_calendar_no_longer(
    browsing: Browsing, at_work: AtWork, moving: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_lists, "today", lambda: DAY)
    assessor = browsing("assessor")
    address = f"/referrals/{moving['near']}/step_down_back"
    done = assessor.send(assessor.get(address), address, reason="their mother is ill again")
    assert done.address == f"/referrals/{moving['near']}"
    assert "Moved in" in done.main
    page = assessor.get("/moving-on")
    assert f"/referrals/{moving['near']}" not in page.links()
    assert [row[0] for row in table(page, "November 2026")[1:]] == [moving["late"]]
    with writing(at_work[2]) as session:
        again = Teller(session, today=STARTS)
        again.read(moving["near"])
        again.take(ASSESSOR, "step_down", **PLANS["near"])


def test_the_calendar_is_of_ones_own_and_a_page_at_a_time(
    browsing: Browsing, moving: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = browsing("havering-assessor").get("/moving-on")
    assert "Nobody plans a move now." in other.main
    for one in moving.values():
        assert one not in other.main
    monkeypatch.setattr("api.pages.work._SHOWN", 1)
    seen, address = [], "/moving-on"
    for _ in range(len(moving)):
        page = browsing("director").get(address)
        seen += [link for link in page.links() if link.startswith("/referrals/R")]
        more = [a.get("href", "") for a in page.tree.iter("a") if words(a) == "More moves"]
        if not more:
            break
        address = more[0]
    assert seen == sorted(f"/referrals/{one}" for one in moving.values())


def test_the_sample_that_is_shown_has_somebody_who_moves_on(engine: Engine) -> None:
    with cheap_hashing():
        fill(engine, PASSWORD)
    with browsers(service(engine)) as browser:
        page = browser("assessor").get("/moving-on")
        rows = table(page, f"{MOVES:%B %Y}")
        assert len(rows) == 2
        assert rows[1][1].startswith("22 March 2027")
        assert rows[1][2] == HAZEL
        assert rows[1][3] == "Supported accommodation"
        assert rows[1][6] == "Your room is kept for four weeks."
        record = browser("assessor").get(f"/referrals/{rows[1][0]}")
        assert MOVES_ON in record.main
        assert "Stepping down" in record.main
        duties = _timeline(record)
        assert any("The social worker visits" in one and "done on" in one for one in duties)
