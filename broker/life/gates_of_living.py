"""Gates once somebody is placed: days in order, re-banding, stepping down, endings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from broker.life import steps as said
from broker.life.care_fits import OUR_HOME, ends, misfits
from broker.life.endings import CONTINUES, incoherent, too_young_or_old
from broker.life.gate import (
    CODES,
    CODES_OF_CARE,
    CONTRACT,
    FIELD_PROCESS,
    REG_14,
    REG_27A,
    Gate,
    Known,
    Missing,
)
from broker.life.state import Life, what


def happened(name: str) -> Gate:
    """Something is said when it has happened, and no earlier than moving in."""

    def gate(life: Life, one: Any, known: Known) -> Iterator[Missing]:
        day: date = getattr(one, name)
        if day > known.today:
            sentence = f"{name} is to come: {day}; say it when it has happened"
            yield Missing("DAYS", FIELD_PROCESS, sentence)
        if life.moved_in is not None:
            first = what(life.moved_in, said.MoveIn).moved_in_on
            if day < first:
                yield Missing("DAYS", FIELD_PROCESS, f"{name} {day} lies before moving in, {first}")

    return gate


def left_after_staying_put(life: Life, one: said.LookBack, _known: Known) -> Iterator[Missing]:
    """Only whoever stayed put leaves afterwards, once, and not before care ended."""
    if one.left_on is None:
        return
    if not life.stays_put:
        yield Missing("DAYS", CONTRACT, "left_on is for a young person who stayed put", "broker")
        return
    assert life.ending is not None
    ended = what(life.ending, said.End).ended_on
    if life.stayed_until is not None:
        sentence = f"they left on {life.stayed_until}: that was said already"
        yield Missing("DAYS", CONTRACT, sentence, "broker")
    if not ended <= one.left_on <= one.looked_on:
        sentence = f"left_on {one.left_on} is a day from {ended} to looked_on, {one.looked_on}"
        yield Missing("DAYS", CONTRACT, sentence, "broker")


def care_has_happened(life: Life, one: said.Care, known: Known) -> Iterator[Missing]:
    """Care is told once it has happened, and it began no later than the placement."""
    coming = sorted({day for day in one.days() if day > known.today})
    if coming:
        listed = ", ".join(str(day) for day in coming)
        yield Missing("DAYS", FIELD_PROCESS, f"to come: {listed}; say it when it has happened")
    if life.moved_in is not None:
        first = what(life.moved_in, said.MoveIn).moved_in_on
        if one.looked_after_since > first:
            sentence = f"looked_after_since {one.looked_after_since} lies after moving in, {first}"
            yield Missing("DAYS", FIELD_PROCESS, sentence, "assessor")


def care_fits_the_return(life: Life, one: said.Care, known: Known) -> Iterator[Missing]:
    """What no statutory return takes is said when it is typed in, not when the return is made."""
    born = None if life.form is None else life.form.date_of_birth
    for sentence in misfits(one, born, known.today):
        yield Missing("CODES", CODES_OF_CARE, sentence, "assessor")


def ending_fits_the_return(life: Life, one: said.End, _known: Known) -> Iterator[Missing]:
    """Care does not end in every way at every age, nor from a home of ours."""
    born = None if life.form is None else life.form.date_of_birth
    if born is not None and one.care_code not in (CONTINUES, "E17"):
        for sentence in ends(one.care_code, OUR_HOME, born, one.ended_on):
            yield Missing("CODES", CODES, sentence, "assessor")


def not_before_the_placement(life: Life, one: said.MoveIn, known: Known) -> Iterator[Missing]:
    """Nobody moves in before the day that was decided: the place may still be somebody's."""
    if one.moved_in_on > known.today:
        sentence = f"moved_in_on is to come: {one.moved_in_on}; say it when it has happened"
        yield Missing("DAYS", FIELD_PROCESS, sentence)
    start = life.starts_on
    if start is not None and one.moved_in_on < start:
        sentence = f"moved_in_on {one.moved_in_on} lies before the day decided, {start}"
        yield Missing("DAYS", FIELD_PROCESS, sentence)


def banded_within_the_stay(life: Life, one: said.Reband, _known: Known) -> Iterator[Missing]:
    """A band holds from a day of the placement on."""
    start = life.starts_on
    if start is not None and one.from_day < start:
        sentence = f"from_day {one.from_day} lies before the placement, {start}"
        yield Missing("DAYS", FIELD_PROCESS, sentence)


def may_go_there(day: str) -> Gate:
    """Supported accommodation from 16 on the day; staying put from 18, as the contract allows."""

    def gate(life: Life, one: Any, known: Known) -> Iterator[Missing]:
        assert life.form is not None
        born = life.form.date_of_birth
        if born is None:
            return
        source = REG_27A if one.destination == "supported_accommodation" else CONTRACT
        to = known.terms.staying_put_to_age
        for sentence in too_young_or_old(one.destination, born, getattr(one, day), to):
            yield Missing("AGE", source, sentence, "nobody")

    return gate


def day_of_leaving(life: Life, one: said.StepDown, known: Known) -> Iterator[Missing]:
    """Stepping down lies ahead."""
    if one.expected_on < known.today:
        yield Missing("DAYS", FIELD_PROCESS, f"expected_on is past: {one.expected_on}")


def codes_agree(_life: Life, one: said.End, _known: Known) -> Iterator[Missing]:
    """The codes of an ending say one thing."""
    for sentence in incoherent(
        planned=one.planned,
        reason_code=one.reason_code,
        care_code=one.care_code,
        destination=one.destination,
        needs_place=one.needs_place,
    ):
        yield Missing("CODES", CODES, sentence, "assessor")


def reviewed_first(life: Life, one: said.End, _known: Known) -> Iterator[Missing]:
    """A planned ending follows a review that said so; an unplanned one tells its notices late."""
    if not one.planned:
        return
    days = [
        what(step, said.Reviewed).reviewed_on
        for step in life.reviews
        if what(step, said.Reviewed).outcome != "stay"
    ]
    if not any(day <= one.ended_on for day in days):
        sentence = "no review that ended with step_down or move is recorded before ended_on"
        yield Missing("REVIEW", REG_14, sentence, "assessor")
