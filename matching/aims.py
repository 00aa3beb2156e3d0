"""What a level asks for, in the terms of the compiled loops, and the prices that bound it.

An `Aim` is one level: what each candidate adds to it and which terms of the plan count. `Prices`
say what a unit's one placement is worth to others; every set of prices proves a bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.auction import auction
from matching.board import Ints
from matching.kernels import FINE, SCALE, bound_at, list_sets
from matching.links import Link
from matching.market import Market

Floats = NDArray[np.float64]
DEAR = 10


@dataclass(frozen=True)
class Aim:
    """One level. `gain` is by candidate, in whole points or young people; `constant` is added.

    `needed` is how many young people with urgency today must be placed, None where it is not
    asked. `joint` says whether the plan's own points count: cautions, siblings apart, shares,
    balance.
    """

    gain: Ints
    constant: int
    joint: bool
    needed: int | None

    @property
    def dear(self) -> int:
        """More than any one placement, or its being undone, changes."""
        return DEAR * int(np.abs(self.gain).max(initial=1))


def today_aim(market: Market) -> Aim:
    """Level 1: young people who need a place today and have none."""
    today = market.choices.today
    return Aim(-today[market.unit], int(today.sum()), False, None)


def points_aim(market: Market, needed: int) -> Aim:
    """Level 2, with level 1 held at its best: `needed` of those with urgency today are placed."""
    return Aim(market.gain, int(market.choices.wait.sum()), True, needed)


@dataclass(frozen=True)
class Prices:
    """Prices in 1/SCALE: of units, of sibling pairs, of one more placed today; of links finer.

    A unit's price is below 0 only where it is placed whatever it costs.
    """

    unit: Ints
    kin: Ints
    link: Ints
    today: int


class Relaxation:
    """Bounds of one aim: every home chooses alone at given prices."""

    def __init__(self, market: Market, aim: Aim) -> None:
        self.market, self.aim = market, aim
        self.gain = aim.gain * SCALE
        self.wary = market.wary_cost * SCALE if aim.joint else 0
        self.link_most = np.array([link.most for link in market.links], dtype=np.int64)
        self.link_share = np.array([link.share for link in market.links], dtype=np.int64)
        caps = [self._cap(link) for link in market.links]
        self.link_cap = np.array(caps, dtype=np.int64)
        size = len(market.arrivals)
        self.reduced = np.empty(len(market.unit), dtype=np.int64)
        self.chosen = np.empty(len(market.unit) + 1, dtype=np.int64)
        self.ends = np.zeros(size + 1, dtype=np.int64)
        self.worth = np.zeros(size, dtype=np.int64)

    def _cap(self, link: Link) -> int:
        """The highest price of a link that can prove anything, or be of any use."""
        if link.binds:
            most = max(1, int(np.abs(link.amounts).max(initial=0)), abs(link.share))
            return (self.aim.dear * SCALE << FINE) // most
        return (link.points * SCALE << FINE) // link.each if self.aim.joint else 0

    def first_prices(self) -> Prices:
        """Prices of an auction in which only numbers count."""
        market, choices = self.market, self.market.choices
        today = 0
        worth = np.empty(len(choices), dtype=np.float64)
        worth[market.choice] = -self.aim.gain
        if self.aim.needed is not None:
            today = int(choices.wait.max(initial=0))
            worth += today * choices.today[choices.unit]
        step = 1.0 if self.aim.joint else 0.2
        unit, _, _ = auction(
            choices.start, choices.home, worth, market.most_arrivals, np.array([step])
        )
        return Prices(
            np.rint(unit * SCALE).astype(np.int64),
            np.zeros(len(market.kin_group), dtype=np.int64),
            np.zeros(len(market.links), dtype=np.int64),
            today * SCALE,
        )

    def warm(self) -> None:
        """Compile the loops: a bound where nobody gains anything."""
        market = self.market
        self.gain = np.zeros(len(market.unit), dtype=np.int64)
        none = np.zeros(len(market.choices.units), dtype=np.int64)
        nothing = np.zeros(len(self.gain), dtype=np.float64)
        steps = np.array([1.0])
        auction(market.choices.start, market.choices.home, nothing, market.most_arrivals, steps)
        kin, link = np.zeros_like(market.kin_group), np.zeros(len(market.links), dtype=np.int64)
        prices = Prices(none, kin, link, 0)
        self.bound(prices)
        self.sets_within(prices, -1, 1, 1)

    def lawful(self, unit: Floats, kin: Floats, link: Floats, today: float) -> Prices:
        """Whole prices near these that prove a bound: none negative, none above what it may be."""
        market = self.market
        kin = np.maximum(kin, 0.0)
        if len(kin):
            group = np.bincount(market.kin_group, weights=kin)
            apart = float(market.apart_points if self.aim.joint else 0)
            over = np.where(group > apart, apart / np.maximum(group, 1e-9), 1.0)
            kin = kin * over[market.kin_group]
        needed = self.aim.needed is not None
        whole = np.rint(unit * SCALE).astype(np.int64)
        return Prices(
            np.where(market.pinned, whole, np.maximum(0, whole)),
            np.floor(kin * SCALE).astype(np.int64),
            np.clip(np.rint(link * (SCALE << FINE)), 0, self.link_cap).astype(np.int64),
            int(max(0.0, today) * SCALE) if needed else 0,
        )

    def near(self, prices: Prices) -> Prices:
        """The lawful prices nearest to whole ones that were proven elsewhere."""
        return self.lawful(
            prices.unit / SCALE,
            prices.kin / SCALE,
            prices.link / (SCALE << FINE),
            prices.today / SCALE,
        )

    def bound(self, prices: Prices) -> int:
        """What no plan undercuts, in 1/SCALE, `constant` aside; fills `reduced` and the sets."""
        value: int = bound_at(
            self.gain,
            prices.unit,
            prices.kin,
            prices.link,
            int(prices.link @ self.link_share),
            prices.today,
            self.aim.needed or 0,
            self.link_most,
            self.wary,
            self.market.households,
            self.reduced,
            self.chosen,
            self.ends,
            self.worth,
        )
        return value

    def best_sets(self) -> list[tuple[int, tuple[int, ...]]]:
        """The sets the homes chose at the last bound: (home, candidates)."""
        chosen, ends = self.chosen.tolist(), self.ends.tolist()
        return [
            (home, tuple(sorted(chosen[ends[home] : ends[home + 1]])))
            for home in range(len(ends) - 1)
            if ends[home] < ends[home + 1]
        ]

    def sets_within(
        self, prices: Prices, slack: int, cap: int, most: int
    ) -> tuple[bool, list[tuple[int, tuple[int, ...]]]]:
        """Sets that cost at most `slack` above their home's best at the last bound's prices.

        Up to `cap` a home and `most` in all. Returns (whether these are all, the sets).
        """
        cut, members, ends, homes = list_sets(
            self.reduced,
            prices.kin,
            self.wary,
            self.market.households,
            self.worth + slack,
            cap,
            most,
        )
        names, edges = members.tolist(), ends.tolist()
        sets = [
            (home, tuple(sorted(names[edges[at] : edges[at + 1]])))
            for at, home in enumerate(homes.tolist())
        ]
        return cut == 0, sets


def whole_bound(value: int) -> int:
    """The least whole number that a bound in 1/SCALE allows."""
    return -(-value // SCALE)
