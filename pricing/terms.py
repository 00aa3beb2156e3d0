"""What a contract says, checked and unchangeable: fees, requirements, voids, results, shares.

Money is pence at the prices of the contract's start; percentages and units are exact fractions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from pricing.money import Pence, whole_pence

BANDS: Final = ("low", "medium", "high", "specialist")
LOW: Final = BANDS[0]
BLOCK: Final = "block"
SPOT: Final = "spot"
KINDS: Final = (BLOCK, SPOT)
UNITS: Final = ("hour", "week")
INNOVATION: Final = "innovation"
OUTCOME: Final = "outcome"
RESULT_KINDS: Final = (INNOVATION, OUTCOME)


@dataclass(frozen=True, slots=True)
class Requirement:
    """Something a placement needs beyond its band, priced by the unit above what the fee includes.

    `unit` is "hour" (hours a week) or "week" (so many a week); `included` has every band.
    """

    code: str
    name: str
    unit: str
    price: Pence
    included: Mapping[str, Fraction]

    def __post_init__(self) -> None:
        whole_pence(self.price)


@dataclass(frozen=True, slots=True)
class Uplift:
    """Indexation of all fees and requirement prices by a percentage from a day on."""

    start: date
    percent: Fraction


@dataclass(frozen=True, slots=True)
class VoidTerms:
    """How much of a block is paid for whether used or not, and at what rate."""

    guarantee_percent: Fraction
    rate_percent: Fraction


@dataclass(frozen=True, slots=True)
class ResultItem:
    """One thing the provider is paid for by results; the weights of all items sum to 100."""

    code: str
    name: str
    kind: str
    weight: int


@dataclass(frozen=True, slots=True)
class ResultTerms:
    """Payment by results: up to `cap_percent` of the standard fees, by the weights of the items."""

    cap_percent: Fraction
    items: tuple[ResultItem, ...]


@dataclass(frozen=True, slots=True)
class Training:
    """Who pays for the training of the homes' staff, and what it costs the provider."""

    courses_funded_until: date
    course_cost_per_place: Pence
    release_days_per_place: Fraction
    release_cost_per_day: Pence

    def __post_init__(self) -> None:
        whole_pence(self.course_cost_per_place, self.release_cost_per_day)


@dataclass(frozen=True, slots=True)
class Block:
    """What only a block contract has: the places paid for, by whom, and the void terms."""

    places: int
    voids: VoidTerms
    shares: Mapping[str, int]

    @property
    def guaranteed(self) -> int:
        """Places paid for whether used or not: the guarantee of the places, rounded down."""
        exact = self.places * self.voids.guarantee_percent / 100
        return exact.numerator // exact.denominator


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract as its file says it, for the term [start, end); `version` is the file's SHA-256.

    `providers` are the names of all, `homes` says who runs which; `uplifts` are in order of their
    day; `block` is None for a spot contract.
    """

    file: str
    version: str
    id: str
    name: str
    kind: str
    lead: str
    start: date
    end: date
    providers: tuple[str, ...]
    homes: Mapping[str, str]
    fees: Mapping[str, Pence]
    requirements: tuple[Requirement, ...]
    uplifts: tuple[Uplift, ...]
    results: ResultTerms | None
    training: Training | None
    block: Block | None

    def __post_init__(self) -> None:
        whole_pence(*self.fees.values())

    def requirement(self, code: str) -> Requirement | None:
        """The requirement with this code, if the contract prices it."""
        return next((known for known in self.requirements if known.code == code), None)

    @property
    def source(self) -> str:
        """The file and version every amount names as its source."""
        return f"{self.file}, version {self.version[:12]}"
