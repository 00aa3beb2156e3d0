"""Means, pairs, the frontier and the race, against second ways of working them out."""

from __future__ import annotations

import statistics
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from broker.capacity.buying.frontier import Point, not_beaten
from broker.capacity.buying.paired import (
    Mean,
    independent,
    mean,
    paired,
    ratio,
    ratio_difference,
    root,
)
from broker.capacity.buying.race import race

WHOLE = st.integers(-(10**12), 10**12)
SHARES = st.fractions(0, 1, max_denominator=5)


@given(st.lists(WHOLE, min_size=2, max_size=30))
def test_a_mean_and_its_error_are_those_of_the_standard_library(values: list[int]) -> None:
    made = mean(np.array(values, dtype=np.int64))
    assert made.value == statistics.mean(map(Fraction, values))
    expected = (statistics.variance(map(Fraction, values)) / len(values)) ** Fraction(1, 2)
    assert made.error is not None
    assert abs(float(made.error) - float(expected)) <= 1e-9 * float(expected) + 1e-5


@given(st.lists(st.tuples(WHOLE, WHOLE), min_size=2, max_size=20))
def test_a_paired_difference_takes_out_what_both_share(rows: list[tuple[int, int]]) -> None:
    first = np.array([a for a, _ in rows], dtype=np.int64)
    second = first + 5
    assert paired(first, second) == Mean(Fraction(5), Fraction(), len(rows))


def test_a_single_replication_has_no_interval_and_no_sign() -> None:
    made = mean(np.array([7]))
    assert (made.low, made.high, made.sign) == (None, None, 0)


def test_the_error_of_a_ratio_is_that_of_its_linearisation() -> None:
    above, below = np.array([3, 5, 4, 9]), np.array([10, 12, 7, 20])
    share = above.sum() / below.sum()
    rest = (above - share * below) / below.mean()
    made = ratio(above, below)
    assert made.value == Fraction(21, 49)
    assert made.error is not None
    assert np.isclose(float(made.error), rest.std(ddof=1) / 2)
    same = ratio_difference((above, below), (above, below))
    assert same.value == same.error == Fraction()


def test_a_ratio_of_nothing_is_not_known() -> None:
    assert ratio(np.array([0, 0]), np.array([0, 0])).n == 0


def test_means_of_separate_samples_add_their_variances() -> None:
    made = independent(Mean(Fraction(10), Fraction(3), 9), Mean(Fraction(12), Fraction(4), 16))
    assert made == Mean(Fraction(2), Fraction(5), 9)


@given(st.fractions(0, 10**12, max_denominator=1000))
def test_a_root_squared_is_the_number(value: Fraction) -> None:
    assert abs(float(root(value)) ** 2 - float(value)) <= 1e-5 * float(value) + 1e-5


@given(st.lists(st.builds(Point, SHARES, SHARES, SHARES), max_size=12))
def test_the_frontier_has_just_the_points_that_no_other_beats(points: list[Point]) -> None:
    expected = []
    for at, one in enumerate(points):
        beaten = False
        for other in points:
            as_good = other.cost <= one.cost and other.local >= one.local and other.risk <= one.risk
            beaten |= as_good and other != one
        if not beaten:
            expected.append(at)
    assert not_beaten(points) == expected


def drawn(means: list[int], seed: int, n: int = 400) -> list[np.ndarray]:
    """Costs that share most of their noise."""
    random = np.random.default_rng(seed)
    shared = random.normal(0, 5000, n)
    own = [random.normal(0, 300, n) for _ in means]
    return [
        (m + shared + noise).round().astype(np.int64) for m, noise in zip(means, own, strict=True)
    ]


def test_a_race_names_the_best_at_least_as_often_as_it_says() -> None:
    right = 0
    for seed in range(100):
        costs = drawn([10_300, 10_000, 10_250, 10_900], seed)
        made = race(4, lambda left, n, c=costs: [c[one][:n] for one in left], 400, 200)  # type: ignore[misc]
        right += made.best == 1 and made.proven
    assert right >= 95


def test_a_race_of_equals_that_nothing_tells_apart_says_so() -> None:
    costs = drawn([10_000, 10_000], 3, 60)
    made = race(2, lambda left, n: [costs[one][:n] for one in left], 60, 1)
    assert made.left == (0, 1)
    assert not made.proven
    assert made.replications == (60, 60)


def test_of_two_the_same_the_earlier_wins() -> None:
    same = np.arange(40)
    made = race(2, lambda left, n: [same[:n] for _ in left], 40, 1)
    assert (made.best, made.left, made.used) == (0, (0,), 20)


def test_whoever_is_far_dearer_leaves_after_the_first_stage() -> None:
    costs = drawn([10_000, 90_000], 1)
    made = race(2, lambda left, n: [costs[one][:n] for one in left], 400, 100)
    assert (made.best, made.replications) == (0, (20, 20))
