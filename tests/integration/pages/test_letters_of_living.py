"""The letter to the young person once they live in a home, plan the next one, or have left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from xml.etree.ElementTree import Element

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from broker.database import writing
from broker.readability import FOR_YOUNG_PEOPLE, grade
from tests.integration.api.world import World
from tests.integration.pages.browsing import Browser, Page, words
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


@pytest.fixture(scope="module")
def told(at_work: AtWork) -> Mapping[str, str]:
    """One who lives in a home, one who moves on, one whose stay broke down, two whose care ended.

    The last of them is an adult who stays where they live; one more died.
    """
    with writing(at_work[2]) as session:
        lives = _moved_in(Teller(session), HOME, young_person_id="YP-941")
        moves_on = _moved_in(Teller(session), SECOND, young_person_id="YP-942")
        moves_on.take(
            ASSESSOR,
            "step_down",
            goal="to live with a family",
            destination="fostering",
            ready_young_person="has met them",
            ready_home="they are approved",
            expected_on=date(2026, 12, 7),
            way_back="your room is kept for four weeks",
        )
        broke = _moved_in(Teller(session), FERN, young_person_id="YP-943")
        broke.today = STARTS + timedelta(days=20)
        broke.reviewed("move")
        broke.end(
            destination="another_home",
            needs_place=True,
            words="The home could not keep you safe at night.",
        )
        home_again = _moved_in(Teller(session), HAZEL, young_person_id="YP-944", sex="M")
        home_again.today = STARTS + timedelta(days=30)
        home_again.reviewed("move")
        home_again.end(
            planned=True,
            reason_code=None,
            care_code="E4A",
            destination="family",
            words="You went home to your mum.",
        )
        stays = _moved_in(Teller(session), WILLOW, young_person_id="YP-946", year=2008, month=9)
        stays.today = STARTS + timedelta(days=40)
        stays.reviewed("move")
        stays.end(
            planned=True,
            reason_code=None,
            care_code="E17",
            destination="staying_put",
            words="You are 18 and you want to stay.",
        )
        died = _moved_in(Teller(session), YEW, young_person_id="YP-945")
        died.today = STARTS + timedelta(days=2)
        died.end(reason_code=None, care_code="E2", words="They died.")
    made = (
        ("lives", lives), ("moves on", moves_on), ("broke", broke), ("home again", home_again),
        ("stays", stays), ("died", died),
    )  # fmt: skip
    return {name: teller.life.referral for name, teller in made}


def _moved_in(
    teller: Teller, home: str, *, year: int = 2012, month: int = 0, **form: str
) -> Teller:
    number = int(form["young_person_id"][-1])
    teller.to_verified(date_of_birth=date(year, month or number, 20), **form)
    teller.shortlist(home)
    teller.accepted_by(home, PROVIDERS[home])
    teller.ready(home)
    teller.confirm(home)
    teller.today = STARTS
    teller.take(BROKER, "move_in", moved_in_on=STARTS)
    return teller


def letter(browsing: Browsing, told: Mapping[str, str], which: str) -> Page:
    return browsing("assessor").get(f"/referrals/{told[which]}/letter")


def quoted(page: Page) -> list[str]:
    """What the letter quotes, in its order."""
    return [words(one) for one in page.tree.iter("blockquote")]


def main_of(page: Page) -> Element:
    main = page.tree.find(".//main")
    assert main is not None
    return main


def test_who_moved_in_is_told_since_when_until_when_and_by_whose_reason(
    browsing: Browsing, told: Mapping[str, str]
) -> None:
    page = letter(browsing, told, "lives")
    assert page.title.startswith("Your new home")
    assert "You moved in at" in page.main
    assert "on 14 September 2026." in page.main
    assert "The plan is for you to live there until 14 June 2027." in page.main
    assert quoted(page) == [
        "Near the people who matter", "Considered", "Considered", "it looks fine",
        "Taken as first wish",
    ]  # fmt: skip
    assert "You can live at" not in page.main
    assert "came to an end" not in page.main


def test_who_plans_the_next_home_is_told_its_day_and_the_way_back(
    browsing: Browsing, told: Mapping[str, str]
) -> None:
    page = letter(browsing, told, "moves on")
    assert "The plan is for you to move on 7 December 2026." in page.main
    assert "There is a way back if it does not work." in page.main
    assert quoted(page)[0] == "Your room is kept for four weeks"
    assert "14 June 2027" not in page.main


def test_whose_stay_broke_down_is_told_when_and_why_and_that_a_home_is_looked_for(
    browsing: Browsing, told: Mapping[str, str]
) -> None:
    page = letter(browsing, told, "broke")
    assert page.title.startswith("The home you lived in")
    assert "You lived at Fern from 14 September 2026." in page.main
    assert "That came to an end on 4 October 2026." in page.main
    assert "We now look for a new home for you." in page.main
    assert quoted(page)[:2] == [
        "The home could not keep you safe at night.", "Near the people who matter",
    ]  # fmt: skip
    assert "Why you lived there" in page.main
    assert "What was decided" not in page.main


def test_who_went_home_is_told_that_and_no_home_is_said_to_be_looked_for(
    browsing: Browsing, told: Mapping[str, str]
) -> None:
    page = letter(browsing, told, "home again")
    assert "That came to an end on 14 October 2026." in page.main
    assert quoted(page)[0] == "You went home to your mum."
    assert "We now look for a new home" not in page.main


def test_who_stays_as_an_adult_is_told_that_they_can_still_live_there(
    browsing: Browsing, told: Mapping[str, str]
) -> None:
    page = letter(browsing, told, "stays")
    assert "Your time in care came to an end on 24 October 2026." in page.main
    assert "You can still live there." in page.main
    assert "You lived at" not in page.main
    assert quoted(page)[0] == "You are 18 and you want to stay."


def test_nobody_writes_to_who_died(browsing: Browsing, told: Mapping[str, str]) -> None:
    page = letter(browsing, told, "died")
    assert page.status == 404
    assert "the young person died" in page.main
    record = browsing("assessor").get(f"/referrals/{told['died']}")
    assert f"/referrals/{told['died']}/letter" not in record.links()
    other = browsing("assessor").get(f"/referrals/{told['broke']}")
    assert f"/referrals/{told['broke']}/letter" in other.links()


@pytest.mark.parametrize("which", ["lives", "moves on", "broke", "home again", "stays"])
def test_each_letter_is_for_a_reader_of_grade_six(
    browsing: Browsing, told: Mapping[str, str], which: str
) -> None:
    found = grade(blocks(main_of(letter(browsing, told, which))))
    assert 0 < found <= FOR_YOUNG_PEOPLE
