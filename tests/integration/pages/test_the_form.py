"""A referral written part by part: kept as it is filled in, checked, and asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from fastapi import FastAPI
from sqlalchemy import Engine

from api.pages.form_asked import PARTS, fields_of_part
from broker.database import reading, writing
from broker.life.desk import read_life
from broker.life.form import REQUIRED, REQUIRED_OF_PERSON
from tests.integration.api.world import World
from tests.integration.pages.browsing import Browser, Page, words
from tests.whole_life import ASSESSOR, Teller

Browsing = Callable[[str | None], Browser]
AtWork = tuple[FastAPI, World, Engine]

WHO = {
    "young_person_id": "YP-977",
    "borough": "E09000025",
    "identity.name": "Not <i>A</i> Name",
    "date_of_birth-day": "9",
    "date_of_birth-month": "4",
    "date_of_birth-year": "2012",
    "sex": "F",
    "person.ethnicity": "not told here",
    "person.religion": "none told",
    "person.culture": "none told",
    "person.language": "English",
    "person.disability": "none",
}
REST = {
    "when-and-where": {
        "needed_by-day": "14",
        "needed_by-month": "12",
        "needed_by-year": "2026",
        "home_place.postcode": "E6 4",
        "avoid": "Hackney: it is not safe there\nSC990005: they were hurt there\n"
        "2.5 miles of 540500 184500: someone there is a danger",
        "matters": "school, E6 4, 20, keep\nfamily, 541000 184000, 4\n"
        "family, RM3 7, 2, keep, called <i>Nan</i>, the kind one",
        "min_distance_miles": "0.5",
        "preferred_location": "by the river",
    },
    "with-whom": {
        "living_companions": "No preference",
        "must_not_live_with": "none",
        "caution_with": "YP-101",
    },
    "needs": {
        "needs": "adhd",
        "communication_needs": "N",
        "communication": "None",
        "home_adaptation": "no",
        "cultural_needs": "Not required",
        "pets": "No",
    },
    "risks": {},
    "placement": {
        "foster_care": "Unsuitable",
        "residential_care": "Preferred",
        "supported_accommodation": "Unsuitable",
        "provision": "childrens_home",
        "family_considered": "asked, and not possible now",
        "fostering_considered": "two families were asked",
        "why_residential": "a small home",
    },
    "own-part": {"wishes": "near my nan", "advocate_offered": "yes"},
}


def test_the_form_asks_everything_that_must_be_said_before_a_place_is_asked_for() -> None:
    asked = {one.name: one for part in PARTS for one in fields_of_part(part)}
    needed = {*REQUIRED, *(f"person.{name}" for name in REQUIRED_OF_PERSON)}
    assert needed <= set(asked)
    assert needed <= {name for name, one in asked.items() if one.required}


def _fill(assessor: Browser) -> Page:
    page = assessor.send(assessor.get("/begin"), "/begin", **WHO)
    for part, answers in REST.items():
        assert page.address.endswith(f"/form/{part}"), page.main
        if part == "risks":
            answers = {
                one.name: "No known risk" for one in fields_of_part(part) if one.how == "choice"
            }
        page = assessor.send(page, page.address, **answers)
    return page


def test_a_referral_goes_from_the_first_part_to_asking_for_a_place(browsing: Browsing) -> None:
    assessor = browsing("assessor")
    page = _fill(assessor)
    assert page.title.startswith("Check your answers")
    assert "missing" not in {words(one) for one in page.tree.iter("dd")}
    assert "Not <i>A</i> Name" in page.main
    for told in (
        "Hackney: it is not safe there",
        "2.5 miles of 540500 184500: someone there is a danger",
        "school, E6 4, 20, keep",
        "family, 541000 184000, 4",
        "family, RM3 7, 2, keep, called <i>Nan</i>, the kind one",
        "0.5",
        "by the river",
    ):
        assert told in page.main, told
    submit = page.address.replace("/form/check", "/submit")
    done = assessor.send(assessor.get(submit), submit)
    assert done.address == submit.removesuffix("/submit"), done.errors
    assert "Received" in done.main


def test_what_is_wrong_in_a_part_is_told_and_all_of_it_kept(browsing: Browsing) -> None:
    assessor = browsing("assessor")
    wrong = {**WHO, "young_person_id": "943 476 5919", "date_of_birth-month": "13"}
    page = assessor.send(assessor.get("/begin"), "/begin", **wrong)
    assert page.status == 422
    assert page.title.startswith("Error: ")
    assert {"#young_person_id", "#date_of_birth-day"} <= set(dict(page.errors))
    ids = {element.get("id") for element in page.tree.iter()}
    assert {field.removeprefix("#") for field, _ in page.errors} <= ids
    kept = page.form("/begin")
    assert kept["identity.name"] == WHO["identity.name"]
    assert kept["date_of_birth-month"] == "13"


def test_another_boroughs_form_is_not_there(
    browsing: Browsing, at_work: tuple[object, World]
) -> None:
    world = at_work[1]
    assert browsing("assessor").get(f"/referrals/{world.havering}/form/who").status == 404


def test_an_auditor_reads_who_looked_and_not_who_it_is(browsing: Browsing) -> None:
    browsing("assessor").get("/referrals")
    page = browsing("auditor").get("/audit?by=assessor&act=life.list")
    assert page.status == 200
    assert "Referrals: list read" in page.main
    assert "Not A Name" not in browsing("auditor").get("/audit").main


def test_an_order_is_asked_whole_and_what_is_left_empty_is_unknown(browsing: Browsing) -> None:
    assessor = browsing("assessor")
    page = assessor.send(assessor.get("/begin"), "/begin", **{**WHO, "young_person_id": "YP-978"})
    address = page.address.replace("when-and-where", "placement")
    half = assessor.send(assessor.get(address), address, **{"liberty.order_number": "ZZ 26 P 1"})
    assert half.status == 422
    assert {"#liberty.expires_on-day", "#liberty.restrictions"} <= set(dict(half.errors))
    whole = assessor.send(
        half,
        address,
        **{
            "liberty.expires_on-day": "1",
            "liberty.expires_on-month": "3",
            "liberty.expires_on-year": "2027",
            "liberty.restrictions": "doors are locked at night",
        },
    )
    assert whole.address.endswith("/form/own-part")
    taken_back = assessor.get(address)
    assert taken_back.form(address)["liberty.order_number"] == "ZZ 26 P 1"
    assert taken_back.form(address)["why_residential"] == ""


def test_an_emergency_is_said_as_the_referral_is_begun(browsing: Browsing, at_work: AtWork) -> None:
    assessor = browsing("assessor")
    who = {**WHO, "young_person_id": "YP-980", "emergency": "yes"}
    page = assessor.send(assessor.get("/begin"), "/begin", **who)
    referral = page.address.split("/")[2]
    assert "emergency" in assessor.get(f"/referrals/{referral}").main
    with reading(at_work[2]) as session:
        life = read_life(session, referral)
        assert life is not None
        assert life.emergency


def test_a_later_referral_keeps_the_formers_form_but_for_its_days(
    browsing: Browsing, at_work: AtWork
) -> None:
    with writing(at_work[2]) as session:
        former = Teller(session)
        former.open(young_person_id="YP-981", date_of_birth=date(2012, 8, 1))
        former.take(ASSESSOR, "submit", not_a_double="another")
        former.take(ASSESSOR, "withdraw", reason="found by the borough")
    old = former.life.referral
    assessor = browsing("assessor")
    begins = f"/begin?former={old}"
    assert begins in assessor.get(f"/referrals/{old}").links()
    page = assessor.get(begins)
    assert page.form("/begin")["young_person_id"] == "YP-981"
    other = assessor.send(assessor.get(begins), "/begin", young_person_id="YP-982")
    assert other.status == 409
    assert any("another young person" in text for _, text in other.errors)
    made = assessor.send(page, "/begin", **{"person.language": "French"})
    referral = made.address.split("/")[2]
    with reading(at_work[2]) as session:
        life = read_life(session, referral)
        assert life is not None
        assert former.life.form is not None
        assert life.former == old
        person = former.life.form.person.model_copy(update={"language": "French"})
        assert life.form == former.life.form.model_copy(
            update={"person": person, "needed_by": None, "waiting_since": None}
        )
    assert browsing("havering-assessor").get(begins).status == 404
