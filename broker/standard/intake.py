"""Records of the standard taken into the records: drafts begun, and what the other system says.

A young person with an open referral here is the same referral: what the other system now says of it
(a placement, above all) is added to that one, if its form still says what the record says. Of
several records of one young person the one referred last is open; each before it is begun, told and
closed, the oldest first, since one referral of a young person is open at a time. All records of a
file are taken, or none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session

from broker.access.actor import Actor
from broker.life import desk
from broker.life import steps as said
from broker.life.desk import Moment
from broker.life.elsewhere import last_word
from broker.life.form import Form
from broker.life.gate import Missing
from broker.life.reported import Reported
from broker.life.state import CLOSED, Life, State
from broker.standard.forms import CHILD, LIBERTY, NEEDED, form_of, of_form, reported_of
from broker.standard.record import Record
from broker.tables import HomeRow, LifeRow
from pricing.problems import InputProblem

BEGUN: Final = "begun"
ADDED: Final = "added"
SAME: Final = "as before"


@dataclass(frozen=True)
class Told:
    """A record as it is taken: its number in the file, the form, and the system's word of it.

    `later` is the number of the next referral of the same young person in the file; None for the
    last one, which alone is open.
    """

    number: int
    form: Form
    word: Reported
    later: int | None = None


@dataclass(frozen=True)
class TakenIn:
    """What became of a record: whose it is, the referral, and whether that was begun by it.

    `later` is the record by which it was closed; `home_known` says of a placement it tells of
    whether that home is on record; None without one.
    """

    number: int
    young_person: str
    referral: str
    how: str
    later: int | None
    home_known: bool | None


def told_by(
    records: Sequence[tuple[int, Record]], borough: str, file: str, sha256: str
) -> tuple[list[Told], list[InputProblem]]:
    """Each record as form and word, and every reason why one cannot be.

    The records of one young person stand together, by the day of the referral; those of one day in
    the order of the file.
    """
    persons: dict[str, list[Told]] = {}
    problems: list[InputProblem] = []
    for number, record in records:
        form = form_of(record, borough, file, number)
        word = reported_of(record, file, sha256, number)
        problems += [one for made in (form, word) if isinstance(made, list) for one in made]
        if isinstance(form, Form) and isinstance(word, Reported):
            persons.setdefault(form.young_person_id, []).append(Told(number, form, word))
    told: list[Told] = []
    for own in persons.values():
        own.sort(key=lambda one: one.word.referred_on)
        told += [replace(one, later=after.number) for one, after in pairwise(own)]
        told.append(own[-1])
    return told, problems


def take_in(session: Session, actor: Actor, told: Sequence[Told], moment: Moment) -> list[TakenIn]:
    """Begin or add to a referral for each record; the caller commits.

    Each is taken a moment after the one before, so that their order stays on record.

    Raises:
        desk.Shut: a gate is shut for one of them, or a referral here stands against it.
    """
    taken: list[TakenIn] = []
    for place, one in enumerate(told):
        at = replace(moment, at=moment.at + timedelta(microseconds=place))
        taken.append(_take(session, actor, one, at, {each.referral for each in taken}))
    return taken


def _take(session: Session, actor: Actor, one: Told, moment: Moment, used: set[str]) -> TakenIn:
    lives = [life for life in _lives(session, one.form) if life.referral not in used]
    life = _its_own(lives, one)
    how = ADDED
    if life is None:
        how = BEGUN
        life = desk.open_life(session, actor, said.Open(kind="open", form=one.form), moment)
    elif life.state not in CLOSED:
        _same_or_shut(life.form, one)
    if _is_told(life, one):
        how = SAME
    else:
        life = desk.take(session, actor, life.referral, one.word, moment, seen=life.version)
    if one.later is not None and life.state not in CLOSED:
        _close(session, actor, life, one, moment)
    placed = one.word.placement
    known = None if placed is None else _on_record(session, placed.urn)
    who = one.form.young_person_id
    return TakenIn(one.number, who, life.referral, how, one.later, known)


def _lives(session: Session, form: Form) -> list[Life]:
    """The young person's referrals in the borough that can still be told, the oldest first."""
    table = LifeRow.__table__
    query = (
        sa.select(table.c.referral_id)
        .where(
            table.c.young_person_id == form.young_person_id,
            table.c.borough == form.borough,
        )
        .order_by(table.c.opened_at, table.c.referral_id)
    )
    lives = []
    for referral in session.execute(query).scalars().all():
        try:
            life = desk.locked_life(session, referral)
        except desk.Emptied:
            continue
        assert life is not None, "it has steps"
        lives.append(life)
    return lives


def _its_own(lives: Sequence[Life], one: Told) -> Life | None:
    """The referral here that a record tells of; None where it is to be begun.

    It is the one that says all of it already, else the open one. A record before the last is of the
    open one only if that was referred on the same day, and of a closed one likewise.
    """
    for life in lives:
        if _is_told(life, one) and not _other(life.form, one):
            return life
    opened = next((life for life in lives if life.state not in CLOSED), None)
    if one.later is None:
        return opened
    same_day = (life for life in lives if _referred_with(life, one))
    for life in sorted(same_day, key=lambda life: life is opened):
        if life is opened or not _other(life.form, one):
            return life
    if opened is not None:
        sentence = (
            f"record {one.number} tells of a referral of {one.form.young_person_id} before the one "
            f"of record {one.later}; it is not on record, and {opened.referral} is open: close "
            f"that first, or leave record {one.number} out"
        )
        raise _shut(sentence)
    return None


def _is_told(life: Life, one: Told) -> bool:
    """Whether the record's word is what was said last of a referral."""
    before = last_word(life)
    return before is not None and _says(before) == _says(one.word)


def _referred_with(life: Life, one: Told) -> bool:
    before = last_word(life)
    return before is not None and before.referred_on == one.word.referred_on


def _says(word: Reported) -> dict[str, object]:
    """What is said, without where it was read."""
    return word.model_dump(exclude={"source", "sha256"})


def _close(session: Session, actor: Actor, life: Life, one: Told, moment: Moment) -> None:
    """A draft ends where the other system tells of a later referral; nothing else is closed by it.

    Whatever the brokerage has begun to work on, a person ends.
    """
    if life.state is not State.DRAFT:
        sentence = (
            f"record {one.later} tells of a later referral of {one.form.young_person_id} than "
            f"{life.referral}, which stands at {life.state.value} here: end or withdraw that first"
        )
        raise _shut(sentence)
    source = one.word.source
    reason = f"We go on with a later referral of yours. ({source}: record {one.later} tells of it.)"
    ended = said.Withdraw(kind="withdraw", reason=reason)
    desk.take(session, actor, life.referral, ended, moment, seen=life.version)


def _other(form: Form | None, one: Told) -> list[str]:
    """The fields of which the record says something else than a form, as far as it says it."""
    assert form is not None, "a life with open steps can be told"
    names = [name for path, name in of_form().items() if path not in (CHILD, NEEDED, LIBERTY)]
    return [
        name
        for name in names
        if getattr(one.form, name) not in (getattr(form, name), Form.model_fields[name].default)
    ]


def _same_or_shut(form: Form | None, one: Told) -> None:
    """The record says of the young person what the open referral says, as far as it says it."""
    other = _other(form, one)
    if other:
        sentence = (
            f"record {one.number}: the open referral of {one.form.young_person_id} says something "
            f"else of {', '.join(other)}; amend it here first, or put the file right"
        )
        raise _shut(sentence)


def _shut(sentence: str) -> desk.Shut:
    return desk.Shut([Missing("REPORTED", "referral form", sentence, "assessor")])


def _on_record(session: Session, home: str) -> bool:
    table = HomeRow.__table__
    query = sa.select(table.c.home_id).where(table.c.home_id == home, table.c.closed_at.is_(None))
    return session.execute(query).first() is not None
