"""A register of savings: each with a baseline, a unit cost, a source and one owner, or none yet.

Cashable (a budget can be cut), avoided (a cost that would have come does not) and social (worth to
young people and others, no budget) are three kinds, and are never added to each other. A saving of
a year is quantity × unit cost, rounded once; a quantity that is unknown makes it unknown, never
zero. A quoted ratio is worked out again from its own figures, and both are kept.

The rule that a claim without baseline, unit cost, source, link to an outcome or quality control is
weak follows what the National Audit Office found to go wrong, as the partnership's brief tells it.
The scale of evidence is this product's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from pricing.money import Pence, round_half_up

KINDS: Final = ("cashable", "avoided", "social")
KIND_WORDS: Final = {
    "cashable": "a budget can be cut by it",
    "avoided": "a cost that would have come does not; no budget can be cut",
    "social": "worth to young people and others that is in nobody's budget",
}
EVIDENCE: Final = {
    "compared": "measured, against others to whom the change did not happen",
    "before_and_after": "measured, before and after the change, nobody to compare with",
    "published": "found elsewhere and printed; not measured here",
    "estimated": "worked out from our own records, not measured",
    "assumed": "a starting assumption",
}
"""The levels of evidence, strongest first."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """What it was before: a value in some unit over a period, and where that stands."""

    value: Fraction | None
    unit: str
    period: str
    source: str


@dataclass(frozen=True, slots=True)
class UnitCost:
    """What one unit costs, in pence at the prices of a year, and where that stands."""

    amount: Pence | None
    unit: str
    source: str
    year: str


@dataclass(frozen=True, slots=True)
class QuotedRatio:
    """A ratio of benefit to cost as somebody prints it, with the figures they give for it.

    `decimals` is how many the quote has: its own figures are rounded to as many before the two are
    compared.
    """

    quoted: Fraction
    decimals: int
    benefit: Pence | None
    cost: Pence | None
    source: str

    @property
    def own(self) -> Fraction | None:
        """The exact ratio of its own figures; None where one is unknown."""
        if self.benefit is None or not self.cost:
            return None
        return Fraction(self.benefit, self.cost)

    @property
    def agrees(self) -> bool | None:
        """Whether the figures give the quoted ratio at its own decimals; None where unknown."""
        if self.own is None:
            return None
        scale = 10**self.decimals
        return round_half_up(self.own * scale) == round_half_up(self.quoted * scale)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the register; "" and None stand for what its file does not say.

    `years` holds the quantity of each year in the unit of the unit cost, None where unknown.
    """

    id: str
    what: str
    kind: str
    beneficiary: str
    owner: str
    evidence: str
    outcome: str
    checked_by: str
    baseline: Baseline | None
    unit_cost: UnitCost | None
    years: Mapping[str, Fraction | None]
    ratio: QuotedRatio | None

    @property
    def missing(self) -> tuple[str, ...]:
        """What the entry lacks to be a saving, by the names of the file."""
        lacking = [] if self.beneficiary else ["beneficiary"]
        lacking += _lacking_baseline(self.baseline)
        lacking += _lacking_unit_cost(self.unit_cost)
        given = (("evidence", self.evidence), ("owner", self.owner), ("years", self.years))
        return (*lacking, *(name for name, value in given if not value))

    @property
    def is_saving(self) -> bool:
        """Whether anything may be claimed: nothing is missing."""
        return not self.missing

    @property
    def weak(self) -> tuple[str, ...]:
        """What a saving still lacks to stand: a link to an outcome, quality control."""
        given = (("outcome", self.outcome), ("checked_by", self.checked_by))
        return tuple(name for name, value in given if not value)

    @property
    def amounts(self) -> Mapping[str, Pence | None]:
        """What is saved each year, in pence; empty for what is no saving yet."""
        cost = self.unit_cost.amount if self.unit_cost else None
        if not self.is_saving or cost is None:
            return {}
        return {
            year: None if quantity is None else round_half_up(quantity * cost)
            for year, quantity in self.years.items()
        }


@dataclass(frozen=True, slots=True)
class Register:
    """The entries of a register file, in its order."""

    file: str
    version: str
    title: str
    entries: tuple[Entry, ...]

    @property
    def savings(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.is_saving)

    @property
    def not_yet(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if not entry.is_saving)


def _lacking_baseline(baseline: Baseline | None) -> list[str]:
    if baseline is None:
        return ["baseline"]
    given = {"unit": baseline.unit, "period": baseline.period, "source": baseline.source}
    lacking = [] if baseline.value is not None else ["baseline.value"]
    return lacking + [f"baseline.{name}" for name, value in given.items() if not value]


def _lacking_unit_cost(cost: UnitCost | None) -> list[str]:
    if cost is None:
        return ["unit_cost"]
    given = {"unit": cost.unit, "source": cost.source, "year": cost.year}
    lacking = [] if cost.amount is not None else ["unit_cost.amount"]
    return lacking + [f"unit_cost.{name}" for name, value in given.items() if not value]
