"""What somebody who waits is told: the homes that may still be, and the match that knew them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from broker.life.last_match import last_match
from broker.life.letter import Letter, letter_of
from broker.life.sheet import Sheet, sheet_of
from broker.life.state import Life
from broker.store.clock import now
from broker.store.history import Author
from broker.store.put import put_row
from broker.tables import MatchRun
from tests.whole_life import ASSESSOR, BROKER, DIRECTOR, HOME, OFFICER, SECOND, Teller

NONE: Mapping[str, str] = {}
YEAR_9 = date(2012, 9, 9)
"""Too young for the fourth key stage on these days."""


def match(
    session: Session, at: datetime, waits: Mapping[str, str], placed: Mapping[str, str] = NONE
) -> int:
    """Put a match on record that lets some wait, each for a reason, and proposes homes."""
    plan: dict[str, Any] = {
        "unplaced": [{"referral_id": one, "summary": why} for one, why in waits.items()],
        "placements": [{"referral_id": one, "home_id": home}
                       for one, home in placed.items()],
    }  # fmt: skip
    row = MatchRun(
        started_at=at, finished_at=at, asked_by="test", status="optimal", case_sha256="0" * 64,
        as_of=at.date(), seed=1, placed=0, unplaced=0, policy="", options={}, plan=plan,
        software="test",
    )  # fmt: skip
    session.add(row)
    session.flush()
    assert row.run_id is not None
    return row.run_id


def letter(session: Session, life: Life, today: date) -> Letter:
    found = letter_of(session, life, today)
    assert isinstance(found, Letter)
    assert found.about == "waiting"
    return found


def test_the_newest_match_that_knew_them_is_looked_for_back(on_record: Session) -> None:
    told = Teller(on_record)
    life = told.to_verified()
    at = told.moment().at
    match(on_record, at, {life.referral: "An older reason."})
    knew = match(on_record, at, {"R-01": "Another.", life.referral: "The reason."})
    match(on_record, at, {"R-01": "Of somebody else.", f"{life.referral}0": "Of one more."})
    found = letter(on_record, life, told.today)
    assert (found.waiting, found.match) == ("The reason.", knew)
    assert found.homes == ()


def test_a_match_that_proposed_a_home_leaves_nobody_waiting(on_record: Session) -> None:
    told = Teller(on_record)
    life = told.to_verified()
    at = told.moment().at
    match(on_record, at, {life.referral: "An older reason."})
    knew = match(on_record, at, {}, {life.referral: HOME})
    said = last_match(on_record, life.referral)
    assert said is not None
    assert (said.run_id, said.waits) == (knew, None)
    found = letter(on_record, life, told.today)
    assert (found.waiting, found.match) == (None, None)
    assert last_match(on_record, "R-01") is None


def test_what_a_match_said_before_homes_were_listed_is_told_no_more(on_record: Session) -> None:
    told = Teller(on_record)
    life = told.to_verified()
    match(on_record, told.moment().at, {life.referral: "No home fits."})
    told.shortlist(HOME)
    assert letter(on_record, told.life, told.today).waiting is None
    match(on_record, told.moment().at, {life.referral: "Others needed it sooner."})
    assert letter(on_record, told.life, told.today).waiting == "Others needed it sooner."
    told.view(HOME)
    told.offer(HOME)
    assert letter(on_record, told.life, told.today).waiting is None


def test_each_home_says_how_it_stands_and_an_answer_is_late_from_the_day_after(
    on_record: Session,
) -> None:
    told = Teller(on_record)
    told.to_verified()
    told.shortlist(HOME, SECOND)
    homes = letter(on_record, told.life, told.today).homes
    assert [(one.home_id, one.stands) for one in homes] == [(HOME, "listed"), (SECOND, "listed")]
    told.view(HOME, wish="against")
    assert [one.home_id for one in letter(on_record, told.life, told.today).homes] == [SECOND]
    told.view(SECOND)
    told.offer(SECOND)
    due = told.today + timedelta(days=3)
    for day, late in ((due, False), (due + timedelta(days=1), True)):
        (home,) = letter(on_record, told.life, day).homes
        assert (home.name, home.stands, home.answer_by, home.late) == ("Cedar", "open", due, late)


def test_before_anybody_decides_it_is_told_what_is_missing_and_who_said_no(
    on_record: Session,
) -> None:
    told = Teller(on_record)
    told.to_verified(date_of_birth=YEAR_9)
    told.shortlist(HOME)
    told.accepted_by(HOME, "P2")
    (home,) = letter(on_record, told.life, told.today).homes
    assert (home.stands, home.needed) == ("accepted", ("nominated_officer",))
    assert (home.not_seen, home.not_heard, home.against) == (True, False, None)
    told.take(ASSESSOR, "visit", home_id=HOME, visited_on=told.today)
    (home,) = letter(on_record, told.life, told.today).homes
    assert (home.not_seen, home.not_heard) == (False, True)
    told.view(HOME)
    told.take(
        OFFICER, "approve", home_id=HOME, approval="nominated_officer", granted=False, reason="no"
    )
    (home,) = letter(on_record, told.life, told.today).homes
    assert (home.not_seen, home.not_heard) == (False, False)
    assert home.needed == ("nominated_officer",)
    assert home.against is not None
    assert home.against.why == ("A senior officer of your borough said no.",)
    assert [one.text for one in home.against.quotes] == ["no"]
    sheet = sheet_of(on_record, told.life, HOME, told.today)
    assert isinstance(sheet, Sheet)
    assert (sheet.needed, sheet.granted, sheet.refused) == ((), (), ("nominated_officer",))
    told.ready(HOME)
    assert letter(on_record, told.life, told.today).homes[0].needed == ()
    told.take(DIRECTOR, "approve", home_id=HOME, approval="director", granted=True, reason="yes")
    sheet = sheet_of(on_record, told.life, HOME, told.today)
    assert isinstance(sheet, Sheet)
    assert sheet.granted == ("nominated_officer", "director")


def test_who_said_no_is_told_of_a_named_person_who_went_on_and_why(on_record: Session) -> None:
    told = Teller(on_record)
    life = told.to_verified()
    told.shortlist(HOME)
    told.view(HOME, wish="against")
    record = {
        "referral_id": life.referral, "home_id": HOME, "kind": "pin", "by": "a service manager",
        "on": "2026-09-04", "reason": "You can see your nan from there.", "override": "",
    }  # fmt: skip
    author = Author("test", now())

    def gone_on() -> Any:
        sheet = sheet_of(on_record, told.life, HOME, told.today)
        assert isinstance(sheet, Sheet)
        return sheet.gone_on

    put_row(on_record, "decisions", record, author)
    assert gone_on() is None, "a pin overrides nothing by itself"
    put_row(on_record, "decisions", {**record, "override": "R16"}, author)
    found = gone_on()
    assert (found.kind, found.by) == ("decision", "a service manager")
    assert found.text == "You can see your nan from there."
    told.view(HOME)
    assert gone_on() is None, "it is told to who said no"


def test_a_stop_is_told_with_its_reason_whatever_came_after_it(on_record: Session) -> None:
    told = Teller(on_record)
    told.to_verified()
    told.take(BROKER, "withdraw", reason="You went home.")
    stopped_on, told.today = told.today, told.today + timedelta(days=3)
    told.take(
        ASSESSOR, "reported", source="f.json, record 1", sha256="0" * 64, referred_on=told.today
    )
    found = letter_of(on_record, told.life, told.today)
    assert isinstance(found, Letter)
    assert found.reason is not None
    assert (found.about, found.reason.text) == ("stopped", "You went home.")
    assert (found.reason.by, found.decided_on) == ("broker", stopped_on)
