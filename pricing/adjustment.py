"""What changed bands cost or give back: what is due by the ledger as it now stands less what was
billed, line by line, for every period that was billed.

A placement's band is effective-dated: provisional at the start, confirmed or changed at a review,
possibly from an earlier date. A bill is never rewritten; the difference is an adjustment, and an
issued adjustment counts as billed the next time (spec/contract-file.md, "Re-banding"). What is due
is quoted within each billed period, so that bill and adjustments together are the bill that the
ledger as it now stands would have made.

Voids and results are compared only with the tables they rest on: without places out of use or
results at hand, what is due is unknown, and unknown is never zero.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from pricing.assumed import assumptions
from pricing.availability import OutOfUse, availability_problems
from pricing.bill import results_rule, voids_rule
from pricing.billed import (
    ADJUSTMENT,
    RESULTS,
    VOIDS,
    Billed,
    Period,
    billed_periods,
    billed_problems,
)
from pricing.due import AdjustmentLine, Placed
from pricing.ledger import LedgerRow, ledger_problems
from pricing.money import Pence, pounds
from pricing.occupancy import stretches
from pricing.price_list import PriceList
from pricing.problems import Problems
from pricing.quote import Line
from pricing.results import (
    Achieved,
    covering_problems,
    outcomes,
    results_charge,
    results_problems,
)
from pricing.statement import placement_lines
from pricing.terms import Contract
from pricing.voids import void_charge

PLACEMENTS: Final = "placements"


@dataclass(frozen=True, slots=True)
class Sum:
    """What is due and what was billed, in pence, of everything that was compared."""

    due: Pence
    billed: Pence

    @property
    def difference(self) -> Pence:
        return self.due - self.billed

    def to_json(self) -> dict[str, object]:
        """The three amounts in pounds."""
        return {
            "due": pounds(self.due),
            "billed": pounds(self.billed),
            "difference": pounds(self.difference),
        }


@dataclass(frozen=True, slots=True)
class Adjustment:
    """The lines that differ, and by borough all that is due and was billed in the periods.

    A difference above 0 is to pay, below 0 to give back. `compared` and `left_out` say which of
    placements, voids and results were worked out again and which were not.
    """

    contract: Contract
    periods: tuple[Period, ...]
    compared: tuple[str, ...]
    left_out: tuple[str, ...]
    lines: tuple[AdjustmentLine, ...]
    boroughs: Mapping[str, Sum]

    @property
    def total(self) -> Sum:
        sums = self.boroughs.values()
        return Sum(sum(each.due for each in sums), sum(each.billed for each in sums))

    def rows(self, adjustment_id: str, issued_on: date) -> tuple[Billed, ...]:
        """The lines as they count as billed once the adjustment has been issued."""
        return tuple(
            Billed(
                bill_id=adjustment_id,
                issued_on=issued_on,
                kind=ADJUSTMENT,
                period=line.period,
                placement_id=line.placement_id,
                borough=line.borough,
                what=line.what,
                start=line.start,
                end=line.end,
                amount=line.difference,
                rule=line.rule,
            )
            for line in self.lines
        )

    def to_json(self) -> dict[str, object]:
        """The answer of `broker adjust --json`."""
        return {
            "contract": self.contract.id,
            "version": self.contract.version,
            "periods": [
                {"from": start.isoformat(), "to": end.isoformat()} for start, end in self.periods
            ],
            "compared": list(self.compared),
            "not_compared": list(self.left_out),
            "lines": [line.to_json() for line in self.lines],
            "boroughs": {code: each.to_json() for code, each in self.boroughs.items()},
            **self.total.to_json(),
            "assumptions": assumptions(self.contract),
        }


def adjust(
    contract: Contract,
    ledger: Sequence[LedgerRow],
    billed: Sequence[Billed],
    availability: Sequence[OutOfUse] | None = None,
    results: Sequence[Achieved] | None = None,
) -> Adjustment:
    """The adjustment of every billed period to the ledger as it now stands.

    Without `availability` voids are not compared, without `results` results are not.

    Raises:
        BadInput: whatever the contract forbids in the ledger, the billed rows or the other tables;
            all of it at once.
    """
    adjustment_problems(contract, ledger, billed, availability, results).raise_if_any()
    return checked_adjustment(contract, ledger, billed, availability, results)


def checked_adjustment(
    contract: Contract,
    ledger: Sequence[LedgerRow],
    billed: Sequence[Billed],
    availability: Sequence[OutOfUse] | None,
    results: Sequence[Achieved] | None,
) -> Adjustment:
    """The same of rows in which a reader or `adjustment_problems` found nothing wrong."""
    at_hand = {PLACEMENTS: True}
    if contract.block is not None:
        at_hand[VOIDS] = availability is not None
    if contract.results is not None:
        at_hand[RESULTS] = results is not None
    compared = tuple(what for what, known in at_hand.items() if known)
    periods = billed_periods(billed)
    lines: list[AdjustmentLine] = []
    for period, now, was in _by_period(contract, ledger, billed, periods):
        placed = list(_placements(contract, period, ledger, now, was))
        lines += placed
        if VOIDS in compared:
            days = stretches(contract, ledger, availability or (), *period)
            due = void_charge(contract, days).by_borough
            lines += _of_boroughs(period, VOIDS, due, was, voids_rule(contract))
        if RESULTS in compared:
            items = outcomes(contract, results or (), *period)
            _, due = results_charge(contract, items, _fees(contract, placed))
            lines += _of_boroughs(period, RESULTS, due, was, results_rule(contract))
    return Adjustment(
        contract=contract,
        periods=periods,
        compared=compared,
        left_out=tuple(what for what, known in at_hand.items() if not known),
        lines=tuple(line for line in lines if line.difference),
        boroughs=_sums(lines),
    )


def adjustment_problems(
    contract: Contract,
    ledger: Sequence[LedgerRow],
    billed: Sequence[Billed],
    availability: Sequence[OutOfUse] | None,
    results: Sequence[Achieved] | None,
) -> Problems:
    """Everything that forbids an adjustment, for rows from wherever they came."""
    found = Problems()
    found.extend(ledger_problems(contract, ledger))
    found.extend(billed_problems(contract, billed))
    found.extend(availability_problems(contract, availability or ()))
    found.extend(results_problems(contract, results or ()))
    for period in billed_periods(billed):
        found.extend(covering_problems(results or (), *period))
    return found


def _by_period(
    contract: Contract,
    ledger: Sequence[LedgerRow],
    billed: Sequence[Billed],
    periods: Sequence[Period],
) -> Iterator[tuple[Period, list[tuple[LedgerRow, Line]], list[Billed]]]:
    was: dict[Period, list[Billed]] = defaultdict(list)
    for row in billed:
        was[row.period].append(row)
    prices = PriceList(contract)
    for period in periods:
        yield period, list(placement_lines(prices, ledger, *period)), was[period]


def _placements(
    contract: Contract,
    period: Period,
    ledger: Sequence[LedgerRow],
    now: Sequence[tuple[LedgerRow, Line]],
    was: Sequence[Billed],
) -> Iterator[AdjustmentLine]:
    known = {row.placement_id for row in ledger}
    rows: dict[tuple[str, str], list[LedgerRow]] = defaultdict(list)
    lines: dict[tuple[str, str], list[Line]] = defaultdict(list)
    billed: dict[tuple[str, str], list[Billed]] = defaultdict(list)
    for row in ledger:
        rows[row.placement_id, row.borough].append(row)
    for row, line in now:
        lines[row.placement_id, row.borough].append(line)
    for each in was:
        if each.placement_id:
            billed[each.placement_id, each.borough].append(each)
    for key in sorted({*lines, *billed}):
        placed = Placed(
            contract=contract,
            period=period,
            placement_id=key[0],
            borough=key[1],
            rows=rows.get(key, ()),
            lines=lines.get(key, ()),
            billed=billed.get(key, ()),
            in_ledger=key[0] in known,
        )
        yield from placed.compared()


def _of_boroughs(
    period: Period, what: str, due: Mapping[str, Pence], was: Sequence[Billed], rule: str
) -> Iterator[AdjustmentLine]:
    billed: dict[str, Pence] = defaultdict(int)
    for row in was:
        if not row.placement_id and row.what == what:
            billed[row.borough] += row.amount
    for code in sorted({*due, *billed}):
        yield AdjustmentLine(
            period, "", code, what, *period, due.get(code, 0), billed.get(code, 0), rule
        )


def _fees(contract: Contract, placed: Sequence[AdjustmentLine]) -> dict[str, Pence]:
    """The standard fees by which the results of a period are worked out and split."""
    fees: dict[str, Pence] = dict.fromkeys(contract.block.shares if contract.block else (), 0)
    for line in placed:
        fees[line.borough] = fees.get(line.borough, 0) + line.due
    return fees


def _sums(lines: Sequence[AdjustmentLine]) -> dict[str, Sum]:
    due: dict[str, Pence] = defaultdict(int)
    billed: dict[str, Pence] = defaultdict(int)
    for line in lines:
        due[line.borough] += line.due
        billed[line.borough] += line.billed
    return {code: Sum(due[code], billed[code]) for code in sorted(due)}
