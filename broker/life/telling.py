"""Whether a young person can be told of a referral: by sheets of homes, by a letter, or by neither.

A sheet is of a home to think about or to live in: there is none once nothing is thought about any
longer. A letter says why it stands as it does. Nobody writes to who died.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from broker.life import steps as said
from broker.life.endings import DIED
from broker.life.state import CLOSED, LIVING, LOOKING, Life, State, what


class Silence(StrEnum):
    """Why there is nothing to tell."""

    DIED = "died"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"
    NOT_SOUGHT = "not_sought"


WHY_NO_SHEET: Final[Mapping[Silence, str]] = {
    Silence.DIED: "The young person died. So there is no sheet and no letter.",
    Silence.ENDED: "The stay in the home came to an end. So there is no home to think about here.",
    Silence.WITHDRAWN: "We do not look for a place any more. So there is no home to think about.",
    Silence.NOT_SOUGHT: "No place is looked for now. So there is no home to think about yet.",
}
"""Why there is no sheet, for who works with the young person."""

WHY_NO_LETTER: Final[Mapping[Silence, str]] = {
    Silence.DIED: "There is no letter, for the young person died.",
    Silence.NOT_SOUGHT: "There is no letter yet, for no place is looked for now.",
}
"""Why there is no letter."""


def died(ending_code: str | None, ceased: str | None) -> bool:
    """Whether an ending's code of care, or what the borough told last of care, says so."""
    return DIED in (ending_code, ceased)


def has_died(life: Life) -> bool:
    """Whether the records of a life say that the young person died."""
    return died(
        None if life.ending is None else what(life.ending, said.End).care_code,
        None if life.care is None else what(life.care, said.Care).ceased,
    )


def no_letter(state: State, *, emergency: bool, died: bool) -> Silence | None:
    """Why there is no letter; None where there is one."""
    if died:
        return Silence.DIED
    if state in CLOSED or _is_sought_or_found(state, emergency=emergency):
        return None
    return Silence.NOT_SOUGHT


def no_sheet(state: State, *, emergency: bool, died: bool) -> Silence | None:
    """Why no home of the shortlist has a sheet; None where each has."""
    if died:
        return Silence.DIED
    if state is State.ENDED:
        return Silence.ENDED
    if state is State.WITHDRAWN:
        return Silence.WITHDRAWN
    return None if _is_sought_or_found(state, emergency=emergency) else Silence.NOT_SOUGHT


def _is_sought_or_found(state: State, *, emergency: bool) -> bool:
    """In an emergency a place is looked for as soon as the need is banded."""
    if state in LOOKING or state in LIVING or state is State.CONFIRMED:
        return True
    return emergency and state is State.BANDED
