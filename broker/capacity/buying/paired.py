"""Means and paired differences of whole numbers over replications, with 95% intervals.

Means are exact fractions; an interval is the mean and 1.96 standard errors either way (the central
limit theorem: at least some dozens of replications).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import Final

from broker.capacity.figures.days import Ints

Z: Final = Fraction(196, 100)
_FINE: Final = 10**6


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over `n` replications with its standard error; None where one does not tell."""

    value: Fraction
    error: Fraction | None
    n: int

    @property
    def low(self) -> Fraction | None:
        """The lower end of the 95% interval."""
        return None if self.error is None else self.value - Z * self.error

    @property
    def high(self) -> Fraction | None:
        """The upper end of the 95% interval."""
        return None if self.error is None else self.value + Z * self.error

    @property
    def sign(self) -> int:
        """-1 or 1 where the interval is all below or above 0, else 0: not told apart."""
        if self.low is not None and self.low > 0:
            return 1
        return -1 if self.high is not None and self.high < 0 else 0


def mean(values: Ints) -> Mean:
    """The mean of whole numbers."""
    whole = [int(value) for value in values]
    n = len(whole)
    middle = Fraction(sum(whole), n)
    return Mean(middle, None if n < 2 else root(variance(whole) / n), n)


def variance(whole: list[int]) -> Fraction:
    """The sample variance, exact."""
    n = len(whole)
    total = sum(whole)
    return Fraction(n * sum(value * value for value in whole) - total * total, n * (n - 1))


def paired(first: Ints, second: Ints) -> Mean:
    """Second less first, replication by replication."""
    return mean(second - first)


def ratio(above: Ints, below: Ints) -> Mean:
    """A ratio of sums, with the standard error of its linearisation (the delta method)."""
    whole = sum(int(value) for value in below)
    if not whole:
        return Mean(Fraction(), None, 0)
    share = Fraction(sum(int(value) for value in above), whole)
    n = len(above)
    if n < 2:
        return Mean(share, None, n)
    rest = [
        int(a) * share.denominator - share.numerator * int(b)
        for a, b in zip(above, below, strict=True)
    ]
    scale = share.denominator * Fraction(whole, n)
    return Mean(share, root(variance(rest) / n) / scale, n)


def ratio_difference(first: tuple[Ints, Ints], second: tuple[Ints, Ints]) -> Mean:
    """A ratio of sums less another of the same replications, paired (the delta method)."""
    one, two = ratio(*first), ratio(*second)
    n = len(first[0])
    if not one.n or not two.n or n < 2:
        return Mean(two.value - one.value, None, n)
    means = [Fraction(sum(int(v) for v in below), n) for _, below in (first, second)]
    rows = []
    for a, b, c, d in zip(*first, *second, strict=True):
        before = (int(a) - one.value * int(b)) / means[0]
        after = (int(c) - two.value * int(d)) / means[1]
        rows.append(after - before)
    total = sum(rows, Fraction()) / n
    spread = sum(((row - total) ** 2 for row in rows), Fraction()) / (n - 1)
    return Mean(two.value - one.value, root(spread / n), n)


def independent(first: Mean, second: Mean) -> Mean:
    """The difference of two means over random numbers that are not shared."""
    value = second.value - first.value
    if first.error is None or second.error is None:
        return Mean(value, None, min(first.n, second.n))
    return Mean(value, root(first.error**2 + second.error**2), min(first.n, second.n))


def root(value: Fraction) -> Fraction:
    """The square root of a number of 0 or more, to twelve digits."""
    scaled = value * _FINE**2
    if scaled >= _FINE**2:
        return Fraction(isqrt(int(scaled)), _FINE)
    return Fraction(isqrt(int(value * _FINE**4)), _FINE**2)
