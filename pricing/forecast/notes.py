"""What a forecast rests on, and what its break-even says, in sentences."""

from collections.abc import Iterator
from fractions import Fraction

from pricing.forecast.asked import STEP
from pricing.forecast.breakeven import BreakEven, Span, tenths_up
from pricing.forecast.forecast import Case, Forecast, margin
from pricing.money import decimal_text, pounds_for_people, round_half_up
from pricing.results import READING
from pricing.terms import BANDS, Block


def tenths_text(tenths: int) -> str:
    """A number in tenths with one decimal, such as 85.0."""
    return f"{tenths // 10}.{tenths % 10}"


def percent_text(share: Fraction) -> str:
    """A share as a percentage as short as it is exact: 85%, 12.5%."""
    return f"{decimal_text(share * 100)}%"


def whose(forecast: Forecast) -> str:
    """Whose places, how many and in how many homes."""
    part, block = forecast.part, forecast.contract.block
    number = f"{part.places} place{'' if part.places == 1 else 's'}"
    if block is not None and part.places != block.places:
        number = f"{part.places} of the contract's {block.places} places"
    elif block is not None:
        number = f"all {block.places} places of the contract"
    homes = "" if part.homes is None else f" in {part.homes} home{'' if part.homes == 1 else 's'}"
    who = "" if part.provider is None else f"{part.provider}: "
    return f"{who}{number}{homes}"


def mix_text(forecast: Forecast) -> str:
    """The mix, band by band."""
    return ", ".join(f"{band} {percent_text(forecast.asked.share(band))}" for band in BANDS)


def break_even_text(forecast: Forecast, case: Case) -> str:
    """From which occupancy on the costs are covered, with the results of a case."""
    results = f"With {percent_text(case.achieved)} of the results"
    if forecast.contract.results is None:
        results = "With this mix"
    covered = case.break_even
    if covered is None:
        return "Break-even is not known: it needs the provider's own costs (--costs)."
    if covered.always:
        return f"{results} any occupancy covers the costs, even 0%."
    if not covered.spans:
        best = max(
            margin(forecast.lines, case.achieved).at(forecast.part, point)
            for point in (Fraction(0), forecast.part.kink, Fraction(1))
        )
        return (
            f"{results} no occupancy covers the costs: at best they exceed income by"
            f" {pounds_for_people(round_half_up(-best))} over the contract's life."
        )
    return f"{results} the costs are covered {_spans_text(covered)}."


def notes(forecast: Forecast) -> tuple[str, ...]:
    """Everything assumed, one sentence or two each."""
    return tuple(_notes(forecast))


def _notes(forecast: Forecast) -> Iterator[str]:
    contract, asked = forecast.contract, forecast.asked
    yield (
        "Occupancy is expected: on each day so many places are used on average, by one of the two"
        " whole numbers next to it. If the number swings more widely, unused guaranteed places"
        " cost the partnership more and fees are the same."
    )
    if contract.block is None:
        yield "Spot purchase guarantees no place: an unused one earns nothing."
    else:
        yield _guarantee_note(forecast, contract.block)
    yield _uplift_note(forecast)
    yield (
        "The mix of bands stays as asked for the whole term: a starting assumption, the provider's"
        " own to make."
    )
    for code, units in asked.requirements.items():
        yield (
            f"Every placement needs {decimal_text(units)} of {code} a week, whatever its band;"
            " only what its fee does not include is paid for."
        )
    yield _results_note(forecast)
    yield _training_note(forecast)
    yield _cases_note(forecast)
    yield _costs_note(forecast)
    yield from _incentive_note(forecast)
    yield "Each line of a month is rounded once, half a penny up; totals are sums of lines."


def _guarantee_note(forecast: Forecast, block: Block) -> str:
    part = forecast.part
    guaranteed = f"{block.guaranteed} of the contract's {block.places} places are guaranteed"
    if part.places != block.places:
        tenths = tenths_text(round_half_up(part.guaranteed * 10))
        guaranteed += (
            f", {tenths} of these {part.places} in proportion, the others being used as much:"
            " our reading, the contract does not divide the guarantee"
        )
    return f"{guaranteed}. No place is out of use on the provider's side and none was declined."


def _uplift_note(forecast: Forecast) -> str:
    rises = forecast.contract.uplifts
    if not rises:
        return "Prices are held for the whole term: the contract has no uplift."
    return (
        f"Prices rise only as the contract says; from {rises[-1].start} on they are held, because"
        " it has no later uplift. No inflation is invented."
    )


def _results_note(forecast: Forecast) -> str:
    if forecast.contract.results is None:
        return "The contract pays no results."
    if forecast.asked.results is None:
        said = "No achieved share was given (--results), so none is counted in the central case."
    else:
        share = percent_text(forecast.asked.results)
        said = f"{share} of the results are achieved in the central case."
    return f"{said} {READING}"


def _training_note(forecast: Forecast) -> str:
    training = forecast.contract.training
    if training is None:
        return (
            "The contract prices no training: what it costs the provider is not known and is not"
            " in any figure here."
        )
    return (
        f"Staff are released for training from the start; the partnership pays the courses until"
        f" {training.courses_funded_until} and the provider from then on. These costs are of every"
        " place, used or not, and the contract holds them."
    )


def _cases_note(forecast: Forecast) -> str:
    asked, low, high = forecast.asked, forecast.low, forecast.high
    plain = asked.low_occupancy is None and asked.high_occupancy is None
    points = decimal_text(STEP * 100)
    how = f", {points} percentage points either way within 0% and 100%" if plain else ""
    results = ""
    if forecast.contract.results is not None:
        results = "; results none in the low case, all in the high one"
    return (
        f"The low and the high case: {percent_text(low.occupancy)} and"
        f" {percent_text(high.occupancy)} occupancy{how}{results}; the mix is the same. They are"
        " starting assumptions, not bounds."
    )


def _costs_note(forecast: Forecast) -> str:
    costs = forecast.costs
    if costs is None:
        return "The provider's own costs were not given (--costs): no margin can be said."
    said = (
        f"{costs.name}: file {costs.file}, version {costs.version[:12]}. They rise by"
        f" {decimal_text(costs.percent)}% on each anniversary of the contract's start"
        f" ({costs.percent_source}, {costs.percent_day})"
    )
    return f"{said}, to the end, also while prices are held." if costs.percent else f"{said}."


def _incentive_note(forecast: Forecast) -> Iterator[str]:
    """Below the guarantee a used place may leave less than an unused one; that is said plainly."""
    exact = margin(forecast.lines, forecast.central.achieved)
    if forecast.part.guaranteed and exact.used < exact.unused:
        what = "brings in" if forecast.costs is None else "leaves"
        yield (
            f"With this mix a used place {what} less than a guaranteed one that is not used: below"
            f" {tenths_text(round_half_up(forecast.part.kink * 1000))}% occupancy, filling places"
            " costs the provider money."
        )
    if forecast.costs is not None and exact.used < 0:
        yield "With this mix a used place costs more than it brings in, at any occupancy."


def _spans_text(covered: BreakEven) -> str:
    return " and ".join(_span_text(span) for span in covered.spans)


def _span_text(span: Span) -> str:
    """A span in words; it begins at 0 or ends at 1, since the margin bends upwards at the kink."""
    first, last = span
    if last == 1:
        return f"from {tenths_text(tenths_up(first))}% occupancy on"
    return f"up to {tenths_text(last.numerator * 1000 // last.denominator)}% occupancy"
