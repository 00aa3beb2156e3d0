"""Where a referral stands as a provider is told it: by its own homes' part, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from broker.life.gates import missing
from broker.life.show import seen_by, show
from broker.life.state import Life, State
from tests.unit.life.story import Story, known, said
from tests.whole_life import BROKER, HOME, SECOND, TODAY, manager

OWN = manager("P2", HOME)


def elsewhere(*steps: str) -> Life:
    """Our home is shortlisted; the other one is asked, says yes, is decided for."""
    story = Story().to("view")
    for kind in steps:
        story.told(kind, home_id=SECOND) if kind != "move_in" else story.told(kind)
    return story.life


def both(*steps: str) -> Life:
    """Both homes are asked at once; then what the other one does."""
    story = Story().to("offer")
    story.told("offer", home_id=SECOND)
    for kind in steps:
        story.told(kind, home_id=SECOND)
    return story.life


CASES: list[tuple[Callable[[], Life], State, State]] = [
    (elsewhere, State.SHORTLISTED, State.SHORTLISTED),
    (lambda: elsewhere("offer"), State.OFFERED, State.SHORTLISTED),
    (lambda: elsewhere("offer", "impact", "accept"), State.ACCEPTED, State.SHORTLISTED),
    (lambda: elsewhere("offer", "accept", "confirm"), State.CONFIRMED, State.WITHDRAWN),
    (lambda: elsewhere("offer", "accept", "confirm", "move_in"), State.MOVED_IN, State.WITHDRAWN),
    (both, State.OFFERED, State.OFFERED),
    (lambda: both("accept"), State.ACCEPTED, State.OFFERED),
    (lambda: both("accept", "confirm"), State.CONFIRMED, State.WITHDRAWN),
    (lambda: Story().to("accept").life, State.ACCEPTED, State.ACCEPTED),
    (lambda: Story().to("confirm").life, State.CONFIRMED, State.CONFIRMED),
    (lambda: Story().to("move_in").life, State.MOVED_IN, State.MOVED_IN),
    (lambda: Story().to("band", emergency=True).life, State.BANDED, State.SHORTLISTED),
]


@pytest.mark.parametrize(("life", "true", "told"), CASES, ids=range(len(CASES)))
def test_a_provider_is_told_where_a_referral_stands_for_its_own_homes_only(
    life: Callable[[], Life], true: State, told: State
) -> None:
    one = life()
    assert one.state is true
    assert show(one, seen_by(OWN, one, frozenset({HOME})), TODAY)["state"] == told.value
    assert show(one, seen_by(BROKER, one, frozenset()), TODAY)["state"] == true.value


@pytest.mark.parametrize("role", ["provider", "registered_manager"])
@pytest.mark.parametrize("kind", ["accept", "decline", "impact"])
def test_a_home_that_answers_too_late_is_not_told_that_another_was_decided_for(
    role: str, kind: str
) -> None:
    gaps = missing(both("accept", "confirm"), said(kind), known(role=role))
    assert [gap.code for gap in gaps] == ["ORDER"]
    assert "confirmed" not in gaps[0].sentence
    assert SECOND not in gaps[0].sentence
