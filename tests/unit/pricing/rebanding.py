"""Ledgers before and after a correction, and the periods billed before it, made up by hypothesis.

No two rows of a placement that follow each other are alike: a row is a whole stretch with one band
and one set of requirements, as the page has it. `cut_up` makes them otherwise.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from hypothesis import strategies as st

from pricing.availability import OutOfUse
from pricing.bill import bill_rows
from pricing.billed import Billed, Period
from pricing.ledger import LedgerRow
from pricing.results import Achieved
from pricing.statement import statement
from pricing.terms import BANDS, Contract
from tests.unit.pricing import oracle
from tests.unit.pricing.samples import contract_of
from tests.unit.pricing.strategies import BOROUGHS, END, HOMES, START, TERM, contract_texts, units

ISSUED = date(2028, 1, 3)


@dataclass(frozen=True)
class Correction:
    """A contract with its ledger as it was billed and as it now stands, and the billed periods."""

    text: str
    contract: Contract
    before: list[LedgerRow]
    after: list[LedgerRow]
    periods: list[Period]
    availability: list[OutOfUse]
    results: list[Achieved]

    def bills(self, ledger: Sequence[LedgerRow]) -> list[Billed]:
        """The bills of the periods, had the ledger been this one."""
        return [
            row
            for period in self.periods
            for row in bill_rows(
                statement(self.contract, ledger, *period, self.availability, self.results), ISSUED
            )
        ]

    def wanted(self, ledger: Sequence[LedgerRow]) -> dict[tuple[Period, str, str], Decimal]:
        """What the oracle finds due by period, borough and heading; noughts are left out."""
        due = {}
        for period in self.periods:
            answer = oracle.statement_json(
                oracle.contract_dict(self.text),
                [
                    oracle.Stay(row.borough, row.band, row.start, row.end or END, row.requirements)
                    for row in ledger
                ],
                [oracle.Out(r.start, r.end, r.places, r.side) for r in self.availability],
                {row.code: row.achieved for row in self.results},
                *period,
            )
            for code, charge in answer["boroughs"].items():
                for heading in ("placements", "voids", "results"):
                    if Decimal(charge[heading]):
                        due[period, code, heading] = Decimal(charge[heading])
        return due


def by_heading(rows: Iterable[Billed]) -> dict[tuple[Period, str, str], Decimal]:
    """Billed rows added up by period, borough and heading; noughts are left out."""
    sums: dict[tuple[Period, str, str], Decimal] = defaultdict(Decimal)
    for row in rows:
        heading = "placements" if row.placement_id else row.what
        sums[row.period, row.borough, heading] += Decimal(row.amount) / 100
    return {key: amount for key, amount in sums.items() if amount}


@st.composite
def corrections(draw: st.DrawFn, kind: str = "block") -> Correction:
    text = draw(contract_texts(kind))
    contract = contract_of(text)
    places = min(contract.block.places if contract.block else 4, 4)
    before, after = [], []
    for number in range(draw(st.integers(1, places))):
        was = draw(placements(contract, number))
        what = draw(st.sampled_from(("kept", "redrawn", "redrawn", "moved", "gone", "late")))
        now = draw(placements(contract, number)) if what == "redrawn" else was
        if what == "moved":
            code = draw(st.sampled_from(BOROUGHS))
            now = [replace(row, borough=code) for row in was]
        before += [] if what == "late" else was
        after += [] if what == "gone" else now
    edges = sorted(draw(st.lists(st.integers(0, TERM), min_size=2, max_size=5, unique=True)))
    periods = [
        (START + timedelta(days=first), START + timedelta(days=last))
        for first, last in pairwise(edges)
    ]
    skipped = draw(st.integers(0, len(periods) - 1))
    if len(periods) > 1 and draw(st.booleans()):
        del periods[skipped]
    out = [
        OutOfUse(
            HOMES[0], START, START + timedelta(days=200), draw(st.integers(0, places)), side, "x"
        )
        for side in (("provider",) if contract.block and draw(st.booleans()) else ())
    ]
    results = [
        Achieved(item.code, START, END, Fraction(draw(st.integers(1, 8)), 8), "E1", True, "PR1")
        for item in (contract.results.items if contract.results else ())
        if draw(st.booleans())
    ]
    return Correction(text, contract, before, after, periods, out, results)


@st.composite
def placements(draw: st.DrawFn, contract: Contract, number: int) -> list[LedgerRow]:
    """The rows of one placement, each unlike the one before it."""
    known = [requirement.code for requirement in contract.requirements]
    edges = sorted(draw(st.lists(st.integers(0, TERM), min_size=2, max_size=4, unique=True)))
    still = draw(st.booleans())
    borough = draw(st.sampled_from(BOROUGHS))
    rows: list[LedgerRow] = []
    for first, last in pairwise(edges):
        band = draw(st.sampled_from(BANDS))
        wanted: Mapping[str, Fraction] = {
            code: draw(units) for code in known if draw(st.booleans())
        }
        end = None if still and last == edges[-1] else START + timedelta(days=last)
        if rows and (rows[-1].band, rows[-1].requirements) == (band, wanted):
            rows[-1] = replace(rows[-1], end=end)
        else:
            rows.append(
                LedgerRow(
                    f"PL{number}", f"YP{number}", borough, draw(st.sampled_from(HOMES)), band,
                    START + timedelta(days=first), end, wanted,
                )
            )  # fmt: skip
    return rows


def cut_up(rows: Iterable[LedgerRow], days: Sequence[date]) -> list[LedgerRow]:
    """The same stays with every row cut at each of the days inside it, as reviews may leave it."""
    cut = []
    for row in rows:
        edges = [row.start, *sorted(d for d in set(days) if row.start < d < (row.end or END))]
        ends = [*edges[1:], row.end]
        cut += [replace(row, start=start, end=end) for start, end in zip(edges, ends, strict=True)]
    return cut
