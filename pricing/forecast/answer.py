"""A forecast for other programs, from the same figures as its words."""

from fractions import Fraction

from pricing.assumed import assumptions
from pricing.forecast.breakeven import BreakEven, tenths_up
from pricing.forecast.forecast import Case, Forecast, Sums
from pricing.forecast.headings import headings
from pricing.forecast.notes import break_even_text, notes, tenths_text
from pricing.money import decimal_text, pounds, round_half_up
from pricing.terms import BANDS


def forecast_json(forecast: Forecast) -> dict[str, object]:
    """The answer of `broker forecast --json`: numbers as text, money in pounds, shares exact."""
    contract, part, asked, costs = (
        forecast.contract,
        forecast.part,
        forecast.asked,
        forecast.costs,
    )
    return {
        "contract": contract.id,
        "version": contract.version,
        "from": contract.start.isoformat(),
        "to": contract.end.isoformat(),
        "provider": part.provider,
        "places": part.places,
        "homes": part.homes,
        "guaranteed_places": str(part.guaranteed),
        "mix": {band: decimal_text(asked.share(band)) for band in BANDS},
        "requirements": {code: decimal_text(units) for code, units in asked.requirements.items()},
        "costs": None if costs is None else {"file": costs.file, "version": costs.version},
        "headings": [heading.to_json() for heading in headings(forecast)],
        "cases": {case.name: _case_json(forecast, case) for case in forecast.cases},
        "assumptions": [*notes(forecast), *assumptions(contract)],
    }


def _case_json(forecast: Forecast, case: Case) -> dict[str, object]:
    return {
        "occupancy": decimal_text(case.occupancy),
        "results_achieved": decimal_text(case.achieved),
        "months": [
            {
                "month": each.month.key,
                "from": each.month.start.isoformat(),
                "to": each.month.end.isoformat(),
                **_sums_json(forecast, each.sums),
            }
            for each in case.months
        ],
        "years": [
            {"year": year, **_sums_json(forecast, sums)} for year, sums in case.years.items()
        ],
        "total": _sums_json(forecast, case.total),
        "break_even": _break_even_json(case.break_even),
        "break_even_words": break_even_text(forecast, case),
    }


def _sums_json(forecast: Forecast, sums: Sums) -> dict[str, object]:
    """Amounts by heading and in all; null where something is not known."""
    trained = forecast.contract.training is not None
    costed = forecast.costs is not None
    return {
        "place_days_used": _tenths(sums.used_days),
        "place_days_guaranteed_unused": _tenths(sums.unused_days),
        "amounts": {key: pounds(amount) for key, amount in sums.amounts.items()},
        "income": pounds(sums.income),
        "training": pounds(sums.training) if trained else None,
        "own_costs": pounds(sums.costs) if costed else None,
        "margin": pounds(sums.left) if trained and costed else None,
    }


def _break_even_json(covered: BreakEven | None) -> dict[str, object] | None:
    """The spans of occupancy that cover the costs, exact, and the smallest in per cent."""
    if covered is None:
        return None
    smallest = covered.smallest
    return {
        "spans": [[str(first), str(last)] for first, last in covered.spans],
        "smallest": None if smallest is None else str(smallest),
        "percent_rounded_up": None if smallest is None else tenths_text(tenths_up(smallest)),
    }


def _tenths(days: Fraction) -> str:
    return tenths_text(round_half_up(days * 10))
