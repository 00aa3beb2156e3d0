"""One young person's scores: who scored them, who confirmed them, and who sees them otherwise.

People are named by role and organisation only. The scores of the assessor and those of a dispute
are both kept; neither replaces the other, also when the dispute is settled.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from pricing.bands.thresholds import Score

PROVISIONAL: Final = "provisional"
CONFIRMED: Final = "confirmed"
BAND_STATUSES: Final = (PROVISIONAL, CONFIRMED)
OPEN: Final = "open"
SETTLED: Final = "settled"
BOROUGH: Final = "borough"
PROVIDER: Final = "provider"
SIDES: Final = (BOROUGH, PROVIDER)


@dataclass(frozen=True, slots=True)
class Party:
    """Who did something, by role and organisation and never by name."""

    role: str
    organisation: str

    def is_same(self, other: "Party") -> bool:
        """Whether role and organisation are the same, however they are spaced or capitalised."""
        return self._key() == other._key()

    def _key(self) -> tuple[str, ...]:
        return tuple(" ".join(text.split()).casefold() for text in (self.role, self.organisation))

    def __str__(self) -> str:
        return f"{self.role}, {self.organisation}"

    def to_json(self) -> dict[str, object]:
        return {"role": self.role, "organisation": self.organisation}


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The day a band was confirmed, and by whom: never by the assessor."""

    on: date
    by: Party


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a dispute ended: the scores of the items in dispute, and the band they give."""

    on: date
    by: Party
    reason: str
    scores: Mapping[str, int]
    band: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """Another view of the same young person: the items scored otherwise, each with its reason.

    `side` is who disputes: the placing borough or the provider. `settlement` is None while open.
    """

    side: str
    by: Party
    on: date
    reason: str
    scores: Mapping[str, Score]
    reasons: Mapping[str, str]
    settlement: Settlement | None

    @property
    def status(self) -> str:
        return OPEN if self.settlement is None else SETTLED


@dataclass(frozen=True, slots=True)
class Assessment:
    """A scores file, checked against its thresholds; `scores` has every item, None if unknown.

    `made_against` says whether the file names the thresholds it was scored by.
    """

    file: str
    young_person_id: str
    made_against: bool
    assessed_on: date
    assessed_by: Party
    scores: Mapping[str, Score]
    reasons: Mapping[str, str]
    confirmation: Confirmation | None
    dispute: Dispute | None

    @property
    def status(self) -> str:
        return PROVISIONAL if self.confirmation is None else CONFIRMED

    @property
    def disputed_scores(self) -> Mapping[str, Score] | None:
        """The scores as the dispute sees them."""
        return None if self.dispute is None else {**self.scores, **self.dispute.scores}

    @property
    def settled_scores(self) -> Mapping[str, Score] | None:
        """The scores as a dispute was settled."""
        settled = None if self.dispute is None else self.dispute.settlement
        return None if settled is None else {**self.scores, **settled.scores}
