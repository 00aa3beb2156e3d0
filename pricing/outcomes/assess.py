"""What each results item of a contract achieved in a period, and what is missing for its payment.

A row of results is justified when nothing is missing: a proposal agreed beforehand, evidence, a
measured value, for an innovation item a piece that young people wrote in the period, for stability
enough expected endings to tell anything and the refusals to show beside it. The money is that of
`pricing.results` on the justified rows, so a statement with the same rows says the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from pricing.money import Pence, decimal_text, round_half_up, rounded, split_exactly
from pricing.outcomes.endings import PlacementEnding
from pricing.outcomes.evidence import Evidence, evidence_for
from pricing.outcomes.proposal import Proposal, StabilityTerms, proposal_for
from pricing.outcomes.read_endings import Placed
from pricing.outcomes.reference import Reference
from pricing.outcomes.refusals import Refusal, Refusals, count_refusals
from pricing.outcomes.stability import TOO_FEW, Stability, measure_stability
from pricing.results import Achieved, exact_results, outcomes
from pricing.terms import INNOVATION, Contract, ResultItem

ROW_DECIMALS = 9
"""As many as a row of results can hold; a half goes up."""


@dataclass(frozen=True, slots=True)
class Placements:
    """Everything stability is measured from; `sources` name the files, as its evidence."""

    placed: Mapping[str, Placed]
    endings: Sequence[PlacementEnding] | None = None
    refusals: Sequence[Refusal] | None = None
    reference: Reference | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Beside:
    """A figure of stability and the refusals beside it: it never stands without them."""

    stability: Stability
    refusals: Refusals


@dataclass(frozen=True, slots=True)
class Assessment:
    """One item in a period: its proposal, evidence and value, and what is missing for payment.

    `uncounted` is evidence for other days. `reached` is how far the value has come, exact; nothing
    of it counts while `missing` says anything. `row` is the row of results that is justified.
    """

    item: ResultItem
    proposal: Proposal | None
    evidence: tuple[Evidence, ...] = ()
    uncounted: tuple[Evidence, ...] = ()
    value: Fraction | None = None
    reached: Fraction | None = None
    beside: Beside | None = None
    missing: tuple[str, ...] = ()
    row: Achieved | None = None

    @property
    def achieved(self) -> Fraction:
        """What counts for payment, as the row has it: to nine decimals, 0 without one."""
        return self.row.achieved if self.row else Fraction()


@dataclass(frozen=True, slots=True)
class Payment:
    """The money of a period, in pence: standard fees, the cap on them, and what is paid.

    `most` and `paid` have a part for each item, by code; each adds up to its total.
    """

    standard_fees: Pence
    cap: Pence
    total: Pence
    most: Mapping[str, Pence]
    paid: Mapping[str, Pence]


@dataclass(frozen=True, slots=True)
class Results:
    """Every item of a contract in [start, end), in its order; `payment` is None without ledger."""

    contract: Contract
    start: date
    end: date
    assessments: tuple[Assessment, ...]
    payment: Payment | None

    @property
    def rows(self) -> tuple[Achieved, ...]:
        """The justified rows of results."""
        return tuple(each.row for each in self.assessments if each.row is not None)


@dataclass(slots=True)
class _Found:
    """What is known of one item so far."""

    evidence: tuple[Evidence, ...]
    value: Fraction | None = None
    beside: Beside | None = None
    sources: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def assess(
    contract: Contract,
    proposals: Sequence[Proposal],
    evidence: Sequence[Evidence],
    placements: Placements,
    standard_fees: Pence | None,
    start: date,
    end: date,
) -> Results:
    """What every item achieved in [start, end) and what it pays; all input has been checked."""
    items = contract.results.items if contract.results else ()
    assessments = tuple(
        _assess(contract, item, proposals, evidence, placements, start, end) for item in items
    )
    payment = None
    if standard_fees is not None:
        payment = payment_of(contract, assessments, standard_fees, start, end)
    return Results(contract, start, end, assessments, payment)


def payment_of(
    contract: Contract,
    assessments: Sequence[Assessment],
    standard_fees: Pence,
    start: date,
    end: date,
) -> Payment:
    """The payment on justified rows, rounded once, and its parts by largest remainder."""
    rows = [each.row for each in assessments if each.row is not None]
    terms = contract.results
    exact, most = {}, {}
    for outcome in outcomes(contract, rows, start, end):
        exact[outcome.item.code] = exact_results(contract, [outcome], standard_fees)
        share = Fraction(outcome.item.weight, 100)
        most[outcome.item.code] = share * standard_fees * (terms.cap_percent if terms else 0) / 100
    total = round_half_up(sum(exact.values(), Fraction()))
    cap = round_half_up(sum(most.values(), Fraction()))
    return Payment(standard_fees, cap, total, split_exactly(cap, most), split_exactly(total, exact))


def _assess(
    contract: Contract,
    item: ResultItem,
    proposals: Sequence[Proposal],
    evidence: Sequence[Evidence],
    placements: Placements,
    start: date,
    end: date,
) -> Assessment:
    proposal = proposal_for(proposals, item.code, start, end)
    if proposal is None:
        return Assessment(item, None, missing=(_no_proposal(proposals, item, start, end),))
    counted, uncounted = evidence_for(evidence, proposal, start, end)
    known = _Found(counted)
    if proposal.stability is None:
        _take_measurement(known, proposal, start, end)
    else:
        _take_stability(known, contract, proposal, proposal.stability, placements, start, end)
    if item.kind == INNOVATION and not any(piece.by_young_people for piece in known.evidence):
        known.missing.append(f"a piece that young people wrote between {start} and {end}")
    reached = None if known.value is None else proposal.achieved(known.value)
    row = None
    if reached is not None and not known.missing:
        row = Achieved(
            code=item.code,
            start=start,
            end=end,
            achieved=rounded(reached, ROW_DECIMALS),
            evidence=";".join([*known.sources, *(piece.reference for piece in known.evidence)]),
            by_young_people=any(piece.by_young_people for piece in known.evidence),
            proposal=proposal.id,
        )
    return Assessment(
        item,
        proposal,
        known.evidence,
        uncounted,
        known.value,
        reached,
        known.beside,
        tuple(known.missing),
        row,
    )


def _no_proposal(proposals: Sequence[Proposal], item: ResultItem, start: date, end: date) -> str:
    others = [f"{p.id} is for {p.start} to {p.end}" for p in proposals if p.item == item.code]
    also = f" ({'; '.join(sorted(others))})" if others else ""
    return f"a proposal agreed beforehand that covers all of {start} to {end}{also}"


def _take_measurement(known: _Found, proposal: Proposal, start: date, end: date) -> None:
    known.value = next((p.value for p in known.evidence if p.measures(start, end)), None)
    if known.value is None:
        known.missing.append(
            f"evidence: a measurement, over all of {start} to {end}, of {proposal.counted}"
        )


def _take_stability(
    known: _Found,
    contract: Contract,
    proposal: Proposal,
    terms: StabilityTerms,
    placements: Placements,
    start: date,
    end: date,
) -> None:
    needed = {
        "how each placement ended and the moves before it (--moves, with --ledger)": (
            placements.endings
        ),
        "the reference rates that were agreed (--reference)": placements.reference,
        "the refusals (--refusals): stability is never shown or paid without them": (
            placements.refusals
        ),
    }
    known.missing += [what for what, given in needed.items() if given is None]
    endings, refusals, reference = placements.endings, placements.refusals, placements.reference
    if endings is None or refusals is None or reference is None:
        return
    homes = proposal.homes(contract)
    known.sources += placements.sources
    stability = measure_stability(placements.placed, endings, homes, reference, start, end)
    refused = count_refusals(refusals, placements.placed, endings, homes, start, end)
    known.beside = Beside(stability, refused)
    known.value = stability.ratio
    if not stability.tells(terms.least_expected):
        expected = decimal_text(rounded(stability.expected, 2))
        known.missing.append(
            f"a longer period: {TOO_FEW}, since {expected} unplanned endings were to be expected"
            f" and the proposal asks for {decimal_text(terms.least_expected)}; nothing is paid by"
            " this measure until a longer period that includes this one is measured"
        )
