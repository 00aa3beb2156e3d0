"""A queue for places that are given out in rounds, played out on its own: an oracle, with no code
of the product.

People come as a Poisson stream and stay for an exponential time, in whole days rounded up. In each
round those who wait, and those who come before the next, are offered places in the order of their
days. With a round every day it is Erlang's queue (M/M/c), but for the whole days.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from random import Random


@dataclass(frozen=True)
class Played:
    """From the warm-up on: the share who waited, mean days waited, places in use on average."""

    waited: float
    days: float
    used: float


def play(
    dice: Random, places: int, per_day: float, stay: float, days: int, warm: int, every: int
) -> Played:
    """One run of so many days."""
    arrivals: list[int] = []
    clock = dice.expovariate(per_day)
    while clock < days:
        arrivals.append(int(clock))
        clock += dice.expovariate(per_day)
    free_from = [0] * places
    queue: list[int] = []
    waits: list[int] = []
    used = 0
    at = 0
    for monday in range(0, days, every):
        while at < len(arrivals) and arrivals[at] < monday + every:
            queue.append(arrivals[at])
            at += 1
        left = []
        for came in sorted(queue, key=lambda day: (max(day, monday), day)):
            day = max(came, monday)
            place = min(range(places), key=lambda one: free_from[one])
            if free_from[place] > day:
                left.append(came)
                continue
            end = day + max(1, ceil(dice.expovariate(1 / stay)))
            used += max(0, min(end, days) - max(day, warm))
            free_from[place] = end
            if came >= warm:
                waits.append(day - came)
        queue = left
    number = max(1, len(waits))
    return Played(
        waited=sum(wait > 0 for wait in waits) / number,
        days=sum(waits) / number,
        used=used / (days - warm),
    )


def erlang_c(places: int, offered: float) -> float:
    """The share who wait (Erlang, 1917), by the recursion for the share lost."""
    lost = 1.0
    for number in range(1, places + 1):
        lost = offered * lost / (number + offered * lost)
    return places * lost / (places - offered * (1 - lost))
