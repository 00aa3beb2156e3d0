"""What a pair costs: each component of the points, once, for one referral and many homes.

Points are policy, not a prediction: how much a mile, a move away from school or a wish counts for
is written in the policy file, versioned and shown. Lower is better. Every value is a whole number.
Source: docs/case-folder.md, What is best.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from matching.board import UNKNOWN, Fees, Flags, Ints, View
from matching.calendar import birthday, whole_months

MOVES_COUNTED = 4
PENCE_PER_HUNDRED_POUNDS = 10_000


@dataclass(frozen=True, slots=True)
class Component:
    """One part of a pair's points: its name in the plan, its meaning and its arithmetic."""

    name: str
    sentence: str
    weights: tuple[str, ...]
    cost: Callable[[Seen], Ints]


@dataclass(frozen=True, slots=True)
class Seen:
    """A referral seen against the homes `at` (indices), with the homes it is eligible for."""

    view: View
    at: Ints
    eligible: Flags
    fees: Fees

    def weight(self, name: str) -> int:
        """A weight of the policy."""
        return self.view.problem.policy.points[name]

    def zeros(self) -> Ints:
        """No points for any home."""
        return np.zeros(len(self.at), dtype=np.int64)


def half_up(numerator: Ints, denominator: int) -> Ints:
    """Whole-number division of what is not negative, rounded half-up."""
    return (2 * numerator + denominator) // (2 * denominator)


def _distance(seen: Seen) -> Ints:
    if seen.view.referral.nearness != "near":
        return seen.zeros()
    tenths = seen.view.tenths[seen.at]
    charged = np.where(tenths == UNKNOWN, seen.view.problem.policy.unknown_tenths, tenths)
    return half_up(seen.weight("per_mile") * charged, 10)


def _area(seen: Seen) -> Ints:
    if seen.view.referral.nearness != "near":
        return seen.zeros()
    prices = np.array([0, seen.weight("out_of_borough"), seen.weight("distant")], dtype=np.int64)
    return prices[seen.view.areas[seen.at]]


def _people(seen: Seen) -> Ints:
    total = seen.zeros()
    board, reach = seen.view.board, seen.view.problem.policy.reach_tenths
    for person in board.people_of(seen.view.referral):
        tenths = board.tenths_to(person.location)[seen.at]
        known = tenths != UNKNOWN
        travel = half_up(seen.weight("per_100_visit_miles") * person.visits * tenths, 1000)
        total += np.where(known, travel, 0)
        if person.keep:
            total += np.where(known & (tenths > reach), seen.weight("out_of_reach"), 0)
    return total


def _capability(seen: Seen) -> Ints:
    spare = seen.view.board.highest_band[seen.at] - seen.view.band - 1
    return seen.weight("spare_capability") * np.maximum(0, spare)


def _headroom(seen: Seen) -> Ints:
    referral = seen.view.referral
    if referral.band_status != "provisional" or referral.band == "specialist":
        return seen.zeros()
    tight = seen.view.board.highest_band[seen.at] == seen.view.band
    return np.where(tight, seen.weight("no_headroom"), 0)


@lru_cache(maxsize=65536)
def _months_left(born: date, day: date, max_age: int) -> int:
    return whole_months(day, birthday(born, max_age + 1))


def _age(seen: Seen) -> Ints:
    referral, policy = seen.view.referral, seen.view.problem.policy
    planned = policy.planned_months if referral.planned_months is None else referral.planned_months
    ages = seen.view.board.max_age[seen.at]
    short = seen.zeros()
    for age in np.unique(ages):
        left = _months_left(referral.born, seen.view.day, int(age))
        short[ages == age] = max(0, planned - left)
    return seen.weight("ages_out_per_month") * short


def _unsettled(seen: Seen) -> Ints:
    moves = min(seen.view.referral.moves or 0, MOVES_COUNTED)
    return seen.weight("unsettled") * moves * seen.view.household.high[seen.at]


def _wish(seen: Seen) -> Ints:
    total = seen.zeros()
    for wish, weight in (("unsure", "wish_unsure"), ("against", "wish_against")):
        homes = seen.view.board.wishes[wish].get(seen.view.referral.id)
        if homes is not None:
            total += np.where(np.isin(seen.at, homes), seen.weight(weight), 0)
    return total


def _sibling(seen: Seen) -> Ints:
    if seen.view.referral.siblings == "apart_ok":
        return seen.zeros()
    living = sorted(set(seen.view.siblings_at()))
    possible = [home for home in living if seen.eligible[home]]
    if not possible:
        return seen.zeros()
    with_sibling = np.isin(seen.at, np.array(living, dtype=np.int64))
    elsewhere = ~with_sibling
    return np.where(elsewhere, seen.weight("sibling_elsewhere"), 0)


def _cost(seen: Seen) -> Ints:
    hundreds = seen.fees.weekly[seen.at] // PENCE_PER_HUNDRED_POUNDS
    return seen.weight("per_100_pounds") * hundreds


COMPONENTS: tuple[Component, ...] = (
    Component("distance", "miles from where they should live near", ("per_mile",), _distance),
    Component("area", "outside their borough", ("out_of_borough", "distant"), _area),
    Component(
        "people",
        "travel to the people and places that matter",
        ("per_100_visit_miles", "out_of_reach"),
        _people,
    ),
    Component(
        "capability",
        "a home that could take a much higher need",
        ("spare_capability",),
        _capability,
    ),
    Component(
        "headroom",
        "a provisional band and a home that could take none higher",
        ("no_headroom",),
        _headroom,
    ),
    Component(
        "age",
        "months of the planned stay after the home’s age range ends",
        ("ages_out_per_month",),
        _age,
    ),
    Component(
        "unsettled",
        "recent moves, in a home with residents of high or specialist need",
        ("unsettled",),
        _unsettled,
    ),
    Component("wish", "what the young person said", ("wish_unsure", "wish_against"), _wish),
    Component(
        "sibling", "a sibling lives in another home that fits", ("sibling_elsewhere",), _sibling
    ),
    Component("cost", "the weekly fee, where policy gives it points", ("per_100_pounds",), _cost),
)

COMPONENT_NAMES = tuple(component.name for component in COMPONENTS)


def price(view: View, at: Ints, eligible: Flags) -> Ints:
    """Points of a referral in the homes `at`: a row a home, a column a component.

    `eligible` has a flag for every home of the board.
    """
    fees = view.board.fees(view.referral.band, view.day)
    seen = Seen(view, at, eligible, fees)
    return np.stack([component.cost(seen) for component in COMPONENTS], axis=1)


def cautions_with_residents(view: View) -> list[int]:
    """Homes of residents present, without a referral of their own, who are a caution pair.

    One entry a resident, so a home may stand twice.
    """
    return view.residents_at(view.board.cautions, own_referral=False)
