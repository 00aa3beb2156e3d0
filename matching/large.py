"""Large problems: the same three levels, decided over household patterns.

Prices bound each level from below, and show which patterns a better plan could hold: those alone
go to CP-SAT. What is left out is left out by proof, so a bound is always one of the whole problem.
Where prices cannot decide, False goes back and the whole model decides (see `solve`).
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
from matching.evaluate import Levels
from matching.filling import Filling
from matching.firstplan import first_plan
from matching.kernels import NEVER, SCALE, place_in_order
from matching.known import Known, learnt
from matching.market import lay_out
from matching.master import price_out
from matching.packing import Budget, Held, Packed, pack
from matching.patterns import Pool
from matching.search import Infeasible, Limits
from matching.state import State
from matching.ties import draws

CAP = 20_000
MOST = 300_000
GAPS = (2, 8, 32, 128, 512)
EFFORT = 60.0
MANY_HOMES = 300
NEAR = 3 * SCALE
PATIENCE = 1.0
PLAIN_PLAN = 3.0
"""Seconds for the plan that is shown, and steers nothing, while the loops are compiled."""


@dataclass
class Large:
    """One search of a large problem: what it knows, and how it moves on.

    `state` holds a plan that keeps everything (see `opening`), and bounds that are known already.
    `known` is what searches like it have learnt, by level; this one adds to it. `ties` gives each
    of some choices a number: of plans that are equal on every level the least sum decides. By
    default they are drawn by the seed.
    """

    choices: Choices
    state: State
    limits: Limits
    say: Callable[[str], None]
    seed: int
    workers: int
    today_never: int
    wait_never: int
    known: dict[str, Known] | None = None
    ties: Callable[[Ints], Ints] | None = None

    def run(self, *, near: dict[str, str] | None = None) -> bool:
        """Search every level; whether nothing is left to decide (or the limit came).

        `near` is a plan of another question that is like the one asked for.
        """
        self._prepare()
        if near is not None:
            self.filling.near(near)
        return self._today() and self._points()

    def learn(self, *, near: dict[str, str]) -> dict[str, Known]:
        """The prices of the first two levels, and their bounds in the state, from LPs alone."""
        self._prepare()
        self.filling.near(near)
        if self._today():
            self._points(only_price=True)
        return self.known or {}

    def _prepare(self) -> None:
        self.say("laying out the homes")
        self.market = lay_out(self.choices)
        self.filling = Filling(self.market, self.state)
        self.known = dict(self.known or {})
        self._compile()
        aim = points_aim(self.market, 0)
        relaxation = Relaxation(self.market, aim)
        before = self.known.get("points")
        if before is None:
            relaxation.bound(relaxation.first_prices())
        else:
            relaxation.bound(relaxation.near(before.prices(self.market)))
        self.filling.rank(relaxation)
        self.filling.place(np.zeros(0, dtype=np.int64))

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

    def _pack(
        self,
        pool: Pool,
        offered: Sequence[int],
        level: str,
        held: Held,
        effort: float | None = None,
        draw: Ints | None = None,
        heard: Callable[[int], None] | None = None,
        budget: Budget | None = None,
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
            budget=budget,
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
        if self.state.worth.levels.today > self.state.bound.today:
            relaxation, pool = Relaxation(self.market, aim), Pool(self.market)

            def prove(bound: int) -> None:
                least = max(stuck, never + aim.constant + whole_bound(bound))
                self.state.prove(Levels(least, 0, 0))

            self.say("today: bounding")
            bound, prices, mixture = price_out(
                relaxation,
                pool,
                self._today_target(aim),
                self.limits,
                prove,
                known=(self.known or {}).get("today"),
            )
            self._learn("today", prices, pool, mixture)
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
                self.filling.take(pool, packed, fill=True)
            if self.state.worth.levels.today > self.state.bound.today and not self.limits.over:
                self._today_by_points()
        return self._settled(1, self.state.worth.levels.today == self.state.bound.today)

    def _today_by_points(self) -> None:
        """A plan that leaves no more without a place today than is proven, priced for level 2.

        Where limits bind, placing somebody today can ask that others be placed as well, whom
        prices of level 1 alone leave out.
        """
        needed = int(self.choices.today.sum()) + self.today_never - self.state.bound.today
        relaxation = Relaxation(self.market, points_aim(self.market, needed))
        pool = Pool(self.market)
        self.say("today: bounding points with everybody placed whom it may be possible to place")
        _, prices, mixture = price_out(
            relaxation,
            pool,
            lambda: NEVER,
            self.limits,
            lambda bound: None,
            known=(self.known or {}).get("points"),
        )
        self._learn("points", prices, pool, mixture)
        relaxation.bound(prices)
        near = [n for n in range(len(pool)) if self._dear(pool, relaxation, n) <= NEAR]
        try:
            packed = self._pack(
                pool, [*mixture, *near], "points", Held(today=needed), effort=EFFORT / 2
            )
        except Infeasible:
            return
        self.filling.take(pool, packed, fill=True)

    def _learn(self, level: str, prices: Prices, pool: Pool, mixture: list[int]) -> None:
        found = learnt(self.market, prices, pool, mixture)
        self.known = {**(self.known or {}), level: found}

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

    def _points(self, *, only_price: bool = False) -> bool:
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
            state.prove(Levels(best_today, max(0, constant + whole_bound(bound)), 0))

        self.say("points: bounding")

        def attempt(mixture: list[int]) -> None:
            near = [n for n in range(len(pool)) if self._dear(pool, relaxation, n) <= NEAR]
            self.say(f"points: a plan among {len(mixture)} and {len(near)} households")
            self.filling.rank(relaxation)
            packed = self._pack(pool, [*mixture, *near], "points", held, effort=EFFORT / 2)
            self.filling.take(pool, packed, fill=True)

        bound, prices, mixture = price_out(
            relaxation,
            pool,
            lambda: state.worth.levels.points - constant,
            self.limits,
            prove,
            attempt if len(market.arrivals) > MANY_HOMES and not only_price else None,
            (self.known or {}).get("points"),
        )
        self._learn("points", prices, pool, mixture)
        if only_price:
            return True
        relaxation.bound(prices)
        if state.worth.levels.points > state.bound.points and not self.limits.over:
            self.say(f"points: searching among {len(mixture)} households")
            packed = self._pack(pool, mixture, "points", held, effort=EFFORT)
            self.filling.take(pool, packed)
        for gap in GAPS:
            if self.limits.over or state.worth.levels.points == state.bound.points:
                break
            reach = min(whole_bound(bound) + gap, state.worth.levels.points - constant - 1)
            offered = self._within(pool, relaxation, prices, reach * SCALE - bound)
            if offered is None:
                packed = self._pack(pool, range(len(pool)), "points", held, effort=EFFORT)
                self.filling.take(pool, packed)
                break
            self.say(f"points: deciding among {len(offered)} households")
            budget = Budget(pool.dear(relaxation, prices), -relaxation.worth, reach * SCALE - bound)

            def known(value: int, reach: int = reach) -> None:
                # whoever is not among them has no plan within reach
                least = constant + min(value, reach + 1)
                state.prove(Levels(best_today, max(state.bound.points, least), 0))

            try:
                packed = self._pack(pool, offered, "points", held, budget=budget, heard=known)
            except Infeasible:
                known(reach + 1)
            else:
                if packed is None:
                    break
                self.filling.take(pool, packed)
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
        budget = Budget(pool.dear(relaxation, prices), -relaxation.worth, slack)
        self.say(f"weekly cost: proving among {len(offered)} households")
        packed = self._pack(pool, offered, "cost", held, budget=budget)
        self.filling.take(pool, packed)
        if packed is None:
            return self.limits.over
        state.prove(Levels(levels.today, levels.points, packed.bound))
        if not packed.proven:
            return self.limits.over
        held = replace(held, cost=packed.bound)
        self.say(f"ties: proving among {len(offered)} households")
        draw = self._draw(pool, offered)
        packed = self._pack(pool, offered, "ties", held, draw=draw, budget=budget)
        self.filling.take(pool, packed)
        if packed is not None and packed.proven:
            state.proven = 3
        return state.proven == 3 or self.limits.over

    def _draw(self, pool: Pool, offered: Sequence[int]) -> Ints:
        """What decides between equal plans: a number for each candidate of the patterns offered."""
        start = pool.of_plan(self.choices.chosen(self.state.plan))
        names = sorted({k for n in (*offered, *start) for k in pool.patterns[n].candidates})
        draw = np.zeros(len(self.market.choice), dtype=np.int64)
        which = self.market.choice[names]
        draw[names] = (
            draws(self.choices, which, self.seed) if self.ties is None else self.ties(which)
        )
        return draw
