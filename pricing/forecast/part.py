"""Whose places a forecast is about: all of a contract's, or one provider's part of them.

A contract says which homes a provider runs and how many places there are in all, never how many
are whose; that number is asked for. The guarantee is of the contract as a whole, rounded down
there; a part of the places has the same part of it, which need not be a whole number.
"""

from dataclasses import dataclass
from fractions import Fraction

from pricing.forecast.asked import ASKED, Asked
from pricing.problems import Problems, describe
from pricing.terms import Contract
from pricing.voids import payable_places


@dataclass(frozen=True, slots=True)
class Part:
    """So many places, of which `guaranteed` are paid for at least at the void rate.

    `homes` is None where nobody said how many homes have them.
    """

    provider: str | None
    places: int
    homes: int | None
    guaranteed: Fraction

    @property
    def kink(self) -> Fraction:
        """The occupancy from which no guaranteed place is unused."""
        return self.guaranteed / self.places


def part_of(found: Problems, contract: Contract, asked: Asked) -> Part:
    """The part of a contract that is asked about; what stands against it is noted."""
    running = [name for name in contract.providers if name in contract.homes.values()]
    if asked.provider is not None and asked.provider not in contract.providers:
        allowed = " or ".join(describe(name) for name in contract.providers)
        found.add(ASKED, "--provider", describe(asked.provider), allowed, "unknown provider")
    places = _places(found, contract, asked, running)
    if asked.homes is not None and asked.homes < 1:
        found.add(ASKED, "--homes", str(asked.homes), "a whole number from 1", "bad value")
    guaranteed = Fraction()
    if contract.block is not None:
        guaranteed = Fraction(payable_places(contract.block) * places, contract.block.places)
    return Part(asked.provider, places, _homes(contract, asked, places), guaranteed)


def _places(found: Problems, contract: Contract, asked: Asked, running: list[str]) -> int:
    most = contract.block.places if contract.block else None
    allowed = (
        "a whole number from 1" if most is None else f"from 1 to {most}, the contract's places"
    )
    if asked.places is not None:
        if asked.places < 1 or (most is not None and asked.places > most):
            found.add(ASKED, "--places", str(asked.places), allowed, "bad value")
            return 1
        return asked.places
    if most is None:
        why = f"{allowed}: a spot contract names no places"
        found.add(ASKED, "--places", "missing", why, "missing option")
        return 1
    if asked.provider in contract.providers and running != [asked.provider]:
        why = f"{allowed}: it does not say how many of them are {asked.provider}'s"
        found.add(ASKED, "--places", "missing", why, "missing option")
    return most


def _homes(contract: Contract, asked: Asked, places: int) -> int | None:
    if asked.homes is not None:
        return asked.homes
    if asked.provider is not None:
        return sum(name == asked.provider for name in contract.homes.values()) or None
    everything = contract.block is not None and places == contract.block.places
    return len(contract.homes) if everything else None
