"""Exact amounts split into whole pence, for many months at once: half-up, largest remainder.

What `pricing.money` does for one charge, in whole numbers for a table of them; the tests hold both
to one another. No float is in it: an amount is a numerator over a denominator of its column.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Table = NDArray[Any]
"""Whole numbers, of 64 bits or of any length."""

MOST = 2**62
"""Whole numbers of 64 bits are used as far as this; beyond it, numbers of any length."""


def rounded_ratio(numerator: Table, denominator: Table) -> Ints:
    """Numerators of 0 or more by denominators, rounded half-up."""
    twice = 2 * numerator + denominator
    whole: Ints = (twice // (2 * denominator)).astype(np.int64)
    return whole


def split(charge: Ints, numerator: Table, denominator: Table) -> Ints:
    """Whole pence for each row that add up to the charge of each column.

    `numerator[row, column] / denominator[column]` is the row's exact amount. Every amount is
    rounded down, and the pennies left go to the largest remainders, ties to the earlier row.
    """
    down = numerator // denominator
    remainder = numerator - down * denominator
    order = np.argsort(-remainder, axis=0, kind="stable")
    place = np.empty_like(order)
    rows = np.broadcast_to(np.arange(len(order))[:, None], order.shape)
    np.put_along_axis(place, order, rows, axis=0)
    parts = down.astype(np.int64)
    left = charge - parts.sum(axis=0)
    whole: Ints = parts + (place < left)
    return whole
