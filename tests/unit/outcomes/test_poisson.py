"""The exact limits of a count, against a library that computes them another way."""

import math

import pytest
from scipy import stats

from pricing.outcomes.poisson import poisson_limits


@pytest.mark.parametrize("count", [*range(0, 60), 99, 250, 1000])
def test_the_limits_are_those_of_the_chi_squared_quantiles(count: int) -> None:
    lower, upper = poisson_limits(count)
    expected_lower = stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0.0
    assert float(lower) == pytest.approx(expected_lower, rel=1e-9, abs=1e-9)
    expected_upper = stats.chi2.ppf(0.975, 2 * count + 2) / 2
    assert float(upper) == pytest.approx(expected_upper, rel=1e-9, abs=1e-9)


def test_no_event_at_all_has_the_limit_that_can_be_written_down() -> None:
    lower, upper = poisson_limits(0)
    assert lower == 0
    assert float(upper) == pytest.approx(math.log(40), abs=1e-9)


def test_three_events_have_the_limits_of_the_printed_tables() -> None:
    assert [f"{float(limit):.4f}" for limit in poisson_limits(3)] == ["0.6187", "8.7673"]
