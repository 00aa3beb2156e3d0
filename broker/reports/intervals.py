"""What a share of few is worth: the 95% interval after Wilson (1927), kept within 0 and 1."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final

Z: Final = Fraction(1_959_964, 1_000_000)
"""The 97.5% point of the normal distribution, to six decimals."""

_SCALE: Final = 10**9


def wilson(count: int, of: int) -> tuple[Fraction, Fraction] | None:
    """The interval of a share of which `count` of `of` held; None of nothing.

    Exact but for the square root, of which nine decimals are kept.
    """
    if not of:
        return None
    part, square = Fraction(count, of), Z * Z
    middle = part + square / (2 * of)
    inside = part * (1 - part) / of + square / (4 * of * of)
    root = Fraction(math.isqrt(inside.numerator * _SCALE**2 // inside.denominator), _SCALE)
    below = 1 + square / of
    low, high = (middle - Z * root) / below, (middle + Z * root) / below
    return max(Fraction(0), low) if count else Fraction(0), (
        min(Fraction(1), high) if count < of else Fraction(1)
    )
