"""No exact simulation of a portfolio costs less than its floor, whatever chance may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest

from broker.capacity.buying.bounded import Floors, trained
from broker.capacity.buying.built import build, filtered
from broker.capacity.buying.evaluate import column
from broker.capacity.buying.options import Portfolio
from broker.capacity.buying.outcome import Pricer, pricer
from broker.capacity.buying.prepared import Question, everything
from broker.capacity.simulation.replicate import replicate
from broker.capacity.simulation.settings import Settings
from broker.capacity.simulation.world import World, make_world
from tests.integration.capacity.buying_world import FIRST, question_about
from tests.integration.simulation.worlds import demand

WEEKS, SEED, RUNS = 60, 3, 4
SUPPLY = {
    "opening": [{"homes": 2, "every_months": 3, "places": 2}],
    "training": [{"homes": 1, "need": "eating_disorder", "months": 2}],
}
CHANCES: Mapping[str, Mapping[str, Any]] = {
    "as assumed": {},
    "homes shut often and for long": {"closures_per_day": 0.01, "closed_days": 90},
    "homes shut often and briefly": {"closures_per_day": 0.02, "closed_days": 3},
    "providers decline often": {"decline": 0.6},
    "everybody steps down": {"step_down": 1.0, "step_first": 20.0, "step_last": 60.0},
    "everybody waits": {"elsewhere_after": 0},
    "elsewhere at once": {"elsewhere_after": 1, "emergency": 1.0},
}


@cache
def question(supply: bool = False) -> Question:
    """The question about a small case, with or without homes that open and train."""
    given = {**demand(), "supply": SUPPLY} if supply else demand()
    return question_about(weeks=WEEKS, seed=SEED, demand=given)


@cache
def whole(supply: bool) -> World:
    """The world with every home that could be bought, all of them trained."""
    about = question(supply)
    return trained(everything(about, SEED), lambda other: everything(about, SEED, other))


@cache
def worlds(supply: bool) -> Mapping[Portfolio, tuple[World, Pricer]]:
    """The worlds of some portfolios, on both terms, with their prices."""
    about, made = question(supply), {}
    counts = ((2, 1),) if supply else ((1, 0), (0, 1), (2, 1))
    for terms, own in product(range(2), counts):
        portfolio = Portfolio(terms, own)
        built = build(about.options, portfolio, about.case, about.present, FIRST, WEEKS)
        world = make_world(
            built.case, built.contract, about.demand, weeks=WEEKS, seed=SEED,
            settings=Settings(), first=FIRST,
            pool=filtered(whole(supply).pool, built.case),
        )  # fmt: skip
        made[portfolio] = world, pricer(world, built, about.pricing)
    return made


def changed(world: World, chances: Mapping[str, Any]) -> World:
    """The world with other chances."""
    law = world.fixed.law
    return replace(
        world, fixed=world.fixed._replace(law=law._replace(chances=law.chances._replace(**chances)))
    )


def floors(chances: Mapping[str, Any], supply: bool) -> Floors:
    """The floors of the question under these chances."""
    about = question(supply)
    priced = {one.terms: made for one, (_, made) in worlds(supply).items()}
    return Floors(
        about.options, changed(whole(supply), chances), tuple(about.present.homes), RUNS,
        lambda one: build(about.options, one, about.case, about.present, FIRST, WEEKS),
        lambda built: priced[0 if built.covered == WEEKS else 1],
    )  # fmt: skip


@pytest.mark.parametrize("name", CHANCES)
def test_no_simulation_of_a_portfolio_undercuts_its_floor(name: str) -> None:
    below = floors(CHANCES[name], False)
    for portfolio, (world, prices) in worlds(False).items():
        runs = [replicate(changed(world, CHANCES[name]), at) for at in range(RUNS)]
        costs = column(prices.outcomes(runs), "cost")
        own = below(portfolio.terms, portfolio.counts, portfolio.counts)
        assert (own <= costs).all(), (portfolio, own - costs)
        box = below(portfolio.terms, (0, 0), (2, 1))
        assert (box <= own).all()
        if name == "as assumed":  # a floor far below would prove nothing
            assert (own * 106 >= costs * 100).all()


def test_homes_that_open_and_train_are_counted_with() -> None:
    below = floors({"closures_per_day": 0.005}, True)
    for portfolio, (world, prices) in worlds(True).items():
        runs = [replicate(changed(world, {"closures_per_day": 0.005}), at) for at in range(RUNS)]
        costs = column(prices.outcomes(runs), "cost")
        assert (below(portfolio.terms, portfolio.counts, portfolio.counts) <= costs).all()


def test_a_guarantee_of_more_places_than_anybody_needs_lifts_the_floor_by_its_voids() -> None:
    """All places empty, nobody able to live there: the floor is all at spot and every void."""
    below = floors({}, False)
    terms, counts = 0, (2, 1)
    plain = below(terms, (0, 0), (0, 0))
    block = worlds(False)[Portfolio(terms, counts)][1].block
    nobody = below._of(terms)
    nobody = replace(nobody, short=np.zeros_like(nobody.short))
    void = (
        sum(Fraction(int(n), block.prices.void_denominator) for n in block.prices.void_numerator)
        * block.setting.block.guaranteed
    )
    unpaid = sum(nobody.unpaid[k][n] for k, n in enumerate(counts)) // 1000
    shut = sum(nobody.shut[k][n] for k, n in enumerate(counts)) // 1000
    made = nobody.least(counts, counts, block.setting.block.guaranteed)
    for at in range(RUNS):
        expected = int(plain[at]) + void - int(unpaid[at]) - int(shut[at])
        assert abs(made[at] - expected) <= 400  # half a penny off a day's price, rounded down
