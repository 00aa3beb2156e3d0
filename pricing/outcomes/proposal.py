"""A proposal agreed beforehand: what is done, for whom, which wish it answers, how it is measured.

How much of it is achieved runs in a straight line from the baseline (nothing) to the target (all),
upwards or downwards, and never below nothing or above all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from pricing.terms import Contract

PARTNERSHIP: Final = "partnership"
PROVIDER: Final = "provider"
YOUNG_PEOPLE: Final = "young_people"
SIDES: Final = (PROVIDER, PARTNERSHIP, YOUNG_PEOPLE)
ALL_PROVIDERS: Final = "all"


@dataclass(frozen=True, slots=True)
class Agreement:
    """Who agreed, by role and organisation; `side` is one of SIDES."""

    side: str
    role: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Wish:
    """The wish of young people that a proposal answers, with where and when it was said."""

    words: str
    where: str
    said_on: date


@dataclass(frozen=True, slots=True)
class Baseline:
    """The value before: measured over [start, end), with its source."""

    value: Fraction
    start: date
    end: date
    source: str


@dataclass(frozen=True, slots=True)
class StabilityTerms:
    """What a stability outcome is measured against: reference rates, by name and exact version.

    Under `least_expected` expected unplanned endings a period is too small to tell anything.
    """

    reference: str
    reference_version: str
    least_expected: Fraction


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal for one results item of a contract, paid for the days of [start, end).

    `provider` is one provider of the contract, or "all". `stability` is there if the value is the
    ratio of unplanned endings to those expected of the mix received, None for any other measure.
    """

    id: str
    item: str
    provider: str
    start: date
    end: date
    agreed_on: date
    agreed_by: tuple[Agreement, ...]
    what: str
    for_whom: str
    wish: Wish
    counted: str
    unit: str
    baseline: Baseline
    target: Fraction
    stability: StabilityTerms | None

    def covers(self, start: date, end: date) -> bool:
        """Whether every day of [start, end) is one that the proposal is paid for."""
        return self.start <= start and end <= self.end

    def achieved(self, value: Fraction) -> Fraction:
        """How far a value has come from the baseline to the target, exact, from 0 to 1."""
        way = self.target - self.baseline.value
        return min(max((value - self.baseline.value) / way, Fraction()), Fraction(1))

    def homes(self, contract: Contract) -> frozenset[str]:
        """The homes that the proposal is about: the provider's, or all of the contract."""
        return frozenset(
            home for home, name in contract.homes.items() if self.provider in (name, ALL_PROVIDERS)
        )


def proposal_for(
    proposals: Sequence[Proposal], item: str, start: date, end: date
) -> Proposal | None:
    """The proposal that covers [start, end) for an item; a checked file has one at most."""
    fitting = (each for each in proposals if each.item == item and each.covers(start, end))
    return next(fitting, None)
