"""Rates for a matching case, written from a contract: what a placement costs, and what it adds.

A block place within the guarantee is paid for anyway at the void rate, so a placement adds its fee
less the weekly void it saves; above the guarantee, and under a spot contract, it adds its fee. This
is an approximation: a fee is one number for a home and band, so all placements of one plan are
rated as if each were the next one, though the first may use the last guaranteed place. Fees are of
the band alone, without requirements.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from pricing.money import Pence, pounds, round_half_up, whole_pence
from pricing.tariff import fee_in_force, price_periods
from pricing.terms import BANDS, LOW, Contract
from pricing.voids import payable_places, weekly_void

RATES_COLUMNS: Final = ("home_id", "band", "weekly_fee", "marginal_weekly_fee", "from", "to")


@dataclass(frozen=True, slots=True)
class RateRow:
    """One row of a case's rates.csv: fees of a home and band in pence a week over [start, end)."""

    home_id: str
    band: str
    weekly_fee: Pence
    marginal_weekly_fee: Pence
    start: date
    end: date

    def __post_init__(self) -> None:
        whole_pence(self.weekly_fee, self.marginal_weekly_fee)

    def cells(self) -> dict[str, str]:
        """The row as rates.csv has it."""
        return {
            "home_id": self.home_id,
            "band": self.band,
            "weekly_fee": pounds(self.weekly_fee),
            "marginal_weekly_fee": pounds(self.marginal_weekly_fee),
            "from": self.start.isoformat(),
            "to": self.end.isoformat(),
        }


def case_rates(contract: Contract, in_use: int, out_of_use: int = 0) -> tuple[RateRow, ...]:
    """The rates of every home, band and stretch between uplifts, by home, band and day.

    `in_use` counts the contract's places in use on the day of the question, `out_of_use` those out
    of use on the provider's side. A marginal fee is never below 0: where a band's fee is less than
    the void rate, the saving is not passed on as a reason to place.
    """
    fees = list(_fees(contract, in_use, out_of_use))
    return tuple(
        RateRow(home, band, fee, marginal, start, end)
        for home in sorted(contract.homes)
        for band, fee, marginal, start, end in fees
    )


def _fees(
    contract: Contract, in_use: int, out_of_use: int
) -> Iterable[tuple[str, Pence, Pence, date, date]]:
    block = contract.block
    saves_void = block is not None and in_use < payable_places(block, out_of_use)
    for band in BANDS:
        for start, end in price_periods(contract, contract.start, contract.end):
            fee = fee_in_force(contract, band, start)
            saved = Fraction()
            if block is not None and saves_void:
                saved = weekly_void(block, fee_in_force(contract, LOW, start))
            yield band, fee, max(0, round_half_up(fee - saved)), start, end
