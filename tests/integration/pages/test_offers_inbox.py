"""A home's inbox: from an offer to the impact assessment to a yes, or to a no with its reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import count

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from api.lives import today
from broker.database import reading, writing
from broker.life.desk import read_life
from broker.life.state import Life, what
from broker.life.steps import Accept, Decline, Impact
from tests.integration.api.world import World
from tests.integration.pages.browsing import Browser, Page, table
from tests.whole_life import HOME, SECOND, Teller

Browsing = Callable[[str | None], Browser]
AtWork = tuple[FastAPI, World, Engine]
_NUMBERS = count()
WORDS = {
    "on_residents": "two of them may find a new face hard",
    "on_young_person": "the house is calm in the evening",
    "what_will_be_done": "a shared meal, and a visit beforehand",
}


@pytest.fixture
def asked(at_work: AtWork) -> str:
    """A referral of Newham about which Linden is asked, and Cedar too: of each test its own."""
    number = next(_NUMBERS)
    with writing(at_work[2]) as session:
        teller = Teller(session, today=today())
        teller.to_verified(
            young_person_id=f"YP-4{number:03}",
            date_of_birth=date(today().year - 14, 1, 1 + number),
            needed_by=today(),
        )
        teller.shortlist(HOME, SECOND)
        for home in (HOME, SECOND):
            teller.view(home)
            teller.offer(home, starts_on=today())
    return teller.life.referral


def _life(at_work: AtWork, referral: str) -> Life:
    with reading(at_work[2]) as session:
        life = read_life(session, referral)
    assert life is not None
    return life


def _row(page: Page, caption: str, referral: str) -> list[str]:
    return next(row for row in table(page, caption) if row[0] == referral)


def _link(page: Page, referral: str, kind: str) -> str:
    [link] = {one for one in page.links() if one.startswith(f"/referrals/{referral}/{kind}")}
    return link


def test_from_the_inbox_to_the_assessment_to_a_yes(
    browsing: Browsing, at_work: AtWork, asked: str
) -> None:
    manager = browsing("registered_manager")
    inbox = manager.get("/offers")
    row = _row(inbox, "to be answered", asked)
    assert (row[0], row[2]) == (asked, "medium")
    assert row[1] == browsing("broker").get(f"/homes/{HOME}").title.partition(" – ")[0]
    assert row[1].endswith(f" ({HOME})")
    form = manager.get(_link(inbox, asked, "impact"))
    address = f"/referrals/{asked}/impact"
    assert form.form(address)["home_id"] == HOME
    told = manager.send(form, address, **WORDS, can_live_together="yes", signed="yes")
    assert told.status == 200, told.errors
    assert told.address == f"/referrals/{asked}"
    assert _row(told, "Homes that were asked", HOME)[5] == "yes"
    form = manager.get(_link(manager.get("/offers"), asked, "accept"))
    address = f"/referrals/{asked}/accept"
    assert form.form(address)["home_id"] == HOME
    done = manager.send(form, address, words="we look forward to it")
    assert done.status == 200, done.errors
    inbox = manager.get("/offers")
    assert _row(inbox, "Offers: answered", asked)[5].startswith("accepted")
    assert not [one for one in inbox.links() if one.startswith(f"/referrals/{asked}/accept")]
    life = _life(at_work, asked)
    impact = life.impacts[HOME]
    assert impact.by == "registered_manager"
    assert what(impact, Impact).model_dump(include=set(WORDS)) == WORDS
    answer = life.offers[HOME].answered
    assert answer is not None
    assert what(answer, Accept).words == "we look forward to it"
    assert life.offers[SECOND].state == "open"


def test_a_yes_before_the_assessment_is_refused_and_says_what_is_missing(
    browsing: Browsing, at_work: AtWork, asked: str
) -> None:
    manager = browsing("registered_manager")
    address = f"/referrals/{asked}/accept"
    told = manager.send(manager.get(_link(manager.get("/offers"), asked, "accept")), address)
    assert told.status == 409
    assert told.title.startswith("Error: ")
    assert "has not signed an assessment" in " ".join(text for _, text in told.errors)
    assert _life(at_work, asked).offers[HOME].state == "open"


def test_a_no_with_its_reason_ends_on_record_and_only_its_code_is_told_on(
    browsing: Browsing, at_work: AtWork, asked: str
) -> None:
    manager = browsing("registered_manager")
    address = f"/referrals/{asked}/decline"
    form = manager.get(_link(manager.get("/offers"), asked, "decline"))
    assert form.form(address)["home_id"] == HOME
    empty = manager.send(form, address, code="", words="")
    assert empty.status == 422
    assert {"#code", "#words"} <= {field for field, _ in empty.errors}
    done = manager.send(form, address, code="staffing", words="one of us is away until May")
    assert done.status == 200, done.errors
    answered = _row(manager.get("/offers"), "Offers: answered", asked)
    assert answered[5].startswith("declined, staffing")
    life = _life(at_work, asked)
    answer = life.offers[HOME].answered
    assert answer is not None
    said = what(answer, Decline)
    assert (said.code, said.words) == ("staffing", "one of us is away until May")
    assert (answer.by, answer.role) == ("registered_manager", "registered_manager")
    broker = browsing("broker")
    assert _row(broker.get("/offers"), "Offers: answered", asked)[1].endswith(f" ({HOME})")
    assert "One of us is away until May" in broker.get(f"/referrals/{asked}").main
    letter = browsing("assessor").get(f"/referrals/{asked}/letter")
    assert "away until May" not in letter.main


def test_an_offer_that_should_have_been_answered_is_late_for_the_broker_who_chases(
    browsing: Browsing, at_work: AtWork
) -> None:
    with writing(at_work[2]) as session:
        teller = Teller(session)
        teller.to_verified(young_person_id="YP-399", date_of_birth=date(2012, 2, 29))
        teller.shortlist(SECOND)
        teller.view(SECOND)
        teller.offer(SECOND)
    referral = teller.life.referral
    broker = browsing("broker")
    page = broker.get("/offers")
    row = _row(page, "to be answered", referral)
    assert row[4] == "7 September 2026, late"
    assert row[5].startswith("waits for the home")
    form = broker.get(_link(page, referral, "call"))
    assert form.form(f"/referrals/{referral}/call")["home_id"] == SECOND
    assert referral not in browsing("registered_manager").get("/offers").main
