"""Ranking and selection: which of several portfolios has the least mean cost, told apart in pairs.

The procedure of Kim and Nelson (A fully sequential procedure for indifference-zone selection in
simulation, 2001) on common random numbers: after a first stage, whoever is dearer than another by
more than a bound that shrinks with every replication is out. Where differences are normal and the
race runs to one winner, the winner is the best, or within the indifference of it, with the
stated probability. A race that ends at its last replication says who was not told apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from broker.capacity.buying.paired import variance
from broker.capacity.figures.days import Ints
from pricing.money import Pence

CONFIDENCE: Final = Fraction(95, 100)
FIRST: Final = 20
STEP: Final = 20

Costs = Callable[[Sequence[int], int], list[Ints]]
"""Costs of some entrants, by number, in the first so many replications."""


@dataclass(frozen=True, slots=True)
class Race:
    """Who won, who was still in at the end, and with how many replications each left.

    `proven` is whether one alone was left before the replications ran out.
    """

    best: int
    left: tuple[int, ...]
    replications: tuple[int, ...]
    used: int

    @property
    def proven(self) -> bool:
        return len(self.left) == 1


def race(entrants: int, costs: Costs, most: int, indifference: Pence) -> Race:
    """Race so many entrants over at most so many replications. Ties go to the earlier entrant."""
    left = list(range(entrants))
    used = [0] * entrants
    n = min(FIRST, most)
    spread: dict[tuple[int, int], Fraction] = {}
    while True:
        table = dict(zip(left, costs(left, n), strict=True))
        for one in left:
            used[one] = n
        if len(left) == 1 or n < 2:
            break
        if not spread:
            spread = {
                (a, b): variance([int(v) for v in table[a] - table[b]])
                for a in left
                for b in left
                if a < b
            }
        bound = _eta(entrants, min(FIRST, most)) * 2 * (min(FIRST, most) - 1)
        sums = {one: sum(int(value) for value in table[one]) for one in left}
        out = set()
        for a in left:
            for b in left:
                if a == b:
                    continue
                own = spread[min(a, b), max(a, b)]
                room = max(
                    Fraction(),
                    (bound * own / indifference - indifference * n) / 2,
                )
                over = sums[a] - sums[b]
                if over > room or (over == room == 0 and a > b):
                    out.add(a)
        left = [one for one in left if one not in out] or [min(left, key=lambda o: (sums[o], o))]
        if len(left) == 1 or n == most:
            break
        n = min(n + STEP, most)
    best = min(left, key=lambda one: (sums[one], one)) if len(left) > 1 else left[0]
    return Race(best, tuple(left), tuple(used), n)


def _eta(entrants: int, first: int) -> Fraction:
    """The constant of the bound, c = 1: half of (2 a / (k - 1)) ** (-2 / (n0 - 1)) - 1."""
    error = 1 - CONFIDENCE
    base = float(2 * error / max(1, entrants - 1))
    return Fraction(0.5 * (base ** (-2 / (first - 1)) - 1)).limit_denominator(10**9)
