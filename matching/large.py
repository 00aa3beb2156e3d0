"""Large problems: the same three levels, decided over household patterns.

Prices bound each level from below, and show which patterns a better plan could hold: those alone
go to CP-SAT. What is left out is left out by proof, so a bound is always one of the whole problem.
Where prices cannot decide, None goes back and the whole model decides (see `solve`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from matching.aims import Aim, Prices, Relaxation, points_aim, today_aim, whole_bound
from matching.board import Ints
from matching.choices import Choices
from matching.evaluate import Levels, evaluate
from matching.firstplan import first_plan
from matching.kernels import SCALE, place_in_order
from matching.market import lay_out
from matching.master import price_out
from matching.packing import Held, Packed, pack
from matching.patterns import Pool
from matching.search import Limits
from matching.state import State
from matching.ties import draws

CAP = 20_000
MOST = 300_000
GAPS = (8, 32, 128, 512)
EFFORT = 60.0
MANY_HOMES = 300
NEAR = 3 * SCALE
PATIENCE = 1.0
PLAIN_PLAN = 3.0
"""Seconds for the plan that is shown, and steers nothing, while the loops are compiled."""


@dataclass
class Large:
    """One search of a large problem: what it knows, and how it moves on."""

    choices: Choices
    state: State
    limits: Limits
    say: Callable[[str], None]
    seed: int
    workers: int
    today_never: int
    wait_never: int

    def run(self) -> bool:
        """Search every level; whether nothing is left to decide (or the limit came)."""
        self.say("laying out the homes")
        self.market = lay_out(self.choices)
        self._compile()
        self._first_plan()
        return self._today() and self._points()

    def _compile(self) -> None:
        """Compile the loops, where no cache holds them; meanwhile a plain plan is made to show."""
        self.say("making ready the loops over households (once on a machine)")
        with ThreadPoolExecutor(1) as pool:
            ready = pool.submit(self._warm)
            with suppress(TimeoutError):
                ready.result(PATIENCE)
            if not ready.done() and self.state.glimpsed is not None:
                soon = Limits(time.monotonic() + PLAIN_PLAN, self.limits.stop)
                self.state.glimpse(first_plan(self.choices, soon))
            ready.result()

    def _warm(self) -> None:
        empty = np.zeros(0, dtype=np.int64)
        relaxation = Relaxation(self.market, replace(today_aim(self.market), gain=empty))
        relaxation.warm()
        place_in_order(empty, self.market.households)

    # -- plans

    def _first_plan(self) -> None:
        """Whoever bids most for a place in an auction has it, urgency today first."""
        relaxation = Relaxation(self.market, points_aim(self.market, 0))
        relaxation.bound(relaxation.first_prices())
        self.order = self._order(relaxation)
        self._place(np.zeros(0, dtype=np.int64))

    def _order(self, relaxation: Relaxation) -> Ints:
        """Candidates by what they cost at the last prices beside their home's best."""
        market = self.market
        sizes = np.diff(market.home_start)
        share = relaxation.worth // np.maximum(1, market.most_arrivals)
        dear = relaxation.reduced - np.repeat(share, sizes)
        today = market.choices.today[market.unit]
        worse = market.gain > 0
        keys = (np.arange(len(dear)), dear, worse, -today)
        order = np.lexsort(keys).astype(np.int64)
        return order[(market.gain <= 0)[order] | (today > 0)[order]]

    def _place(self, first: Ints) -> None:
        """A plan that places `first` and then goes down the order."""
        order = np.concatenate([first, self.order])
        taken = place_in_order(order, self.market.households)
        flags = np.zeros(len(self.choices), dtype=bool)
        flags[self.market.choice[taken]] = True
        plan = self.choices.plan(flags)
        self.state.take(plan, evaluate(self.choices.pairs, plan))

    def _take(self, pool: Pool, packed: Packed | None, *, fill: bool = False) -> None:
        """The plan of the patterns packed, filled up down the order where that is asked."""
        if packed is None:
            return
        flags = pool.chosen(packed.taken)
        if fill:
            self._place(np.flatnonzero(flags[self.market.choice]))
        plan = self.choices.plan(flags)
        self.state.take(plan, evaluate(self.choices.pairs, plan))

    def _pack(
        self,
        pool: Pool,
        offered: Sequence[int],
        level: str,
        held: Held,
        effort: float | None = None,
        draw: Ints | None = None,
        heard: Callable[[int], None] | None = None,
    ) -> Packed | None:
        """The best among the patterns offered and those of the plan at hand."""
        start = pool.of_plan(self.choices.chosen(self.state.plan))
        return pack(
            pool,
            sorted({*offered, *start}),
            level,
            held,
            start,
            self.limits,
            draw=draw,
            seed=self.seed,
            workers=self.workers,
            effort=effort,
            heard=heard,
            found=None if self.state.glimpsed is None else lambda taken: self._see(pool, taken),
        )

    def _see(self, pool: Pool, taken: list[int]) -> None:
        """Show a plan that the solver has just come upon."""
        self.state.glimpse(self.choices.plan(pool.chosen(taken)))

    # -- level 1

    def _today(self) -> bool:
        """Level 1 by prices; False where they do not decide it."""
        aim = today_aim(self.market)
        never = self.today_never
        stuck = never + int(aim.constant - self._placeable())
        self.state.prove(Levels(stuck, 0, 0))
        if self.state.worth.levels.today > stuck:
            relaxation, pool = Relaxation(self.market, aim), Pool(self.market)

            def prove(bound: int) -> None:
                least = max(stuck, never + aim.constant + whole_bound(bound))
                self.state.prove(Levels(least, 0, 0))

            self.say("today: bounding")
            bound, prices, mixture = price_out(
                relaxation, pool, self._today_target(aim), self.limits, prove
            )
            relaxation.bound(prices)
            slack = whole_bound(bound) * SCALE - bound
            for every in (False, True):
                today = self.state.worth.levels.today
                if today == self.state.bound.today or self.limits.over:
                    break
                offered = mixture
                if every:
                    near = range(len(pool))
                    offered = [n for n in near if self._dear(pool, relaxation, n) <= slack]
                self.say(f"today: deciding among {len(offered)} households")
                packed = self._pack(pool, offered, "today", Held(), effort=EFFORT)
                self._take(pool, packed, fill=True)
        return self._settled(1, self.state.worth.levels.today == self.state.bound.today)

    def _dear(self, pool: Pool, relaxation: Relaxation, number: int) -> int:
        """What a pattern costs above its home's best at the last bound, sibling prices aside."""
        pattern = pool.patterns[number]
        own = int(relaxation.reduced[list(pattern.candidates)].sum())
        return own - int(relaxation.worth[pattern.home])

    def _placeable(self) -> int:
        counts = np.diff(self.choices.start)
        return int(self.choices.today[counts > 0].sum())

    def _today_target(self, aim: Aim) -> Callable[[], int]:
        return lambda: self.state.worth.levels.today - self.today_never - aim.constant

    def _settled(self, level: int, decided: bool) -> bool:
        if decided:
            self.state.proven = level
        return decided or self.limits.over

    # -- levels 2 and 3

    def _points(self) -> bool:
        """Levels 2 and 3 and the ties by prices; False where they do not decide them."""
        if self.state.proven < 1:
            return True
        market, state = self.market, self.state
        best_today = state.worth.levels.today
        needed = int(self.choices.today.sum()) + self.today_never - best_today
        aim = points_aim(market, needed)
        constant = aim.constant + self.wait_never
        relaxation, pool = Relaxation(market, aim), Pool(market)
        held = Held(today=needed)

        def prove(bound: int) -> None:
            self.state.prove(Levels(best_today, max(0, constant + whole_bound(bound)), 0))

        self.say("points: bounding")

        def attempt(mixture: list[int]) -> None:
            near = [n for n in range(len(pool)) if self._dear(pool, relaxation, n) <= NEAR]
            self.say(f"points: a plan among {len(mixture)} and {len(near)} households")
            self.order = self._order(relaxation)
            packed = self._pack(pool, [*mixture, *near], "points", held, effort=EFFORT / 2)
            self._take(pool, packed, fill=True)

        bound, prices, mixture = price_out(
            relaxation,
            pool,
            lambda: state.worth.levels.points - constant,
            self.limits,
            prove,
            attempt if len(market.arrivals) > MANY_HOMES else None,
        )
        relaxation.bound(prices)
        if state.worth.levels.points > state.bound.points and not self.limits.over:
            self.say(f"points: searching among {len(mixture)} households")
            self._take(pool, self._pack(pool, mixture, "points", held, effort=EFFORT))
        for gap in GAPS:
            if self.limits.over or state.worth.levels.points == state.bound.points:
                break
            reach = min(whole_bound(bound) + gap, state.worth.levels.points - constant - 1)
            offered = self._within(pool, relaxation, prices, reach * SCALE - bound)
            if offered is None:
                self._take(pool, self._pack(pool, range(len(pool)), "points", held, effort=EFFORT))
                break
            self.say(f"points: deciding among {len(offered)} households")

            def known(value: int, reach: int = reach) -> None:
                # whoever is not among them has no plan within reach
                least = constant + min(value, reach + 1)
                state.prove(Levels(best_today, max(state.bound.points, least), 0))

            packed = self._pack(pool, offered, "points", held, heard=known)
            self._take(pool, packed)
            if packed is not None:
                known(packed.bound)
        if state.worth.levels.points != state.bound.points:
            return self.limits.over
        state.proven = 2
        return self._cost(relaxation, pool, prices, bound, constant, needed)

    def _within(
        self, pool: Pool, relaxation: Relaxation, prices: Prices, slack: int
    ) -> list[int] | None:
        """All patterns of plans that cost at most `slack` above the bound, or None: too many."""
        every, sets = relaxation.sets_within(prices, max(0, slack), CAP, MOST)
        if not every:
            return None
        pool.take(sets)
        return [pool.number(one) for one in sets]

    def _cost(
        self,
        relaxation: Relaxation,
        pool: Pool,
        prices: Prices,
        bound: int,
        constant: int,
        needed: int,
    ) -> bool:
        """Level 3 and the ties, among the patterns of plans that are best in levels 1 and 2."""
        state = self.state
        if self.limits.over:
            return True
        levels = state.worth.levels
        slack = (levels.points - constant) * SCALE - bound
        offered = self._within(pool, relaxation, prices, slack)
        if offered is None:
            return self.limits.over
        held = Held(needed, levels.points - constant)
        self.say(f"weekly cost: proving among {len(offered)} households")
        packed = self._pack(pool, offered, "cost", held)
        self._take(pool, packed)
        if packed is None:
            return self.limits.over
        state.prove(Levels(levels.today, levels.points, packed.bound))
        if not packed.proven:
            return self.limits.over
        held = replace(held, cost=packed.bound)
        self.say(f"ties: proving among {len(offered)} households")
        used = {k for number in offered for k in pool.patterns[number].candidates}
        used |= {
            k
            for n in pool.of_plan(self.choices.chosen(state.plan))
            for k in pool.patterns[n].candidates
        }
        draw = np.zeros(len(self.market.choice), dtype=np.int64)
        names = sorted(used)
        draw[names] = draws(self.choices, self.market.choice[names], self.seed)
        packed = self._pack(pool, offered, "ties", held, draw=draw)
        self._take(pool, packed)
        if packed is not None and packed.proven:
            state.proven = 3
        return state.proven == 3 or self.limits.over
