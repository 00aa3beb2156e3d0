"""How far a count could be from what it stands for, by chance alone: exact Poisson limits.

The limits of Garwood (Biometrika, 1936): the smallest mean under which so many or more, and the
largest under which so few or fewer, would come in one case of forty. They tell how certain a figure
is and decide about no money, so binary fractions do.
"""

import math
from collections.abc import Callable

CONFIDENCE_PERCENT = 95
_TAIL = (100 - CONFIDENCE_PERCENT) / 200


def poisson_limits(count: int) -> tuple[float, float]:
    """The lower and upper limit of the mean, at 95% confidence, for a count of 0 or more."""
    above = count + 10 * math.sqrt(count + 1) + 10
    upper = _first_mean(lambda mean: _at_most(count, mean) <= _TAIL, above)
    if count == 0:
        return 0.0, upper
    return _first_mean(lambda mean: _at_most(count - 1, mean) <= 1 - _TAIL, above), upper


def _at_most(count: int, mean: float) -> float:
    """The probability of so many or fewer under a mean above 0."""
    log = math.log(mean)
    return math.fsum(math.exp(n * log - mean - math.lgamma(n + 1)) for n in range(count + 1))


def _first_mean(reached: Callable[[float], bool], above: float) -> float:
    """The least mean that reaches a test, by halving, to the last digit; `above` reaches it."""
    below = 0.0
    while below < (middle := (below + above) / 2) < above:
        if reached(middle):
            above = middle
        else:
            below = middle
    return above
