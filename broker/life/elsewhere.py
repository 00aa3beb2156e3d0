"""What another system's word of a referral asks for here: gates before a step, and what is shown.

It is a fact with a source. Nobody lives anywhere by it and no rule is held to hold by it; but what
it tells of liberty must be told here before a place is asked for, and a placement it tells of is
put before whoever decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from broker.life import steps as said
from broker.life.gate import FIELD_PROCESS, LIBERTY, Known, Missing
from broker.life.state import CLOSED, Life, State, what
from matching.words import day_words

_MADE_ELSEWHERE: Final = frozenset({State.DRAFT})


def last_word(life: Life) -> said.Reported | None:
    """What another system said last of a referral; None where none did."""
    return None if life.reported is None else what(life.reported, said.Reported)


def liberty_is_told(life: Life, _one: said.Submit, _known: Known) -> Iterator[Missing]:
    """Where another system tells of a deprivation of liberty, the form tells the order."""
    word = last_word(life)
    if word is not None and word.liberty and life.form is not None and life.form.liberty is None:
        sentence = (
            f"{word.source} tells of a deprivation of liberty and the form does not: say in "
            "liberty its order, day and restrictions; where there is none any longer, withdraw "
            "this and begin the referral anew by hand"
        )
        yield Missing("LIBERTY", LIBERTY, sentence, "assessor")


def new_liberty_is_told(life: Life, one: said.Reported, _known: Known) -> Iterator[Missing]:
    """A deprivation of liberty told of a referral that was submitted stands in its form first."""
    told = life.form is not None and life.form.liberty is not None
    if one.liberty and not told and life.state not in _MADE_ELSEWHERE | CLOSED:
        sentence = (
            "it tells of a deprivation of liberty, and the form of this referral does not: amend "
            "the form first, with the order, its day and what it restricts"
        )
        yield Missing("LIBERTY", LIBERTY, sentence, "assessor")


def referred_before_today(_life: Life, one: said.Reported, known: Known) -> Iterator[Missing]:
    """What another system says was referred, was."""
    if one.referred_on > known.today:
        sentence = f"referred_on is to come: {one.referred_on}"
        yield Missing("DAYS", FIELD_PROCESS, sentence, "assessor")


def notices(life: Life) -> Iterator[str]:
    """What the reader must know of a placement that another system tells of, with its source."""
    word, step = last_word(life), life.reported
    placed = None if word is None else word.placement
    if word is None or step is None or placed is None or life.home == placed.urn:
        return
    told = (
        f"{word.source}, read on {day_words(step.on)}, says: placed in {placed.urn} "
        f"({placed.placement_type}, {placed.location}) on {day_words(placed.placed_on)}, "
        f"£{placed.weekly_cost:,} a week"
    )
    if life.home is None:
        yield f"{told}. Nobody decided that here: a named person decides where they live."
    else:
        yield f"{told}. What was decided here is {life.home}; ask which of the two is so."
