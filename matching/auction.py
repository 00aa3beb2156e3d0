"""First prices at once: units bid for places as if only numbers counted.

The auction of Bertsekas for the transport relaxation (room and arrivals, no mix, no companions):
each unit bids for the home that is worth most to it at present prices, and a home that is full
lets go of its lowest bid. Steps that grow finer bring it close to the relaxation's own prices.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.compiled import compiled

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@compiled
def auction(
    start: Ints, home: Ints, worth: Floats, places: Ints, steps: Floats
) -> tuple[Floats, Floats, Ints]:
    """Prices of units and of homes, and the choice each unit ends with (-1 for none).

    Choices of unit u stand at `start[u]` to `start[u + 1]`; `worth` is what a choice is worth over
    waiting. A unit's price is what its best choice is worth to it after paying the home's price.
    """
    units, homes = len(start) - 1, len(places)
    at = np.zeros(homes + 1, np.int64)
    for h in range(homes):
        at[h + 1] = at[h] + places[h]
    bid = np.zeros(at[homes], np.float64)
    holder = np.full(at[homes], -1, np.int64)
    holds = np.full(units, -1, np.int64)
    price = np.zeros(homes, np.float64)
    queue = np.empty(units, np.int64)
    for step in steps:
        holder[:] = -1
        holds[:] = -1
        bid[:] = 0.0
        for h in range(homes):
            # what a place fetched before, less the step, is where the next round starts
            price[h] = max(0.0, price[h] - 2.0 * step)
            bid[at[h] : at[h + 1]] = price[h]
        waiting = units
        for u in range(units):
            queue[u] = u
        tries = 0
        while waiting > 0 and tries < 400 * units:
            tries += 1
            waiting -= 1
            u = queue[waiting]
            best, second, choice = 0.0, 0.0, -1
            for k in range(start[u], start[u + 1]):
                if places[home[k]] == 0:
                    continue
                value = worth[k] - price[home[k]]
                if value > best:
                    second = best
                    best = value
                    choice = k
                elif value > second:
                    second = value
            if choice < 0:
                continue
            h = home[choice]
            low = at[h]
            for slot in range(at[h] + 1, at[h + 1]):
                if bid[slot] < bid[low]:
                    low = slot
            if holder[low] >= 0:
                holds[holder[low]] = -1
                queue[waiting] = holder[low]
                waiting += 1
            holder[low] = u
            holds[u] = choice
            bid[low] = price[h] + (best - second) + step
            least = bid[low]
            for slot in range(at[h], at[h + 1]):
                least = min(least, bid[slot])
            price[h] = least
    surplus = np.zeros(units, np.float64)
    # a home with a place nobody holds asks nothing for it
    for h in range(homes):
        for slot in range(at[h], at[h + 1]):
            if holder[slot] < 0:
                price[h] = 0.0
    for u in range(units):
        for k in range(start[u], start[u + 1]):
            if places[home[k]] > 0:
                surplus[u] = max(surplus[u], worth[k] - price[home[k]])
    return surplus, price, holds
