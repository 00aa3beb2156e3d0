"""A period reconciled with its months: whole = sum of the months + differences, to the penny.

Every line is rounded once, for the whole period or for each month, so that the months may come to
some pennies more or less: that is the rounding. Results may differ by more, because only the row
that covers a whole period counts: a yearly row counts in each of its months, a monthly row does not
count in the year. What comes of that is told apart from the rounding (`rows`). Both are shown,
never hidden (spec/contract-file.md, "The rules of money" and "Results").
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pricing.assumed import assumptions
from pricing.availability import OutOfUse
from pricing.calendar_months import months_of
from pricing.ledger import LedgerRow
from pricing.money import Pence, pounds, whole_pence
from pricing.price_list import PriceList
from pricing.results import Achieved, covering_problems, results_charge
from pricing.statement import Charge, Statement, checked_statement, statement_problems
from pricing.terms import Contract


@dataclass(frozen=True, slots=True)
class Difference:
    """The whole less the sum of its months, in pence.

    `placements`, `voids` and `results` are what rounding makes; `rows` is what other rows of
    results make, because they cover the whole and not each month, or a month and not the whole.
    """

    placements: Pence
    voids: Pence
    results: Pence
    rows: Pence

    def __post_init__(self) -> None:
        whole_pence(self.placements, self.voids, self.results, self.rows)

    @property
    def rounding(self) -> Pence:
        return self.placements + self.voids + self.results

    @property
    def total(self) -> Pence:
        return self.rounding + self.rows

    def to_json(self) -> dict[str, object]:
        """The differences in pounds."""
        return {
            "placements": pounds(self.placements),
            "voids": pounds(self.voids),
            "results": pounds(self.results),
            "rounding": pounds(self.rounding),
            "result_rows": pounds(self.rows),
            "total": pounds(self.total),
        }


@dataclass(frozen=True, slots=True)
class ByMonth:
    """The statement of a period, those of its months, and by borough what lies between them."""

    whole: Statement
    months: tuple[Statement, ...]
    boroughs: Mapping[str, Difference]

    @property
    def difference(self) -> Difference:
        """The difference of all boroughs together."""
        parts = self.boroughs.values()
        return Difference(
            sum(each.placements for each in parts),
            sum(each.voids for each in parts),
            sum(each.results for each in parts),
            sum(each.rows for each in parts),
        )

    @property
    def rounded_lines(self) -> tuple[int, int]:
        """How many lines of placements were rounded for the whole, and for the months."""
        return len(self.whole.lines), sum(len(month.lines) for month in self.months)

    def summed(self, borough: str | None = None) -> Charge:
        """The months added up, for one borough or for all."""
        charges = [
            month.charge if borough is None else month.boroughs[borough] for month in self.months
        ]
        return Charge(
            sum(each.placements for each in charges),
            sum(each.voids for each in charges),
            sum(each.results for each in charges),
        )

    def to_json(self) -> dict[str, object]:
        """The answer of `broker statement --by-month --json`."""
        lines = self.rounded_lines
        return {
            "contract": self.whole.contract.id,
            "version": self.whole.contract.version,
            "from": self.whole.start.isoformat(),
            "to": self.whole.end.isoformat(),
            "whole": self.whole.to_json(),
            "months": [month.to_json() for month in self.months],
            "sum_of_months": {
                "boroughs": {code: self.summed(code).to_json() for code in self.boroughs},
                **self.summed().to_json(),
            },
            "difference": {
                "boroughs": {code: each.to_json() for code, each in self.boroughs.items()},
                **self.difference.to_json(),
            },
            "rounded_lines": {"whole": lines[0], "months": lines[1]},
            "results": [self._item_json(place) for place in range(len(self.whole.outcomes))],
            "assumptions": assumptions(self.whole.contract),
        }

    def _item_json(self, place: int) -> dict[str, object]:
        outcome = self.whole.outcomes[place]
        return {
            "code": outcome.item.code,
            "whole": outcome.to_json(),
            "months": [
                {
                    "from": month.start.isoformat(),
                    "to": month.end.isoformat(),
                    **month.outcomes[place].to_json(),
                }
                for month in self.months
            ],
        }


def by_month(
    contract: Contract,
    ledger: Sequence[LedgerRow],
    start: date,
    end: date,
    availability: Sequence[OutOfUse] = (),
    results: Sequence[Achieved] = (),
) -> ByMonth:
    """The statement of [start, end) beside those of its months.

    Raises:
        BadInput: whatever forbids the statement of the whole or of a month; all of it at once.
    """
    found = statement_problems(contract, ledger, start, end, availability, results)
    for month in months_of(start, end):
        found.extend(covering_problems(results, *month))
    found.raise_if_any()
    return checked_by_month(contract, ledger, start, end, availability, results)


def checked_by_month(
    contract: Contract,
    ledger: Sequence[LedgerRow],
    start: date,
    end: date,
    availability: Sequence[OutOfUse],
    results: Sequence[Achieved],
) -> ByMonth:
    """The same of rows in which nothing wrong was found, for the whole and for its months."""
    prices = PriceList(contract)
    whole = checked_statement(prices, ledger, start, end, availability, results)
    months = tuple(
        checked_statement(prices, ledger, *month, availability, results)
        for month in months_of(start, end)
    )
    return ByMonth(whole, months, _differences(whole, months))


def _differences(whole: Statement, months: Sequence[Statement]) -> dict[str, Difference]:
    as_whole = [
        results_charge(
            month.contract,
            whole.outcomes,
            {code: charge.placements for code, charge in month.boroughs.items()},
        )[1]
        for month in months
    ]
    differences = {}
    for code, charge in whole.boroughs.items():
        own = [month.boroughs[code] for month in months]
        by_whole_rows = sum(results[code] for results in as_whole)
        differences[code] = Difference(
            placements=charge.placements - sum(each.placements for each in own),
            voids=charge.voids - sum(each.voids for each in own),
            results=charge.results - by_whole_rows,
            rows=by_whole_rows - sum(each.results for each in own),
        )
    return differences
