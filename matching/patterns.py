"""Household patterns: sets of newcomers of one home, each a column of the plan.

A pattern is a home and the candidates that would move in together. It is feasible by itself; the
plan takes at most one a home and none that share a unit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from matching.aims import Prices, Relaxation
from matching.board import Flags
from matching.market import Market

HomeSet = tuple[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Pattern:
    """One household: what it adds to each level, and which rows of the plan it touches."""

    home: int
    candidates: tuple[int, ...]
    units: tuple[int, ...]
    size: int
    points: int
    today: int
    cost: int
    kin: tuple[int, ...]
    links: tuple[tuple[int, int], ...]


class Pool:
    """Patterns seen so far, each once, in the order they came."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.patterns: list[Pattern] = []
        self._at: dict[HomeSet, int] = {}
        self._unit = market.unit.tolist()
        self._gain = market.gain.tolist()
        self._cost = market.choices.marginal[market.choice].tolist()
        self._today = market.choices.today.tolist()
        self._size = market.size.tolist()
        self._kin = _lists(market.kin_start, market.kin_row)
        self._wary = [set(items) for items in _lists(market.wary_start, market.wary)]
        self._linked = _some(market)

    def __len__(self) -> int:
        return len(self.patterns)

    def take(self, sets: Iterable[HomeSet]) -> list[int]:
        """Take in sets; the numbers of those that are new."""
        new = []
        for one in sets:
            if one not in self._at:
                self._at[one] = len(self.patterns)
                new.append(len(self.patterns))
                self.patterns.append(self._pattern(*one))
        return new

    def number(self, one: HomeSet) -> int:
        """The number of a set, taken in if it is new."""
        self.take([one])
        return self._at[one]

    def of_plan(self, chosen: Flags) -> list[int]:
        """The patterns that a plan's choices make, taken in where they are new."""
        market = self.market
        here = np.flatnonzero(chosen[market.choice])
        homes = np.searchsorted(market.home_start, here, side="right") - 1
        sets: dict[int, list[int]] = {}
        for home, candidate in zip(homes.tolist(), here.tolist(), strict=True):
            sets.setdefault(home, []).append(candidate)
        return [self.number((home, tuple(sorted(them)))) for home, them in sorted(sets.items())]

    def chosen(self, numbers: Iterable[int]) -> Flags:
        """Patterns as flags over the choices."""
        flags = np.zeros(len(self.market.choice), dtype=bool)
        for number in numbers:
            flags[self.market.choice[list(self.patterns[number].candidates)]] = True
        return flags

    def dear(self, relaxation: Relaxation, prices: Prices) -> Callable[[Pattern], int]:
        """What a pattern costs above its home's best at the last bound's prices, in 1/SCALE."""
        reduced, worth = relaxation.reduced.tolist(), relaxation.worth.tolist()
        kin, wary = prices.kin.tolist(), relaxation.wary // max(1, self.market.wary_cost)

        def above(pattern: Pattern) -> int:
            value: int = sum(reduced[k] for k in pattern.candidates) - worth[pattern.home]
            if pattern.kin:
                each = [kin[row] for unit in pattern.units for row in self._kin[unit]]
                value -= sum(each) - sum(kin[row] for row in pattern.kin)
            if wary:
                meeting = pattern.points - sum(self._gain[k] for k in pattern.candidates)
                value += meeting * wary
            return value

        return above

    def _pattern(self, home: int, candidates: tuple[int, ...]) -> Pattern:
        units = tuple(self._unit[k] for k in candidates)
        points = sum(self._gain[k] for k in candidates)
        for place, one in enumerate(units):
            if self._wary[one]:
                points += self.market.wary_cost * len(self._wary[one].intersection(units[:place]))
        links: dict[int, int] = {}
        for k in candidates:
            for row, amount in self._linked.get(k, ()):
                links[row] = links.get(row, 0) + amount
        return Pattern(
            home=home,
            candidates=candidates,
            units=units,
            size=sum(self._size[u] for u in units),
            points=points,
            today=sum(self._today[u] for u in units),
            cost=sum(self._cost[k] for k in candidates),
            kin=tuple(sorted({row for u in units for row in self._kin[u]})),
            links=tuple(sorted(links.items())),
        )


def _lists(starts: np.ndarray, items: np.ndarray) -> list[list[int]]:
    edges, flat = starts.tolist(), items.tolist()
    return [flat[edges[at] : edges[at + 1]] for at in range(len(edges) - 1)]


def _some(market: Market) -> dict[int, list[tuple[int, int]]]:
    """Links of the few candidates that have any."""
    where = np.flatnonzero(np.diff(market.link_start))
    starts, link, amount = market.link_start, market.link.tolist(), market.link_amount.tolist()
    return {
        int(k): [(link[at], amount[at]) for at in range(int(starts[k]), int(starts[k + 1]))]
        for k in where
    }
