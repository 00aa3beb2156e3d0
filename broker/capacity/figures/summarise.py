"""A figure over replications: mean, median, the 5th to 95th percentile, and how sure the mean is.

Percentiles are by nearest rank: the smallest value with at least so many per cent of replications
at or below it. The standard error is the Monte-Carlo one, the deviation between replications by
the root of their number. Money stays in whole pence throughout: a mean is rounded half-up once, a
standard error to the nearest penny. Replications in which a figure is unknown are left out and
counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt, sqrt
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from broker.capacity.figures.days import Ints
from broker.capacity.figures.definitions import Figure, Measure
from broker.capacity.figures.split import rounded_ratio
from pricing.money import round_half_up, round_ratio

LOW, MEDIAN, HIGH = 5, 50, 95
DECIMALS: Final = 6
_Z: Final = 1.6448536269514722
_UNKNOWN: Final = np.iinfo(np.int64).max
_HALF: Final = 1 << 20

Number = int | Fraction


@dataclass(frozen=True, slots=True)
class Estimate:
    """One figure of one group and year: pence for money, else numbers of six decimals.

    `n` replications know it; `of` is the mean of its denominator over all replications, None where
    it has none. `low` and `high` are the 5th and 95th percentile; of a probability, between which
    it lies with 90% confidence by Wilson's interval. None where it is unknown.
    """

    mean: Number | None
    median: Number | None
    low: Number | None
    high: Number | None
    error: Number | None
    n: int
    of: Fraction | None


def values(figure: Figure, above: Ints, below: Ints) -> NDArray[Any]:
    """A figure's value in each replication: pence, or a float that is NaN where it is unknown."""
    known = below > 0
    if figure.measure is Measure.PENCE:
        scale = figure.scale.numerator
        pence = above
        if figure.of:
            pence = rounded_ratio(above * scale, np.where(known, below, 1))
        return np.where(known, pence, _UNKNOWN)
    with np.errstate(invalid="ignore", divide="ignore"):
        floats = above * float(figure.scale) / below
    return np.where(known, floats, np.nan)


def is_known(value: NDArray[Any]) -> NDArray[np.bool_]:
    """Which values are known."""
    if value.dtype.kind == "i":
        return np.asarray(value != _UNKNOWN)
    return ~np.isnan(value.astype(np.float64))


def estimate(
    figure: Figure, value: NDArray[Any], below: Ints | None, *, paired: bool = False
) -> Estimate:
    """The estimate of a figure from its value in each replication.

    `paired` values are differences: of a probability they have percentiles like any other.
    """
    known = value[is_known(value)]
    if not len(known):
        return Estimate(None, None, None, None, None, 0, _of(figure, below))
    of = _of(figure, below)
    if known.dtype.kind == "i":
        return _of_money(known.astype(np.int64), of)
    chance = figure.measure is Measure.PROBABILITY and not paired
    return _of_numbers(known.astype(np.float64), of, chance)


def unknown(figure: Figure, below: Ints) -> Estimate:
    """What is said of a figure that some replications know and others do not."""
    n = int((below > 0).sum())
    return Estimate(None, None, None, None, None, n, _of(figure, below))


def _of(figure: Figure, below: Ints | None) -> Fraction | None:
    """The mean denominator; of a place-week in place-days, as it is counted."""
    if not figure.of or below is None or not len(below):
        return None
    return _six(float(below.mean()))


def rank(percent: int, n: int) -> int:
    """The place of a percentile by nearest rank among n values in order, from 0."""
    return max(0, -(-percent * n // 100) - 1)


def _of_money(known: Ints, of: Fraction | None) -> Estimate:
    n = len(known)
    known = np.sort(known)
    mean = round_ratio(int(known.sum()), n)
    low, median, high = (int(known[rank(percent, n)]) for percent in (LOW, MEDIAN, HIGH))
    return Estimate(mean, median, low, high, _error_of_money(known, mean), n, of)


def _error_of_money(known: Ints, mean: int) -> int | None:
    """The whole pence of the standard error: squares beyond 64 bits are added in two parts."""
    n = len(known)
    if n == 1:
        return None
    off = known - mean
    high, low = off // _HALF, off % _HALF
    squares = int((high * high).sum()) * _HALF**2
    squares += 2 * _HALF * int((high * low).sum()) + int((low * low).sum())
    exact = Fraction(n * squares - int(off.sum()) ** 2, n * n * (n - 1))
    return (isqrt(int(4 * exact)) + 1) // 2


def _of_numbers(known: NDArray[np.float64], of: Fraction | None, chance: bool) -> Estimate:
    n = len(known)
    known = np.sort(known)
    mean = float(known.mean())
    low, median, high = (float(known[rank(percent, n)]) for percent in (LOW, MEDIAN, HIGH))
    if chance:
        low, high = wilson(mean, n)
    error = None if n == 1 else _six(float(known.std(ddof=1)) / sqrt(n))
    return Estimate(_six(mean), _six(median), _six(low), _six(high), error, n, of)


def wilson(share: float, n: int) -> tuple[float, float]:
    """Wilson's 90% interval of a probability from a share of n."""
    middle = share + _Z**2 / (2 * n)
    half = _Z * sqrt(share * (1 - share) / n + _Z**2 / (4 * n * n))
    whole = 1 + _Z**2 / n
    return max(0.0, (middle - half) / whole), min(1.0, (middle + half) / whole)


def _six(value: float) -> Fraction:
    return Fraction(round_half_up(Fraction(value) * 10**DECIMALS), 10**DECIMALS)
