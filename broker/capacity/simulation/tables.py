"""The rules and points of matching as tables, compiled by matching's own functions.

What depends on neither day nor household is judged once for every invented young person and home:
`Rule.test` and `Component.cost` fill the tables, no rule is written again. What depends on age
alone is judged for every age. The rest is judged each week: the household rules by the compiled
loops of `matching.kernels`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from broker.capacity.simulation.pool import Pool
from broker.capacity.simulation.supply import Supply
from matching.board import UNKNOWN, Board, Fees, Flags, Ints, View
from matching.points import COMPONENTS, Seen
from matching.problem import BANDS, HIGH_NEED, Home, Problem, Rate, Referral
from matching.rules import RULES

BY_AGE: Final = frozenset({"R02", "R08"})
BY_HOUSEHOLD: Final = frozenset({"R09", "R11", "R12", "R14", "R15"})
"""Judged each week. Every other rule is judged once."""
WEEKLY: Final = frozenset({"age", "unsettled", "sibling", "cost"})
"""Components of the points that depend on the day or the household."""
URGENCIES: Final = (0, 1, 6)
"""Days until the place is needed that stand for today, within five days and later."""
AGES: Final = 26


class Judged(NamedTuple):
    """Tables by invented young person p and home h.

    `fits[u, p, h]` for urgency u, untrained; `fits_trained` once trained; `of_age[age, h]`; points
    of the components that never change; tenths of a mile; `fee_points[band, period, h]` and
    `marginal[regime, band, period, h]` in pence a week, a period starting on each of `periods`.
    """

    fits: NDArray[np.bool_]
    fits_trained: NDArray[np.bool_]
    of_age: NDArray[np.bool_]
    points: Ints
    tenths: Ints
    fee_points: Ints
    marginal: Ints
    periods: tuple[date, ...]


def asking(case: Problem, pool: Pool, homes: Sequence[Home], rates: Sequence[Rate]) -> Problem:
    """Everybody of a pool asking for these homes, nobody living there."""
    return Problem(
        policy=case.policy,
        referrals=pool.referrals,
        homes=tuple(homes),
        avoids=tuple(a for rows in pool.avoids.values() for a in rows),
        people=tuple(p for rows in pool.people.values() for p in rows),
        wishes=tuple(w for rows in pool.wishes.values() for w in rows),
        declines=tuple(d for rows in pool.declines.values() for d in rows),
        rates=tuple(rates),
        adjoining=case.adjoining,
        own_adjoining=case.own_adjoining,
    )


def judge(case: Problem, pool: Pool, supply: Supply, first: date, last: date) -> Judged:
    """Judge everybody of a pool against every home, on the days from first to last."""
    problem = asking(case, pool, supply.homes, supply.rates[0])
    before = asking(case, pool, supply.before, supply.rates[0])
    board, untrained = Board(problem), Board(before)
    shape = (len(pool.referrals), board.size)
    fits = np.zeros((len(URGENCIES), *shape), dtype=bool)
    trained = np.zeros_like(fits)
    points = np.zeros(shape, dtype=np.int64)
    tenths = np.zeros(shape, dtype=np.int64)
    at = np.arange(board.size, dtype=np.int64)
    changes = supply.homes != supply.before
    for number, referral in enumerate(pool.referrals):
        for urgency, days in enumerate(URGENCIES):
            asked = replace(referral, needed_by=case.policy.as_of + timedelta(days=days))
            view = View(board, asked)
            trained[urgency, number] = _fits(view)
            fits[urgency, number] = (
                _fits(View(untrained, asked)) if changes else trained[urgency, number]
            )
        points[number] = _points(view, at)
        tenths[number] = np.where(view.tenths == UNKNOWN, -1, view.tenths)
    periods = _periods(supply, first, last)
    return Judged(
        fits,
        trained,
        _of_age(board, pool.referrals[0], case),
        points,
        tenths,
        _fee_points(board, pool.referrals[0], periods),
        _marginal(case, pool, supply, periods),
        periods,
    )


def _fits(view: View) -> Flags:
    fits = np.ones(view.board.size, dtype=bool)
    for rule in RULES:
        if rule.code not in BY_AGE and rule.code not in BY_HOUSEHOLD:
            fits &= rule.test(view)
    return fits


def _points(view: View, at: Ints) -> Ints:
    fees = view.board.fees(view.referral.band, view.day)
    seen = Seen(view, at, np.ones(len(at), dtype=bool), fees)
    total = np.zeros(len(at), dtype=np.int64)
    for component in COMPONENTS:
        if component.name not in WEEKLY:
            total += component.cost(seen)
    return total


def _of_age(board: Board, somebody: Referral, case: Problem) -> NDArray[np.bool_]:
    """For every age, the homes that the rules on age alone allow."""
    made = np.ones((AGES, board.size), dtype=bool)
    for age in range(AGES):
        view = View(board, replace(somebody, born=date(case.policy.as_of.year - age - 1, 1, 1)))
        view.age = age
        for rule in RULES:
            if rule.code in BY_AGE:
                made[age] &= rule.test(view)
    return made


def _periods(supply: Supply, first: date, last: date) -> tuple[date, ...]:
    """The days on which some rate changes, the first day before them."""
    days = {first}
    for rate in supply.rates[0]:
        days |= {day for day in (rate.start, rate.end) if day is not None and first < day <= last}
    return tuple(sorted(days))


def _fee_points(board: Board, somebody: Referral, periods: Sequence[date]) -> Ints:
    cost = next(component for component in COMPONENTS if component.name == "cost")
    at = np.arange(board.size, dtype=np.int64)
    made = np.zeros((len(BANDS), len(periods), board.size), dtype=np.int64)
    view = View(board, somebody)
    for band, name in enumerate(BANDS):
        for period, day in enumerate(periods):
            seen = Seen(view, at, np.ones(board.size, dtype=bool), board.fees(name, day))
            made[band, period] = cost.cost(seen)
    return made


def _marginal(case: Problem, pool: Pool, supply: Supply, periods: Sequence[date]) -> Ints:
    made = np.zeros((2, len(BANDS), len(periods), len(supply.homes)), dtype=np.int64)
    for regime, rates in enumerate(supply.rates):
        board = Board(asking(case, pool, supply.homes, rates))
        for band, name in enumerate(BANDS):
            for period, day in enumerate(periods):
                fees: Fees = board.fees(name, day)
                made[regime, band, period] = fees.marginal
    return made


def high_need() -> NDArray[np.bool_]:
    """Whether each band is high-need."""
    return np.array([band in HIGH_NEED for band in BANDS], dtype=bool)
