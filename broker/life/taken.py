"""A step as it stands on record, and what steps together tell: an offer, a dispute of the band."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from broker.life import steps as said
from broker.life.steps import Said

_S = TypeVar("_S")


@dataclass(frozen=True, slots=True)
class Taken:
    """A step on record: its number in the life, who took it, when, on which day, and what it says.

    `facts` is what the brokerage found at the time and decided on: rules judged, distance, area.
    """

    number: int
    at: datetime
    on: date
    by: str
    role: str
    organisation: str
    said: Said
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The kind of step."""
        return self.said.kind


@dataclass(frozen=True, slots=True)
class OfferMade:
    """An offer to a home: `open` until it is accepted, declined or withdrawn."""

    home: str
    made: Taken
    starts_on: date
    answer_by: date
    state: str = "open"
    answered: Taken | None = None


@dataclass(frozen=True, slots=True)
class BandDisputed:
    """A home's dispute of the band: open until it is answered. `set_by` is the step disputed."""

    home: str
    made: Taken
    set_by: Taken
    answered: Taken | None = None

    @property
    def upheld(self) -> bool:
        """Whether the answer says that the need is banded anew."""
        return self.answered is not None and what(self.answered, said.AnswerDispute).upheld


def what(step: Taken, shape: type[_S]) -> _S:
    """What a step of a known shape says."""
    assert isinstance(step.said, shape)
    return step.said
