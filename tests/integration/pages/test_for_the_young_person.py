"""The sheet of a home and the letter: true to the record, in plain words, for the right eyes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from broker.access.actor import Role
from broker.database import writing
from broker.life.sheet import who_can_live
from broker.life.young_words import HELPS, JUDGED, MATTERS, SAID_NO, YOUNG_ROLES
from broker.readability import FOR_YOUNG_PEOPLE, grade
from matching.data import need_tags
from matching.sheets import JUDGEMENTS
from matching.sheets import MATTERS as KINDS
from pricing.outcomes.refusals import REFUSAL_CODES
from tests.integration.api.world import World
from tests.integration.pages.browsing import Browser, table, words
from tests.integration.pages.conftest import MARKUP
from tests.readability import blocks
from tests.whole_life import BROKER, HOME, SECOND, Teller, manager

Browsing = Callable[[str | None], Browser]
AtWork = tuple[FastAPI, World, Engine]
CALLED = "<i>Nan</i> & Grandad"
FAMILY = (
    {"what": "family", "where": {"postcode": "E13 8"}, "called": "Mum"},
    {"what": "family", "where": {"postcode": "RM3 7"}, "called": CALLED},
)


@pytest.fixture(scope="module")
def decided(at_work: AtWork) -> dict[str, str]:
    """Referrals of Newham: one decided for after another home said no, one to whom a home said yes,
    one waiting for the answer of a home that is late, one who said no, one for whom a person looks,
    one stopped, one begun.
    """
    with writing(at_work[2]) as session:
        placed = Teller(session)
        school = {"what": "school", "where": {"postcode": "E6 4"}, "keep": True}
        placed.to_verified(
            young_person_id="YP-971",
            date_of_birth=date(2012, 6, 1),
            matters=(school,),
            advocate_offered=False,
        )
        placed.shortlist(SECOND, HOME)
        placed.view(SECOND, wish="unsure")
        placed.offer(SECOND)
        placed.take(
            manager("P1", SECOND),
            "decline",
            home_id=SECOND,
            code="staffing",
            words="too few at night",
        )
        placed.accepted_by(HOME, "P2")
        placed.ready(HOME)
        placed.confirm(HOME)
        accepted = Teller(session, minutes=60)
        accepted.to_verified(
            young_person_id="YP-975",
            date_of_birth=date(2012, 9, 3),
            matters=(school, *FAMILY),
            advocate_offered=False,
        )
        accepted.shortlist(HOME)
        accepted.accepted_by(HOME, "P2")
        late = Teller(session)
        late.to_verified(young_person_id="YP-976", date_of_birth=date(2012, 9, 14))
        late.shortlist(HOME, SECOND)
        late.view(HOME)
        late.offer(HOME)
        waiting = Teller(session)
        waiting.to_verified(young_person_id="YP-972", date_of_birth=date(2013, 5, 4))
        waiting.shortlist(HOME)
        waiting.view(HOME, wish="against")
        by_hand = Teller(session)
        order = {"order_number": "FD26P00000", "expires_on": date(2027, 3, 1), "restrictions": "x"}
        by_hand.to_verified(young_person_id="YP-977", date_of_birth=date(2012, 4, 8), liberty=order)
        stopped = Teller(session)
        stopped.to_verified(young_person_id="YP-973", date_of_birth=date(2011, 2, 1))
        stopped.take(BROKER, "withdraw", reason="You went to live with your aunt.")
        begun = Teller(session)
        begun.open(young_person_id="YP-974", date_of_birth=date(2012, 8, 8))
        return {
            "placed": placed.life.referral,
            "accepted": accepted.life.referral,
            "late": late.life.referral,
            "waiting": waiting.life.referral,
            "by hand": by_hand.life.referral,
            "stopped": stopped.life.referral,
            "begun": begun.life.referral,
        }


def test_every_code_that_may_have_to_be_told_has_words_for_a_young_person() -> None:
    assert set(HELPS) == set(need_tags())
    assert set(JUDGED) == set(JUDGEMENTS)
    assert set(SAID_NO) == set(REFUSAL_CODES)
    assert set(MATTERS) == set(KINDS)
    assert set(YOUNG_ROLES) == set(Role)


def test_a_sheet_says_what_the_home_is_like_how_far_it_is_and_how_to_say_no(
    browsing: Browsing, decided: dict[str, str]
) -> None:
    page = browsing("assessor").get(f"/referrals/{decided['accepted']}/sheets/{HOME}")
    assert page.status == 200
    for part in (
        "We think this could be a good home for you. Nobody has decided yet.",
        "What it is like",
        "Who lives there",
        "Girls and boys can live there.",
        "The area you come from",
        "Your school",
        "We want you to keep this",
        "A senior officer of your borough has to say yes",
        "The home said yes to you",
        "How to say no",
        "You can ask your social worker for one now",
        "it looks fine",
    ):
        assert part in page.main, part
    assert "miles" in page.main
    assert "Not A Name" not in page.text
    assert "YP-975" not in page.text


def test_two_of_one_kind_are_told_apart_by_what_the_young_person_calls_them(
    browsing: Browsing, decided: dict[str, str]
) -> None:
    page = browsing("assessor").get(f"/referrals/{decided['accepted']}/sheets/{HOME}")
    near = [words(one) for one in page.tree.iter("dt")][:4]
    assert near == [
        "The area you come from", "Your school", "Your family: Mum", f"Your family: {CALLED}",
    ]  # fmt: skip
    assert not list(page.tree.iter("i"))


def test_a_sheet_says_in_which_cases_a_no_may_be_gone_against(
    browsing: Browsing, decided: dict[str, str]
) -> None:
    page = browsing("assessor").get(f"/referrals/{decided['accepted']}/sheets/{HOME}")
    assert "There are two cases when we may still ask this one." in page.main
    assert "when you need a place today" in page.main
    assert "when a named person decides to go on with it" in page.main
    assert "They have to sign it, write down why, and answer what you said." in page.main


@pytest.mark.parametrize(
    ("sexes", "said"),
    [("F;M", "Girls and boys can live there."), ("M", "The home is for boys."), ("", "")],
)
def test_a_sheet_says_in_general_whom_a_home_is_for(sexes: str, said: str) -> None:
    assert who_can_live(sexes) == said


def test_a_sheet_counts_those_who_live_there_and_names_nobody(
    browsing: Browsing, decided: dict[str, str], at_work: AtWork
) -> None:
    page = browsing("broker").get(f"/referrals/{decided['placed']}/sheets/{SECOND}")
    home = browsing("broker").client.get(f"/api/homes/{SECOND}", headers=browsing("broker").headers)
    assert home.status_code == 200
    assert "We do not tell you who they are" in page.main
    assert "The home said no" in page.main
    assert "too few at night" not in page.text


def test_no_sheet_is_made_of_a_home_that_is_not_on_the_list(
    browsing: Browsing, decided: dict[str, str]
) -> None:
    page = browsing("assessor").get(f"/referrals/{decided['placed']}/sheets/SC990001")
    assert page.status == 404


def test_the_letter_gives_the_reason_that_was_written_and_why_no_other_home(
    browsing: Browsing, decided: dict[str, str]
) -> None:
    page = browsing("assessor").get(f"/referrals/{decided['placed']}/letter")
    assert page.title.startswith("Your new home")
    for part in (
        "from 14 September 2026",
        "Near the people who matter",
        "taken as first wish".capitalize(),
        "it looks fine",
        SAID_NO["staffing"],
        "Considered",
        "you can make a complaint",
    ):
        assert part in page.main, part
    assert "too few at night" not in page.text


def test_the_letter_to_somebody_who_said_no_to_the_only_home_says_so(
    browsing: Browsing, decided: dict[str, str]
) -> None:
    page = browsing("broker").get(f"/referrals/{decided['waiting']}/letter")
    assert page.title.startswith("Why you do not have a place yet")
    assert f"The other homes we looked at {MARKUP}. You said no to this home." in page.main
    assert "is on your list" not in page.main


def test_the_letter_to_somebody_who_waits_says_the_matchs_own_reason(
    browsing: Browsing, decided: dict[str, str], matched: str
) -> None:
    broker = browsing("broker")
    page = broker.get(f"/referrals/{decided['by hand']}/letter")
    plan = broker.client.get(f"/api{matched}", headers=broker.headers).json()["plan"]
    waits = {row["referral_id"]: row["summary"] for row in plan["unplaced"]}
    assert waits[decided["by hand"]].startswith("A named person looks for your place")
    assert waits[decided["by hand"]] in page.main
    assert f"The reason comes from match {matched.rsplit('/', 1)[1]}." in page.main
    assert "We are still looking" not in page.main


def test_who_waits_for_a_home_is_told_which_one_is_asked_and_that_it_is_late(
    browsing: Browsing, decided: dict[str, str], matched: str
) -> None:
    assert matched
    page = browsing("broker").get(f"/referrals/{decided['late']}/letter")
    assert "We have asked a home, and we wait for the answer." in page.main
    assert (
        f"{MARKUP} was asked if you can live there from 14 September 2026. "
        "They should have told us by 7 September 2026. They are late." in page.main
    )
    assert "Cedar is on your list. We have not asked them yet." in page.main
    assert "We are still looking" not in page.main
    assert "The reason comes from match" not in page.main


def test_whom_a_home_said_yes_to_is_told_what_is_missing_still(
    browsing: Browsing, decided: dict[str, str]
) -> None:
    page = browsing("broker").get(f"/referrals/{decided['accepted']}/letter")
    for part in (
        "A home said yes to you. Nobody has decided yet.",
        f"{MARKUP} said yes. You could move in from 14 September 2026.",
        "You have not been to see it yet.",
        "A senior officer of your borough has to say yes.",
        "One person then decides, and writes down why.",
    ):
        assert part in page.main, part
    assert "The head of children’s services has to say yes" not in page.main


def test_the_letter_of_a_stop_says_why_and_before_anything_is_looked_for_there_is_none(
    browsing: Browsing, decided: dict[str, str]
) -> None:
    assessor = browsing("assessor")
    page = assessor.get(f"/referrals/{decided['stopped']}/letter")
    assert "You went to live with your aunt." in page.main
    assert assessor.get(f"/referrals/{decided['begun']}/letter").status == 404


def test_neither_is_for_a_home_or_another_borough_and_each_look_is_on_record(
    browsing: Browsing, decided: dict[str, str]
) -> None:
    for kind in (f"sheets/{HOME}", "letter"):
        address = f"/referrals/{decided['placed']}/{kind}"
        assert browsing("registered_manager").get(address).status == 403
        assert browsing("havering-assessor").get(address).status == 404
    page = browsing("auditor").get(f"/audit?act=life.tell&record_id={decided['placed']}")
    assert "Referral: sheet or letter read" in [row[5] for row in table(page, "Who saw and did")]


@pytest.mark.parametrize("which", ["placed", "accepted", "late", "waiting", "by hand", "stopped"])
def test_sheet_and_letter_are_for_a_reader_of_grade_six(
    browsing: Browsing, decided: dict[str, str], which: str
) -> None:
    assessor = browsing("assessor")
    addresses = [f"/referrals/{decided[which]}/letter"]
    if which not in ("by hand", "stopped"):
        addresses.append(f"/referrals/{decided[which]}/sheets/{HOME}")
    for address in addresses:
        page = assessor.get(address)
        main = page.tree.find(".//main")
        assert main is not None
        found = grade(blocks(main))
        assert found <= FOR_YOUNG_PEOPLE, f"{address}: {found:.1f}"
