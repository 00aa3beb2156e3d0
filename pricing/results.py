"""Payment by results: what was achieved, on evidence, under one cap on the standard fees.

Results of a period = standard fees × cap_percent × Σ weight × achieved / 10,000, rounded once. No
evidence, no payment; an innovation item also needs an agreed proposal and evidence that young
people wrote. The row that covers the whole period counts (spec/contract-file.md, "Results").

The source speaks of an innovation clause of up to 7% of total income and of outcomes paid by
results without a figure; one cap over both, on the standard fees, is this product's reading.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from pricing.money import Pence, decimal_text, round_half_up, split_exactly
from pricing.problems import InputProblem, describe
from pricing.terms import INNOVATION, Contract, ResultItem

READING = (
    "Innovation and outcome items stand under one cap on the standard fees: the source gives 7% of"
    " total income for innovation and no figure for outcomes, so this is our reading."
)
_NO_EVIDENCE: Final = ("", "0", "N")


@dataclass(frozen=True, slots=True)
class Achieved:
    """How much of a result was achieved over [start, end), from 0 to 1, and on what evidence.

    `evidence` names or counts pieces of evidence: empty, 0 and N mean there is none. `proposal` is
    the id of the agreed proposal, empty for none.
    """

    code: str
    start: date
    end: date
    achieved: Fraction
    evidence: str
    by_young_people: bool
    proposal: str
    row: int | None = None

    @property
    def has_evidence(self) -> bool:
        return self.evidence not in _NO_EVIDENCE

    def covers(self, start: date, end: date) -> bool:
        """Whether the row covers every day of [start, end)."""
        return self.start <= start and end <= self.end


@dataclass(frozen=True, slots=True)
class ItemOutcome:
    """What counts of one item in a period, and why."""

    item: ResultItem
    achieved: Fraction
    why: str

    def to_json(self) -> dict[str, object]:
        """What counts, as exact decimals in text, and why."""
        return {"achieved": decimal_text(self.achieved), "why": self.why}


def results_problems(
    contract: Contract, rows: Sequence[Achieved], file: str = "results"
) -> Iterator[InputProblem]:
    """What a contract forbids in a row: a code it does not pay for, more than all achieved."""
    known = [item.code for item in contract.results.items] if contract.results else []
    for row in rows:
        if row.code not in known:
            allowed = ", ".join(known) or f"none: {contract.id} pays no results"
            yield _problem(row, "code", row.code, allowed, "unknown code", file)
        if not 0 <= row.achieved <= 1:
            yield _problem(row, "achieved", str(row.achieved), "from 0 to 1", "bad value", file)


def covering_problems(
    rows: Sequence[Achieved], start: date, end: date, file: str = "results"
) -> Iterator[InputProblem]:
    """Two rows of one code that both cover the whole of [start, end): only one can count."""
    first: dict[str, Achieved] = {}
    for row in rows:
        if start < end and row.covers(start, end) and first.setdefault(row.code, row) is not row:
            other = first[row.code].row
            also = "" if other is None else f"; row {other} does too"
            yield _problem(
                row,
                "code",
                row.code,
                f"one row that covers {start} to {end}{also}",
                "two rows for the period",
                file,
            )


def outcomes(
    contract: Contract, rows: Sequence[Achieved], start: date, end: date
) -> tuple[ItemOutcome, ...]:
    """What counts of every item of the contract in [start, end), in the contract's order."""
    if contract.results is None:
        return ()
    covering = {row.code: row for row in rows if row.covers(start, end)}
    return tuple(_outcome(item, covering.get(item.code)) for item in contract.results.items)


def exact_results(
    contract: Contract, items: Sequence[ItemOutcome], standard_fees: Pence
) -> Fraction:
    """The exact payment by results on standard fees in pence, before its one rounding."""
    if contract.results is None:
        return Fraction()
    achieved = sum((each.item.weight * each.achieved for each in items), Fraction())
    return standard_fees * contract.results.cap_percent * achieved / 10_000


def results_charge(
    contract: Contract, items: Sequence[ItemOutcome], fees: Mapping[str, Pence]
) -> tuple[Pence, dict[str, Pence]]:
    """The payment by results, rounded once, and each borough's part of it by its standard fees."""
    exact = {code: exact_results(contract, items, fees[code]) for code in fees}
    paid = round_half_up(sum(exact.values(), Fraction()))
    return paid, split_exactly(paid, exact)


def _outcome(item: ResultItem, row: Achieved | None) -> ItemOutcome:
    if row is None:
        return ItemOutcome(item, Fraction(), "no row covers the period")
    if not row.has_evidence:
        return ItemOutcome(item, Fraction(), "no evidence")
    if item.kind == INNOVATION and not row.proposal:
        return ItemOutcome(item, Fraction(), "no agreed proposal")
    if item.kind == INNOVATION and not row.by_young_people:
        return ItemOutcome(item, Fraction(), "no evidence that young people wrote")
    return ItemOutcome(item, row.achieved, "achieved, with evidence")


def _problem(
    row: Achieved, column: str, value: str, allowed: str, kind: str, file: str
) -> InputProblem:
    return InputProblem(file, f"column {column}", describe(value), allowed, kind, row.row)
