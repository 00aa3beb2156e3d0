"""Rates of arrival: calibrated over many samples, drawn together where thin, sure where many."""

from __future__ import annotations

import numpy as np
import pytest

from broker.capacity.demand.arrivals import estimate_many, estimate_rates

AUTHORITIES, YEARS, KINDS = 8, 8, 12
LEVELS = np.array([0.4, 9, 8, 7, 11, 5, 10, 6.0])


def sampled(
    random: np.random.Generator, sets: int, spread: float | None, growth: float
) -> tuple[np.ndarray, np.ndarray]:
    """Counts (sets, authorities, years, kinds) and the true rates of the last year."""
    share = random.dirichlet(np.full(KINDS, 2.0))
    own = np.ones((sets, AUTHORITIES, KINDS))
    if spread is not None:
        own = random.gamma(spread, 1 / spread, own.shape)
    rates = LEVELS[:, None] * share * own
    by_year = (1 + growth) ** (np.arange(YEARS) - YEARS + 1.0)
    return random.poisson(rates[:, :, None, :] * by_year[:, None]), rates


@pytest.mark.thorough
@pytest.mark.parametrize(("spread", "growth"), [(None, 0.0), (8.0, 0.04), (1.5, -0.03)])
def test_the_intervals_hold_the_true_rates_at_the_nominal_frequency(
    spread: float | None, growth: float
) -> None:
    sets = 16
    counts, rates = sampled(np.random.default_rng(17), sets, spread, growth)
    made = estimate_many(counts, np.ones((AUTHORITIES, YEARS), np.bool_), draws=300)
    low, high = np.quantile(made.rates, (0.025, 0.975), axis=0)
    inside = (low <= rates) & (rates <= high)
    # Cells of one set share level, share and growth: the sets, not the cells, are independent.
    by_set = inside.mean(axis=(1, 2))
    error = by_set.std(ddof=1) / np.sqrt(sets)
    assert abs(by_set.mean() - 0.95) < max(4 * error, 0.01)
    thin = inside[:, 0].mean(axis=1)
    assert abs(thin.mean() - 0.95) < max(4 * thin.std(ddof=1) / np.sqrt(sets), 0.01)
    low, high = np.quantile(np.expm1(made.growth), (0.025, 0.975), axis=0)
    held = ((low <= growth) & (growth <= high)).mean()
    assert abs(held - 0.95) < 4 * np.sqrt(0.95 * 0.05 / sets)


def test_a_thin_cell_leans_on_the_others_and_its_limits_are_narrower_than_alone() -> None:
    counts = np.full((6, 8, 4), 3)
    counts[0, :, 0] = [0, 1, 0, 0, 0, 0, 0, 0]
    counts[0, :, 1:] = 0
    counts[0, ::2, 1:] = 1
    made = estimate_rates(counts, np.ones((6, 8), np.bool_))
    mean = made.rates.mean(axis=0)[0]
    alone = 1 / 8
    assert alone < mean[0] < mean[1]


def test_cells_that_have_nothing_in_common_are_left_to_themselves() -> None:
    random = np.random.default_rng(3)
    rates = np.exp(random.normal(0, 2, (6, 8)))
    counts = random.poisson(rates[:, None, :] * 3, (6, 8, 8))
    made = estimate_rates(counts, np.ones((6, 8), np.bool_))
    alone = counts.mean(axis=1)
    many = counts.sum(axis=1) > 40
    assert made.rates.mean(axis=0)[many] == pytest.approx(alone[many], rel=0.35)


def test_many_counts_make_the_rate_the_count_over_the_years() -> None:
    counts = np.array([[[400, 90]] * 8, [[200, 45]] * 8])
    made = estimate_rates(counts, np.ones((2, 8), np.bool_))
    assert made.rates.mean(axis=0) == pytest.approx(counts.mean(axis=1), rel=0.05)
    assert abs(made.growth.mean()) < 0.02


def test_growth_is_taken_as_none_with_fewer_than_four_years() -> None:
    counts = np.array([[[4, 9], [40, 90], [400, 900]]])
    made = estimate_rates(counts, np.ones((1, 3), np.bool_))
    assert made.fixed
    assert not made.growth.any()


def test_a_year_without_a_return_is_no_year_without_arrivals() -> None:
    counts = np.full((3, 8, 2), 20)
    seen = np.ones((3, 8), np.bool_)
    counts[0, :5] = 0
    seen[0, :5] = False
    mean = estimate_rates(counts, seen).rates.mean(axis=0)
    assert mean[0] == pytest.approx([20, 20], rel=0.12)


def test_the_gamma_has_the_mean_and_variance_of_the_draws() -> None:
    counts, _ = sampled(np.random.default_rng(1), 1, 4.0, 0.0)
    made = estimate_rates(counts[0], np.ones((AUTHORITIES, YEARS), np.bool_))
    shape, rate = made.gamma()
    assert shape / rate == pytest.approx(made.rates.mean(axis=0))
    assert shape / rate**2 == pytest.approx(made.rates.var(axis=0))


def test_the_same_counts_give_the_same_draws() -> None:
    counts, _ = sampled(np.random.default_rng(1), 1, 4.0, 0.0)
    seen = np.ones((AUTHORITIES, YEARS), np.bool_)
    one, two = (estimate_rates(counts[0], seen, draws=50).rates for _ in range(2))
    assert np.array_equal(one, two)


def test_one_authority_alone_agrees_with_the_plain_gamma_posterior() -> None:
    """One authority, one kind, three years: level times share times departure, data only n."""
    made = estimate_rates(np.array([[[30], [34], [29]]]), np.ones((1, 3), np.bool_), draws=6000)
    assert made.rates.mean() == pytest.approx(93.5 / 3, rel=0.02)
    assert made.rates.std() == pytest.approx(np.sqrt(93.5) / 3, rel=0.12)
