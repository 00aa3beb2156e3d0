"""The search against brute force, on outcomes that are made up."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from broker.capacity.buying.bound import Floors, least, number_allowed
from broker.capacity.buying.evaluate import column
from broker.capacity.buying.options import Kind, Limits, Options, Portfolio, Terms
from broker.capacity.buying.outcome import COLUMNS
from broker.capacity.buying.search import (
    Found,
    NothingAllowed,
    keeps,
    neighbours,
    point,
    search,
)

N = 60


def options(local: Fraction = Fraction(), risk: Fraction = Fraction(1)) -> Options:
    """Three kinds on two terms, the third on one of them only."""
    kinds = (
        Kind("A", "a", "H", 3, 3),
        Kind("B", "b", "H", 2, 5),
        Kind("C", "c", "H", 2, 1, terms=("T2",)),
    )
    terms = (Terms("T1", 8, Fraction(90), None), Terms("T2", 4, Fraction(80), None))
    limits = Limits(16, 100, None, local, risk)
    return Options("o.toml", "0" * 64, "Invented", "ours", limits, kinds, terms)


def outcomes(one: Portfolio, n: int) -> np.ndarray:
    """Outcomes with their least cost at two A, one B and one C on T2, with shared noise."""
    shared = np.random.default_rng(0).normal(0, 10**6, N)[:n]
    a, b, c = one.counts
    own = 10**5 * ((a - 2) ** 2 + 2 * (b - 1) ** 2 + (c - 1) ** 2) + 6 * 10**4 * one.terms
    table = np.zeros((n, len(COLUMNS)), dtype=np.int64)
    table[:, COLUMNS.index("cost")] = (10**8 + own + shared).round()
    table[:, COLUMNS.index("block")] = 10**7 * (a + b + c)
    table[:, COLUMNS.index("local")] = 10 + a + b + c
    table[:, COLUMNS.index("moves")] = 40
    table[:, COLUMNS.index("over")] = np.arange(n) % 20 < a + b
    return table


def floors(below: int) -> Floors:
    """Floors of the made-up outcomes: so many pence below the least of a box, by brute force."""

    def of(terms: int, low: tuple[int, ...], high: tuple[int, ...]) -> np.ndarray:
        inside = product(*(range(a, b + 1) for a, b in zip(low, high, strict=True)))
        costs = [outcomes(Portfolio(terms, (a, b, c)), N)[:, 0] for a, b, c in inside]
        lowest: np.ndarray = np.min(costs, axis=0) - below
        return lowest

    return of


def found(
    asked: Options, every: int, proposals: Sequence[Portfolio] = (), below: int = 10**9
) -> Found:
    """A search over the made-up outcomes, whose floors are so many pence below them."""
    start = proposals or [Portfolio(1, (0, 0, 2))]
    return search(
        asked, lambda of, n: [outcomes(one, n) for one in of], lambda: start, N,
        bounds=lambda costs, target: least(asked, floors(below), costs, target),
        years=Fraction(8), indifference=10**4, enumerate_up_to=every,
    )  # fmt: skip


def brute(asked: Options) -> Portfolio:
    """The least mean cost by counting through everything, with loops of its own."""
    best = []
    for terms in (0, 1):
        for a in range(4):
            for b in range(3):
                for c in range(3):
                    places = 3 * a + 5 * b + c
                    if 0 < places <= 16 and not (c and terms == 0):
                        table = outcomes(Portfolio(terms, (a, b, c)), N)
                        share = Fraction(int(table[:, 8].sum()), int(table[:, 9].sum()))
                        over = Fraction(int(table[:, 7].sum()), N)
                        if share >= asked.limits.local and over <= asked.limits.void_risk:
                            best.append((table[:, 0].sum(), terms, (a, b, c)))
    _, terms, counts = min(best)
    return Portfolio(terms, counts)


@pytest.mark.parametrize("every", [0, 1000])
def test_search_and_enumeration_find_what_brute_force_finds(every: int) -> None:
    made = found(options(), every)
    assert made.best == brute(options())
    assert made.enumerated == (every > 0)


def test_a_floor_at_the_costs_proves_the_best_without_simulating_the_rest() -> None:
    made = found(options(), 0, below=0)
    assert made.best == brute(options())
    assert made.proven
    assert made.least.gap == 0
    assert len(made.full) < number_allowed(options())


def test_what_a_floor_leaves_is_simulated_where_it_is_few_and_told_where_it_is_many() -> None:
    """Floors half the distance below: some portfolios might be cheaper until they are simulated."""
    open_end = found(options(), 0, [Portfolio(0, (3, 0, 0))], below=15 * 10**4)
    assert not open_end.proven
    assert open_end.least.left
    cost = {one: outcomes(one, N)[:, 0] for one in options().every()}
    best = cost[open_end.best].sum()
    might = {
        one for one, own in cost.items()
        if one not in open_end.full and own.sum() - N * 15 * 10**4 < best
    }  # fmt: skip
    assert set(open_end.least.left) == might
    assert open_end.least.gap == max(
        Fraction(int(best - cost[one].sum()), N) + 15 * 10**4 for one in might
    )
    closed = found(options(), 25, [Portfolio(0, (3, 0, 0))], below=15 * 10**4)
    assert might <= set(closed.full)
    assert closed.proven
    assert not closed.enumerated
    assert closed.best == brute(options())


def test_all_allowed_portfolios_are_counted() -> None:
    assert number_allowed(options()) == len(list(options().every()))


def test_limits_are_kept_and_change_what_is_best() -> None:
    tight = options(risk=Fraction(1, 10))
    made = found(tight, 1000)
    assert made.best == brute(tight) != brute(options())
    assert keeps(made.tables[made.best], tight.limits, Fraction(8))


def test_limits_that_nothing_keeps_are_named() -> None:
    with pytest.raises(NothingAllowed, match="local share of 90%"):
        found(options(local=Fraction(9, 10)), 1000)
    with pytest.raises(NothingAllowed, match="local share of 90%"):
        found(options(local=Fraction(9, 10)), 0)


def test_the_budget_counts_the_block_alone_by_the_year() -> None:
    table = outcomes(Portfolio(0, (2, 1, 0)), N)
    assert keeps(table, Limits(16, 1, 3 * 10**7 // 8, Fraction(), Fraction(1)), Fraction(8))
    assert not keeps(table, Limits(16, 1, 3 * 10**7 // 8 - 1, Fraction(), Fraction(1)), Fraction(8))


def test_every_portfolio_is_full_or_beaten_by_a_named_one() -> None:
    made = found(options(), 0, [Portfolio(1, (3, 1, 2)), Portfolio(1, (1, 1, 0))])
    assert set(made.tables) == set(made.full) | set(made.beaten)
    for one, other in made.beaten.items():
        assert point(made.tables[other][:20]).beats(point(made.tables[one][:20]))
    for one in made.frontier:
        assert not any(
            point(made.tables[other]).beats(point(made.tables[one])) for other in made.full
        )


def test_neighbours_are_one_step_away_and_allowed() -> None:
    asked = options()
    around = neighbours(asked, Portfolio(0, (2, 1, 0)))
    assert Portfolio(0, (3, 1, 0)) in around
    assert Portfolio(1, (2, 1, 0)) in around
    assert Portfolio(0, (1, 2, 0)) in around
    assert all(asked.allowed(one) and one.counts[2] == 0 for one in around if one.terms == 0)
    assert Portfolio(0, (2, 1, 0)) not in around


def test_all_portfolios_are_counted_through_once() -> None:
    every = list(options().every())
    assert len(every) == len(set(every))
    assert all(options().allowed(one) for one in every)
    assert (column(outcomes(every[0], 2), "moves") == 40).all()
