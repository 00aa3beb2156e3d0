"""A record once somebody lives in a home: the placement, what it costs, the band, the duties."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from xml.etree.ElementTree import Element

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from broker.database import writing
from pricing.bands.threshold_file import shipped_thresholds
from tests.integration.api.world import REGION, World
from tests.integration.pages.browsing import Browser, Page, words
from tests.integration.pages.every.test_every_page import ISO_DAY, visible
from tests.whole_life import ASSESSOR, BROKER, HOME, STARTS, VERIFIER, Teller

Browsing = Callable[[str | None], Browser]
AtWork = tuple[FastAPI, World, Engine]
FAR = "SC990018"
"""A home at a distance that no contract names."""
UNKNOWN = "SC990022"
"""Another, whose fee nobody knows."""
DAY = date(2026, 11, 3)
SCORES = dict.fromkeys(shipped_thresholds().items, 0) | {"self_harm": 3}


@pytest.fixture(scope="module")
def told(at_work: AtWork) -> dict[str, str]:
    """One who lives at Linden with high need, one who is to live far off, one who lived there."""
    with writing(at_work[2]) as session:
        lives = Teller(session)
        lives.open(young_person_id="YP-951", date_of_birth=date(2012, 9, 3))
        lives.take(ASSESSOR, "submit")
        named = shipped_thresholds().id
        lives.take(
            ASSESSOR, "band", band="high", thresholds=named, scores=SCORES, reason="harm at night"
        )
        lives.take(VERIFIER, "verify", need_met=True, funding_agreed=True, reason="both checked")
        lives.shortlist(HOME)
        lives.accepted_by(HOME, "P2")
        lives.ready(HOME)
        lives.confirm(HOME)
        lives.today = STARTS
        lives.take(BROKER, "move_in", moved_in_on=STARTS)
        lives.today = STARTS + timedelta(days=3)
        lives.take(ASSESSOR, "visited", visited_on=lives.today, words="settling in")
        to_live = Teller(session)
        to_live.to_verified(young_person_id="YP-952", date_of_birth=date(2013, 9, 3))
        to_live.shortlist(FAR)
        to_live.accepted_by(FAR, "S5")
        to_live.ready(FAR)
        to_live.confirm(FAR)
        lived = Teller(session)
        lived.to_verified(young_person_id="YP-953", date_of_birth=date(2013, 9, 4))
        lived.shortlist(UNKNOWN)
        lived.accepted_by(UNKNOWN, "S7")
        lived.ready(UNKNOWN)
        lived.confirm(UNKNOWN)
        lived.today = STARTS
        lived.take(BROKER, "move_in", moved_in_on=STARTS)
        lived.today = STARTS + timedelta(days=10)
        lived.end()
    made = (("lives", lives), ("to live", to_live), ("lived", lived))
    return {name: teller.life.referral for name, teller in made}


@pytest.fixture
def record(
    browsing: Browsing, told: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, str], Page]:
    """A function that gives a record as a role sees it on the day."""
    for place in ("api.placed.today", "api.lives.today"):
        monkeypatch.setattr(place, lambda: DAY)
    return lambda role, name: browsing(role).get(f"/referrals/{told[name]}")


def summary(page: Page) -> dict[str, str]:
    """What each line of the part "The placement" says."""
    return {
        words(row[0]): words(row[1])
        for row in _after(page, "The placement", "dl")
        if row.tag == "div"
    }


def _after(page: Page, heading: str, tag: str) -> Element:
    """The first element of a kind after a heading."""
    everything = list(page.tree.iter())
    [at] = [i for i, one in enumerate(everything) if one.tag == "h2" and words(one) == heading]
    return next(one for one in everything[at:] if one.tag == tag)


def test_the_placement_says_home_days_fee_contract_and_who_decided(
    record: Callable[[str, str], Page],
) -> None:
    page = record("broker", "lives")
    contract = tomllib.loads((REGION / "contract.toml").read_text(encoding="utf-8"))
    fee = Decimal(contract["fees"]["high"])
    found = summary(page)
    assert found["Home"] == HOME
    assert found["From"] == "14 September 2026, planned until 14 June 2027"
    assert found["Moved in"] == "14 September 2026"
    assert found["Fee"].startswith(f"£{fee:,} a week on 3 November 2026, for the need band")
    assert found["Contract"] == contract["id"]
    assert found["Decided by"] == "broker-1: near the people who matter"
    assert {f"/homes/{HOME}", f"/contracts/{contract['id']}"} <= set(page.links())
    assert "Ended" not in found


def test_before_moving_in_and_without_a_contract_it_says_so_and_takes_the_rate_on_record(
    record: Callable[[str, str], Page],
) -> None:
    found = summary(record("broker", "to live"))
    assert found["Moved in"] == "not yet"
    assert found["Fee"].startswith("£6,650.00 a week")
    assert found["Fee"].endswith("Rates on record")
    assert found["Contract"] == "None names this home"


def test_after_the_end_it_says_the_day_and_a_fee_that_nobody_knows_is_said_to_be_unknown(
    record: Callable[[str, str], Page],
) -> None:
    found = summary(record("assessor", "lived"))
    assert found["Ended"] == "24 September 2026"
    assert found["Fee"].startswith("Not known")


def test_a_borough_reads_the_fee_and_gets_no_link_to_a_contract_it_may_not_open(
    record: Callable[[str, str], Page],
) -> None:
    page = record("assessor", "lives")
    assert summary(page)["Contract"] == "NEL-BLOCK-1"
    assert not [one for one in page.links() if one.startswith("/contracts/")]


def test_a_home_is_not_told_who_decided_nor_why(record: Callable[[str, str], Page]) -> None:
    page = record("registered_manager", "lives")
    assert page.status == 200
    assert "The placement" not in page.main
    assert "near the people who matter" not in page.main.lower()


def test_each_duty_has_its_day_who_does_it_the_law_and_whether_it_is_done_due_or_late(
    record: Callable[[str, str], Page],
) -> None:
    page = record("assessor", "lives")
    items = list(_after(page, "Duties", "ol"))
    days = [words(one.find("strong")) for one in items]  # type: ignore[arg-type]
    laws = [words(next(one.iter("span"))) for one in items]
    assert all(laws)
    said = [words(one).removesuffix(law) for one, law in zip(items, laws, strict=True)]
    visits = [one for one in said if "The social worker visits" in one]
    # Moved in on 14 September: a visit within a week, done on the 17th, then six weeks later.
    assert visits == [
        "21 September 2026, done on 17 September 2026The social worker visits. By: assessor.",
        "29 October 2026, lateThe social worker visits. By: assessor.",
    ]
    # Five and 20 working days after moving in; six months on, the next home is thought of.
    assert "21 September 2026, lateThe placement plan is written" in said[0]
    [review] = [one for one in said if "The placement is reviewed" in one]
    assert review.startswith("12 October 2026, late")
    [next_home] = [one for one in said if "step down is written" in one]
    assert next_home.startswith("14 March 2027, to do")
    assert all("regulation" in laws[said.index(one)] for one in visits)
    assert [_day(one) for one in days] == sorted(_day(one) for one in days)
    assert not [text for text in visible(page) if ISO_DAY.search(text)]


def _day(said: str) -> date:
    return datetime.strptime(said, "%d %B %Y").date()


def test_the_band_has_its_why_the_rule_that_was_met_and_the_scores(
    record: Callable[[str, str], Page],
) -> None:
    page = record("assessor", "lives")
    assert "Why the band is high" in page.main
    said = "Harm at night. Said by assessor-E09000025 (assessor) on 4 September 2026."
    assert said in page.main
    rules = [words(one) for one in _after(page, "Why the band is high", "ul")]
    self_harm = shipped_thresholds().items["self_harm"]
    assert len(rules) == 1
    assert rules[0].startswith("H2: ")
    assert f"Counted: {self_harm.name} 3." in rules[0]
    scores = _after(page, "Why the band is high", "dl")
    told = {words(row[0]): words(row[1]) for row in scores if row.tag == "div"}
    assert told[self_harm.question] == "3"
    assert sum(map(int, told.values())) == 3
    assert len(told) == len(SCORES)
    assert "/bands" in page.links()
    hidden = record("registered_manager", "lives")
    assert "Why the band is" not in hidden.main


def test_a_band_without_scores_is_said_to_rest_on_a_persons_reason(
    record: Callable[[str, str], Page],
) -> None:
    page = record("assessor", "to live")
    assert "Why the band is medium" in page.main
    assert "No scores were written down with it: the reason above is a person’s." in page.main
