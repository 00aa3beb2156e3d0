"""The homes of a run: those of the case, those that open, those that train, their fees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from matching.calendar import whole_months
from matching.problem import Home, Problem, Rate
from pricing.rates import case_rates
from pricing.terms import Contract

NEVER: Final = 1 << 30


@dataclass(frozen=True)
class Supply:
    """Homes in the order of the world, the day each opens, and the day each has been trained.

    `homes` are as they are once trained where `trained_on` is not NEVER; `before` are the same
    ones untrained. Rates: `rates[0]` while a placement saves a void, `rates[1]` otherwise.
    """

    homes: tuple[Home, ...]
    before: tuple[Home, ...]
    opens_on: tuple[int, ...]
    trained_on: tuple[int, ...]
    rates: tuple[tuple[Rate, ...], tuple[Rate, ...]]


def month_day(first: date, months: int) -> int:
    """The first day, counted from `first`, by which so many whole months have passed."""
    day = 28 * months
    while whole_months(first, date.fromordinal(first.toordinal() + day)) < months:
        day += 1
    return day


def make_supply(
    case: Problem, contract: Contract, first: date, given: Mapping[str, Any] | None
) -> Supply:
    """The homes of a case under a contract, with what a scenario says of supply.

    A home that opens is like one of the contract's (in the order of their numbers), has places of
    its own and is bought place by place: the contract's places stay as written. The first opens
    `every_months` after the start. Training goes to the first of the contract's homes that lack
    the need.
    """
    homes = list(case.homes)
    inside = sorted((h for h in homes if h.id in contract.homes), key=lambda home: home.id)
    opens = [0] * len(homes)
    for change in (given or {}).get("opening", []):
        for number in range(change["homes"]):
            like = inside[number % len(inside)]
            name = f"NEW-{len(homes) - len(case.homes) + 1:02d}"
            homes.append(
                replace(
                    like, id=name, name=f"Like {like.name}", places=change["places"], contract=""
                )
            )
            opens.append(month_day(first, (number + 1) * change["every_months"]))
    before = list(homes)
    trained = [NEVER] * len(homes)
    for change in (given or {}).get("training", []):
        lacking = [h.id for h in inside if change["need"] not in h.supports][: change["homes"]]
        for at, home in enumerate(homes):
            if home.id in lacking:
                homes[at] = replace(home, supports=home.supports | {change["need"]})
                trained[at] = month_day(first, change["months"])
    return Supply(tuple(homes), tuple(before), tuple(opens), tuple(trained), _rates(case, contract))


def _rates(case: Problem, contract: Contract) -> tuple[tuple[Rate, ...], tuple[Rate, ...]]:
    """Fees of the contract's homes by the contract, of the others by the case."""
    others = [rate for rate in case.rates if rate.home not in contract.homes]
    full = contract.block.places if contract.block is not None else 0
    known = {home.id: home for home in case.homes}
    made: list[tuple[Rate, ...]] = []
    for in_use in (0, full):
        rows: Sequence[Rate] = [
            Rate(row.home_id, row.band, row.weekly_fee, row.marginal_weekly_fee, row.start, row.end)
            for row in case_rates(contract, in_use)
            if row.home_id in known and row.band in known[row.home_id].bands
        ]
        made.append((*rows, *others))
    return made[0], made[1]
