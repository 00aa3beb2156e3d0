"""What one more placement adds in a block place, against what it would cost at spot.

A place that is paid for as a void adds its fee less the void it relieves; once every guaranteed
place is used it adds its whole fee; a block with no place left adds nothing, because nobody can
move in. Fees are of the band alone, as in `pricing.rates`; there a marginal fee below 0 is written
as 0, here it is shown as it is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Final

from pricing.availability import PROVIDER_SIDE, OutOfUse
from pricing.ledger import LedgerRow
from pricing.money import Pence, round_half_up
from pricing.occupancy import Stretch, stretches
from pricing.tariff import fee_in_force
from pricing.terms import BANDS, LOW, Block, Contract
from pricing.value.spot import SpotPrices, Unknown
from pricing.voids import payable_places, weekly_void

VOID: Final = "paid as a void"
ABOVE: Final = "above the guarantee"
FULL: Final = "no place left"


@dataclass(frozen=True, slots=True)
class MarginRow:
    """One band over days [start, end) on which nothing changes: weekly amounts, in pence.

    `relief` is the exact weekly void that one more placement saves, 0 above the guarantee.
    """

    start: date
    end: date
    place: str
    band: str
    fee: Pence
    relief: Fraction
    spot: Pence | Unknown

    @property
    def adds(self) -> Pence | None:
        """What one more placement adds a week; None where no place is left."""
        return None if self.place == FULL else round_half_up(self.fee - self.relief)

    @property
    def saving(self) -> Pence | None:
        """Spot less what the placement adds; None where either is unknown."""
        if self.adds is None or isinstance(self.spot, Unknown):
            return None
        return self.spot - self.adds


def margin_rows(
    contract: Contract,
    ledger: Sequence[LedgerRow],
    availability: Sequence[OutOfUse],
    start: date,
    end: date,
    spot: SpotPrices,
) -> tuple[MarginRow, ...]:
    """Each band in order of the days: stretches with the same place and prices are one row."""
    block = contract.block
    if block is None:
        return ()
    rows: dict[str, list[MarginRow]] = {band: [] for band in BANDS}
    for first, last, place in _places(contract, block, ledger, availability, start, end, spot):
        relief = Fraction()
        if place == VOID:
            relief = weekly_void(block, fee_in_force(contract, LOW, first))
        for band, own in rows.items():
            fee = fee_in_force(contract, band, first)
            row = MarginRow(first, last, place, band, fee, relief, spot.weekly(band, first))
            if own and replace(own[-1], start=first, end=last) == row:
                own[-1] = replace(own[-1], end=last)
            else:
                own.append(row)
    return tuple(row for own in rows.values() for row in own)


def _places(
    contract: Contract,
    block: Block,
    ledger: Sequence[LedgerRow],
    availability: Sequence[OutOfUse],
    start: date,
    end: date,
    spot: SpotPrices,
) -> Iterator[tuple[date, date, str]]:
    """The stretches of [start, end) and what the next place is on each."""
    everything_out = [replace(row, side=PROVIDER_SIDE) for row in availability]
    paid = stretches(contract, ledger, availability, start, end)
    now = next(paid)
    for free in stretches(contract, ledger, everything_out, start, end):
        while now.end <= free.start:
            now = next(paid)
        place = _place(block, now, free)
        edges = {
            free.start,
            free.end,
            *(day for day in spot.edges() if free.start < day < free.end),
        }
        for first, last in pairwise(sorted(edges)):
            yield first, last, place


def _place(block: Block, paid: Stretch, free: Stretch) -> str:
    if free.in_use + free.out_of_use >= block.places:
        return FULL
    return VOID if paid.in_use < payable_places(block, paid.out_of_use) else ABOVE
