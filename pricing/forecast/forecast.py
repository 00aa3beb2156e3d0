"""What a provider may expect over a contract's life, month by month, in three cases.

On each day occupancy × places are in use on average, by one of the two whole numbers next to that.
The expected amounts are then exactly those of the fraction, voids included, because the guarantee
of the contract is a whole number. If the number in use swings more widely, voids are never less.
Each line (a month and a heading) is rounded half-up once; totals are the sums of lines.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from pricing.forecast.asked import ASKED, Asked, check_asked
from pricing.forecast.breakeven import BreakEven, break_even
from pricing.forecast.costs import HOME_MONTH, Costs
from pricing.forecast.lines import RESULTS, Amount, MonthLines, life, month_lines
from pricing.forecast.months import Month
from pricing.forecast.part import Part, part_of
from pricing.money import Pence, round_half_up
from pricing.problems import Problems, describe
from pricing.terms import Contract

LONGEST_YEARS: Final = 100
LOW_CASE: Final = "low"
CENTRAL: Final = "central"
HIGH_CASE: Final = "high"


@dataclass(frozen=True, slots=True)
class Sums:
    """Pence by heading, with the expected place-days used and guaranteed but unused behind them."""

    amounts: Mapping[str, Pence]
    used_days: Fraction
    unused_days: Fraction

    def side(self, *beginnings: str) -> Pence:
        """The sum of the headings that begin with one of these words."""
        return sum(
            amount for key, amount in self.amounts.items() if key.split(".")[0] in beginnings
        )

    @property
    def fees(self) -> Pence:
        return self.side("fees")

    @property
    def requirements(self) -> Pence:
        return self.side("requirements")

    @property
    def voids(self) -> Pence:
        return self.side("voids")

    @property
    def results(self) -> Pence:
        return self.side("results")

    @property
    def income(self) -> Pence:
        return self.fees + self.requirements + self.voids + self.results

    @property
    def training(self) -> Pence:
        return self.side("training")

    @property
    def costs(self) -> Pence:
        return self.side("costs")

    @property
    def left(self) -> Pence:
        """Income less the training costs and, where they are known, the provider's own."""
        return self.income - self.training - self.costs


@dataclass(frozen=True, slots=True)
class CaseMonth:
    """One month of a case."""

    month: Month
    sums: Sums


@dataclass(frozen=True, slots=True)
class Case:
    """One occupancy and one achieved share of the results, followed through the life."""

    name: str
    occupancy: Fraction
    achieved: Fraction
    months: tuple[CaseMonth, ...]
    break_even: BreakEven | None

    @property
    def total(self) -> Sums:
        """The whole life."""
        return _total(each.sums for each in self.months)

    @property
    def years(self) -> dict[str, Sums]:
        """Each financial year, April to March, of which the first and last may be short."""
        by_year: dict[str, list[Sums]] = defaultdict(list)
        for each in self.months:
            by_year[each.month.year].append(each.sums)
        return {year: _total(sums) for year, sums in by_year.items()}


@dataclass(frozen=True, slots=True)
class Forecast:
    """The answer: three cases under one contract, for one part of its places.

    `lines` are the exact amounts behind every case.
    """

    contract: Contract
    asked: Asked
    part: Part
    costs: Costs | None
    lines: tuple[MonthLines, ...]
    low: Case
    central: Case
    high: Case

    @property
    def cases(self) -> tuple[Case, Case, Case]:
        return self.low, self.central, self.high

    def exact_margin(self, occupancy: Fraction, achieved: Fraction) -> Fraction:
        """Income less all known costs over the life, in exact pence, before any rounding."""
        return margin(self.lines, achieved).at(self.part, occupancy)


def forecast(contract: Contract, asked: Asked, costs: Costs | None = None) -> Forecast:
    """The forecast of a part of a contract's places.

    Raises:
        BadInput: whatever the contract, its term or arithmetic forbids in what is asked, and costs
            by the home where nobody said how many homes; all of it at once.
    """
    found = Problems()
    part = forecast_problems(found, contract, asked, costs)
    found.raise_if_any()
    lines = month_lines(contract, part, asked, costs)
    paid = contract.results is not None
    cases = (
        (LOW_CASE, asked.low, Fraction(0)),
        (CENTRAL, asked.occupancy, asked.results or Fraction(0)),
        (HIGH_CASE, asked.high, Fraction(int(paid))),
    )
    low, central, high = (_case(part, lines, costs, *case) for case in cases)
    return Forecast(contract, asked, part, costs, lines, low, central, high)


def forecast_problems(
    found: Problems, contract: Contract, asked: Asked, costs: Costs | None
) -> Part:
    """The part that is asked about; everything that forbids a forecast of it is noted."""
    check_asked(found, contract, asked)
    part = part_of(found, contract, asked)
    if contract.end > _years_after(contract.start):
        found.add(
            ASKED,
            "end",
            f"{describe(contract.start)} to {describe(contract.end)}",
            f"a term of at most {LONGEST_YEARS} years",
            "too long a term",
        )
    by_home = [figure for figure in costs.figures if figure.per == HOME_MONTH] if costs else []
    if by_home and part.homes is None:
        why = f"a whole number from 1: {by_home[0].code} is a cost of each home"
        found.add(ASKED, "--homes", "missing", why, "missing option")
    return part


def margin(lines: Iterable[MonthLines], achieved: Fraction) -> Amount:
    """Income less all known costs over the life, exact, for an achieved share of the results."""
    total = Amount()
    for key, amount in life(tuple(lines)).items():
        if key == RESULTS:
            total += amount.times(achieved)
        else:
            total += amount.times(-1 if key.split(".")[0] in ("training", "costs") else 1)
    return total


def _case(
    part: Part,
    lines: tuple[MonthLines, ...],
    costs: Costs | None,
    name: str,
    occupancy: Fraction,
    achieved: Fraction,
) -> Case:
    months = tuple(CaseMonth(line.month, _sums(part, line, occupancy, achieved)) for line in lines)
    covered = None
    if costs is not None:
        exact = margin(lines, achieved)
        points = sorted({Fraction(0), part.kink, Fraction(1)})
        covered = break_even([(point, exact.at(part, point)) for point in points])
    return Case(name, occupancy, achieved, months, covered)


def _sums(part: Part, line: MonthLines, occupancy: Fraction, achieved: Fraction) -> Sums:
    used = occupancy * part.places
    amounts = {}
    for key, amount in line.amounts.items():
        exact = amount.at(part, occupancy)
        amounts[key] = round_half_up(exact * achieved if key == RESULTS else exact)
    unused = max(Fraction(), part.guaranteed - used)
    return Sums(amounts, used * line.month.days, unused * line.month.days)


def _total(parts: Iterable[Sums]) -> Sums:
    amounts: dict[str, Pence] = {}
    used = unused = Fraction()
    for part in parts:
        used += part.used_days
        unused += part.unused_days
        for key, amount in part.amounts.items():
            amounts[key] = amounts.get(key, 0) + amount
    return Sums(amounts, used, unused)


def _years_after(start: date) -> date:
    year = min(start.year + LONGEST_YEARS, date.max.year)
    return date(year, start.month, 28 if (start.month, start.day) == (2, 29) else start.day)
