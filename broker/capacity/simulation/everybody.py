"""Everybody of one replication as arrays: those of the case first, then who comes, by day."""

from __future__ import annotations

import numpy as np

from broker.capacity.simulation.fixed import Fixed, Floats, Ints, Life, rows
from broker.capacity.simulation.people import arrivals, people


def everybody(fixed: Fixed, key: np.uint64, rates: Floats) -> Life:
    """Who there is at these rates a year by cell. The first rows are those of `fixed.known`."""
    days, names = _arrivals(fixed, key, rates)
    size = len(fixed.known.name) + len(days)
    life = rows(Life(*(np.zeros(size, dtype=np.int64) for _ in Life._fields)))
    people(fixed, key, days, names, life)
    return life


def _arrivals(fixed: Fixed, key: np.uint64, rates: Floats) -> tuple[Ints, Ints]:
    expected = float((rates * fixed.coming.spent[:, -1]).sum())
    room = int(expected + 8 * expected**0.5) + 64
    while True:
        days, names = np.zeros(room, dtype=np.int64), np.zeros(room, dtype=np.int64)
        found = arrivals(key, rates, fixed.coming.spent, days, names)
        if found >= 0:
            order = np.lexsort((names[:found], days[:found]))
            return days[:found][order], names[:found][order]
        room *= 2
