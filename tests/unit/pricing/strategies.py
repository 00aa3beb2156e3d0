"""Contracts, ledgers, availability and results made up by hypothesis, lopsided on purpose.

A contract is drawn as the text of its file, so that the package and the oracle each read it.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from hypothesis import settings
from hypothesis import strategies as st

from pricing.availability import OutOfUse
from pricing.ledger import LedgerRow
from pricing.results import Achieved
from pricing.terms import BANDS, Contract
from tests.unit.pricing import oracle
from tests.unit.pricing.samples import contract_of

PROPERTY = settings(max_examples=60, deadline=None)

START = date(2026, 4, 1)
TERM = 500
END = START + timedelta(days=TERM)
BOROUGHS = ("E09000002", "E09000012", "E09000016", "E09000025", "E09000030")
HOMES = ("SC990001", "SC990002", "SC990003")
CODES = ("one_to_one", "family_session")

pence = st.integers(0, 1_200_000)


def written(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def exact(value: Fraction) -> str:
    return written(int(value * 100))


percents = st.integers(0, 10_000).map(written)
small_percents = st.integers(0, 1_500).map(written)
units = st.integers(0, 120).map(lambda quarters: Fraction(quarters, 4))


@st.composite
def periods(
    draw: st.DrawFn, longest: int = TERM, start: date = START, end: date = END
) -> tuple[date, date]:
    """A period of at least a day inside [start, end)."""
    first = draw(st.integers(0, (end - start).days - 1))
    length = draw(st.integers(1, min(longest, (end - start).days - first)))
    return start + timedelta(days=first), start + timedelta(days=first + length)


@st.composite
def contract_texts(draw: st.DrawFn, kind: str = "block", places: int | None = None) -> str:
    """A contract's file; its fees rise by band, as fees do."""
    fees = sorted(draw(st.lists(pence, min_size=4, max_size=4)))
    text = [f'id = "C"\nname = "Made up"\nkind = "{kind}"\nlead = "P1"']
    text.append(f"start = {START}\nend = {END}")
    shares = draw(st.lists(st.integers(0, 4), min_size=2, max_size=4))
    shares[0] += 1
    if kind == "block":
        text.append(f"places = {sum(shares)}")
    text.append(f'[providers]\nP1 = ["{HOMES[0]}", "{HOMES[1]}"]\nP2 = ["{HOMES[2]}"]\n[fees]')
    text += [f'{band} = "{written(fee)}"' for band, fee in zip(BANDS, fees, strict=True)]
    for code in CODES[: draw(st.integers(0, 2))]:
        included = sorted(draw(st.lists(units, min_size=4, max_size=4)))
        inside = ", ".join(
            f"{band} = {exact(units)}" for band, units in zip(BANDS, included, strict=True)
        )
        text.append(f'[[requirements]]\ncode = "{code}"\nname = "{code}"\nunit = "week"')
        text.append(f'price = "{written(draw(st.integers(0, 9_999)))}"\nincluded = {{ {inside} }}')
    for day in draw(st.lists(st.integers(1, TERM - 1), max_size=3, unique=True)):
        text.append(f"[[uplifts]]\nfrom = {START + timedelta(days=day)}")
        text.append(f'percent = "{draw(small_percents)}"')
    if kind == "block":
        text.append(f'[voids]\nguarantee_percent = "{draw(percents)}"')
        text.append(f'rate_percent = "{draw(percents)}"\n[shares]')
        text += [f"{code} = {share}" for code, share in zip(BOROUGHS, shares, strict=False)]
    if draw(st.booleans()):
        weight = draw(st.integers(0, 100))
        text.append(f'[results]\ncap_percent = "{draw(small_percents)}"')
        for code, of, kind_weight in (
            ("garden", "innovation", weight),
            ("stability", "outcome", 100 - weight),
        ):
            text.append(f'[[results.items]]\ncode = "{code}"\nname = "{code}"\nkind = "{of}"')
            text.append(f"weight = {kind_weight}")
    return "\n".join(text) + "\n"


@dataclass(frozen=True)
class Case:
    """A contract with its tables and a period, as the package has them and as the oracle does."""

    text: str
    contract: Contract
    ledger: list[LedgerRow]
    availability: list[OutOfUse]
    results: list[Achieved]
    start: date
    end: date

    def stays(self) -> list[oracle.Stay]:
        return [
            oracle.Stay(row.borough, row.band, row.start, row.end or END, row.requirements)
            for row in self.ledger
        ]

    def outs(self) -> list[oracle.Out]:
        return [oracle.Out(row.start, row.end, row.places, row.side) for row in self.availability]

    def achieved(self) -> dict[str, Fraction]:
        """What counts of each item, judged anew."""
        counted = {}
        for row in self.results:
            covers = row.start <= self.start and row.end >= self.end
            agreed = row.proposal == "PR1" and row.by_young_people
            if covers and row.evidence == "E1" and (row.code == "stability" or agreed):
                counted[row.code] = row.achieved
        return counted


@st.composite
def cases(draw: st.DrawFn, kind: str = "block") -> Case:
    """A case that is valid by construction: no more in use than places, nobody twice on a day."""
    text = draw(contract_texts(kind))
    contract = contract_of(text)
    places = contract.block.places if contract.block else 4
    known = [requirement.code for requirement in contract.requirements]
    ledger = []
    for place in range(draw(st.integers(0, min(places, 5)))):
        borough = draw(st.sampled_from(BOROUGHS))
        edges = sorted(draw(st.lists(st.integers(0, TERM), min_size=2, max_size=4, unique=True)))
        for number, (first, last) in enumerate(pairwise(edges)):
            still = last == edges[-1] and draw(st.booleans())
            ledger.append(
                LedgerRow(
                    placement_id=f"PL{place}-{number}",
                    young_person_id=f"YP{place}",
                    borough=borough,
                    home_id=draw(st.sampled_from(HOMES)),
                    band=draw(st.sampled_from(BANDS)),
                    start=START + timedelta(days=first),
                    end=None if still else START + timedelta(days=last),
                    requirements={code: draw(units) for code in known if draw(st.booleans())},
                )
            )
    availability = []
    for _ in range(draw(st.integers(0, 3)) if contract.block else 0):
        around = draw(periods(start=START - timedelta(days=9), end=END + timedelta(days=9)))
        availability.append(
            OutOfUse(
                home_id=draw(st.sampled_from(HOMES)),
                start=around[0],
                end=around[1],
                places=draw(st.integers(0, places)),
                side=draw(st.sampled_from(("provider", "partnership"))),
                reason="made up",
            )
        )
    start, end = draw(periods(longest=70))
    results = []
    for item in contract.results.items if contract.results else ():
        if draw(st.booleans()):
            results.append(
                Achieved(
                    code=item.code,
                    start=start + timedelta(days=draw(st.sampled_from((-3, 0, 0, 1)))),
                    end=end + timedelta(days=draw(st.sampled_from((-1, 0, 0, 5)))),
                    achieved=Fraction(draw(st.integers(0, 8)), 8),
                    evidence=draw(st.sampled_from(("E1", "E1", ""))),
                    by_young_people=draw(st.booleans()),
                    proposal=draw(st.sampled_from(("PR1", ""))),
                )
            )
    return Case(text, contract, ledger, availability, results, start, end)
