"""For one home with places free: who fits, the most pressing first, who nearly fits, and why.

The other side of `options_for`: the same rules, the same points and the same two facts, seen from
the home. No plan is made: who fits here may be better placed elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from matching.board import View
from matching.explain import NEAR_MISSES, NEARLY, Option, Step, find_home, option_at
from matching.joint import arrivals_limit
from matching.notices import safety_notices
from matching.pairs import Pairs
from matching.points import cautions_with_residents, price
from matching.problem import Home, Referral
from matching.rule import Rule
from matching.rules import holds, rules_of, tests


@dataclass(frozen=True, slots=True)
class Fit:
    """A young person as one home sees them; `option` holds the points and any failed rule.

    `wait` is what leaving them unplaced costs: 0 for `today`, which comes before all points.
    """

    referral: Referral
    urgency: str
    age: int
    day: str
    wait: int
    option: Option

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "referral_id": self.referral.id,
            "urgency": self.urgency,
            "day": self.day,
            "age": self.age,
            "band": self.referral.band,
            "wait": self.wait,
            **{
                key: value
                for key, value in self.option.to_json().items()
                if key not in {"home_id", "name", "provider", "borough"}
            },
        }


@dataclass(frozen=True, slots=True)
class Household:
    """Who lives in a home on the day of the question, in numbers, and its limits (None: none)."""

    present: int
    free: int
    high: int
    load: int
    max_high: int | None
    load_limit: int | None
    max_arrivals: int

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True, slots=True)
class HomeView:
    """Who could live in one home. `funnel` counts young people left after each rule."""

    home: Home
    household: Household
    may_be_free: tuple[str, ...]
    people: int
    funnel: tuple[Step, ...]
    fits: tuple[Fit, ...]
    near_misses: tuple[Fit, ...]
    notices: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "home_id": self.home.id,
            "name": self.home.name,
            "household": self.household.to_json(),
            "may_be_free_from": list(self.may_be_free),
            "young_people": self.people,
            "funnel": [step.to_json() for step in self.funnel],
            "fits": [fit.to_json() for fit in self.fits],
            "near_misses": [fit.to_json() for fit in self.near_misses],
            "notices": list(self.notices),
        }

    def render(self) -> str:
        """In words, for a terminal."""
        from matching.tell_plans import home_text

        return home_text(self)


def home_view(pairs: Pairs, home_id: str) -> HomeView:
    """Who fits a home and who nearly fits: today first, then what placing them here gains.

    Young people placed by hand are left out. Raises `BadInput` for a home not in the case.
    """
    home = find_home(pairs, home_id)
    problem, board = pairs.problem, pairs.board
    at = board.index[home.id]
    asking = [referral for referral in problem.referrals if not referral.by_hand]
    rules = rules_of(problem)
    stopped = np.zeros(len(rules) + 1, dtype=np.int64)
    fitting: list[View] = []
    missing: dict[tuple[int, bool], list[View]] = {}
    for referral in asking:
        view = View(board, referral)
        failed = list(islice(_failing(view, rules, at), NEARLY + 1))
        stopped[failed[0] if failed else len(rules)] += 1
        if not failed:
            fitting.append(view)
        elif len(failed) <= NEARLY:
            missing.setdefault((len(failed), view.urgency != "today"), []).append(view)
    fits = [_fit(pairs, view, at) for view in fitting]
    nearly: list[Fit] = []
    # The nearest come first by what is known without their points: the others' are not worked out.
    for group in sorted(missing):
        if len(nearly) >= NEAR_MISSES:
            break
        nearly += [_fit(pairs, view, at) for view in missing[group]]
    left = len(asking) - np.cumsum(stopped[: len(rules)])
    day = problem.policy.as_of
    now = board.household(day)
    leaving = {
        resident.leaves_on.isoformat()
        for resident in problem.residents_of[home.id]
        if resident.leaves_on is not None and resident.present(day)
    }
    return HomeView(
        home=home,
        household=Household(
            present=int(now.present[at]),
            free=max(0, int(now.free[at])),
            high=int(now.high[at]),
            load=int(now.load[at]),
            max_high=home.max_high,
            load_limit=home.load_limit,
            max_arrivals=arrivals_limit(problem, home),
        ),
        may_be_free=tuple(sorted(leaving)),
        people=len(asking),
        funnel=tuple(
            Step(rule.code, rule.sentence, int(number))
            for rule, number in zip(rules, left, strict=True)
        ),
        fits=tuple(sorted(fits, key=_most_pressing)),
        near_misses=tuple(sorted(nearly, key=_nearest)[:NEAR_MISSES]),
        notices=safety_notices(problem),
    )


def _failing(view: View, rules: Sequence[Rule], at: int) -> Iterator[int]:
    """The rules that fail in one home, in order, each judged only when it is asked for."""
    return (number for number, rule in enumerate(rules) if not holds(rule, view)[at])


def _fit(pairs: Pairs, view: View, at: int) -> Fit:
    """One young person in one home, with what counts against it and what stands in the way."""
    referral, everywhere = view.referral, tests(view)
    points = price(view, np.array([at], dtype=np.int64), np.logical_and.reduce(everywhere, axis=0))
    caution = pairs.problem.policy.points["caution"] * cautions_with_residents(view).count(at)
    option = option_at(view, at, everywhere[:, at], points[0], caution)
    wait = pairs.problem.wait_points(referral)
    return Fit(referral, view.urgency, view.age, view.day.isoformat(), wait, option)


def _most_pressing(fit: Fit) -> tuple[bool, int, str]:
    return (fit.urgency != "today", fit.option.cost - fit.wait, fit.referral.id)


def _nearest(fit: Fit) -> tuple[int, bool, int, str]:
    return (len(fit.option.failed), *_most_pressing(fit))
