"""Other open referrals that seem to be of the same young person, in the borough and beyond it.

Compared are, within a borough, birth date and sex; in another borough birth date, sex (where both
are told) and either the name, written closely alike, or the id, alike but for case and punctuation.
Who writes a referral is told, and says why it is none or amends the other; nothing is decided here.
How alike two names must be is OUR STARTING ASSUMPTION.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session

from broker.life.form import Form
from broker.life.read import Emptied, read_life
from broker.life.state import Life
from broker.tables import LifeRow

ALIKE: Final = 0.8
"""From which share of letters in common, in order, two names are close (difflib's ratio)."""
MOST: Final = 5
_NOT_OPEN: Final = ("ended", "withdrawn", "draft")


@dataclass(frozen=True, slots=True)
class Doubles:
    """Ids of such referrals: of the same borough, and of others."""

    own: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()


def doubles_of(session: Session, life: Life) -> Doubles:
    """Open referrals that seem to be of this life's young person, at most five of each kind."""
    form = life.form
    assert form is not None
    if form.date_of_birth is None:
        return Doubles()
    table = LifeRow.__table__
    rows = session.execute(
        sa.select(table.c.referral_id, table.c.borough, table.c.sex)
        .where(
            table.c.date_of_birth == form.date_of_birth,
            table.c.referral_id != life.referral,
            table.c.state.not_in(_NOT_OPEN),
        )
        .order_by(table.c.referral_id)
    ).all()
    own = [one for one in rows if one.borough == form.borough and one.sex == form.sex]
    others = [one for one in rows if one.borough != form.borough and _same_sex(one.sex, form.sex)]
    elsewhere = [one.referral_id for one in others if _close(session, one.referral_id, form)]
    return Doubles(tuple(one.referral_id for one in own[:MOST]), tuple(elsewhere[:MOST]))


def _same_sex(one: str | None, other: str | None) -> bool:
    return one == other or not {one, other}.isdisjoint({None, "U"})


def _close(session: Session, referral_id: str, form: Form) -> bool:
    try:
        life = read_life(session, referral_id)
    except Emptied:
        return False
    if life is None or life.form is None:
        return False
    return same_id(life.form.young_person_id, form.young_person_id) or close_names(
        life.form.identity.name, form.identity.name
    )


def same_id(one: str, other: str) -> bool:
    """Whether two ids are the same but for case and punctuation."""
    return _letters(one) == _letters(other)


def close_names(one: str | None, other: str | None) -> bool:
    """Whether two names are written alike: accents, case, marks and the order of parts apart."""
    first, second = _parts(one), _parts(other)
    if not first or not second:
        return False
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= ALIKE


def _parts(name: str | None) -> str:
    plain = unicodedata.normalize("NFKD", name or "").casefold()
    spaced = "".join(
        letter
        if letter.isalnum()
        else ""
        if unicodedata.combining(letter) or letter in "'’"
        else " "
        for letter in plain
    )
    return " ".join(sorted(spaced.split()))


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
