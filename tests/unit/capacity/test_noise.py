"""Student's t against a library, and limits that hold their probability."""

import math

import numpy as np
import pytest
from scipy import stats

from broker.capacity.replay.noise import mean_of, quantile


@pytest.mark.parametrize("freedom", [1, 2, 5, 19, 200])
@pytest.mark.parametrize("probability", [0.6, 0.9, 0.975, 0.995])
def test_the_quantile_is_that_of_a_library(freedom: int, probability: float) -> None:
    assert math.isclose(
        quantile(probability, freedom), stats.t.ppf(probability, freedom), rel_tol=1e-5
    )


def test_the_limits_hold_the_true_mean_at_their_probability() -> None:
    draw = np.random.default_rng(5)
    held = 0
    for _ in range(400):
        found = mean_of(draw.normal(3.0, 2.0, size=6).tolist())
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 3.0 <= found.high
    assert 365 <= held <= 394


def test_one_number_has_no_limits() -> None:
    found = mean_of([4.0])
    assert (found.mean, found.low, found.high) == (4.0, None, None)
