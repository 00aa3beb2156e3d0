"""Every heading of every month as an exact amount, before the occupancy is chosen.

An amount is a fixed part, a part for each used place and a part for each guaranteed place not
used, all in exact pence; so every line, every total and the margin of a life is a straight line in
the occupancy with one kink, where the guarantee ends.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Final

from pricing.calendar_months import years_of
from pricing.forecast.asked import Asked
from pricing.forecast.costs import HOME_MONTH, MONTH, PLACE_WEEK, Costs, Figure
from pricing.forecast.months import Month, months
from pricing.forecast.part import Part
from pricing.tariff import fee_in_force, price_in_force, price_periods, uplifted
from pricing.terms import BANDS, LOW, Contract, Requirement, Training, Uplift
from pricing.voids import weekly_void

VOIDS: Final = "voids"
RESULTS: Final = "results"
RELEASE: Final = "training.release"
COURSES: Final = "training.courses"
_MONTHS_OF_A_YEAR: Final = 12


@dataclass(frozen=True, slots=True)
class Amount:
    """Exact pence: `fixed`, `used` for each used place, `unused` for each guaranteed, not used."""

    fixed: Fraction = Fraction()
    used: Fraction = Fraction()
    unused: Fraction = Fraction()

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.fixed + other.fixed, self.used + other.used, self.unused + other.unused)

    def times(self, factor: Fraction | int) -> "Amount":
        """The amount so many times over."""
        return Amount(self.fixed * factor, self.used * factor, self.unused * factor)

    def at(self, part: Part, occupancy: Fraction) -> Fraction:
        """The exact amount at an occupancy of a part's places."""
        used = occupancy * part.places
        return self.fixed + self.used * used + self.unused * max(Fraction(), part.guaranteed - used)


@dataclass(frozen=True, slots=True)
class MonthLines:
    """The exact amounts of one month by heading; results as if all of them were achieved."""

    month: Month
    amounts: Mapping[str, Amount]


def month_lines(
    contract: Contract, part: Part, asked: Asked, costs: Costs | None
) -> tuple[MonthLines, ...]:
    """The lines of every month of the term, their headings in the order they are shown."""
    return tuple(
        MonthLines(month, dict(_amounts(contract, part, asked, costs, month)))
        for month in months(contract.start, contract.end)
    )


def fee_key(band: str) -> str:
    """The heading of a band's fees, named as the contract file names its source."""
    return f"fees.{band}"


def requirement_key(code: str) -> str:
    """The heading of a requirement above the fees."""
    return f"requirements.{code}"


def cost_key(code: str) -> str:
    """The heading of one of the provider's own costs."""
    return f"costs.{code}"


def above(asked: Asked, requirement: Requirement) -> Fraction:
    """Units a week above the fee, of the average used place, where every one needs as many."""
    units = asked.requirements.get(requirement.code, Fraction())
    return sum(
        (asked.share(band) * max(Fraction(), units - requirement.included[band]) for band in BANDS),
        Fraction(),
    )


def _amounts(
    contract: Contract, part: Part, asked: Asked, costs: Costs | None, month: Month
) -> Iterator[tuple[str, Amount]]:
    standard = dict(_standard_fees(contract, asked, month))
    yield from standard.items()
    if contract.block is not None:
        void = sum(
            (
                weekly_void(contract.block, fee_in_force(contract, LOW, start)) * _weeks(start, end)
                for start, end in price_periods(contract, month.start, month.end)
            ),
            Fraction(),
        )
        yield VOIDS, Amount(unused=void)
    if contract.results is not None:
        fees = sum(standard.values(), Amount())
        yield RESULTS, fees.times(contract.results.cap_percent / 100)
    if contract.training is not None:
        yield from _training(contract.training, part, month)
    if costs is not None:
        for figure in costs.figures:
            yield cost_key(figure.code), _cost(contract, part, asked, costs, figure, month)


def _standard_fees(contract: Contract, asked: Asked, month: Month) -> Iterator[tuple[str, Amount]]:
    periods = list(price_periods(contract, month.start, month.end))
    for band in BANDS:
        fees = (fee_in_force(contract, band, start) * _weeks(start, end) for start, end in periods)
        yield fee_key(band), Amount(used=asked.share(band) * sum(fees, Fraction()))
    for requirement in contract.requirements:
        if requirement.code in asked.requirements:
            prices = (
                price_in_force(contract, requirement, start) * _weeks(start, end)
                for start, end in periods
            )
            key = requirement_key(requirement.code)
            yield key, Amount(used=above(asked, requirement) * sum(prices, Fraction()))


def _training(training: Training, part: Part, month: Month) -> Iterator[tuple[str, Amount]]:
    """Staff are released from the start; courses cost from the day they are no longer funded."""
    a_year = training.release_days_per_place * training.release_cost_per_day * part.places
    yield RELEASE, Amount(fixed=a_year * month.part(month.days) / _MONTHS_OF_A_YEAR)
    unfunded = (month.end - max(month.start, training.courses_funded_until)).days
    a_year = Fraction(training.course_cost_per_place * part.places)
    yield COURSES, Amount(fixed=a_year * month.part(max(0, unfunded)) / _MONTHS_OF_A_YEAR)


def _cost(
    contract: Contract, part: Part, asked: Asked, costs: Costs, figure: Figure, month: Month
) -> Amount:
    anniversaries = years_of(contract.start, contract.end)[1:]
    rises = [Uplift(day, costs.percent) for day, _ in anniversaries]
    inside = [rise.start for rise in rises if month.start < rise.start < month.end]
    a_month = a_week = Fraction()
    for start, end in pairwise([month.start, *inside, month.end]):
        amount = uplifted(figure.amount, rises, start)
        a_month += amount * month.part((end - start).days)
        a_week += amount * _weeks(start, end)
    if figure.per == MONTH:
        return Amount(fixed=a_month)
    if figure.per == HOME_MONTH:
        assert part.homes is not None
        return Amount(fixed=a_month * part.homes)
    if figure.per == PLACE_WEEK:
        return Amount(fixed=a_week * part.places)
    assert figure.band is not None
    return Amount(used=a_week * asked.share(figure.band))


def _weeks(start: date, end: date) -> Fraction:
    return Fraction((end - start).days, 7)


def life(lines: Sequence[MonthLines]) -> dict[str, Amount]:
    """Each heading's exact amount over all months."""
    total: dict[str, Amount] = {}
    for line in lines:
        for key, amount in line.amounts.items():
            total[key] = total.get(key, Amount()) + amount
    return total
