"""Lengths of stay: curves by hand, by an independent maximiser, and over many samples."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from broker.capacity.demand.lengths import (
    MONTH_DAYS,
    Lengths,
    fit_exponential,
    fit_weibull,
    kaplan_meier,
    lengths,
)

SEEN = Lengths(
    np.array([0.0, 0.0, 2.0, 0.0, 5.0, 0.0]),
    np.array([1.0, 3.0, 3.0, 4.0, 9.0, 9.5]),
    np.array([True, True, False, True, True, False]),
)


def test_the_curve_seen_is_kaplan_and_meiers_by_hand() -> None:
    curve = kaplan_meier(SEEN)
    assert curve.months.tolist() == [1.0, 3.0, 4.0, 9.0]
    assert curve.at_risk.tolist() == [4, 4, 2, 2]
    assert curve.share == pytest.approx([3 / 4, 9 / 16, 9 / 32, 9 / 64])
    assert (curve.at(0.5), curve.at(3.9), curve.at(40)) == pytest.approx((1, 9 / 16, 9 / 64))
    assert curve.median() == 4.0


def test_its_limits_are_greenwoods_on_the_log_log_scale() -> None:
    curve = kaplan_meier(SEEN)
    spread = np.sqrt(1 / (4 * 3)) / abs(np.log(0.75))
    assert curve.low[0] == pytest.approx(0.75 ** np.exp(1.96 * spread))
    assert curve.high[0] == pytest.approx(0.75 ** np.exp(-1.96 * spread))


def test_nobody_seen_for_a_day_is_left_out() -> None:
    assert len(lengths([(10, 10, False), (0, MONTH_DAYS, True)])) == 1


def test_a_curve_that_stays_above_a_half_has_no_median() -> None:
    zeros = np.zeros(3)
    data = Lengths(zeros, np.array([1.0, 2, 3]), np.array([True, False, False]))
    assert kaplan_meier(data).median() is None


def test_the_exponential_scale_is_the_months_lived_over_the_endings() -> None:
    fitted = fit_exponential(SEEN)
    assert fitted.scale == pytest.approx((1 + 3 + 1 + 4 + 4 + 9.5) / 4)
    assert (fitted.shape, fitted.median()) == pytest.approx((1, fitted.scale * np.log(2)))


def made(random: np.random.Generator, number: int, shape: float, scale: float) -> Lengths:
    """Stays of which some were under way before they were seen, and some are lost from sight."""
    whole = scale * random.weibull(shape, number)
    since = np.where(random.random(number) < 0.3, random.exponential(6, number), 0)
    last = since + random.exponential(20, number)
    seen = whole > since
    return Lengths(since[seen], np.minimum(whole, last)[seen], (whole <= last)[seen])


@pytest.mark.parametrize(("shape", "scale", "seed"), [(0.7, 5.0, 1), (1.0, 14.0, 2), (2.3, 9.0, 3)])
def test_the_fit_agrees_with_an_independent_maximiser_and_its_curvature(
    shape: float, scale: float, seed: int
) -> None:
    data = made(np.random.default_rng(seed), 150, shape, scale)

    def minus_log_likelihood(at: np.ndarray) -> float:
        k, s = np.exp(at)
        hazard = np.log(k / s) + (k - 1) * np.log(data.until[data.ended] / s)
        return float(((data.until / s) ** k - (data.seen_from / s) ** k).sum() - hazard.sum())

    best = minimize(minus_log_likelihood, [0, 2], method="Nelder-Mead",
                    options={"xatol": 1e-9, "fatol": 1e-11, "maxiter": 5000})  # fmt: skip
    fitted = fit_weibull(data)
    assert np.log([fitted.shape, fitted.scale]) == pytest.approx(best.x, abs=1e-5)
    assert fitted.log_likelihood == pytest.approx(-best.fun)
    step = 1e-4
    curved = np.empty((2, 2))
    for i, a in enumerate(np.eye(2) * step):
        for j, b in enumerate(np.eye(2) * step):
            x = best.x
            four = [minus_log_likelihood(x + s * a + t * b) for s in (1, -1) for t in (1, -1)]
            curved[i, j] = (four[0] - four[1] - four[2] + four[3]) / (4 * step * step)
    assert fitted.covariance == pytest.approx(np.linalg.inv(curved), rel=1e-3)


def test_the_intervals_of_the_fit_hold_the_truth_at_the_nominal_frequency() -> None:
    random = np.random.default_rng(11)
    inside = np.zeros(2)
    samples = 150
    for _ in range(samples):
        fitted = fit_weibull(made(random, 120, 0.8, 9.0))
        away = np.abs(np.log([fitted.shape / 0.8, fitted.scale / 9.0]))
        inside += away < 1.96 * np.sqrt(np.diag(fitted.covariance))
    # 95% of 150 within four standard errors of a binomial share
    assert np.all(np.abs(inside / samples - 0.95) < 4 * np.sqrt(0.95 * 0.05 / samples))


def test_the_two_curves_come_together_as_stays_become_many() -> None:
    data = made(np.random.default_rng(5), 6000, 0.8, 9.0)
    curve, fitted = kaplan_meier(data), fit_weibull(data)
    early = curve.months < 24
    assert np.abs(curve.share - fitted.at(curve.months))[early].max() < 0.03
