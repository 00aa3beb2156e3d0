"""What each borough owes under a contract for a period: placements, voids, results.

The young person's borough pays the placement; voids follow unused shares; results follow standard
fees. Boroughs always add up to the totals (spec/contract-file.md, "Who pays").

A spot contract guarantees no place: its statement has placements and results, voids of 0.00, and
only places in use are payable, so an occupancy of 100% says no more than that.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pricing.availability import OutOfUse, availability_problems
from pricing.ledger import LedgerRow, ledger_problems
from pricing.money import Pence, pounds, whole_pence
from pricing.occupancy import Stretch, stretches
from pricing.price_list import PriceList
from pricing.problems import Problems
from pricing.quote import Line, check_period
from pricing.results import (
    Achieved,
    ItemOutcome,
    covering_problems,
    outcomes,
    results_charge,
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

    def __post_init__(self) -> None:
        whole_pence(self.placements, self.voids, self.results)

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
    """The charges of [start, end), by borough and in all, with what explains them.

    `lines` are the lines of every placement's quote, each beside the row of the ledger it is for.
    """

    contract: Contract
    start: date
    end: date
    boroughs: Mapping[str, Charge]
    charge: Charge
    occupancy: Occupancy
    lines: tuple[tuple[LedgerRow, Line], ...]
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
    return checked_statement(PriceList(contract), ledger, start, end, availability, results)


def checked_statement(
    prices: PriceList,
    ledger: Sequence[LedgerRow],
    start: date,
    end: date,
    availability: Sequence[OutOfUse],
    results: Sequence[Achieved],
) -> Statement:
    """The same of a period and rows in which nothing wrong was found, by a reader or otherwise."""
    contract = prices.contract
    lines = tuple(placement_lines(prices, ledger, start, end))
    fees = _by_borough(contract, ledger, lines)
    days = tuple(stretches(contract, ledger, availability, start, end))
    voids = void_charge(contract, days)
    items = outcomes(contract, results, start, end)
    paid, paid_by = results_charge(contract, items, fees)
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
        lines=lines,
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
    lines = placement_lines(PriceList(contract), ledger, start, end)
    return _by_borough(contract, ledger, lines)


def placement_lines(
    prices: PriceList, ledger: Iterable[LedgerRow], start: date, end: date
) -> Iterator[tuple[LedgerRow, Line]]:
    """The lines of the quote of every row of the ledger, clipped to [start, end)."""
    for row in ledger:
        if days := row.clip(start, end):
            for line in prices.lines(row.band, row.requirements, *days):
                yield row, line


def _by_borough(
    contract: Contract, ledger: Iterable[LedgerRow], lines: Iterable[tuple[LedgerRow, Line]]
) -> dict[str, Pence]:
    """What the lines come to, with every borough of the shares and of the whole ledger."""
    fees: dict[str, Pence] = defaultdict(int)
    for code in (*(contract.block.shares if contract.block else ()), *(r.borough for r in ledger)):
        fees[code] = 0
    for row, line in lines:
        fees[row.borough] += line.amount
    return dict(sorted(fees.items()))


def _occupancy(days: Sequence[Stretch], voids: Voids) -> Occupancy:
    used = sum(stretch.in_use * stretch.days for stretch in days)
    unused = sum(line.unused * line.stretch.days for line in voids.lines)
    return Occupancy(used, used + unused)
