"""What a changed band costs or gives back: what is due by the new bands less what was billed.

A placement's band is effective-dated: provisional at the start, confirmed or changed at a review,
possibly from an earlier date. A bill is never rewritten; the difference is an adjustment, line by
line, and an issued adjustment counts as billed the next time (spec/contract-file.md,
"Re-banding").
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from pricing.ledger import LedgerRow, ledger_problems
from pricing.money import Pence, pounds
from pricing.problems import Problems, describe
from pricing.quote import Line, check_period, price_lines
from pricing.terms import Contract


@dataclass(frozen=True, slots=True)
class Billed:
    """An amount billed for [start, end): `subject` is "fee" or the code of a requirement."""

    subject: str
    start: date
    end: date
    amount: Pence


@dataclass(frozen=True, slots=True)
class AdjustmentLine:
    """What is due for a subject and days, what was billed for the same, and the difference."""

    subject: str
    start: date
    end: date
    due: Pence
    billed: Pence
    rule: str

    @property
    def difference(self) -> Pence:
        return self.due - self.billed

    def as_billed(self) -> Billed:
        """The line as it counts in the next adjustment, once this one has been issued."""
        return Billed(self.subject, self.start, self.end, self.difference)

    def to_json(self) -> dict[str, object]:
        """The line with its amounts in pounds."""
        return {
            "what": self.subject,
            "from": self.start.isoformat(),
            "to": self.end.isoformat(),
            "due": pounds(self.due),
            "billed": pounds(self.billed),
            "difference": pounds(self.difference),
            "rule": self.rule,
        }


@dataclass(frozen=True, slots=True)
class Adjustment:
    """The lines that differ, and what they come to: above 0 is to pay, below 0 to give back."""

    contract: Contract
    lines: tuple[AdjustmentLine, ...]

    @property
    def total(self) -> Pence:
        return sum(line.difference for line in self.lines)

    def to_json(self) -> dict[str, object]:
        """The adjustment in the manner of a quote."""
        return {
            "contract": self.contract.id,
            "version": self.contract.version,
            "lines": [line.to_json() for line in self.lines],
            "total": pounds(self.total),
        }


def billed_lines(lines: Iterable[Line]) -> tuple[Billed, ...]:
    """The lines of a quote or bill as amounts that have been billed."""
    return tuple(Billed(line.subject, line.start, line.end, line.amount) for line in lines)


def adjustment(
    contract: Contract,
    stretches: Sequence[LedgerRow],
    periods: Sequence[tuple[date, date]],
    billed: Iterable[Billed],
) -> Adjustment:
    """The adjustment of one placement for the periods that were billed.

    `stretches` are the placement's bands and requirements as they now stand. What is due is quoted
    within each billed period, so that only a changed band, and no other rounding, makes a
    difference; lines that come to nothing are left out.

    Raises:
        BadInput: stretches that the contract forbids, periods outside the term, reversed or
            overlapping, amounts billed outside them.
    """
    billed = tuple(billed)
    _check(contract, stretches, periods, billed)
    due: dict[tuple[date, date, str], Pence] = defaultdict(int)
    was: dict[tuple[date, date, str], Pence] = defaultdict(int)
    rules: dict[tuple[date, date, str], str] = {}
    for start, end in periods:
        for stretch in stretches:
            if days := stretch.clip(start, end):
                for line in price_lines(contract, stretch.band, stretch.requirements, *days):
                    key = (line.start, line.end, line.subject)
                    due[key] += line.amount
                    rules[key] = line.rule
    for amount in billed:
        was[amount.start, amount.end, amount.subject] += amount.amount
    nothing_due = f"{contract.source}: no longer due in these days"
    lines = (
        AdjustmentLine(key[2], key[0], key[1], due[key], was[key], rules.get(key, nothing_due))
        for key in sorted({*due, *was})
    )
    return Adjustment(contract, tuple(line for line in lines if line.difference))


def _check(
    contract: Contract,
    stretches: Sequence[LedgerRow],
    periods: Sequence[tuple[date, date]],
    billed: Sequence[Billed],
) -> None:
    found = Problems()
    found.extend(ledger_problems(contract, stretches, "placement"))
    for start, end in periods:
        check_period(found, contract, start, end, "billed period")
    for (_, end), (start, _) in pairwise(sorted(periods)):
        if start < end:
            found.add(
                "billed period", "from", describe(start), f"{end} or later", "overlapping periods"
            )
    for amount in billed:
        if not any(start <= amount.start and amount.end <= end for start, end in periods):
            found.add(
                "billed amount",
                amount.subject,
                f"{amount.start} to {amount.end}",
                "days inside a billed period",
                "outside the billed periods",
            )
    found.raise_if_any()
