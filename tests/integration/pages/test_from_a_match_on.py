"""From a proposal to a home: shortlist, offer, chase; each link leads to its form, filled in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from api.lives import today
from api.pages.standing import Standing, standings
from broker.database import reading, writing
from tests.integration.api.world import World
from tests.integration.pages.browsing import Browser
from tests.whole_life import BROKER, HOME, SECOND, Teller, manager

Browsing = Callable[[str | None], Browser]
AtWork = tuple[FastAPI, World, Engine]
DAY = date(2026, 9, 4)
RUN = 7
STAGES = ("verified", "other", "listed", "asked", "declined", "sure")


@pytest.fixture(scope="module")
def stages(at_work: AtWork) -> dict[str, str]:
    """A referral of Newham at each stage, by what was done last about Linden."""
    made = {}
    with writing(at_work[2]) as session:
        for number, stage in enumerate(
            ("verified", "other", "listed", "asked", "declined", "sure")
        ):
            told = Teller(session)
            told.to_verified(
                young_person_id=f"YP-99{number}", date_of_birth=date(2012, 10, 1 + number)
            )
            made[stage] = told.life.referral
            if stage == "other":
                told.shortlist(SECOND)
            if stage in ("listed", "asked", "declined", "sure"):
                told.shortlist(HOME)
                told.view(HOME)
            if stage in ("asked", "declined"):
                told.offer(HOME)
            if stage == "declined":
                told.take(manager("P2"), "decline", home_id=HOME, code="staffing", words="too few")
            if stage == "sure":
                told.accepted_by(HOME, "P2")
        gone = Teller(session)
        gone.to_verified(young_person_id="YP-998", date_of_birth=date(2012, 10, 20))
        gone.take(BROKER, "withdraw", reason="went home")
        begun = Teller(session)
        begun.open(young_person_id="YP-999", date_of_birth=date(2012, 10, 21))
        made |= {"gone": gone.life.referral, "begun": begun.life.referral}
    return made


def _stands(at_work: AtWork, referrals: list[str], today: date = DAY) -> dict[str, Standing]:
    with reading(at_work[2]) as session:
        return standings(session, RUN, [(who, HOME) for who in referrals], today)


def test_each_stage_leads_to_the_step_that_comes_next(
    at_work: AtWork, stages: dict[str, str]
) -> None:
    found = _stands(at_work, [*stages.values(), "R-01"])
    said = {stage: found[who] for stage, who in stages.items()}
    at = {stage: f"/referrals/{who}" for stage, who in stages.items()}
    listing = f"shortlist?home_id={HOME}&source=match&run_id={RUN}"
    assert said["verified"] == Standing(
        "Not on the shortlist", f"{at['verified']}/{listing}", "Put on the shortlist"
    )
    assert said["other"].href == f"{at['other']}/{listing}"
    assert "takes the place of" in said["other"].text
    assert said["listed"] == Standing(
        "On the shortlist", f"{at['listed']}/offer?home_id={HOME}", "Make an offer"
    )
    assert said["asked"].href == f"{at['asked']}/call?home_id={HOME}"
    assert said["asked"].text == "Chase: log a call"
    assert said["declined"].words == "The home said no"
    assert said["sure"].words == "The home said yes"
    assert said["gone"].words == "Withdrawn"
    assert said["begun"].words == "Not checked by the borough yet"
    assert found["R-01"].href is None


def test_an_answer_that_is_due_is_late_from_the_day_after(
    at_work: AtWork, stages: dict[str, str]
) -> None:
    who = stages["asked"]
    with reading(at_work[2]) as session:
        offers = Teller(session).read(who).offers
    due = offers[HOME].answer_by
    assert "past" not in _stands(at_work, [who], due)[who].words
    assert "past" in _stands(at_work, [who], due + timedelta(days=1))[who].words


@pytest.mark.parametrize("stage", ["verified", "listed", "asked"])
def test_the_form_that_a_proposal_leads_to_knows_the_home_and_is_taken(
    browsing: Browsing, at_work: AtWork, stages: dict[str, str], stage: str
) -> None:
    """The form as it stands, with no more than the words that only a person can say."""
    who = stages[stage]
    broker = browsing("broker")
    href = _stands(at_work, [who])[who].href
    assert href is not None
    page = broker.get(href)
    action = href.partition("?")[0]
    fields = page.form(action)
    if stage == "verified":
        known = [fields[name] for name in ("home_id", "source", "run_id")]
        assert known == [HOME, "match", str(RUN)]
    elif stage == "listed":
        assert fields["home_id"] == HOME
        days = {**_day("starts_on", today(), 10), **_day("answer_by", today(), 3)}
        told = broker.send(page, action, **days)
        assert told.address == f"/referrals/{who}"
        assert _stands(at_work, [who])[who].text == "Chase: log a call"
    else:
        assert fields["home_id"] == HOME
        told = broker.send(page, action, spoke_to="the deputy", said="an answer comes tomorrow")
        assert told.address == f"/referrals/{who}"
        assert "an answer comes tomorrow" in told.main


def _day(name: str, today: date, on: int) -> dict[str, str]:
    """The boxes of a day, so many days on."""
    day = today + timedelta(days=on)
    return {f"{name}-{part}": str(getattr(day, part)) for part in ("day", "month", "year")}


def test_the_plan_says_where_its_proposals_stand_to_brokers_alone(
    browsing: Browsing, matched: str
) -> None:
    assert "Where it stands" in browsing("broker").get(matched).main
    assert "Run the match again" in browsing("broker").get(matched).main
    for account in ("commissioner", "auditor"):
        page = browsing(account).get(matched)
        assert "Where it stands" not in page.main
        assert "Run the match again" not in page.main
        assert not [one for one in page.links() if one.startswith("/referrals/")]


def test_an_open_offer_leads_a_broker_to_the_call_that_chases_it(
    browsing: Browsing, stages: dict[str, str]
) -> None:
    wanted = f"/referrals/{stages['asked']}/call?home_id={HOME}"
    assert wanted in browsing("broker").get("/offers").links()
    assert wanted not in browsing("registered_manager").get("/offers").links()
