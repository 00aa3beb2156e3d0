"""Plans without a search: candidates placed one after another, and what a search packed.

Every plan goes through here to the state, which is told of none that breaks what binds.
"""

from __future__ import annotations

import numpy as np

from matching.aims import Relaxation
from matching.board import Flags, Ints
from matching.evaluate import evaluate
from matching.fair_limits import obeying
from matching.kernels import place_in_order
from matching.market import Market
from matching.opening import keeps
from matching.packing import Packed
from matching.patterns import Pool
from matching.state import State


class Filling:
    """Makes plans of a market's candidates; `order` says who comes first."""

    def __init__(self, market: Market, state: State) -> None:
        self.market, self.state = market, state
        self.choices = market.choices
        self.binding = [link for link in market.links if link.binds]
        self.order: Ints = np.zeros(0, dtype=np.int64)

    def rank(self, relaxation: Relaxation) -> None:
        """Order candidates by what they cost at the last prices beside their home's best.

        Whoever must be placed comes first, then urgency today.
        """
        market = self.market
        sizes = np.diff(market.home_start)
        share = relaxation.worth // np.maximum(1, market.most_arrivals)
        dear = relaxation.reduced - np.repeat(share, sizes)
        today, pinned = market.choices.today[market.unit], market.pinned[market.unit]
        worse = market.gain > 0
        order = np.lexsort((np.arange(len(dear)), dear, worse, -today, ~pinned)).astype(np.int64)
        self.order = order[((market.gain <= 0) | (today > 0) | pinned)[order]]

    def place(self, first: Ints) -> None:
        """A plan that places `first` and then goes down the order."""
        taken = place_in_order(np.concatenate([first, self.order]), self.market.households)
        flags = np.zeros(len(self.choices), dtype=bool)
        flags[self.market.choice[taken]] = True
        self._offer(flags)

    def near(self, plan: dict[str, str]) -> None:
        """A plan that changes as little of another as it must, filled up down the order."""
        choices = self.choices
        index, referrals = choices.pairs.board.index, choices.problem.referrals
        homes = np.array(
            [index.get(plan.get(referrals[unit.members[0]].id, ""), -1) for unit in choices.units],
            dtype=np.int64,
        )
        at = np.repeat(np.arange(len(index)), np.diff(self.market.home_start))
        pinned = self.market.pinned[self.market.unit]
        stays = np.flatnonzero(~pinned & (homes[self.market.unit] == at))
        self.place(np.concatenate([np.flatnonzero(pinned), stays]))

    def take(self, pool: Pool, packed: Packed | None, *, fill: bool = False) -> None:
        """The plan of the patterns packed, filled up down the order where that is asked."""
        if packed is None:
            return
        flags = pool.chosen(packed.taken)
        if fill:
            self.place(np.flatnonzero(flags[self.market.choice]))
        self._offer(flags)

    def _offer(self, flags: Flags) -> None:
        """Give the state a plan if it keeps what binds, or can be made to."""
        choices = self.choices
        plan = choices.plan(flags)
        if not keeps(choices, flags, self.binding):
            plan = obeying(choices.pairs, plan)
            if not keeps(choices, choices.chosen(plan), self.binding):
                return
        self.state.take(plan, evaluate(choices.pairs, plan))
