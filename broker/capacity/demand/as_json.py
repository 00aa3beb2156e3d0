"""A demand as `demand.json`, schema demand/1 (docs/demand.md): for programs, the simulation first.

Shares and rates are numbers rounded to six digits; no money is in it.
"""

from collections.abc import Mapping
from math import isfinite
from typing import Any, Final

from broker.capacity.demand.asked import BAND_MIX, SEXES
from broker.capacity.demand.cells import Growth, total
from broker.capacity.demand.endings import Ending
from broker.capacity.demand.estimate import Demand
from broker.capacity.demand.lengths import MONTH_DAYS
from broker.capacity.demand.population import left_out_words
from broker.capacity.demand.shares import QUANTILES, Distances, Endings, Rate
from broker.capacity.demand.stay_groups import SHOWN_MONTHS, Group

SCHEMA: Final = "demand/1"
OURS: Final = "our starting assumption; no source gives it"


def demand_json(demand: Demand) -> dict[str, Any]:
    """The whole of a demand."""
    first, after = demand.window
    returns, asked = demand.returns, demand.asked
    arrivals = demand.arrivals
    return {
        "schema": SCHEMA,
        "source": {
            "files": list(returns.files),
            "passed_over": list(returns.passed_over),
            "sha256": returns.sha256,
            "years": [first.isoformat(), after.isoformat()],
            "as_of": after.isoformat(),
            "years_named_by": returns.named_by,
        },
        "places": list(asked.places),
        "assumptions": _assumptions(demand),
        "boroughs": [code or None for code in returns.years],
        "age_groups": [list(group) for group in asked.age_groups],
        "sexes": list(SEXES),
        "arrivals": [] if arrivals is None else [
            {
                "borough": cell.authority or None,
                "age_group": list(asked.age_groups[cell.group]),
                "sex": cell.sex,
                "route": cell.route,
                "per_year": number(cell.mean),
                "low": number(cell.low),
                "high": number(cell.high),
                "shape": number(cell.shape),
                "rate": number(cell.rate),
                "entries": cell.entries,
                "years": cell.years,
            }
            for cell in arrivals.cells
        ],
        "arrivals_in_all": None if arrivals is None else dict(
            zip(("per_year", "low", "high"), map(number, total(arrivals.cells, arrivals.draws)),
                strict=True)
        ),
        "growth": None if arrivals is None else _growth(arrivals.growth),
        "course": [],
        "stays": {
            "ends_at": 18,
            "groups": [_group(demand, group) for group in demand.stays],
            "spells": [_group(demand, group) for group in demand.spells],
        },
        "endings": None if demand.endings is None else _endings(demand.endings),
        "prior_moves": _shares(demand.moves),
        "distance": None if demand.distances is None else _distance(demand.distances),
        "needs": {
            "band_mix": {band: float(share) for band, share in asked.band_mix.items()},
            "status": "assumption",
        },
        "residents": {code or "": number for code, number in demand.residents.items()},
        "cannot": [{"what": each.what, "why": each.why} for each in demand.cannot],
        "left_out": left_out_words(demand.people.left_out),
        "rows": {"episodes": dict(sorted(returns.fates.items())), "read": dict(returns.rows)},
        "repairs": dict(sorted(returns.repaired.items())),
        "refused": dict(sorted(returns.refused_by_kind.items())),
    }  # fmt: skip


def number(value: float | None) -> float | None:
    """A number to six significant digits; None where it is not known or has no bound."""
    return None if value is None or not isfinite(value) else float(f"{value:.6g}")


def _assumptions(demand: Demand) -> list[dict[str, Any]]:
    given = dict(demand.asked.band_mix) != BAND_MIX
    listed: list[dict[str, Any]] = [
        {
            "name": "band_mix",
            "value": {band: float(share) for band, share in demand.asked.band_mix.items()},
            "source": "given with --bands" if given else OURS,
            "status": "assumption",
        },
        {
            "name": "drained_returns",
            "value": "returns that shrink each year, with under half as many coming as going",
            "source": OURS,
            "status": "assumption",
        },
    ]
    if demand.arrivals is not None:
        growth = demand.arrivals.growth
        listed.append(
            {
                "name": "growth",
                "value": number(growth.mean),
                "source": "too few years: taken as none" if growth.fixed else "the returns",
                "status": "assumption" if growth.fixed else "estimated",
            }
        )
        listed.append(
            {
                "name": "growth_after_the_returns",
                "value": 0,
                "source": "rates stay at the last year's level unless a scenario says otherwise",
                "status": "assumption",
            }
        )
    return listed


def _growth(growth: Growth) -> dict[str, Any]:
    return {
        "per_year": number(growth.mean),
        "low": number(growth.low),
        "high": number(growth.high),
        "status": "assumption" if growth.fixed else "estimated",
        "arrivals_by_closing_year": {str(year): n for year, n in growth.by_year.items()},
        "dispersion": number(growth.dispersion),
    }


def _group(demand: Demand, group: Group) -> dict[str, Any]:
    fitted = group.fitted
    return {
        "age_group": list(demand.asked.age_groups[group.group]),
        "route": group.route,
        "family": group.family,
        "parameters": {"shape": number(fitted.shape), "scale_months": number(fitted.scale)},
        "covariance_of": ["log shape", "log scale_months"],
        "covariance": [[number(float(x)) for x in row] for row in fitted.covariance],
        "months_median": number(fitted.median()),
        "months_mean": number(fitted.mean()),
        "month_days": MONTH_DAYS,
        "n": len(group.data),
        "censored": len(group.data) - group.data.endings,
        "own": {"n": group.own, "censored": group.own - group.own_endings},
        "pooled": group.pooled,
        "fit": {
            "kaplan_meier_median": number(group.curve.median()),
            "largest_gap": number(group.largest_gap()),
            "log_likelihood": number(group.weibull.log_likelihood),
            "exponential_log_likelihood": number(group.exponential.log_likelihood),
            "table": fit_table(group),
        },
    }


def fit_table(group: Group) -> list[dict[str, float | None]]:
    """The share still there after some months: seen, its 95% limits, and fitted."""
    import numpy as np

    rows = []
    last = float(group.data.until.max())
    for month in SHOWN_MONTHS:
        if month > last:
            break
        index = int(np.searchsorted(group.curve.months, month, side="right")) - 1
        curve = group.curve
        rows.append(
            {
                "months": float(month),
                "seen": number(curve.at(month)),
                "low": number(float(curve.low[index])) if index >= 0 else None,
                "high": number(float(curve.high[index])) if index >= 0 else None,
                "fitted": number(float(group.fitted.at(np.array([float(month)]))[0])),
            }
        )
    return rows


def _rate(rate: Rate) -> dict[str, Any]:
    return {
        "rate": number(rate.mean),
        "low": number(rate.low),
        "high": number(rate.high),
        "n": rate.endings,
        "days": rate.days,
    }


def _endings(endings: Endings) -> dict[str, Any]:
    told = endings.counts[Ending.DISRUPTED] + endings.counts[Ending.PLANNED]
    rates = {"all": endings.overall, **endings.by_moves}
    return {
        "unplanned_per_1000_days": {name: _rate(rate) for name, rate in rates.items()},
        "planned_share": number(endings.counts[Ending.PLANNED] / told) if told else None,
        "counts": {kind.value: endings.counts[kind] for kind in Ending},
        "to_another_home_share": (
            number(endings.to_another_home / endings.ended) if endings.ended else None
        ),
    }


def _shares(counts: Mapping[str, int]) -> dict[str, float | None] | None:
    whole = sum(counts.values())
    if not whole:
        return None
    return {key: number(counts.get(key, 0) / whole) for key in ("0", "1", "2", "3+")}


def _distance(found: Distances) -> dict[str, Any]:
    begun = len(found.tenths) + found.unknown + found.unaccompanied
    return {
        "miles": {str(percent): found.quantile(percent) / 10 for percent in QUANTILES},
        "n": len(found.tenths),
        "unknown": found.unknown,
        "unknown_share": number(found.unknown / begun),
        "unaccompanied_blank": found.unaccompanied,
        "within_20_miles_share": number(found.near / len(found.tenths)),
        "in_own_area_share": (
            number(found.in_area / found.area_known) if found.area_known else None
        ),
    }
