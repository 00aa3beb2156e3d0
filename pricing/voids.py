"""What places paid for but not used cost, and which borough bears it.

For each day: payable = min(guaranteed, places − places out of use on the provider's side), never
below 0 in effect; unused = max(0, payable − in use); the void is unused × rate_percent × the low
band's fee in force / 7, exact. A day's void is split by unused shares, and if no borough has one,
by shares (spec/contract-file.md, "Voids" and "Who pays").
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from pricing.money import Pence, round_half_up, split_exactly
from pricing.occupancy import Stretch
from pricing.tariff import fee_in_force
from pricing.terms import LOW, Block, Contract


@dataclass(frozen=True, slots=True)
class VoidLine:
    """Days on which the same number of guaranteed places went unused at the same rate.

    `daily_rate` is the exact charge of one unused place for one day, in pence.
    """

    stretch: Stretch
    payable: int
    unused: int
    daily_rate: Fraction

    @property
    def exact(self) -> Fraction:
        return self.unused * self.daily_rate * self.stretch.days


@dataclass(frozen=True, slots=True)
class Voids:
    """The charge of a period, rounded once, its split among boroughs and the days behind it."""

    charge: Pence
    by_borough: Mapping[str, Pence]
    lines: tuple[VoidLine, ...]


def void_charge(contract: Contract, days: Iterable[Stretch]) -> Voids:
    """The void charge of the days; a spot contract has none, since it guarantees no place."""
    block = contract.block
    if block is None:
        return Voids(0, {}, ())
    return split_voids(void_lines(contract, block, days), block.shares, lambda _: block.shares)


def void_lines(contract: Contract, block: Block, days: Iterable[Stretch]) -> tuple[VoidLine, ...]:
    """What each stretch of days leaves unused of what is payable, and at what rate."""
    return tuple(_void_line(contract, block, stretch) for stretch in days)


def split_voids(
    lines: tuple[VoidLine, ...],
    names: Iterable[str],
    shares_of: Callable[[Stretch], Mapping[str, int]],
) -> Voids:
    """The charge of the lines, split by the unused part of the shares that held in each stretch.

    Every borough of `names` is listed, whether it bears anything or not. How the shares stand
    changes the split and never the charge.
    """
    exact = {code: Fraction() for code in names}
    for line in lines:
        if line.unused:
            parts = unused_shares(shares_of(line.stretch), line.stretch.in_use_by)
            whole = sum(parts.values())
            for code, part in parts.items():
                if part:
                    exact[code] = exact.get(code, Fraction()) + line.exact * part / whole
    charge = round_half_up(sum((line.exact for line in lines), Fraction()))
    return Voids(charge, split_exactly(charge, exact), lines)


def unused_shares(shares: Mapping[str, int], in_use_by: Mapping[str, int]) -> Mapping[str, int]:
    """Each borough's part in a day's void: its share less its places in use, or all the shares."""
    unused = {code: max(0, share - in_use_by.get(code, 0)) for code, share in shares.items()}
    return unused if any(unused.values()) else shares


def payable_places(block: Block, out_of_use: int = 0) -> int:
    """Places paid for on a day whether used or not, given those the provider has out of use."""
    return max(0, min(block.guaranteed, block.places - out_of_use))


def weekly_void(block: Block, low_fee: Pence) -> Fraction:
    """The exact weekly charge of one unused place, for the low band's fee in force."""
    return low_fee * block.voids.rate_percent / 100


def _void_line(contract: Contract, block: Block, stretch: Stretch) -> VoidLine:
    payable = payable_places(block, stretch.out_of_use)
    low_fee = fee_in_force(contract, LOW, stretch.start)
    return VoidLine(
        stretch=stretch,
        payable=payable,
        unused=max(0, payable - stretch.in_use),
        daily_rate=weekly_void(block, low_fee) / 7,
    )
