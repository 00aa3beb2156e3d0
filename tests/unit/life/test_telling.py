"""Whether a young person is told by a sheet, by a letter, or by neither, wherever a life stands."""

from __future__ import annotations

from datetime import date

import pytest

from broker.life.state import State
from broker.life.telling import WHY_NO_LETTER, WHY_NO_SHEET, Silence, has_died, no_letter, no_sheet
from broker.readability import grade
from tests.unit.life.story import Story

NOT_SOUGHT = (State.DRAFT, State.RECEIVED, State.BANDED)
FOUND = (State.CONFIRMED, State.MOVED_IN, State.STEPPING_DOWN)


@pytest.mark.parametrize("state", State)
def test_a_letter_says_how_it_stands_once_a_place_is_looked_for(state: State) -> None:
    why = Silence.NOT_SOUGHT if state in NOT_SOUGHT else None
    assert no_letter(state, emergency=False, died=False) is why
    assert no_letter(state, emergency=False, died=True) is Silence.DIED


@pytest.mark.parametrize("state", State)
def test_a_sheet_is_of_a_home_to_think_about_or_to_live_in(state: State) -> None:
    closed = {State.ENDED: Silence.ENDED, State.WITHDRAWN: Silence.WITHDRAWN}
    why = Silence.NOT_SOUGHT if state in NOT_SOUGHT else closed.get(state)
    assert no_sheet(state, emergency=False, died=False) is why
    assert no_sheet(state, emergency=False, died=True) is Silence.DIED


def test_in_an_emergency_both_are_there_as_soon_as_the_need_is_banded() -> None:
    for tells in (no_letter, no_sheet):
        assert tells(State.BANDED, emergency=True, died=False) is None
        assert tells(State.RECEIVED, emergency=True, died=False) is Silence.NOT_SOUGHT


def test_a_death_is_told_by_the_end_of_the_stay_or_by_the_borough_later() -> None:
    told = Story()
    for kind in ("open", "submit", "band", "verify", "shortlist", "offer", "accept", "confirm"):
        told.told(kind)
    assert not has_died(told.told("move_in"))
    story = Story(life=told.life)
    assert has_died(story.told("end", care_code="E2", reason_code=None))
    story = Story(life=told.life)
    assert not has_died(story.told("end"))
    assert not has_died(story.told("care", ended_on=date(2026, 12, 9), ceased="E8"))
    assert has_died(story.told("care", ended_on=date(2026, 12, 9), ceased="E2"))
    assert not has_died(story.told("care")), "what the borough told last replaces it"


def test_why_there_is_none_is_said_in_plain_words() -> None:
    assert set(WHY_NO_SHEET) == set(Silence)
    assert set(WHY_NO_LETTER) == {Silence.DIED, Silence.NOT_SOUGHT}
    assert grade([*WHY_NO_SHEET.values(), *WHY_NO_LETTER.values()]) <= 8
