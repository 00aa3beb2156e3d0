"""The exact limits of a count, against a library that computes them another way."""

import math

import pytest
from scipy import stats

from pricing.outcomes.poisson import poisson_limits


@pytest.mark.parametrize("count", [*range(0, 60), 99, 250, 1000])
def test_the_limits_are_those_of_the_chi_squared_quantiles(count: int) -> None:
    lower, upper = poisson_limits(count)
    expected_lower = stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0.0
    assert lower == pytest.approx(expected_lower, rel=1e-9, abs=1e-12)
    assert upper == pytest.approx(stats.chi2.ppf(0.975, 2 * count + 2) / 2, rel=1e-9)


def test_no_event_at_all_has_the_limit_that_can_be_written_down() -> None:
    assert poisson_limits(0) == pytest.approx((0.0, math.log(40)), rel=1e-12)


def test_three_events_have_the_limits_of_the_printed_tables() -> None:
    assert poisson_limits(3) == pytest.approx((0.6187, 8.7673), abs=5e-5)
