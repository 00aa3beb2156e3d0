"""How far a mean of paired differences may be off: Student's t, with limits that hold for few.

Source: W. S. Gosset's distribution, by numerical integration; the tests compare it with a library.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Mean:
    """A mean with its two-sided limits; both None for fewer than two numbers."""

    mean: float
    low: float | None
    high: float | None


@lru_cache
def quantile(probability: float, freedom: int) -> float:
    """The point below which Student's t lies with a probability above one half."""
    scale = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2))
    scale /= math.sqrt(freedom * math.pi)

    def below(point: float) -> float:
        angles = np.linspace(0.0, math.atan(point / math.sqrt(freedom)), 4001)
        heights = np.cos(angles) ** (freedom - 1)
        area = float(np.trapezoid(heights, angles)) * math.sqrt(freedom)
        return 0.5 + scale * area

    low, high = 0.0, 1.0
    while below(high) < probability:
        high *= 2
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) < probability else (low, middle)
    return (low + high) / 2


def mean_of(numbers: Sequence[float], confidence: float = CONFIDENCE) -> Mean:
    """The mean of some numbers and the limits between which its true value lies so surely."""
    mean = float(np.mean(numbers)) if len(numbers) else math.nan
    if len(numbers) < 2:
        return Mean(mean, None, None)
    spread = float(np.std(numbers, ddof=1)) / math.sqrt(len(numbers))
    reach = quantile((1 + confidence) / 2, len(numbers) - 1) * spread
    return Mean(mean, mean - reach, mean + reach)
