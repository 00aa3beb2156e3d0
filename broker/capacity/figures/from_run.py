"""A setting from what a run has at hand: its homes and boroughs, its settings and its demand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from broker.capacity.figures.changed_prices import with_changed_prices
from broker.capacity.figures.setting import STATUSES, Assumption, HomeOf, Setting
from pricing.money import Pence
from pricing.terms import Contract
from pricing.value.spot import SpotPrices


def setting_from(
    *,
    contract: Contract,
    spot: SpotPrices,
    first: date,
    weeks: int,
    boroughs: Sequence[str],
    homes: Sequence[str],
    demand: Mapping[str, Any],
    demand_file: str,
    stated: Iterable[Mapping[str, Any]] = (),
    achieved: Fraction | None = None,
    void_limit: Pence | None = None,
) -> Setting:
    """The setting of a run; `homes` are ids and, like `boroughs`, in the order of the record.

    `demand` is the contents of demand.json: its assumptions are told, and the prices of its
    scenario applied. `stated` are the run's own assumptions, each with name, value, source, status
    and, if there are any, words.

    Raises:
        BadInput: days outside the contract's term, no block, or odd shares and limits.
        ValueError: an assumption of a status that nobody knows.
    """
    told = [*stated, *demand.get("assumptions", [])]
    scenario = demand.get("scenario")
    origin = demand.get("source", {})
    years = " to ".join(origin.get("years", []))
    setting = Setting(
        first=first,
        weeks=weeks,
        boroughs=tuple(boroughs),
        homes=tuple(HomeOf(home, contract.homes.get(home, "")) for home in homes),
        contract=contract,
        spot=spot,
        achieved=achieved,
        void_limit=void_limit,
        assumptions=tuple(assumption_of(each) for each in told),
        sources=(f"{demand_file}: demand estimated from returns of {years or 'no stated years'}",),
    )
    changes = demand.get("supply", {}).get("prices", [])
    source = scenario["source"] if scenario else demand_file
    return with_changed_prices(setting, changes, source)


def assumption_of(each: Mapping[str, Any]) -> Assumption:
    """An assumption as demand.json and a simulation's settings have it."""
    status = str(each["status"])
    if status not in STATUSES:
        raise ValueError(
            f"{each['name']}: {status!r} is no status; known are {', '.join(STATUSES)}"
        )
    value = _value(each["value"])
    words = str(each.get("words", ""))
    name = str(each["name"]).replace("_", " ")
    return Assumption(name, f"{value} {words}".strip(), str(each["source"]), status)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes:" if value else "no:"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_value(own)}" for key, own in value.items())
    return str(value)
