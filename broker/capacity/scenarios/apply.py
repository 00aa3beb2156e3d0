"""A demand under a scenario: another demand, of the same schema, that says what was changed.

Changes of arrivals become the `course`: factors on the rates by period, borough, route and age
group. Changes of stays change their curves. Prices, opening and training are no matter of demand:
they are passed on in `supply`, for whoever simulates.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import asdict
from datetime import date
from fractions import Fraction
from typing import Any

from broker.capacity.scenarios.flow import factors
from broker.capacity.scenarios.survival import changed
from broker.capacity.scenarios.terms import (
    Change,
    EndedEarly,
    Flow,
    Growth,
    Opening,
    Practice,
    Prices,
    Scenario,
    Scenarios,
    StepDown,
    Training,
    Whom,
)
from matching.calendar import birthday


def apply(demand: Mapping[str, Any], scenario: Scenario, file: Scenarios) -> dict[str, Any]:
    """The demand of a file's contents under a scenario."""
    made = deepcopy(dict(demand))
    start = date.fromisoformat(made["source"]["as_of"])
    made.setdefault("course", [])
    supply: dict[str, list[dict[str, Any]]] = {"prices": [], "opening": [], "training": []}
    for change in scenario.changes:
        made["course"] += _course(change, start)
        if isinstance(change, Prices):
            supply["prices"].append({"percent": float(change.percent), "side": change.side})
        elif isinstance(change, Opening):
            supply["opening"].append(asdict(change))
        elif isinstance(change, Training):
            supply["training"].append(asdict(change))
    of_stays = [each for each in scenario.changes if isinstance(each, StepDown | EndedEarly)]
    if of_stays:
        for kind in ("groups", "spells"):
            stays = made["stays"]
            stays[kind] = [changed(group, of_stays) for group in stays.get(kind, [])]
    made["supply"] = supply
    made["scenario"] = {
        "id": scenario.id,
        "name": scenario.name,
        "source": scenario.source,
        "file": file.file,
        "sha256": file.version,
    }
    made["assumptions"].append(
        {
            "name": f"scenario {scenario.id}",
            "value": scenario.name,
            "source": scenario.source,
            "status": "assumption",
        }
    )
    return made


def _course(change: Change, start: date) -> list[dict[str, Any]]:
    if isinstance(change, Growth):
        step = 1 + change.percent / 100
        steps = [step**year for year in range(1, change.years + 1)]
        return _by_year(steps, start, change.whom, "growth")
    if isinstance(change, Practice):
        first = change.start or start
        return [_entry(first, change.end, change.percent_of_now / 100, change.whom, "practice")]
    if isinstance(change, Flow):
        return _by_year(list(factors(change)), start, change.whom, "flow")
    return []


def _by_year(steps: list[Fraction], start: date, whom: Whom, why: str) -> list[dict[str, Any]]:
    """A factor for each year from a day on; the last holds for good."""
    made = []
    for year, factor in enumerate(steps):
        last = year + 1 == len(steps)
        until = None if last else birthday(start, year + 1)
        made.append(_entry(birthday(start, year), until, factor, whom, why))
    return made


def _entry(
    first: date, until: date | None, factor: Fraction, whom: Whom, why: str
) -> dict[str, Any]:
    return {
        "from": first.isoformat(),
        "to": None if until is None else until.isoformat(),
        "factor": float(f"{float(factor):.6g}"),
        "boroughs": list(whom.boroughs) or None,
        "age_groups": [list(group) for group in whom.age_groups] or None,
        "routes": list(whom.routes) or None,
        "why": why,
    }


def factor_on(demand: Mapping[str, Any], cell: Mapping[str, Any], day: date) -> float:
    """By how much a cell's rate of arrival is multiplied on a day: the product of what holds then.

    `cell` is an entry of the demand's `arrivals`.
    """
    whole = 1.0
    for each in demand.get("course", []):
        begun = day >= date.fromisoformat(each["from"])
        over = each["to"] is not None and day >= date.fromisoformat(each["to"])
        about = (
            (each["boroughs"] is None or cell["borough"] in each["boroughs"])
            and (each["routes"] is None or cell["route"] in each["routes"])
            and (each["age_groups"] is None or list(cell["age_group"]) in each["age_groups"])
        )
        if begun and not over and about:
            whole *= each["factor"]
    return whole
