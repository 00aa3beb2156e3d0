"""Results as text: the money to the cap first, then each item with all there is to say of it."""

from collections.abc import Iterator
from fractions import Fraction

from pricing.money import decimal_text, pounds_for_people
from pricing.numbers import short
from pricing.outcomes.assess import Assessment, Beside, Results
from pricing.outcomes.refusals import Offers
from pricing.outcomes.stability import StratumFigures
from pricing.outcomes.words import percent_text, sentences
from pricing.render import page, source_lines, table, title
from pricing.results import READING

_STRATA_HEAD = (
    "band",
    "moves before",
    "days",
    "unplanned",
    "expected",
    "a 1,000 days",
    "reference",
    "offers",
    "refused",
    "rate",
)


def render_results(results: Results) -> str:
    """Results as a table of items with their money, then each item in words."""
    contract = results.contract
    head = [
        title(contract),
        f"Results {results.start} to {results.end} (the last day is not counted)",
    ]
    return page(
        head,
        _money(results),
        *(_item(assessment) for assessment in results.assessments),
        [*_reading(results), *source_lines(contract)],
    )


def _money(results: Results) -> list[str]:
    if not results.assessments:
        return [f"{results.contract.id} pays no results."]
    payment = results.payment
    rows = [["result", "kind", "weight", "achieved", "at most", "to pay"]]
    for each in results.assessments:
        code = each.item.code
        money = ("", "")
        if payment is not None:
            money = (pounds_for_people(payment.most[code]), pounds_for_people(payment.paid[code]))
        achieved = decimal_text(each.achieved) if each.row else "see below"
        rows.append([code, each.item.kind, str(each.item.weight), achieved, *money])
    if payment is None:
        plain = [row[:4] for row in rows]
        return [*table(plain, left=2), "No ledger was given (--ledger), so no money is worked out."]
    total = [pounds_for_people(payment.cap), pounds_for_people(payment.total)]
    rows.append(["all", "", "100", "", *total])
    return [
        *table(rows, left=2),
        f"Standard fees of the period: {pounds_for_people(payment.standard_fees)}.",
    ]


def _reading(results: Results) -> Iterator[str]:
    if results.assessments:
        yield READING


def _item(assessment: Assessment) -> list[str]:
    lines = [f"{assessment.item.code}: {assessment.item.name}"]
    lines += [f"  {sentence}" for sentence in sentences(assessment)]
    if assessment.beside is not None:
        lines += [f"    {line}" for line in _strata(assessment.beside)]
    return lines


def _strata(beside: Beside) -> list[str]:
    """Each stratum with a day or an offer: its endings and, on the same line, its refusals."""
    rows = [list(_STRATA_HEAD)]
    for figures in beside.stability.strata:
        offers = beside.refusals.strata[figures.stratum]
        if figures.days or offers.offered:
            reference = beside.stability.reference.rates[figures.stratum].per_1000_days
            rows.append(_stratum(figures, offers, reference))
    return table(rows, left=2) if len(rows) > 1 else []


def _stratum(figures: StratumFigures, offers: Offers, reference: Fraction) -> list[str]:
    rate = figures.per_1000_days
    return [
        figures.stratum.band,
        figures.stratum.moves,
        f"{figures.days:,}",
        str(figures.unplanned),
        short(figures.expected),
        "" if rate is None else short(rate),
        short(reference, 9),
        str(offers.offered),
        str(offers.refused),
        "" if offers.rate is None else percent_text(offers.rate),
    ]
