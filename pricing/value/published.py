"""Prices that others have published, each with its source and year, beside a contract's fees.

A price is found in its source, computed here from found figures, recalled and not checked, or our
own assumption; the last two cite nothing. It is shown as printed. It is adjusted to another year by
a named index only when somebody asks, beside the price as printed, and never where its year is not
stated, where it is in real terms already, or where it is no amount of money.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from pricing.money import Pence, round_half_up

WEEKLY: Final = "pounds a week"
YEARLY: Final = "pounds a year"
TIMES: Final = "times"
UNITS: Final = (WEEKLY, YEARLY, TIMES)

FOUND: Final = "found"
COMPUTED: Final = "computed"
RECALLED: Final = "recalled"
ASSUMPTION: Final = "assumption"
MARKS: Final = (FOUND, COMPUTED, RECALLED, ASSUMPTION)
UNSOURCED: Final = {
    RECALLED: "assumption: recalled, not checked",
    ASSUMPTION: "our starting assumption",
}

REAL: Final = "real"
TERMS: Final = ("cash", REAL)


@dataclass(frozen=True, slots=True)
class Computation:
    """How a computed figure comes about: one found figure divided by others."""

    start: Fraction
    divisors: tuple[Fraction, ...]

    @property
    def result(self) -> Fraction:
        """The exact result."""
        result = self.start
        for divisor in self.divisors:
            result /= divisor
        return result


@dataclass(frozen=True, slots=True)
class Price:
    """A price point; "" stands for a year or source that it does not have.

    `value` is in `unit`, with so many `decimals` as printed; `real` says that it is in the prices
    of another year than its own.
    """

    id: str
    what: str
    value: Fraction
    decimals: int
    unit: str
    year: str
    real: bool
    mark: str
    source: str
    computation: Computation | None
    note: str

    @property
    def cited(self) -> str:
        """The source, or in plain words that there is none."""
        return UNSOURCED.get(self.mark, self.source)


@dataclass(frozen=True, slots=True)
class Index:
    """A named index of prices: its value for each year, and where it comes from."""

    file: str
    version: str
    name: str
    source: str
    values: Mapping[str, Fraction]

    @property
    def cited(self) -> str:
        """The name, source, file and version."""
        return f"{self.name}; {self.source}; {self.file}, version {self.version[:12]}"


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A price carried to another year: `value` is None where it cannot be, and `why` says why."""

    price: Price
    value: Fraction | None
    why: str


def adjusted(price: Price, index: Index, year: str) -> Adjusted:
    """A price × the index of a year / the index of its own year, exact.

    `year` is one of the index's years.
    """
    if why := _not_adjustable(price, index):
        return Adjusted(price, None, why)
    factor = index.values[year] / index.values[price.year]
    return Adjusted(price, price.value * factor, "")


def _not_adjustable(price: Price, index: Index) -> str:
    if price.unit == TIMES:
        return "no amount of money"
    if not price.year:
        return "its year is not stated"
    if price.real:
        return "in real terms already, of a year not stated"
    return "" if price.year in index.values else f"{index.name} has no value for {price.year}"


def percent_of(fee: Pence, weekly: Fraction) -> int:
    """A weekly fee in pence as a whole percentage of a weekly price in pounds."""
    return round_half_up(Fraction(fee) / weekly)


def weekly_prices(prices: Sequence[Price]) -> tuple[Price, ...]:
    """The prices of a week, which fees can stand beside."""
    return tuple(price for price in prices if price.unit == WEEKLY)
