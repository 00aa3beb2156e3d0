"""Results for other programs: the figures behind every sentence, and the sentences.

Money is text with two decimals; exact fractions are text such as "5/7"; what is unknown is null.
"""

from fractions import Fraction

from pricing.assumed import assumptions
from pricing.money import decimal_text, pounds
from pricing.numbers import short
from pricing.outcomes.assess import Assessment, Beside, Payment, Results
from pricing.outcomes.endings import ENDINGS
from pricing.outcomes.proposal import Proposal
from pricing.outcomes.refusals import Offers
from pricing.outcomes.words import sentences
from pricing.results import READING


def results_json(results: Results) -> dict[str, object]:
    """The answer of `broker results --json`."""
    payment = results.payment
    return {
        "contract": results.contract.id,
        "version": results.contract.version,
        "from": results.start.isoformat(),
        "to": results.end.isoformat(),
        "items": [_item(each, payment) for each in results.assessments],
        "standard_fees": None if payment is None else pounds(payment.standard_fees),
        "cap": None if payment is None else pounds(payment.cap),
        "results": None if payment is None else pounds(payment.total),
        "reading": READING,
        "assumptions": assumptions(results.contract),
    }


def _item(assessment: Assessment, payment: Payment | None) -> dict[str, object]:
    item, proposal = assessment.item, assessment.proposal
    return {
        "code": item.code,
        "name": item.name,
        "kind": item.kind,
        "weight": item.weight,
        "proposal": None if proposal is None else _proposal(proposal),
        "value": _exact(assessment.value),
        "reached": _exact(assessment.reached),
        "achieved": decimal_text(assessment.achieved),
        "evidence": [piece.reference for piece in assessment.evidence],
        "by_young_people": [e.reference for e in assessment.evidence if e.by_young_people],
        "justified": assessment.row is not None,
        "missing": list(assessment.missing),
        "most": None if payment is None else pounds(payment.most[item.code]),
        "paid": None if payment is None else pounds(payment.paid[item.code]),
        "stability": None if assessment.beside is None else _stability(assessment.beside),
        "sentences": list(sentences(assessment)),
    }


def _proposal(proposal: Proposal) -> dict[str, object]:
    return {
        "id": proposal.id,
        "provider": proposal.provider,
        "from": proposal.start.isoformat(),
        "to": proposal.end.isoformat(),
        "agreed_on": proposal.agreed_on.isoformat(),
        "unit": proposal.unit,
        "baseline": decimal_text(proposal.baseline.value),
        "target": decimal_text(proposal.target),
    }


def _stability(beside: Beside) -> dict[str, object]:
    stability, refusals = beside.stability, beside.refusals
    reference, limits = stability.reference, stability.ratio_limits
    return {
        "reference": {
            "id": reference.id,
            "version": reference.version,
            "made_on": reference.made_on.isoformat(),
            "assumption": reference.assumption,
        },
        "days": stability.days,
        "endings": {kind: stability.endings(kind) for kind in ENDINGS},
        "stated": dict(stability.stated),
        "expected": str(stability.expected),
        "ratio": _exact(stability.ratio),
        "ratio_limits_95": None if limits is None else [short(limit, 6) for limit in limits],
        "refusals": {
            "unsettled": _offers(refusals.of(unsettled=True)),
            "others": _offers(refusals.of(unsettled=False)),
            "more_unsettled": refusals.more_unsettled,
            "by_chance": str(refusals.by_chance),
            "reasons": dict(refusals.reasons),
            "required_by_a_rule": refusals.required,
        },
        "strata": [
            {
                "band": figures.stratum.band,
                "moves": figures.stratum.moves,
                "days": figures.days,
                "endings": dict(figures.endings),
                "expected": str(figures.expected),
                "per_1000_days": _exact(figures.per_1000_days),
                "reference_per_1000_days": str(reference.rates[figures.stratum].per_1000_days),
                "source": reference.rates[figures.stratum].source,
                **_offers(refusals.strata[figures.stratum]),
            }
            for figures in stability.strata
        ],
    }


def _offers(offers: Offers) -> dict[str, object]:
    return {"offered": offers.offered, "refused": offers.refused}


def _exact(number: Fraction | None) -> str | None:
    return None if number is None else str(number)
