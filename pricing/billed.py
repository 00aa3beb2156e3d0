"""What has been billed, row by row: bills and the adjustments issued after them, none rewritten.

A row says what a borough was billed for one thing over [start, end), inside a billed period. Bills
and adjustments have the same columns, so that an issued adjustment counts as billed the next time
(spec/contract-file.md, "Re-banding"). The format is this product's own: docs/billing.md.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final, TypeAlias

from pricing.contract import BOROUGH_ALLOWED
from pricing.money import Pence, pounds, whole_pence
from pricing.problems import InputProblem, Problems, describe
from pricing.quote import FEE, check_period
from pricing.terms import Contract

Period: TypeAlias = tuple[date, date]

BILL: Final = "bill"
ADJUSTMENT: Final = "adjustment"
BILLED_KINDS: Final = (BILL, ADJUSTMENT)

VOIDS: Final = "voids"
RESULTS: Final = "results"
NOTHING: Final = "nothing"
WITHOUT_PLACEMENT: Final = (VOIDS, RESULTS, NOTHING)
"""What a row without a placement may be for; the last says that a bill has no other row."""

BILLED_COLUMNS: Final = (
    "bill_id",
    "issued_on",
    "kind",
    "period_from",
    "period_to",
    "placement_id",
    "borough",
    "what",
    "from",
    "to",
    "amount",
    "rule",
)


@dataclass(frozen=True, slots=True)
class Billed:
    """An amount billed to a borough for [start, end), inside the billed period.

    `placement_id` is empty for what is of no placement. `what` is "fee" or the code of a
    requirement, or else "voids", "results" or "nothing". `rule` says how the amount came about.
    `file` and `row` are where a file has it.
    """

    bill_id: str
    issued_on: date
    kind: str
    period: Period
    placement_id: str
    borough: str
    what: str
    start: date
    end: date
    amount: Pence
    rule: str = ""
    file: str = "billed"
    row: int | None = None

    def __post_init__(self) -> None:
        whole_pence(self.amount)

    def cells(self) -> list[str]:
        """The row as the file has it, in the order of the columns."""
        days = (*self.period, self.start, self.end)
        first, last, start, end = (day.isoformat() for day in days)
        return [
            self.bill_id,
            self.issued_on.isoformat(),
            self.kind,
            first,
            last,
            self.placement_id,
            self.borough,
            self.what,
            start,
            end,
            pounds(self.amount),
            self.rule,
        ]


def billed_periods(rows: Iterable[Billed]) -> tuple[Period, ...]:
    """The periods that bills were issued for, in order."""
    return tuple(sorted({row.period for row in rows if row.kind == BILL}))


def next_adjustment_id(contract_id: str, rows: Iterable[Billed]) -> str:
    """The number of the next adjustment: the contract's, A and the first number not yet used."""
    taken = {row.bill_id for row in rows}
    number = 1
    while f"{contract_id}-A{number}" in taken:
        number += 1
    return f"{contract_id}-A{number}"


def billed_problems(contract: Contract, rows: Sequence[Billed]) -> Iterator[InputProblem]:
    """Everything that billed rows may not say: row by row, then rows against each other."""
    for row in rows:
        yield from billed_row_problems(contract, row)
    yield from joint_billed_problems(rows)


def billed_row_problems(contract: Contract, row: Billed) -> Iterator[InputProblem]:
    """What is wrong with one row: its period, its days, what it is for, its amount."""
    yield from day_problems(contract, row)
    yield from thing_problems(contract, row)


def day_problems(contract: Contract, row: Billed) -> Iterator[InputProblem]:
    """A period outside the term, days outside the period, either in the wrong order."""
    term = Problems()
    check_period(term, contract, *row.period, "period")
    for each in term:
        yield _problem(row, f"period_{each.key}", each.value, each.allowed, each.kind)
    if row.end <= row.start:
        allowed = f"a day after from, {row.start}"
        yield _problem(row, "to", describe(row.end), allowed, "wrong order")
    inside = f"days inside the billed period, {row.period[0]} to {row.period[1]}"
    for column, day in (("from", row.start), ("to", row.end)):
        if not row.period[0] <= day <= row.period[1]:
            yield _problem(row, column, describe(day), inside, "outside the billed period")


def thing_problems(contract: Contract, row: Billed) -> Iterator[InputProblem]:
    """A thing the contract does not price, a row of no borough, an amount that cannot be."""
    nothing = row.what == NOTHING and not row.placement_id
    if not row.borough and not nothing:
        yield _problem(row, "borough", describe(""), BOROUGH_ALLOWED, "bad value")
    if row.placement_id:
        codes = [requirement.code for requirement in contract.requirements]
        if row.what != FEE and row.what not in codes:
            allowed = ", ".join([FEE, *codes])
            yield _problem(row, "what", describe(row.what), allowed, "unknown code")
    elif row.what not in WITHOUT_PLACEMENT:
        allowed = f"a placement, or {', '.join(WITHOUT_PLACEMENT)} in the column what"
        yield _problem(row, "placement_id", describe(""), allowed, "missing placement")
    elif row.what == VOIDS and contract.block is None:
        allowed = f"no voids: {contract.id} guarantees no place"
        yield _problem(row, "what", describe(row.what), allowed, "forbidden row")
    elif row.what == RESULTS and contract.results is None:
        allowed = f"no results: {contract.id} pays none"
        yield _problem(row, "what", describe(row.what), allowed, "forbidden row")
    if nothing:
        if row.borough:
            allowed = f"empty in a row for {NOTHING}"
            yield _problem(row, "borough", describe(row.borough), allowed, "bad value")
        if row.amount:
            allowed = f"0.00 in a row for {NOTHING}"
            yield _problem(row, "amount", pounds(row.amount), allowed, "bad value")
    if row.kind == BILL and row.amount < 0:
        allowed = "an amount from 0.00; only an adjustment gives back"
        yield _problem(row, "amount", pounds(row.amount), allowed, "negative value")


def joint_billed_problems(rows: Sequence[Billed]) -> Iterator[InputProblem]:
    """What rows may not say together.

    One bill of two kinds or issued on two days, one row twice in a bill, periods that overlap, an
    adjustment of a period that no bill is for.
    """
    yield from _bills_at_odds(rows)
    yield from _repeated(rows)
    first = {row.period: row for row in reversed(rows)}
    for (_, last), period in pairwise(sorted(first)):
        if period[0] < last:
            yield _problem(
                first[period],
                "period_from",
                describe(period[0]),
                f"{last} or later, where the billed period before it ends",
                "overlapping periods",
            )
    billed = set(billed_periods(rows))
    for row in rows:
        if row.kind == ADJUSTMENT and row.period not in billed:
            shown = f"{row.period[0]} to {row.period[1]}"
            allowed = f"a period that a row of kind {BILL} has"
            yield _problem(row, "period_from", shown, allowed, "period without a bill")


def _bills_at_odds(rows: Sequence[Billed]) -> Iterator[InputProblem]:
    first: dict[str, Billed] = {}
    for row in rows:
        known = first.setdefault(row.bill_id, row)
        for column, is_now, was in (
            ("kind", row.kind, known.kind),
            ("issued_on", row.issued_on.isoformat(), known.issued_on.isoformat()),
        ):
            if is_now != was:
                allowed = f"{was}, as {describe(row.bill_id)} has it{_at(known)}"
                yield _problem(row, column, is_now, allowed, "one bill told twice")


def _repeated(rows: Sequence[Billed]) -> Iterator[InputProblem]:
    first: dict[tuple[object, ...], Billed] = {}
    for row in rows:
        days = (*row.period, row.start, row.end)
        key = (row.bill_id, *days, row.placement_id, row.borough, row.what)
        known = first.setdefault(key, row)
        if known is not row:
            thing = f"{row.placement_id} {row.what}".strip()
            allowed = f"each once in a bill; {describe(row.bill_id)} has it{_at(known)}"
            yield _problem(row, "what", describe(thing), allowed, "duplicate")


def _at(row: Billed) -> str:
    return "" if row.row is None else f" in {row.file}, row {row.row}"


def _problem(row: Billed, column: str, value: str, allowed: str, kind: str) -> InputProblem:
    return InputProblem(row.file, f"column {column}", value, allowed, kind, row.row)
