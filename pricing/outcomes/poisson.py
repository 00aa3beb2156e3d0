"""How far a count could be from what it stands for, by chance alone: exact Poisson limits.

The limits of Garwood (Biometrika, 1936): the smallest mean under which so many or more, and the
largest under which so few or fewer, would come in one case of forty. They tell how certain a figure
is and decide about no money. Decimal numbers of many digits, so that no binary fraction is needed.
"""

from collections.abc import Callable
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Final

from pricing.money import rounded

CONFIDENCE_PERCENT: Final = 95
_TAIL: Final = Decimal(100 - CONFIDENCE_PERCENT) / 200
_DIGITS: Final = 40
_DECIMALS: Final = 9
_NEAR: Final = Decimal(10) ** -(_DECIMALS + 3)


def poisson_limits(count: int) -> tuple[Fraction, Fraction]:
    """The lower and upper limit of the mean, at 95% confidence, for a count of 0 or more.

    To nine decimals.
    """
    with localcontext() as context:
        context.prec = _DIGITS
        above = count + 10 * Decimal(count + 1).sqrt() + 10
        upper = _first_mean(lambda mean: _at_most(count, mean) <= _TAIL, above)
        lower = Decimal()
        if count:
            lower = _first_mean(lambda mean: _at_most(count - 1, mean) <= 1 - _TAIL, above)
    return rounded(Fraction(lower), _DECIMALS), rounded(Fraction(upper), _DECIMALS)


def _at_most(count: int, mean: Decimal) -> Decimal:
    """The probability of so many or fewer under a mean above 0."""
    term = total = (-mean).exp()
    for number in range(1, count + 1):
        term = term * mean / number
        total += term
    return total


def _first_mean(reached: Callable[[Decimal], bool], above: Decimal) -> Decimal:
    """The least mean that reaches a test, by halving; `above` reaches it."""
    below = Decimal()
    while above - below > _NEAR:
        middle = (below + above) / 2
        if reached(middle):
            above = middle
        else:
            below = middle
    return above
