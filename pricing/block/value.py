"""What a contract year is worth, as the boroughs agreed it: the base of the materiality rule.

Either an amount, spread evenly over the year's days, or a mix of places in use by band, from which
the year is worth its standard fees at the fees in force, what placements need beyond their bands,
and the voids of guaranteed places that the mix leaves unused. Results are no part of it: they
follow evidence, not the agreement.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from pricing.block.events import AgreedYear
from pricing.money import Pence, decimal_text, pounds, round_half_up
from pricing.tariff import fee_in_force, price_periods, uplifted
from pricing.terms import BANDS, LOW, Block, Contract
from pricing.voids import weekly_void


@dataclass(frozen=True, slots=True)
class YearValue:
    """The agreed value of the contract year [start, end), and of any first part of it."""

    contract: Contract
    block: Block
    agreed: AgreedYear
    start: date
    end: date

    @property
    def total(self) -> Pence:
        """The value of the whole year, rounded once."""
        return round_half_up(self.planned(self.end))

    def planned(self, day: date) -> Fraction:
        """What was agreed for the days before `day`, exact, in pence."""
        if self.agreed.amount is not None:
            days = Fraction((day - self.start).days, (self.end - self.start).days)
            return self.agreed.amount * days
        if day <= self.start:
            return Fraction()
        return sum(
            (
                self._weekly(first) * (last - first).days / 7
                for first, last in price_periods(self.contract, self.start, day)
            ),
            Fraction(),
        )

    @property
    def basis(self) -> str:
        """Where the value comes from, in words."""
        agreed = self.agreed
        if agreed.amount is not None:
            return f"the amount agreed for the year that starts on {agreed.start}"
        mix = ", ".join(f"{decimal_text(agreed.mix[band])} {band}" for band in BANDS)
        more = agreed.requirements_a_week
        extra = f", {pounds(more)} a week for requirements" if more else ", no requirements"
        return (
            f"the agreed mix of places in use ({mix}) at the fees in force{extra}, and the voids"
            " of the guaranteed places that it leaves unused"
        )

    def _weekly(self, day: date) -> Fraction:
        mix = self.agreed.mix
        fees = sum((mix[band] * fee_in_force(self.contract, band, day) for band in BANDS), 0)
        unused = max(Fraction(), self.block.guaranteed - sum(mix.values(), Fraction()))
        void = weekly_void(self.block, fee_in_force(self.contract, LOW, day))
        extra = uplifted(self.agreed.requirements_a_week, self.contract.uplifts, day)
        return fees + unused * void + extra
