"""What staff write to a young person: forms say who reads it, and hard words are pointed out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from api.pages.young import Hard, hard_ones
from broker.database import writing
from broker.life.quoted import Quote
from broker.life.young_words import READ_BY_THEM
from broker.readability import FOR_YOUNG_PEOPLE, grade
from broker.sample.showing import fill
from tests.conftest import cheap_hashing
from tests.integration.api.world import PASSWORD, World, service
from tests.integration.pages.browsing import Browser, Page, words
from tests.integration.pages.conftest import browsers
from tests.integration.pages.test_letters_of_living import main_of
from tests.readability import blocks, quoted
from tests.whole_life import HOME, SECOND, Teller

Browsing = Callable[[str | None], Browser]
AtWork = tuple[FastAPI, World, Engine]
HARD = "Proximity to significant individuals outweighed alternative residential considerations."
EASY = "It is near the people who matter to you."
NOTICE = "This part is for you, and is not printed."
READ = {
    ("assessor", "withdraw"): ["reason"],
    ("assessor", "view"): ["words", "how_considered", "why_not_given"],
    ("broker", "withdraw_offer"): ["reason"],
    ("director", "approve"): ["reason"],
    ("broker", "confirm"): ["reason"],
    ("assessor", "step_down"): ["way_back"],
    ("assessor", "end"): ["words"],
    ("verifier", "verify"): [],
    ("broker", "shortlist"): [],
}
"""The fields of a form that say that the young person reads them."""


@pytest.mark.parametrize(("role", "kind"), READ)
def test_a_form_says_at_each_field_that_the_young_person_reads_it(
    browsing: Browsing, at_work: AtWork, role: str, kind: str
) -> None:
    page = browsing(role).get(f"/referrals/{at_work[1].newham}/{kind}")
    assert page.status == 200
    hints = {one.get("id"): words(one) for one in page.tree.iter("div") if one.get("id")}
    said = [
        one.get("id")
        for one in page.tree.iter("textarea")
        for hint in (one.get("aria-describedby") or "").split()
        if hints.get(hint) == READ_BY_THEM
    ]
    assert said == READ[role, kind]
    assert page.text.count(READ_BY_THEM) == len(said)


def test_the_young_persons_words_are_not_asked_as_those_of_who_writes(
    browsing: Browsing, at_work: AtWork
) -> None:
    page = browsing("assessor").get(f"/referrals/{at_work[1].newham}/view")
    labels = [words(one) for one in page.tree.iter("label")]
    assert "What they said, in their own words (optional)" in labels


@pytest.fixture(scope="module")
def decided(at_work: AtWork) -> dict[str, str]:
    """Two who are decided for: one in hard words, one in easy ones."""
    made = {}
    with writing(at_work[2]) as session:
        for at, (reason, home, provider) in enumerate(
            ((HARD, HOME, "P2"), (EASY, SECOND, "P1")), start=1
        ):
            teller = Teller(session, minutes=60 * at)
            born = date(2012, at, 11)
            teller.to_verified(young_person_id=f"YP-98{at}", date_of_birth=born)
            teller.shortlist(home)
            teller.accepted_by(home, provider)
            teller.ready(home)
            teller.confirm(home, reason=reason)
            made[reason] = teller.life.referral
    return made


def _notices(page: Page) -> list[str]:
    return [words(one) for one in page.tree.iter("div") if NOTICE in words(one)
            and "app-no-print" in one.get("class", "")]  # fmt: skip


def test_a_letter_points_out_to_staff_which_quoted_text_is_hard_to_read(
    browsing: Browsing, decided: dict[str, str]
) -> None:
    page = browsing("broker").get(f"/referrals/{decided[HARD]}/letter")
    assert page.status == 200
    (notice,) = _notices(page)
    assert notice.endswith(f"Of the decision, by broker: grade {grade([HARD]):.1f}")
    assert HARD in page.main
    assert grade(blocks(main_of(page))) <= FOR_YOUNG_PEOPLE
    assert _notices(browsing("broker").get(f"/referrals/{decided[EASY]}/letter")) == []


def test_a_text_is_hard_above_grade_six() -> None:
    one = Quote("approve", "nominated_officer", HARD)
    assert hard_ones([Quote("confirm", "broker", EASY), one]) == [
        Hard("the approval", "nominated_officer", grade([HARD]))
    ]


def test_what_the_sample_quotes_is_written_to_the_young_person_and_easy_to_read(
    engine: Engine,
) -> None:
    with cheap_hashing():
        fill(engine, PASSWORD)
    texts, kinds = [], set()
    with browsers(service(engine)) as browser:
        assessor = browser("assessor")
        for record in assessor.get("/referrals").links():
            if not record.startswith("/referrals/R-"):
                continue
            for link in assessor.get(record).links():
                if not link.endswith("/letter") and "/sheets/" not in link:
                    continue
                page = assessor.get(link)
                assert page.status == 200
                assert NOTICE not in page.main
                kinds.add(page.title.partition(" – ")[0].partition(":")[0])
                texts += quoted(main_of(page))
    assert {"Your new home", "Why you do not have a place yet", "The home you live in"} <= kinds
    assert {"Your room is kept for four weeks.", EASY} <= set(texts)
    assert {one: grade([one]) for one in texts if grade([one]) > FOR_YOUNG_PEOPLE} == {}
    assert not [one for one in texts if "their" in one.split() or "them" in one.split()]
