"""A provider's forecast as a chart: income by month in three cases, and by year what it is of."""

from __future__ import annotations

from broker.charts import Chart, Lines, Series, Stacks, Unit
from pricing.assumed import assumptions
from pricing.forecast.forecast import Case, Forecast
from pricing.forecast.headings import headings
from pricing.forecast.notes import percent_text, whose
from pricing.money import pounds_for_people

_COST_SIDES = ("training", "costs")


def forecast_chart(forecast: Forecast) -> Chart:
    """The chart of a forecast; costs are drawn as far as they are known."""
    contract = forecast.contract
    return Chart(
        title=f"{contract.id}: what a provider may expect, {whose(forecast)}",
        description=_description(forecast),
        panels=[_by_month(forecast), _by_year(forecast)],
        source=_source(forecast),
    )


def _by_month(forecast: Forecast) -> Lines:
    months = [each.month.key for each in forecast.central.months]
    series = [
        Series(_case_name(case), [each.sums.income for each in case.months])
        for case in reversed(forecast.cases)
    ]
    costs = _known_costs(forecast)
    if costs:
        central = forecast.central.months
        values = [each.sums.training + each.sums.costs for each in central]
        series.append(Series(costs, values))
    return Lines("Income by month (months differ in days)", Unit.PENCE, months, series)


def _by_year(forecast: Forecast) -> Stacks:
    years = forecast.central.years
    income = [
        heading for heading in headings(forecast) if heading.key.split(".")[0] not in _COST_SIDES
    ]
    series = [
        Series(heading.words, [sums.amounts[heading.key] for sums in years.values()])
        for heading in income
    ]
    costs = _known_costs(forecast)
    marks = [Series(costs, [sums.training + sums.costs for sums in years.values()])]
    return Stacks(
        "Income by year, April to March, central case",
        Unit.PENCE,
        list(years),
        series,
        marks if costs else (),
    )


def _known_costs(forecast: Forecast) -> str:
    """What the known costs are called, or nothing where none is known."""
    training = forecast.contract.training is not None
    if forecast.costs is None:
        return "training costs" if training else ""
    return "all costs, central" if training else "own costs, central"


def _case_name(case: Case) -> str:
    return f"{case.name}: {percent_text(case.occupancy)} used"


def _description(forecast: Forecast) -> str:
    cases = "; ".join(
        f"{case.name}, {percent_text(case.occupancy)} of the places used,"
        f" {pounds_for_people(case.total.income)}"
        for case in forecast.cases
    )
    contract = forecast.contract
    return (
        f"Two panels. Income by month from {contract.start} to {contract.end} as a line for each of"
        f" three cases, and income by year as stacked bars by heading for the central one."
        f" Income over the whole term: {cases}. The same figures stand in the forecast's tables."
    )


def _source(forecast: Forecast) -> str:
    source = forecast.contract.source
    if forecast.costs is not None:
        source += f"; {forecast.costs.source}"
    return ". ".join([source, *assumptions(forecast.contract)])
