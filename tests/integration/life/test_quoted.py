"""What staff write that a young person reads: each such field says so, and no other is quoted."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, get_args

from sqlmodel import Session

from api.pages.asked import TITLES, fields_of
from broker.life import lost, steps
from broker.life.desk import Moment
from broker.life.letter import Letter, letter_of
from broker.life.quoted import OF
from broker.life.sheet import Sheet, sheet_of
from broker.life.state import Life
from broker.life.young_words import READ_BY_THEM, YOUNG_ROLES
from broker.store.put import rows_of
from broker.store.shelves import SHELVES
from tests.whole_life import (
    ASSESSOR,
    BROKER,
    COMMISSIONER,
    DIRECTOR,
    HOME,
    OFFICER,
    SECOND,
    STARTS,
    VERIFIER,
    Teller,
    manager,
)

FREE = {
    (shape.__name__, name)
    for shape in get_args(steps.Said)
    for name, field in shape.model_fields.items()
    if field.description == READ_BY_THEM
}
"""The fields of steps that say that the young person reads them."""


class Marked(Teller):
    """A teller in whose steps every free word says which field of which step it stands in."""

    def take(self, actor: Any, kind: str, **said: Any) -> Life:
        shape = next(one for one in get_args(steps.Said) if _kind(one) == kind)
        for name in shape.model_fields:
            if isinstance(said.get(name), str) and name in _WORDS:
                said[name] = f"[{shape.__name__}.{name}]"
        return super().take(actor, kind, **said)


_WORDS = {
    "reason", "words", "how_considered", "why_not_given", "why_not", "heard_by", "said",
    "spoke_to", "on_residents", "on_young_person", "what_will_be_done", "reference", "goal",
    "ready_young_person", "ready_home", "way_back", "thresholds",
}  # fmt: skip


def _kind(shape: Any) -> str:
    return str(get_args(shape.model_fields["kind"].annotation)[0])


def _shown(session: Session, life: Life, today: date) -> set[tuple[str, str]]:
    """The fields whose text stands in the letter or a sheet."""
    told: list[Letter | Sheet] = []
    letter = letter_of(session, life, today)
    if isinstance(letter, Letter):
        told.append(letter)
    for home in life.shortlisted:
        sheet = sheet_of(session, life, home, today)
        if isinstance(sheet, Sheet):
            told.append(sheet)
    text = repr(told)
    for quote in (one for each in told for one in each.quotes):
        assert quote.kind in OF
        assert quote.by in YOUNG_ROLES
    return {
        (shape.__name__, name)
        for shape in get_args(steps.Said)
        for name in shape.model_fields
        if f"[{shape.__name__}.{name}]" in text
    }


def test_every_field_that_a_sheet_or_a_letter_quotes_says_so_and_no_other(
    on_record: Session,
) -> None:
    shown: set[tuple[str, str]] = set()

    def look(teller: Teller) -> None:
        shown.update(_shown(on_record, teller.life, teller.today))

    told = Marked(on_record)
    told.to_verified()
    told.shortlist(HOME, SECOND)
    told.take(BROKER, "call", home_id=HOME, spoke_to="x", said="x")
    told.view(SECOND, wish="unsure")
    told.offer(SECOND)
    told.impact(SECOND, "P1")
    told.take(BROKER, "withdraw_offer", home_id=SECOND, reason="x")
    look(told)
    told.take(
        ASSESSOR, "view", home_id=SECOND, said_on=told.today, wish="not_given", heard_by="x",
        how_considered="x", why_not_given="x",
    )  # fmt: skip
    told.accepted_by(HOME, "P2")
    for approval, who in (("nominated_officer", OFFICER), ("director", DIRECTOR)):
        told.take(who, "approve", home_id=HOME, approval=approval, granted=False, reason="x")
    look(told)
    told.ready(HOME)
    told.confirm(HOME)
    look(told)
    told.today = STARTS
    told.take(BROKER, "move_in", moved_in_on=STARTS)
    told.take(ASSESSOR, "visited", visited_on=STARTS, words="x")
    told.reviewed("step_down")
    told.take(
        ASSESSOR, "step_down", goal="x", destination="family", ready_young_person="x",
        ready_home="x", expected_on=STARTS + timedelta(days=9), way_back="x",
    )  # fmt: skip
    look(told)
    told.take(ASSESSOR, "step_down_back", reason="x")
    look(told)
    told.end(destination="other")
    look(told)
    unheard = Marked(on_record, minutes=120)
    unheard.to_verified(young_person_id="YP-932", date_of_birth=date(2012, 5, 2))
    unheard.shortlist(SECOND)
    unheard.accepted_by(SECOND, "P1")
    unheard.ready(SECOND)
    unheard.take(
        ASSESSOR, "view", home_id=SECOND, said_on=unheard.today, wish="not_given", heard_by="x",
        how_considered="x", why_not_given="x",
    )  # fmt: skip
    unheard.confirm(SECOND)
    look(unheard)
    stopped = Marked(on_record, minutes=300)
    stopped.to_verified(young_person_id="YP-931", date_of_birth=date(2012, 5, 3))
    stopped.take(BROKER, "withdraw", reason="x")
    look(stopped)
    assert shown == FREE


def test_a_refusal_in_a_homes_own_words_is_passed_on_to_nobody(on_record: Session) -> None:
    told = Marked(on_record)
    told.to_verified()
    told.shortlist(HOME)
    told.view(HOME)
    told.offer(HOME)
    told.take(manager("P2"), "decline", home_id=HOME, code="staffing", words="x")
    letter = letter_of(on_record, told.life, told.today)
    assert isinstance(letter, Letter)
    assert [one.why for one in letter.others] == [("The home did not have enough staff.",)]
    assert letter.quotes == ()


def test_why_a_home_lost_its_registration_is_not_written_to_who_lived_there(
    on_record: Session,
) -> None:
    told = Teller(on_record)
    told.to_moved_in()
    row = rows_of(on_record, "homes", {"home_id": HOME})[0]
    record = {**SHELVES["homes"].record(row), "registration": "suspended"}
    change = lost.Change("another resident told of something", record)
    seen = lost.home_version(on_record, HOME) or ""
    moment: Moment = told.moment()
    lost.change_home(on_record, COMMISSIONER, HOME, change, moment, seen=seen)
    letter = letter_of(on_record, told.again(), STARTS)
    assert isinstance(letter, Letter)
    assert (letter.about, letter.lost, letter.why_ended) == ("ended", True, None)
    assert "another resident" not in repr(letter)


def test_each_of_those_fields_has_the_hint_in_its_form() -> None:
    hinted = {
        (shape.__name__, one.name)
        for shape in get_args(steps.Said)
        if _kind(shape) in TITLES
        for one in fields_of(_kind(shape))
        if one.hint == READ_BY_THEM
    }
    assert hinted == FREE
    assert len(FREE) == 9


def test_who_verifies_writes_to_the_brokers_alone(on_record: Session) -> None:
    told = Teller(on_record)
    told.open()
    told.take(ASSESSOR, "submit")
    told.take(ASSESSOR, "band", band="medium", thresholds="t1", reason="x")
    told.take(VERIFIER, "verify", need_met=True, funding_agreed=True, reason="[money is short]")
    assert "[money is short]" not in repr(letter_of(on_record, told.life, told.today))
