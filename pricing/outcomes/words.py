"""Results in sentences: what was agreed, what was measured, what stands beside it, what is missing.

The text for people and the JSON for programs both take their sentences from here.
"""

from collections.abc import Iterator
from fractions import Fraction

from pricing.money import decimal_text
from pricing.numbers import short
from pricing.outcomes.assess import Assessment
from pricing.outcomes.endings import IN_INTEREST, NO_MOVE, OUTSIDE, PLANNED
from pricing.outcomes.evidence import Evidence
from pricing.outcomes.poisson import CONFIDENCE_PERCENT
from pricing.outcomes.proposal import ALL_PROVIDERS, Proposal
from pricing.outcomes.reference import Reference
from pricing.outcomes.refusals import Offers, Refusals
from pricing.outcomes.stability import Stability

ASSUMED_RATES = "starting assumptions, measured by nobody"
_SIDE = {"young_people": "young people", "independent": "somebody independent"}


def percent_text(part: Fraction | None) -> str:
    """A part of all as a percentage with one decimal, or that there is none."""
    return "none" if part is None else f"{short(part * 100, 1)}%"


def sentences(assessment: Assessment) -> tuple[str, ...]:
    """Everything there is to say of one item, in the order of reading."""
    proposal = assessment.proposal
    said: list[str] = []
    if proposal is not None:
        said += proposal_sentences(proposal)
    if assessment.beside is not None:
        said += stability_sentences(assessment.beside.stability, assessment.beside.refusals)
    if proposal is not None:
        said += _value_sentence(assessment, proposal)
    said += map(_piece, assessment.evidence)
    if assessment.uncounted:
        pieces = ", ".join(f"{piece.reference} of {piece.on}" for piece in assessment.uncounted)
        said.append(f"Evidence for other days, not counted: {pieces}.")
    return (*said, *(f"Missing for payment: {what}." for what in assessment.missing))


def proposal_sentences(proposal: Proposal) -> Iterator[str]:
    """What was agreed, by whom and when; the wish; the measure with its baseline and target."""
    who = "all providers" if proposal.provider == ALL_PROVIDERS else proposal.provider
    names = "; ".join(f"{a.role}, {a.organisation}" for a in proposal.agreed_by)
    wish, baseline = proposal.wish, proposal.baseline
    yield (
        f"Proposal {proposal.id} of {who}, agreed on {proposal.agreed_on} ({names}), paid for"
        f" {proposal.start} to {proposal.end}."
    )
    yield f"What: {proposal.what} For whom: {proposal.for_whom}"
    yield f"The wish it answers: “{wish.words}” ({wish.where}, {wish.said_on})."
    yield (
        f"Measure: {proposal.counted}, from {decimal_text(baseline.value)} to"
        f" {decimal_text(proposal.target)} {proposal.unit}; the baseline is of {baseline.start} to"
        f" {baseline.end}, by {baseline.source}"
    )


def stability_sentences(stability: Stability, refusals: Refusals) -> Iterator[str]:
    """Unplanned endings against those expected, beside who was refused; then what is neutral."""
    yield f"{_headline(stability)} Beside it: {_refused(refusals)}"
    yield (
        f"Neutral, their days counted until the move: {stability.endings(IN_INTEREST)} in the young"
        f" person's interest, {stability.endings(PLANNED)} planned, {stability.endings(OUTSIDE)} by"
        f" something outside the home; {stability.endings(NO_MOVE)} changes of status were no move."
    )
    if stability.stated:
        codes = ", ".join(f"{code} {number}" for code, number in stability.stated.items())
        yield f"Counted as other than the code alone says, on a recorded statement: {codes}."
    if refusals.reasons:
        reasons = ", ".join(f"{code} {number}" for code, number in refusals.reasons.items())
        yield f"Reasons of the refusals counted: {reasons}."
    if refusals.required:
        yield f"Refusals that a rule required, not counted: {refusals.required}."
    yield _rates(stability.reference)


def _headline(stability: Stability) -> str:
    days = (
        f"{_count(stability.observed, 'unplanned ending')} in"
        f" {_count(stability.days, 'placement day')}"
    )
    if stability.ratio is None or stability.ratio_limits is None:
        return f"{days}: nobody lived there, so nothing was to be expected."
    low, high = stability.ratio_limits
    told = (
        "chance alone could explain the difference"
        if low <= 1 <= high
        else "more than chance alone explains"
    )
    return (
        f"{days}, where the mix received leads to expect {short(stability.expected)}:"
        f" {short(stability.ratio)} of what was expected ({CONFIDENCE_PERCENT}% limits"
        f" {short(low)} to {short(high)}, exact Poisson; {told})."
    )


def _refused(refusals: Refusals) -> str:
    unsettled, others = refusals.of(unsettled=True), refusals.of(unsettled=False)
    said = (
        f"refused although every rule allowed it were {_of(unsettled)} of young people with three"
        f" or more moves before and {_of(others)} of all others."
    )
    if not refusals.more_unsettled:
        return said
    return (
        f"{said} Unsettled young people were refused more often than others; if moves made no"
        f" difference, so many or more of them would be refused in"
        f" {percent_text(refusals.by_chance)} of cases by chance. Whoever was refused is in no"
        " figure of stability."
    )


def _of(offers: Offers) -> str:
    rate = "" if offers.rate is None else f" ({percent_text(offers.rate)})"
    return f"{offers.refused} of {_count(offers.offered, 'offer')}{rate}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _rates(reference: Reference) -> str:
    head = (
        f"Reference rates {reference.id}, {reference.file}, version {reference.version[:12]}, made"
        f" on {reference.made_on}"
    )
    if reference.assumption:
        return f"{head}: {ASSUMED_RATES}."
    sources = "; ".join(dict.fromkeys(rate.source for rate in reference.rates.values()))
    return f"{head}; sources: {sources}"


def _value_sentence(assessment: Assessment, proposal: Proposal) -> Iterator[str]:
    value, reached = assessment.value, assessment.reached
    if value is None or reached is None:
        return
    exact = "" if reached.denominator == 1 else f" (exactly {reached})"
    counts = "" if assessment.row else ", of which nothing counts while something is missing"
    yield (
        f"Reached: {short(value)} {proposal.unit}, which is {percent_text(reached)} of the"
        f" way{exact}{counts}."
    )


def _piece(piece: Evidence) -> str:
    by = _SIDE.get(piece.by, f"the {piece.by}")
    value = "" if piece.value is None else f" of {decimal_text(piece.value)}"
    days = f" over {piece.start} to {piece.end}" if piece.start and piece.end else ""
    words = f": {piece.words}" if piece.words else ""
    return f"Evidence {piece.reference}: {piece.kind}{value} by {by}{days}, {piece.on}{words}"
