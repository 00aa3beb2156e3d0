"""The sheet of a home once something happened: a decision, a move, an end, a stop, a death."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from broker.database import writing
from broker.readability import FOR_YOUNG_PEOPLE, grade
from tests.integration.api.world import World
from tests.integration.pages.browsing import Browser, Page, table
from tests.integration.pages.every.test_every_page import faults
from tests.integration.pages.test_letters_of_living import main_of
from tests.readability import blocks
from tests.whole_life import (
    ASSESSOR,
    BROKER,
    FERN,
    HAZEL,
    HOME,
    PROVIDERS,
    SECOND,
    STARTS,
    WILLOW,
    YEW,
    Teller,
)

Browsing = Callable[[str | None], Browser]
AtWork = tuple[FastAPI, World, Engine]
OPEN_STEPS = (
    "Nobody has decided yet", "One person decides", "If all say yes", "How to say no",
    "We think this could be a good home",
)  # fmt: skip
"""What a sheet says only while nobody has decided."""


@pytest.fixture(scope="module")
def told(at_work: AtWork) -> Mapping[str, tuple[str, str]]:
    """A referral and a home of its shortlist, by how things stand."""
    made: dict[str, tuple[str, str]] = {}
    with writing(at_work[2]) as session:

        def placed(name: str, number: int, *homes: str, **form: Any) -> Teller:
            teller = Teller(session, minutes=number * 30)
            born = date(2012, number, 20)
            teller.to_verified(young_person_id=f"YP-95{number}", date_of_birth=born, **form)
            teller.shortlist(*homes)
            teller.accepted_by(homes[0], PROVIDERS[homes[0]])
            teller.ready(homes[0])
            teller.confirm(homes[0])
            made[name] = (teller.life.referral, homes[0])
            return teller

        def moved(name: str, number: int, *homes: str, **form: Any) -> Teller:
            teller = placed(name, number, *homes, **form)
            teller.today = STARTS
            teller.take(BROKER, "move_in", moved_in_on=STARTS)
            return teller

        placed("decided", 1, HOME, SECOND)
        made["another is decided"] = (made["decided"][0], SECOND)
        moved("lives", 2, SECOND)
        moves_on = moved("moves on", 3, HAZEL, sex="M")
        moves_on.take(
            ASSESSOR, "step_down", goal="g", destination="fostering", ready_young_person="y",
            ready_home="h", expected_on=date(2026, 12, 7), way_back="Your room is kept.",
        )  # fmt: skip
        ended = moved("ended", 4, FERN)
        ended.today = STARTS + timedelta(days=20)
        ended.reviewed("move")
        ended.end(destination="another_home", needs_place=True)
        died = moved("died", 5, YEW)
        died.today = STARTS + timedelta(days=2)
        died.end(reason_code=None, care_code="E2", words="They died.")
        after = moved("died after the stay", 6, WILLOW)
        after.today = STARTS + timedelta(days=20)
        after.reviewed("move")
        after.end(destination="another_home")
        after.today = STARTS + timedelta(days=30)
        after.take(ASSESSOR, "care", **_care(after.today))
        stopped = Teller(session, minutes=300)
        stopped.to_verified(young_person_id="YP-957", date_of_birth=date(2012, 7, 20))
        stopped.shortlist(HOME)
        stopped.take(BROKER, "withdraw", reason="You went to live with your aunt.")
        made["stopped"] = (stopped.life.referral, HOME)
        back = Teller(session, minutes=400)
        back.to_verified(young_person_id="YP-958", date_of_birth=date(2012, 8, 20))
        back.shortlist(HOME)
        back.view(HOME, wish="unsure")
        back.offer(HOME)
        back.take(BROKER, "withdraw_offer", home_id=HOME, reason="A home near your school is free.")
        made["asked no more"] = (back.life.referral, HOME)
    return made


def _care(ended_on: date) -> dict[str, Any]:
    since = date(2026, 4, 2)
    return {
        "child": "4711", "ethnicity": "NOBT", "upn": "UN3", "home_postcode": "E13 8AA",
        "place_provider": "PR4", "category_of_need": "N1", "looked_after_since": since,
        "legal": ({"from_day": since, "legal_status": "C2"},),
        "ended_on": ended_on, "ceased": "E2",
    }  # fmt: skip


def sheet(browsing: Browsing, told: Mapping[str, tuple[str, str]], which: str) -> Page:
    referral, home = told[which]
    return browsing("assessor").get(f"/referrals/{referral}/sheets/{home}")


def test_once_decided_the_sheet_says_when_they_can_move_in_and_no_more_who_must_agree(
    browsing: Browsing, told: Mapping[str, tuple[str, str]]
) -> None:
    page = sheet(browsing, told, "decided")
    assert page.title.startswith("The home you will live in")
    for part in (
        "It is decided that you can live here. Your letter says why.",
        "What happens now",
        "You can move in from 14 September 2026.",
        "The plan is for you to live there until 14 June 2027.",
        "If you do not agree",
        "What it is like",
    ):
        assert part in page.main, part
    assert [one for one in OPEN_STEPS if one in page.main] == []
    assert "has to say yes" not in page.main


def test_of_a_home_that_was_not_chosen_the_sheet_says_which_one_was(
    browsing: Browsing, told: Mapping[str, tuple[str, str]]
) -> None:
    page = sheet(browsing, told, "another is decided")
    assert page.title.startswith("A home on your list: Cedar")
    assert "It is decided that you live in another one" in page.main
    assert "We do not ask this home for a place now." in page.main
    assert [one for one in OPEN_STEPS if one in page.main] == []


def test_who_lives_there_is_told_since_when_and_how_many_others_do(
    browsing: Browsing, told: Mapping[str, tuple[str, str]]
) -> None:
    page = sheet(browsing, told, "lives")
    assert page.title.startswith("The home you live in")
    assert "You live here." in page.main
    assert "You moved in on 14 September 2026." in page.main
    assert "The plan is for you to live there until 14 June 2027." in page.main
    assert "You and 3 other young people live there now." in page.main
    assert [one for one in OPEN_STEPS if one in page.main] == []


def test_who_moves_on_is_told_when_and_of_the_way_back(
    browsing: Browsing, told: Mapping[str, tuple[str, str]]
) -> None:
    page = sheet(browsing, told, "moves on")
    assert "The plan is for you to move on 7 December 2026." in page.main
    assert "Your room is kept." in page.main
    assert "14 June 2027" not in page.main
    assert [one for one in OPEN_STEPS if one in page.main] == []


def test_a_home_that_is_asked_no_more_is_not_said_to_be_thought_of(
    browsing: Browsing, told: Mapping[str, tuple[str, str]]
) -> None:
    page = sheet(browsing, told, "asked no more")
    assert "We do not ask this home any more. Your letter says why." in page.main
    assert "could move in" not in page.main
    assert "We think this could be a good home" not in page.main
    letter = browsing("assessor").get(f"/referrals/{told['asked no more'][0]}/letter")
    assert "We do not ask this home any more. A broker, who looks for homes, wrote:" in letter.main
    assert [one.text for one in letter.tree.iter("blockquote")] == [
        "A home near your school is free."
    ]


@pytest.mark.parametrize(
    ("which", "why", "has_letter"),
    [
        ("ended", "The stay in the home came to an end.", True),
        ("stopped", "We do not look for a place any more.", True),
        ("died", "The young person died.", False),
        ("died after the stay", "The young person died.", False),
    ],
)
def test_there_is_no_sheet_once_there_is_no_home_to_think_about(
    browsing: Browsing,
    told: Mapping[str, tuple[str, str]],
    which: str,
    why: str,
    *,
    has_letter: bool,
) -> None:
    referral, home = told[which]
    assessor = browsing("assessor")
    page = sheet(browsing, told, which)
    assert page.status == 404
    assert page.title.startswith("There is no sheet")
    assert list(faults(page)) == []
    assert why in page.main
    assert "What it is like" not in page.main
    letter = f"/referrals/{referral}/letter"
    assert (letter in page.links()) is has_letter
    assert (assessor.get(letter).status == 200) is has_letter
    record = assessor.get(f"/referrals/{referral}").links()
    assert f"/referrals/{referral}/sheets/{home}" not in record
    assert (letter in record) is has_letter
    entries = browsing("auditor").get(f"/audit?act=life.tell&record_id={referral}")
    assert "Referral: sheet or letter read" in [row[5] for row in table(entries, "Who saw and did")]


@pytest.mark.parametrize("which", ["decided", "lives", "moves on", "asked no more"])
def test_the_record_leads_to_the_sheets_there_are(
    browsing: Browsing, told: Mapping[str, tuple[str, str]], which: str
) -> None:
    referral, home = told[which]
    record = browsing("assessor").get(f"/referrals/{referral}").links()
    assert f"/referrals/{referral}/sheets/{home}" in record


@pytest.mark.parametrize(
    "which", ["decided", "another is decided", "lives", "moves on", "asked no more"]
)
def test_each_sheet_is_for_a_reader_of_grade_six(
    browsing: Browsing, told: Mapping[str, tuple[str, str]], which: str
) -> None:
    page = sheet(browsing, told, which)
    assert list(faults(page)) == []
    found = grade(blocks(main_of(page)))
    assert 0 < found <= FOR_YOUNG_PEOPLE
