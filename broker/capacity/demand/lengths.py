"""How long stays last, where many had not ended when the returns did.

Two estimates of the same: Kaplan and Meier's, which assumes no shape, and a Weibull curve by
maximum likelihood (exponential where its shape is 1). Both take stays that were already under way
when the returns began from then on only (delayed entry), and stays still going on as far as they
are seen. Months are of 30.4375 days. Source of the methods: Kalbfleisch and Prentice, The
Statistical Analysis of Failure Time Data, chapters 1 to 3.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MONTH_DAYS: Final = 365.25 / 12
STEPS: Final = 60
LOG_SHAPE_RANGE: Final = (-2.5, 2.5)


@dataclass(frozen=True, slots=True)
class Lengths:
    """Stays: from when each is seen, until when, in months, and whether it ended then."""

    seen_from: Floats
    until: Floats
    ended: NDArray[np.bool_]

    @property
    def endings(self) -> int:
        return int(self.ended.sum())

    def __len__(self) -> int:
        return len(self.until)


@dataclass(frozen=True, slots=True)
class Curve:
    """Kaplan and Meier's estimate: the share still there after each length at which some ended.

    `low` and `high` are its 95% limits (Greenwood, on the log-log scale); `at_risk` how many were
    seen just before.
    """

    months: Floats
    share: Floats
    low: Floats
    high: Floats
    at_risk: NDArray[np.int64]

    def at(self, month: float) -> float:
        """The share still there after so many months; 1 before the first ending."""
        index = int(np.searchsorted(self.months, month, side="right")) - 1
        return 1.0 if index < 0 else float(self.share[index])

    def median(self) -> float | None:
        """The length that half of all stays reach; None where the curve stays above a half."""
        below = np.flatnonzero(self.share <= 0.5)
        return float(self.months[below[0]]) if len(below) else None


@dataclass(frozen=True, slots=True)
class Weibull:
    """The share still there after t months is exp(-(t / scale) ** shape).

    `covariance` is that of (log shape, log scale); `log_likelihood` lets families be compared.
    """

    shape: float
    scale: float
    covariance: Floats
    log_likelihood: float

    def at(self, months: Floats) -> Floats:
        share: Floats = np.exp(-((months / self.scale) ** self.shape))
        return share

    def median(self) -> float:
        return float(self.scale * np.log(2) ** (1 / self.shape))

    def mean(self) -> float:
        from math import gamma

        return self.scale * gamma(1 + 1 / self.shape)


def lengths(rows: Sequence[tuple[float, float, bool]]) -> Lengths:
    """Stays from (seen from, until, ended) in days; those not seen for a day are left out."""
    table = np.array([row for row in rows if row[1] > row[0]], dtype=np.float64).reshape(-1, 3)
    return Lengths(table[:, 0] / MONTH_DAYS, table[:, 1] / MONTH_DAYS, table[:, 2] > 0)


def kaplan_meier(data: Lengths) -> Curve:
    """The share still there after each length, without assuming a shape."""
    months = np.unique(data.until[data.ended])
    order = np.sort(data.until)
    entered = np.sort(data.seen_from)
    ends = np.sort(data.until[data.ended])
    # Somebody is at risk of ending at t who was seen from before t and not lost before it.
    at_risk = np.searchsorted(entered, months, side="left") - np.searchsorted(
        order, months, side="left"
    )
    count = np.searchsorted(ends, months, side="right") - np.searchsorted(ends, months, side="left")
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.cumprod(1 - count / at_risk)
        spread = np.sqrt(np.cumsum(count / (at_risk * (at_risk - count)))) / np.abs(np.log(share))
        low = share ** np.exp(1.96 * spread)
        high = share ** np.exp(-1.96 * spread)
    inside = (share > 0) & (share < 1)
    low, high = np.where(inside, low, 0.0), np.where(inside, high, share)
    return Curve(months, share, low, high, at_risk.astype(np.int64))


def fit_exponential(data: Lengths) -> Weibull:
    """The Weibull curve of shape 1: endings over the months lived through."""
    lived = float((data.until - data.seen_from).sum())
    scale = lived / data.endings
    covariance = np.array([[0.0, 0.0], [0.0, 1 / data.endings]])
    return Weibull(1.0, scale, covariance, _log_likelihood(data, 0.0, np.log(scale)))


def fit_weibull(data: Lengths) -> Weibull:
    """The Weibull curve of greatest likelihood; needs two endings of different length.

    For a given shape the scale follows in closed form; the shape is where the slope of what is left
    changes sign, found by halving.
    """
    low, high = LOG_SHAPE_RANGE
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if _slope(data, middle) > 0 else (low, middle)
    log_shape = (low + high) / 2
    log_scale = _log_scale(data, log_shape)
    return Weibull(
        shape=float(np.exp(log_shape)),
        scale=float(np.exp(log_scale)),
        covariance=np.linalg.inv(_information(data, log_shape, log_scale)).astype(np.float64),
        log_likelihood=_log_likelihood(data, log_shape, log_scale),
    )


def _power(months: Floats, shape: float) -> Floats:
    powered: Floats = months**shape
    return powered


def _log_scale(data: Lengths, log_shape: float) -> float:
    shape = np.exp(log_shape)
    spent = (_power(data.until, shape) - _power(data.seen_from, shape)).sum()
    return float(np.log(spent / data.endings) / shape)


def _slope(data: Lengths, log_shape: float) -> float:
    """The derivative of the log likelihood by log shape, the scale being the best for it."""
    shape = float(np.exp(log_shape))
    scale = np.exp(_log_scale(data, log_shape))
    until, since = data.until / scale, data.seen_from / scale
    spent = _weighted(until, shape) - _weighted(since, shape)
    return float(data.endings + shape * (np.log(until[data.ended]).sum() - spent.sum()))


def _weighted(ratio: Floats, shape: float, power: int = 1) -> Floats:
    """The ratio to the shape times its logarithm, which is 0 at 0."""
    positive = np.where(ratio > 0, ratio, 1.0)
    weighted: Floats = positive**shape * np.log(positive) ** power
    return weighted


def _information(data: Lengths, log_shape: float, log_scale: float) -> Floats:
    """Minus the second derivatives of the log likelihood by log shape and log scale.

    With u = shape * (log t - log scale), an ending adds log shape + u - log t and time spent takes
    off exp(u).
    """
    shape, scale = np.exp(log_shape), np.exp(log_scale)
    until, since = data.until / scale, data.seen_from / scale
    once = float((_weighted(until, shape) - _weighted(since, shape)).sum())
    twice = float((_weighted(until, shape, 2) - _weighted(since, shape, 2)).sum())
    plain = float((_power(until, shape) - _power(since, shape)).sum())
    logs = float(np.log(until[data.ended]).sum())
    by_shape = shape * (once - logs) + shape**2 * twice
    mixed = -shape * (plain - data.endings) - shape**2 * once
    return np.array([[by_shape, mixed], [mixed, shape**2 * plain]])


def _log_likelihood(data: Lengths, log_shape: float, log_scale: float) -> float:
    shape = np.exp(log_shape)
    ends = data.until[data.ended]
    spent = _power(data.until / np.exp(log_scale), shape) - _power(
        data.seen_from / np.exp(log_scale), shape
    )
    rise = log_shape + shape * (np.log(ends) - log_scale) - np.log(ends)
    return float(rise.sum() - spent.sum())
