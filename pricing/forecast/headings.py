"""What the headings of a forecast are called, and where each amount comes from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from pricing.forecast.costs import PER, Costs, Figure
from pricing.forecast.forecast import Forecast
from pricing.forecast.lines import (
    COURSES,
    RELEASE,
    RESULTS,
    VOIDS,
    cost_key,
    fee_key,
    requirement_key,
)
from pricing.money import Pence, decimal_text, pounds_for_people
from pricing.terms import BANDS, Block, Contract, Requirement, ResultTerms, Training


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading by its key, as people call it, and the source of its amounts."""

    key: str
    words: str
    source: str

    def to_json(self) -> dict[str, object]:
        """The heading without its amounts."""
        return {"key": self.key, "what": self.words, "source": self.source}


def headings(forecast: Forecast) -> tuple[Heading, ...]:
    """The headings of a forecast in the order of its lines."""
    return tuple(_headings(forecast))


def _headings(forecast: Forecast) -> Iterator[Heading]:
    contract = forecast.contract
    for band in BANDS:
        yield Heading(fee_key(band), f"fees, {band} band", _fee_source(contract, band))
    for requirement in contract.requirements:
        if requirement.code in forecast.asked.requirements:
            yield _requirement(contract, requirement, forecast.asked.requirements)
    if contract.block is not None:
        yield Heading(VOIDS, "guaranteed places not used", _void_source(contract, contract.block))
    if contract.results is not None:
        yield Heading(RESULTS, "payment by results", _results_source(contract, contract.results))
    if contract.training is not None:
        yield from _training(contract, contract.training)
    if forecast.costs is not None:
        for figure in forecast.costs.figures:
            yield _cost(forecast.costs, figure)


def _fee_source(contract: Contract, band: str) -> str:
    return f"{contract.source}: fees.{band} {_each(contract.fees[band])} a week{_uplifts(contract)}"


def _requirement(
    contract: Contract, requirement: Requirement, asked: Mapping[str, Fraction]
) -> Heading:
    units = decimal_text(asked[requirement.code])
    return Heading(
        requirement_key(requirement.code),
        f"{requirement.name} ({requirement.code}) above the fees",
        f"{contract.source}: requirements.{requirement.code} {_each(requirement.price)}"
        f" a unit, {units} a week less what each fee includes{_uplifts(contract)}",
    )


def _void_source(contract: Contract, block: Block) -> str:
    terms = block.voids
    return (
        f"{contract.source}: voids, {decimal_text(terms.rate_percent)}% of fees.low in force for"
        f" each unused one of {block.guaranteed} guaranteed places"
        f" ({decimal_text(terms.guarantee_percent)}% of {block.places}, rounded down)"
    )


def _results_source(contract: Contract, terms: ResultTerms) -> str:
    cap = decimal_text(terms.cap_percent)
    return f"{contract.source}: results, up to {cap}% of fees and requirements"


def _training(contract: Contract, training: Training) -> Iterator[Heading]:
    yield Heading(
        RELEASE,
        "releasing staff for training",
        f"{contract.source}: training, {decimal_text(training.release_days_per_place)} days a year"
        f" and place at {_each(training.release_cost_per_day)} a day, from the start",
    )
    yield Heading(
        COURSES,
        "training courses",
        f"{contract.source}: training, {_each(training.course_cost_per_place)} a year and place"
        f" from {training.courses_funded_until}; the partnership pays before",
    )


def _cost(costs: Costs, figure: Figure) -> Heading:
    of_band = f", {figure.band} band" if figure.band else ""
    return Heading(
        cost_key(figure.code),
        f"{figure.name}{of_band}",
        f"{costs.source}: {figure.code} {_each(figure.amount)} {PER[figure.per]},"
        f" rising {decimal_text(costs.percent)}% a year; {figure.source}, {figure.day}",
    )


def _uplifts(contract: Contract) -> str:
    rises = [f"{decimal_text(each.percent)}% from {each.start}" for each in contract.uplifts]
    return f", uplifts {' and '.join(rises)}" if rises else ", no uplift"


def _each(amount: Pence) -> str:
    return pounds_for_people(amount)
