"""Records of the standard taken into the records: drafts begun, and what the other system says.

A young person with an open referral here is the same referral: what the other system now says of it
(a placement, above all) is added to that one, if its form still says what the record says. All
records of a file are taken, or none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
from broker.life.state import CLOSED
from broker.standard.forms import CHILD, LIBERTY, NEEDED, form_of, of_form, reported_of
from broker.standard.record import Record
from broker.tables import HomeRow, LifeRow
from pricing.problems import InputProblem

BEGUN: Final = "begun"
ADDED: Final = "added"
SAME: Final = "as before"


@dataclass(frozen=True)
class Told:
    """A record as it is taken: its number in the file, the form, and the system's word of it."""

    number: int
    form: Form
    word: Reported


@dataclass(frozen=True)
class TakenIn:
    """What became of a record: whose it is, the referral, and whether that was begun by it.

    `home_known` says of a placement it tells of whether that home is on record; None without one.
    """

    number: int
    young_person: str
    referral: str
    how: str
    home_known: bool | None


def told_by(
    records: Sequence[tuple[int, Record]], borough: str, file: str, sha256: str
) -> tuple[list[Told], list[InputProblem]]:
    """Each record as form and word, and every reason why one cannot be."""
    told: list[Told] = []
    problems: list[InputProblem] = []
    seen: dict[str, int] = {}
    for number, record in records:
        form = form_of(record, borough, file, number)
        word = reported_of(record, file, sha256, number)
        found = [one for made in (form, word) if isinstance(made, list) for one in made]
        problems += found
        if isinstance(form, list) or isinstance(word, list):
            continue
        before = seen.setdefault(form.young_person_id, number)
        if before != number:
            words = "a young person once in a file; one referral is open at a time"
            value = f"{record[CHILD]}, in record {before} too"
            problems.append(InputProblem(file, CHILD, value, words, "duplicate", number))
            continue
        told.append(Told(number, form, word))
    return told, problems


def take_in(session: Session, actor: Actor, told: Sequence[Told], moment: Moment) -> list[TakenIn]:
    """Begin or add to a referral for each record; the caller commits.

    Raises:
        desk.Shut: a gate is shut for one of them, or an open referral says something else.
    """
    return [_take(session, actor, one, moment) for one in told]


def _take(session: Session, actor: Actor, one: Told, moment: Moment) -> TakenIn:
    who = one.form.young_person_id
    referral = _open_referral(session, one.form)
    how = BEGUN
    if referral is None:
        began = said.Open(kind="open", form=one.form)
        life = desk.open_life(session, actor, began, moment)
    else:
        found = desk.locked_life(session, referral)
        assert found is not None, "a life with open steps can be told"
        life, how = found, ADDED
        _same_or_shut(life.form, one)
    before = last_word(life)
    if before is not None and _says(before) == _says(one.word):
        how = SAME
    else:
        life = desk.take(session, actor, life.referral, one.word, moment, seen=life.version)
    placed = one.word.placement
    known = None if placed is None else _on_record(session, placed.urn)
    return TakenIn(one.number, who, life.referral, how, known)


def _says(word: Reported) -> dict[str, object]:
    """What is said, without where it was read."""
    return word.model_dump(exclude={"source", "sha256"})


def _open_referral(session: Session, form: Form) -> str | None:
    table = LifeRow.__table__
    query = sa.select(table.c.referral_id).where(
        table.c.young_person_id == form.young_person_id,
        table.c.borough == form.borough,
        table.c.state.not_in([state.value for state in CLOSED]),
    )
    found: str | None = session.execute(query).scalar_one_or_none()
    return found


def _same_or_shut(form: Form | None, one: Told) -> None:
    """The record says of the young person what the open referral says, as far as it says it."""
    assert form is not None
    names = [name for path, name in of_form().items() if path not in (CHILD, NEEDED, LIBERTY)]
    other = [
        name
        for name in names
        if getattr(one.form, name) not in (getattr(form, name), Form.model_fields[name].default)
    ]
    if other:
        sentence = (
            f"record {one.number}: the open referral of {form.young_person_id} says something else "
            f"of {', '.join(other)}; amend it here first, or put the file right"
        )
        raise desk.Shut([Missing("REPORTED", "referral form", sentence, "assessor")])


def _on_record(session: Session, home: str) -> bool:
    table = HomeRow.__table__
    query = sa.select(table.c.home_id).where(table.c.home_id == home, table.c.closed_at.is_(None))
    return session.execute(query).first() is not None
