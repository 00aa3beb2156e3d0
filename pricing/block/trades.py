"""An agreed trade moves places from one borough's share to another's, for days and at a price.

Like the Cross Regional Project's councils, a borough may pass places it does not need to one that
does. The place moves whether it is then used or not: its price is due for each day, and the void of
it is the taker's (docs/block-contract.md, "Trades").
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby

from pricing.block.shares import SharePeriod, shares_on
from pricing.contract import BOROUGH_ALLOWED, is_borough
from pricing.money import Pence, pounds, round_half_up
from pricing.problems import InputProblem, describe
from pricing.terms import Contract


@dataclass(frozen=True, slots=True)
class Trade:
    """Places released by one borough and used by another over [start, end), at a price a week.

    `price` is in pence for one place and week; `row` is where a file has it.
    """

    trade_id: str
    released_by: str
    used_by: str
    start: date
    end: date
    places: int
    price: Pence
    row: int | None = None

    def on(self, day: date) -> bool:
        """Whether the trade holds on a day."""
        return self.start <= day < self.end

    def days_in(self, start: date, end: date) -> int:
        """How many of its days lie in [start, end)."""
        return max(0, (min(self.end, end) - max(self.start, start)).days)

    def payment(self, start: date, end: date) -> Pence:
        """What its days in [start, end) cost: price × places × days / 7, rounded once."""
        return round_half_up(Fraction(self.price * self.places * self.days_in(start, end), 7))

    def to_json(self) -> dict[str, object]:
        """The trade as its table has it."""
        return {
            "trade_id": self.trade_id,
            "released_by": self.released_by,
            "used_by": self.used_by,
            "from": self.start.isoformat(),
            "to": self.end.isoformat(),
            "places": self.places,
            "price_per_place_week": pounds(self.price),
        }


def moved(trades: Iterable[Trade], day: date) -> Mapping[str, int]:
    """By how many places each borough's share is larger or smaller on a day for agreed trades."""
    change: dict[str, int] = {}
    for trade in trades:
        if trade.on(day):
            change[trade.used_by] = change.get(trade.used_by, 0) + trade.places
            change[trade.released_by] = change.get(trade.released_by, 0) - trade.places
    return change


def released(trades: Iterable[Trade], day: date) -> Mapping[str, int]:
    """How many places each borough has released on a day."""
    given: dict[str, int] = {}
    for trade in trades:
        if trade.on(day):
            given[trade.released_by] = given.get(trade.released_by, 0) + trade.places
    return given


def row_problems(contract: Contract, trade: Trade, file: str) -> Iterator[InputProblem]:
    """What a contract forbids in one trade, looked at alone."""

    def problem(column: str, value: object, allowed: str, kind: str) -> InputProblem:
        return InputProblem(file, f"column {column}", describe(value), allowed, kind, trade.row)

    shares = contract.block.shares if contract.block else {}
    if trade.released_by not in shares:
        known = ", ".join(shares)
        yield problem(
            "released_by", trade.released_by, f"a borough of the shares: {known}", "unknown borough"
        )
    if not is_borough(trade.used_by):
        yield problem("used_by", trade.used_by, BOROUGH_ALLOWED, "bad value")
    if trade.used_by == trade.released_by:
        yield problem(
            "used_by", trade.used_by, "a borough other than released_by", "trade with oneself"
        )
    if trade.places < 1:
        yield problem("places", trade.places, "a whole number from 1", "bad value")
    if trade.price < 0:
        yield problem("price_per_place_week", trade.price, "pounds from 0.00", "negative value")
    if trade.end <= trade.start:
        yield problem("to", trade.end, f"a day after from, {trade.start}", "wrong order")
    term = f"inside the term of {contract.id}, {contract.start} to {contract.end}"
    if not contract.start <= trade.start < contract.end:
        yield problem("from", trade.start, term, "outside the term")
    if not contract.start < trade.end <= contract.end:
        yield problem("to", trade.end, term, "outside the term")


def joint_problems(
    trades: Sequence[Trade], periods: Sequence[SharePeriod], file: str
) -> Iterator[InputProblem]:
    """What trades may not say together: one id twice, more released on a day than the share."""
    first: dict[str, Trade] = {}
    for trade in trades:
        if trade.trade_id in first:
            before = first[trade.trade_id].row
            where = "" if before is None else f"; row {before} has it"
            yield InputProblem(
                file,
                "column trade_id",
                describe(trade.trade_id),
                f"each once{where}",
                "duplicate",
                trade.row,
            )
        first.setdefault(trade.trade_id, trade)
    yield from _released_too_much(trades, periods, file)


def _released_too_much(
    trades: Sequence[Trade], periods: Sequence[SharePeriod], file: str
) -> Iterator[InputProblem]:
    days = {trade.start for trade in trades} | {trade.end for trade in trades}
    days |= {period.start for period in periods}
    for borough in sorted({trade.released_by for trade in trades}):
        counts = []
        for day in sorted(days):
            given = released(trades, day).get(borough, 0)
            counts.append((day, given, shares_on(periods, day).get(borough, 0)))
        for over, group in groupby(counts, key=lambda count: count[1] > count[2]):
            if over:
                day, given, share = next(group)
                yield InputProblem(
                    file,
                    "columns released_by and places",
                    f"{borough} releases {given} on {day}",
                    f"its share that day, {share}",
                    "more released than the share",
                )
