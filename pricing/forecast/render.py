"""A forecast as text that a provider reads: years, headings, cases, break-even, assumptions."""

from collections.abc import Callable, Sequence

from pricing.forecast.forecast import Forecast, Sums
from pricing.forecast.headings import headings
from pricing.forecast.notes import (
    break_even_text,
    mix_text,
    notes,
    percent_text,
    whose,
)
from pricing.money import Pence, pounds_for_people
from pricing.numbers import with_decimals
from pricing.render import page, source_lines, table, title


def columns(forecast: Forecast) -> list[tuple[str, Callable[[Sums], Pence]]]:
    """The sums that yearly tables show: only what the contract and the question have."""
    contract = forecast.contract
    shown: list[tuple[str, Callable[[Sums], Pence]]] = [("fees", lambda sums: sums.fees)]
    if forecast.asked.requirements:
        shown.append(("requirements", lambda sums: sums.requirements))
    if contract.block is not None:
        shown.append(("voids", lambda sums: sums.voids))
    if contract.results is not None:
        shown.append(("results", lambda sums: sums.results))
    shown.append(("income", lambda sums: sums.income))
    if contract.training is not None:
        shown.append(("training", lambda sums: sums.training))
    if forecast.costs is not None:
        shown.append(("own costs", lambda sums: sums.costs))
    if contract.training is not None or forecast.costs is not None:
        shown.append((left_words(forecast), lambda sums: sums.left))
    return shown


def left_words(forecast: Forecast) -> str:
    """What income less costs is called: a margin only where the provider's own costs are known."""
    if forecast.costs is None:
        return "after training"
    return "margin" if forecast.contract.training is not None else "before training"


def render_forecast(forecast: Forecast) -> str:
    """The whole forecast in words."""
    contract, case = forecast.contract, forecast.central
    return page(
        [
            f"Provider's forecast: {title(contract)}",
            f"{whose(forecast)}; {contract.start} to {contract.end} (the last day is not counted)",
            f"{percent_text(case.occupancy)} of them used on average: {mix_text(forecast)}",
        ],
        ["Year by year, April to March, central case:", *_years(forecast)],
        ["The whole term by heading, central case:", *_headings(forecast)],
        ["The whole term in three cases:", *_cases(forecast)],
        _break_even(forecast),
        ["What this rests on:", *(f"- {note}" for note in notes(forecast))],
        source_lines(contract),
    )


def _years(forecast: Forecast) -> list[str]:
    shown = columns(forecast)
    rows = [["year", "place-days used", *(name for name, _ in shown)]]
    case = forecast.central
    for year, sums in [*case.years.items(), ("all", case.total)]:
        amounts = (pounds_for_people(amount(sums)) for _, amount in shown)
        rows.append([year, with_decimals(sums.used_days, 1), *amounts])
    return table(rows, left=1)


def _headings(forecast: Forecast) -> list[str]:
    total = forecast.central.total
    known = headings(forecast)
    rows = [["", "heading", "amount"]]
    for number, heading in enumerate(known, start=1):
        amount = pounds_for_people(total.amounts[heading.key])
        rows.append([f"{number}.", heading.words, amount])
    sources = [f"{number}. {heading.source}" for number, heading in enumerate(known, start=1)]
    return [*table(rows, left=2), "", "Where each comes from:", *sources]


def _cases(forecast: Forecast) -> list[str]:
    shown = columns(forecast)
    head = ["case", "occupancy", "results", "place-days used"]
    rows = [[*head, *(name for name, _ in shown)]]
    for case in forecast.cases:
        sums = case.total
        start = [case.name, percent_text(case.occupancy), percent_text(case.achieved)]
        amounts = (pounds_for_people(amount(sums)) for _, amount in shown)
        rows.append([*start, with_decimals(sums.used_days, 1), *amounts])
    return table(rows, left=1)


def _break_even(forecast: Forecast) -> Sequence[str]:
    if forecast.costs is None:
        training = forecast.central.total.training
        known = (
            f" The training that the contract prices costs {pounds_for_people(training)} over it."
            if forecast.contract.training is not None
            else ""
        )
        return [f"{break_even_text(forecast, forecast.central)}{known}"]
    said = dict.fromkeys(break_even_text(forecast, case) for case in forecast.cases)
    return ["Break-even over the whole term, exact and shown rounded up to 0.1%:", *said]
