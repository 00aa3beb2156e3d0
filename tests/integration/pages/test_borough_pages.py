"""A borough's own pages: its young people by state, what their places cost, approvals to give."""

from __future__ import annotations

import csv
import math
import re
import tomllib
from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy import Engine

from api.pages.render import plain, upper_first
from broker.audit.read import Wanted
from broker.audit.read import page as page_of_audit
from broker.database import reading, writing
from broker.life.steps import Approve
from broker.sample.whole_form import whole_form
from broker.tables import LifeRow
from matching.postcodes import locate
from tests.integration.api.world import HAVERING, REGION, World
from tests.integration.looking import newest
from tests.integration.pages.browsing import Browser, Page, table, words
from tests.integration.pages.conftest import MARKUP
from tests.whole_life import BROKER, DIRECTOR, HOME, NEWHAM, STARTS, Teller

Browsing = Callable[[str | None], Browser]
AtWork = tuple[FastAPI, World, Engine]
DEARER = "SC990018"
"""A home at a distance that no contract names; what it costs is among the rates on record."""
UNKNOWN = "SC990022"
"""A home at a distance whose fee nobody knows."""
ASKED = "SC990020"
PROVIDERS = {HOME: "P2", DEARER: "S5", UNKNOWN: "S7", ASKED: "S6"}
DAY = date(2026, 11, 3)
REBANDED = date(2026, 10, 1)


@pytest.fixture(scope="module")
def told(at_work: AtWork) -> dict[str, str]:
    """Of Newham: two live in homes, one is decided for, and one waits for the director."""
    with writing(at_work[2]) as session:
        made = {}
        for at, home in enumerate((HOME, DEARER, UNKNOWN, ASKED)):
            teller = Teller(session)
            born = date(2013, 10, 1 + at)
            teller.to_verified(young_person_id=f"YP-96{at}", date_of_birth=born)
            teller.shortlist(home)
            teller.accepted_by(home, PROVIDERS[home])
            made[home] = teller.life.referral
            if home == ASKED:
                continue
            teller.ready(home)
            teller.confirm(home)
            if home == DEARER:
                continue
            teller.today = STARTS
            teller.take(BROKER, "move_in", moved_in_on=STARTS)
            if home == HOME:
                teller.take(
                    BROKER,
                    "reband",
                    band="high",
                    from_day=REBANDED,
                    confirmed=True,
                    thresholds="t1",
                    reason="more help at night",
                )
    return made


def _fee(home: str, band: str) -> Decimal | None:
    """What a home costs a week on the day, from the files of the region alone."""
    contract = tomllib.loads((REGION / "contract.toml").read_text(encoding="utf-8"))
    if home in {one for homes in contract["providers"].values() for one in homes}:
        assert contract["uplifts"][0]["from"] > DAY
        return Decimal(contract["fees"][band])
    with (REGION / "rates.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if (row["home_id"], row["band"]) == (home, band) and row["weekly_fee"]:
                assert row["from"] <= DAY.isoformat() < (row["to"] or "9")
                return Decimal(row["weekly_fee"])
    return None


def test_the_region_has_a_fee_of_each_kind() -> None:
    assert _fee(HOME, "high") != _fee(HOME, "medium")
    assert _fee(DEARER, "medium") not in (None, _fee(HOME, "medium"))
    assert _fee(UNKNOWN, "medium") is None


def test_where_they_live_and_what_that_costs_in_all(
    browsing: Browsing, told: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.placed.today", lambda: DAY)
    page = browsing("assessor").get("/borough")
    assert page.main.startswith(
        "Our young people See where they stand, where they live, and what it costs. Newham."
    )
    heads, *rows, total = table(page, "Homes decided for")
    assert heads[:6] == ["Young person", "Home", "Stands", "Band", "From", "Fee a week"]
    assert heads[6:8] == ["Extra support a week", "In all a week"]
    known = [_fee(HOME, "high"), _fee(DEARER, "medium"), _fee(UNKNOWN, "medium")]
    fees = [f"£{fee:,}" for fee in known[:2] if fee is not None]
    expected = [
        [told[HOME], named(HOME), "Moved in", "high", "14 September 2026", fees[0], "£0.00",
         fees[0]],
        [told[DEARER], named(DEARER), "Confirmed", "medium", "14 September 2026", fees[1], "£0.00",
         fees[1]],
        [told[UNKNOWN], named(UNKNOWN), "Moved in", "medium", "14 September 2026", "not known",
         "£0.00", "not known"],
    ]  # fmt: skip
    assert [row[:8] for row in rows] == sorted(expected)
    assert total[0] == "All 3 young people of the borough"
    assert total[2:5] == [f"£{sum(filter(None, known)):,} or more", "£0.00",
                          f"£{sum(filter(None, known)):,} or more"]  # fmt: skip
    assert "1 fee is not known, and not in the total." in page.main
    assert "1 young person has not moved in yet." in page.main
    sources = {row[1].rpartition("(")[2].rstrip(")"): row[8] for row in rows}
    assert sources[HOME].startswith("contract.toml, version")
    assert sources[DEARER] == "rates on record"
    assert {f"/referrals/{told[one]}" for one in (HOME, DEARER, UNKNOWN)} <= set(page.links())


@pytest.mark.parametrize(
    ("account", "address", "act", "record", "home"),
    [
        ("director", "/borough", "borough.costs", "borough", HOME),
        ("director", "/approvals", "approval.list", "approvals", ASKED),
        ("assessor", "/duties", "duty.list", "duties", HOME),
        ("assessor", "/referrals?order=referral", "life.list", "referrals", UNKNOWN),
        ("provider", "/offers", "offers.list", "offers", HOME),
        ("broker", "/api/placements", "placements.list", "placements", UNKNOWN),
        ("broker", "/api/duties?until=2027-01-01", "duty.list", "duties", UNKNOWN),
        ("broker", "/api/referrals", "life.list", "referrals", ASKED),
        ("broker", "/api/offers", "offers.list", "offers", ASKED),
    ],
)
def test_who_read_a_list_is_found_by_a_young_person_on_it(
    browsing: Browsing, at_work: AtWork, told: dict[str, str], account: str, address: str, act: str,
    record: str, home: str,
) -> None:  # fmt: skip
    browser, before = browsing(account), newest(at_work[2])
    answer = browser.client.get(address, headers=browser.headers | {"accept": "*/*"})
    assert answer.status_code == 200
    assert told[home] in answer.text
    with reading(at_work[2]) as session:
        looked = page_of_audit(session, Wanted(record=told[home]), after=before, limit=9)[0]
        nobody = page_of_audit(session, Wanted(record="R-NOBODY"), after=before, limit=9)[0]
    assert [(one["actor"], one["act"], one["record_kind"]) for one in looked] == [
        (account, act, record)
    ]
    assert nobody == []


def test_the_fee_is_of_the_band_in_force_on_the_day(
    browsing: Browsing, told: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.placed.today", lambda: date(2026, 9, 30))
    rows = table(browsing("assessor").get("/borough"), "Homes decided for")
    before = next(row for row in rows if row[0] == told[HOME])
    assert before[5] == f"£{_fee(HOME, 'medium'):,}"


def test_the_states_are_counted_and_each_leads_to_those_who_stand_there(
    browsing: Browsing, at_work: AtWork, told: dict[str, str]
) -> None:
    with reading(at_work[2]) as session:
        table_ = LifeRow.__table__
        found = session.execute(sa.select(table_.c.borough, table_.c.state)).all()
    standing = Counter(state for borough, state in found if borough == NEWHAM)
    assert {HAVERING, NEWHAM} <= {borough for borough, _ in found}
    assert len(standing) >= 3
    page = browsing("assessor").get("/borough")
    items = [words(one) for one in page.tree.iter("li")]
    told_there = {one for one in items if re.fullmatch(r"[A-Z][a-z ]+: [0-9]+", one)}
    counts = {f"{upper_first(plain(state))}: {number}" for state, number in standing.items()}
    assert told_there == counts
    for state, number in standing.items():
        listed = browsing("assessor").get(f"/referrals?state={state}&borough=&overdue=")
        assert f"/referrals?state={state}&borough=&overdue=" in page.links()
        assert len(table(listed, "Referrals")) - 1 == number


def named(home: str) -> str:
    """What a home is called, from the file of the region; one has markup as its name."""
    with (REGION / "homes.csv").open(encoding="utf-8") as file:
        names = {row["home_id"]: row["name"] for row in csv.DictReader(file)}
    return f"{MARKUP if home == HOME else names[home]} ({home})"


def _approvals(page: Page) -> list[list[str]]:
    return [] if "There is no approval to give." in page.main else table(page, "Approvals")[1:]


def _how_far(home: str) -> str:
    """In words, how far a home is from where the form asks for: two grid points and Pythagoras."""
    with (REGION / "homes.csv").open(encoding="utf-8") as file:
        postcode = next(row["postcode"] for row in csv.DictReader(file) if row["home_id"] == home)
    at, near = locate(postcode), whole_form().home_place
    assert at is not None
    assert near is not None
    assert near.easting is not None
    assert near.northing is not None
    miles = math.dist((at.easting, at.northing), (near.easting, near.northing)) / 1609.344
    bands = ((5, "Under 5 miles"), (10, "5 to 10 miles"), (20, "10 to 20 miles"))
    return next((name for most, name in bands if miles < most), "Over 20 miles")


def test_the_director_gives_the_approval_that_is_theirs_and_it_is_gone(
    browsing: Browsing, at_work: AtWork, told: dict[str, str]
) -> None:
    director = browsing("director")
    referral = told[ASKED]
    page = director.get("/approvals")
    [row] = _approvals(page)
    assert row[:2] == [referral, named(ASKED)]
    assert row[2:4] == ["At a distance in law", _how_far(ASKED)]
    assert row[4] == "by the Director of Children’s Services"
    assert "Director of Children’s Services approves" in row[5]
    assert row[6:8] == ["14 September 2026", "said yes"]
    assert "1 approval is still to be given" in director.get("/borough").main
    [link] = [one for one in page.links() if "/approve?" in one]
    form = director.get(link)
    address = f"/referrals/{referral}/approve"
    filled = form.form(address)
    assert (filled["home_id"], filled["approval"]) == (ASKED, "director")
    done = director.send(form, address, granted="yes", reason="it is near enough to their aunt")
    assert done.address == f"/referrals/{referral}"
    assert "It is near enough to their aunt" in done.main
    assert _approvals(director.get("/approvals")) == []
    assert "0 approvals are still to be given" in director.get("/borough").main
    with writing(at_work[2]) as session:
        life = Teller(session).read(referral)
        step = life.approvals[ASKED, "director"]
        assert isinstance(step.said, Approve)
        assert (step.by, step.said.granted) == ("director", True)
        again = Teller(session, today=STARTS)
        again.read(referral)
        again.take(
            DIRECTOR,
            "approve",
            home_id=ASKED,
            approval="director",
            granted=False,
            reason="put back as it was",
        )


def test_the_nominated_officer_sees_their_own_and_a_refusal_stays_to_be_given(
    browsing: Browsing, at_work: AtWork, told: dict[str, str]
) -> None:
    officer = browsing("nominated_officer")
    referral = at_work[1].newham
    page = officer.get("/approvals")
    kinds = {row[4].removesuffix(", refused before") for row in _approvals(page)}
    assert kinds == {"by the nominated officer", "of a move of school in years 10 or 11"}
    assert [_how_far(HOME), _how_far(ASKED)] == ["Under 5 miles", "5 to 10 miles"]
    assert {tuple(row[1:4]) for row in _approvals(page)} == {
        (named(HOME), "In a borough next to theirs", _how_far(HOME))
    }
    assert told[ASKED] not in page.main
    link = f"/referrals/{referral}/approve?home_id={HOME}&approval=nominated_officer"
    assert link in page.links()
    address = f"/referrals/{referral}/approve"
    done = officer.send(officer.get(link), address, granted="no", reason="too far from school")
    assert done.address == f"/referrals/{referral}"
    again = [row for row in _approvals(officer.get("/approvals")) if row[0] == referral]
    assert "by the nominated officer, refused before" in {row[4] for row in again}


def test_others_of_the_borough_see_all_and_for_whom_each_waits_and_other_boroughs_none(
    browsing: Browsing, at_work: AtWork, told: dict[str, str]
) -> None:
    page = browsing("assessor").get("/approvals")
    waits = {(row[0], row[-1]) for row in _approvals(page)}
    assert (at_work[1].newham, "waits for the nominated officer") in waits
    assert {who for referral, who in waits if referral == told[ASKED]} <= {"waits for the director"}
    assert not [one for one in page.links() if "/approve?" in one]
    assert _approvals(browsing("havering-assessor").get("/approvals")) == []
