"""What a placement would cost at spot; a price that is not known is unknown, never zero.

Spot prices come from a spot contract, whose quotes they are, or from a table of weekly fees with
its source. Where neither prices the band, a requirement or the days, the answer says why not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Protocol

from pricing.money import Pence, round_half_up
from pricing.problems import Problems
from pricing.quote import price_lines
from pricing.tariff import fee_in_force
from pricing.terms import SPOT, Contract


@dataclass(frozen=True, slots=True)
class Unknown:
    """An amount that nobody can state, and why."""

    why: str


class SpotPrices(Protocol):
    """A source of spot prices, by band, requirements and days."""

    @property
    def source(self) -> str:
        """Where the prices come from, as shown under every figure that rests on them."""

    def amount(
        self, band: str, requirements: Mapping[str, Fraction], start: date, end: date
    ) -> Pence | Unknown:
        """What a placement would cost over [start, end), in pence."""

    def weekly(self, band: str, day: date) -> Pence | Unknown:
        """The weekly fee of a band without requirements on a day."""

    def edges(self) -> Iterable[date]:
        """The days on which a price may change."""


@dataclass(frozen=True, slots=True)
class NoSpotPrices:
    """No spot prices were given: every one is unknown."""

    source: str = "no spot prices were given"

    def amount(
        self, band: str, requirements: Mapping[str, Fraction], start: date, end: date
    ) -> Pence | Unknown:
        return Unknown(self.source)

    def weekly(self, band: str, day: date) -> Pence | Unknown:
        return Unknown(self.source)

    def edges(self) -> Iterable[date]:
        return ()


@dataclass(frozen=True, slots=True)
class SpotContract:
    """The quotes of a spot contract."""

    contract: Contract

    @property
    def source(self) -> str:
        """The contract's name, file and version."""
        return f"{self.contract.name} ({self.contract.id}), {self.contract.source}"

    def amount(
        self, band: str, requirements: Mapping[str, Fraction], start: date, end: date
    ) -> Pence | Unknown:
        contract = self.contract
        if not contract.start <= start < end <= contract.end:
            return self._outside()
        unpriced = [
            code for code, units in requirements.items() if units and not contract.requirement(code)
        ]
        if unpriced:
            return Unknown(f"{contract.id} has no price for {', '.join(sorted(unpriced))}")
        return sum(line.amount for line in price_lines(contract, band, requirements, start, end))

    def weekly(self, band: str, day: date) -> Pence | Unknown:
        contract = self.contract
        if not contract.start <= day < contract.end:
            return self._outside()
        return fee_in_force(contract, band, day)

    def edges(self) -> Iterable[date]:
        contract = self.contract
        return (contract.start, *(uplift.start for uplift in contract.uplifts), contract.end)

    def _outside(self) -> Unknown:
        contract = self.contract
        return Unknown(f"outside the term of {contract.id}, {contract.start} to {contract.end}")


@dataclass(frozen=True, slots=True)
class SpotFees:
    """Weekly fees by band that hold over [start, end), with a source; a band absent is unknown.

    `requirements_included` says whether a fee covers whatever a placement needs beyond its band; if
    not, the spot cost of a placement with requirements is unknown.
    """

    file: str
    version: str
    name: str
    origin: str
    start: date
    end: date
    requirements_included: bool
    fees: Mapping[str, Pence]

    @property
    def source(self) -> str:
        """The table's name, origin, file and version."""
        return f"{self.name}; {self.origin}; {self.file}, version {self.version[:12]}"

    def amount(
        self, band: str, requirements: Mapping[str, Fraction], start: date, end: date
    ) -> Pence | Unknown:
        if not self.start <= start < end <= self.end:
            return self._outside()
        needed = sorted(code for code, units in requirements.items() if units)
        if needed and not self.requirements_included:
            return Unknown(f"{self.file} has no price for {', '.join(needed)}")
        fee = self._fee(band)
        if isinstance(fee, Unknown):
            return fee
        return round_half_up(Fraction(fee * (end - start).days, 7))

    def weekly(self, band: str, day: date) -> Pence | Unknown:
        if not self.start <= day < self.end:
            return self._outside()
        return self._fee(band)

    def edges(self) -> Iterable[date]:
        return (self.start, self.end)

    def _outside(self) -> Unknown:
        return Unknown(f"{self.file} has fees for {self.start} to {self.end} only")

    def _fee(self, band: str) -> Pence | Unknown:
        return self.fees.get(band, Unknown(f"{self.file} has no {band} fee"))


def spot_contract(contract: Contract, found: Problems) -> SpotContract:
    """A contract's quotes as spot prices; a block contract is a problem."""
    if contract.kind != SPOT:
        allowed = f'"{SPOT}": its quotes are the spot prices'
        found.add(contract.file, "kind", f'"{contract.kind}"', allowed, "bad value")
    return SpotContract(contract)
