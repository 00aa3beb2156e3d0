"""The placement ledger: stretches of placements, and what no ledger may say about them.

A row is a stretch of one placement with one band and one set of requirements over [start, end);
an end of None means still there, up to the end of the contract's term.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby

from pricing.problems import InputProblem, describe
from pricing.terms import BANDS, Contract


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A stretch of a placement; `row` is where a file has it, None when it came from elsewhere."""

    placement_id: str
    young_person_id: str
    borough: str
    home_id: str
    band: str
    start: date
    end: date | None
    requirements: Mapping[str, Fraction]
    row: int | None = None

    def clip(self, start: date, end: date) -> tuple[date, date] | None:
        """The part of the stretch inside [start, end), or None if no day is."""
        first, last = max(self.start, start), min(self.end or end, end)
        return (first, last) if first < last else None


def ledger_problems(
    contract: Contract, rows: Sequence[LedgerRow], file: str = "ledger"
) -> Iterator[InputProblem]:
    """Everything a contract forbids in a ledger: row by row, then rows against each other."""
    for row in rows:
        yield from row_problems(contract, row, file)
    yield from joint_problems(contract, rows, file)


def row_problems(contract: Contract, row: LedgerRow, file: str) -> Iterator[InputProblem]:
    """What is wrong with one row: its home, band, requirements, or a stretch outside the term."""

    def problem(column: str, value: object, allowed: str, kind: str) -> InputProblem:
        return InputProblem(file, f"column {column}", describe(value), allowed, kind, row.row)

    if row.home_id not in contract.homes:
        yield problem("home_id", row.home_id, known_homes(contract), "unknown home")
    if row.band not in BANDS:
        yield problem("band", row.band, ", ".join(BANDS), "bad value")
    for code, units in row.requirements.items():
        if contract.requirement(code) is None:
            yield problem("requirements", code, known_requirements(contract), "unknown code")
        if units < 0:
            yield problem("requirements", f"{code}={units}", "units from 0", "negative value")
    if row.end is not None and row.end <= row.start:
        yield problem("to", row.end, f"a day after from, {row.start}", "wrong order")
    term = f"inside the term of {contract.id}, {contract.start} to {contract.end}"
    if not contract.start <= row.start < contract.end:
        yield problem("from", row.start, term, "outside the term")
    if row.end is not None and not contract.start < row.end <= contract.end:
        yield problem("to", row.end, term, "outside the term")


def joint_problems(
    contract: Contract, rows: Sequence[LedgerRow], file: str
) -> Iterator[InputProblem]:
    """What rows may not say together.

    One placement of two young people, two stretches of one young person on one day, more in use
    than the places of a block.
    """
    yield from _placements_shared(rows, file)
    yield from _overlaps(contract, rows, file)
    yield from _too_many_in_use(contract, rows, file)


def known_requirements(contract: Contract) -> str:
    """What may be asked for under a contract, as a message says it."""
    codes = ", ".join(requirement.code for requirement in contract.requirements)
    return codes or f"none: {contract.id} has no requirements"


def known_homes(contract: Contract, shown: int = 8) -> str:
    """The homes of a contract, as a message says it."""
    homes = sorted(contract.homes)
    more = f" and {len(homes) - shown} more" if len(homes) > shown else ""
    return f"a home of {contract.id}: {', '.join(homes[:shown])}{more}"


def _placements_shared(rows: Sequence[LedgerRow], file: str) -> Iterator[InputProblem]:
    first: dict[str, LedgerRow] = {}
    for row in rows:
        known = first.setdefault(row.placement_id, row)
        if known.young_person_id != row.young_person_id:
            yield InputProblem(
                file,
                "column young_person_id",
                describe(row.young_person_id),
                f"one young person a placement; {describe(row.placement_id)}{_at(known)}"
                f" is of {describe(known.young_person_id)}",
                "placement of two young people",
                row.row,
            )


def _overlaps(contract: Contract, rows: Sequence[LedgerRow], file: str) -> Iterator[InputProblem]:
    stretches = defaultdict(list)
    for row in rows:
        stretches[row.young_person_id].append(row)
    for own in stretches.values():
        own.sort(key=lambda row: (row.start, row.row or 0))
        longest = own[0]
        for row in own[1:]:
            if row.start < (longest.end or contract.end):
                yield InputProblem(
                    file,
                    "column from",
                    describe(row.start),
                    f"one stretch of a young person on a day; {describe(row.young_person_id)}"
                    f"{_at(longest)} is placed until {longest.end or 'the end of the term'}",
                    "two stretches on one day",
                    row.row,
                )
            longest = max(longest, row, key=lambda each: each.end or contract.end)


def _too_many_in_use(
    contract: Contract, rows: Sequence[LedgerRow], file: str
) -> Iterator[InputProblem]:
    if contract.block is None:
        return
    places = contract.block.places
    changes: dict[date, int] = defaultdict(int)
    for row in rows:
        changes[row.start] += 1
        changes[row.end or contract.end] -= 1
    in_use = 0
    counts = []
    for day in sorted(changes):
        in_use += changes[day]
        counts.append((day, in_use))
    for over, group in groupby(counts, key=lambda count: count[1] > places):
        if over:
            days = list(group)
            most = max(number for _, number in days)
            yield InputProblem(
                file,
                "columns from and to",
                f"{most} places in use, too many from {days[0][0]} on",
                f"the contract's places, {places}",
                "more in use than places",
            )


def _at(row: LedgerRow) -> str:
    return "" if row.row is None else f" in row {row.row}"
