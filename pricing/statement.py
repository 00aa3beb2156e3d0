"""What each borough owes under a contract for a period: placements, voids, results.

The young person's borough pays the placement; voids follow unused shares; results follow standard
fees. Boroughs always add up to the totals (spec/contract-file.md, "Who pays").

A spot contract guarantees no place: its statement has placements and results, voids of 0.00, and
only places in use are payable, so an occupancy of 100% says no more than that.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from pricing.availability import OutOfUse, availability_problems
from pricing.ledger import LedgerRow, ledger_problems
from pricing.money import Pence, pounds, round_half_up, split_exactly
from pricing.occupancy import Stretch, stretches
from pricing.problems import Problems
from pricing.quote import check_period, price_lines
from pricing.results import (
    Achieved,
    ItemOutcome,
    covering_problems,
    exact_results,
    outcomes,
    results_problems,
)
from pricing.tenths import as_number, tenths_of_percent
from pricing.terms import Contract
from pricing.voids import Voids, void_charge


@dataclass(frozen=True, slots=True)
class Charge:
    """What one borough, or all of them, owe for a period, in pence."""

    placements: Pence
    voids: Pence
    results: Pence

    @property
    def total(self) -> Pence:
        return self.placements + self.voids + self.results

    def to_json(self) -> dict[str, object]:
        """The four amounts in pounds."""
        return {
            "placements": pounds(self.placements),
            "voids": pounds(self.voids),
            "results": pounds(self.results),
            "total": pounds(self.total),
        }


@dataclass(frozen=True, slots=True)
class Occupancy:
    """Place days used, and payable: the sum over days of max(in use, payable places)."""

    used: int
    payable: int

    @property
    def tenths_of_percent(self) -> int | None:
        """Used of payable in tenths of a per cent, rounded half-up; None when none was payable."""
        return tenths_of_percent(self.used, self.payable)

    def to_json(self) -> dict[str, object]:
        """The counts and the percentage, a number with one decimal."""
        return {
            "place_days_used": self.used,
            "place_days_payable": self.payable,
            "percent": as_number(self.tenths_of_percent),
        }


@dataclass(frozen=True, slots=True)
class Statement:
    """The charges of [start, end), by borough and in all, with what explains them."""

    contract: Contract
    start: date
    end: date
    boroughs: Mapping[str, Charge]
    charge: Charge
    occupancy: Occupancy
    voids: Voids
    outcomes: tuple[ItemOutcome, ...]

    def to_json(self) -> dict[str, object]:
        """The answer of `broker statement --json`."""
        return {
            "contract": self.contract.id,
            "version": self.contract.version,
            "from": self.start.isoformat(),
            "to": self.end.isoformat(),
            "boroughs": {code: charge.to_json() for code, charge in self.boroughs.items()},
            **self.charge.to_json(),
            "occupancy": self.occupancy.to_json(),
        }


def statement(
    contract: Contract,
    ledger: Sequence[LedgerRow],
    start: date,
    end: date,
    availability: Sequence[OutOfUse] = (),
    results: Sequence[Achieved] = (),
) -> Statement:
    """The statement of [start, end), with every borough of the shares and of the whole ledger.

    Raises:
        BadInput: a period outside the term or reversed, and whatever the contract forbids in the
            ledger, the availability or the results; all of it at once.
    """
    statement_problems(contract, ledger, start, end, availability, results).raise_if_any()
    fees = standard_fees(contract, ledger, start, end)
    days = tuple(stretches(contract, ledger, availability, start, end))
    voids = void_charge(contract, days)
    items = outcomes(contract, results, start, end)
    exact = {code: exact_results(contract, items, fees[code]) for code in fees}
    paid = round_half_up(sum(exact.values(), Fraction()))
    paid_by = split_exactly(paid, exact)
    boroughs = {
        code: Charge(fees[code], voids.by_borough.get(code, 0), paid_by[code]) for code in fees
    }
    return Statement(
        contract=contract,
        start=start,
        end=end,
        boroughs=boroughs,
        charge=Charge(sum(fees.values()), voids.charge, paid),
        occupancy=_occupancy(days, voids),
        voids=voids,
        outcomes=items,
    )


def statement_problems(
    contract: Contract,
    ledger: Sequence[LedgerRow],
    start: date,
    end: date,
    availability: Sequence[OutOfUse],
    results: Sequence[Achieved],
) -> Problems:
    """Everything that forbids a statement, for rows from wherever they came."""
    found = Problems()
    check_period(found, contract, start, end, "statement")
    found.extend(ledger_problems(contract, ledger))
    found.extend(availability_problems(contract, availability))
    found.extend(results_problems(contract, results))
    found.extend(covering_problems(results, start, end))
    return found


def standard_fees(
    contract: Contract, ledger: Sequence[LedgerRow], start: date, end: date
) -> dict[str, Pence]:
    """Each borough's quotes of its placements, clipped to [start, end), in order of code."""
    fees: dict[str, Pence] = defaultdict(int)
    for code in contract.block.shares if contract.block else ():
        fees[code] = 0
    for row in ledger:
        days = row.clip(start, end)
        lines = price_lines(contract, row.band, row.requirements, *days) if days else ()
        fees[row.borough] += sum(line.amount for line in lines)
    return dict(sorted(fees.items()))


def _occupancy(days: Sequence[Stretch], voids: Voids) -> Occupancy:
    used = sum(stretch.in_use * stretch.days for stretch in days)
    unused = sum(line.unused * line.stretch.days for line in voids.lines)
    return Occupancy(used, used + unused)
