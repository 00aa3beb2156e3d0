"""What is held in a large region: decided over households, from what the region's prices tell.

The region is priced once. Each question narrows its choices, pins whom it places, and starts from
those prices; nothing that a question adds can make a plan better, so that the region's bounds hold
for all of them.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np

from matching.board import Flags, Ints
from matching.choices import Choices, today_never, wait_never
from matching.evaluate import Levels, evaluate
from matching.holding import Held, LimitCame, Outcome, Undecided
from matching.links import Link
from matching.opening import opening_plan
from matching.search import Infeasible, Limits
from matching.state import State

if TYPE_CHECKING:
    from matching.held import Region
    from matching.known import Known

NOTHING = Levels(0, 0, 0)


class Wide:
    """What-if questions of one large region; `like` is that of a region which differs in little."""

    def __init__(self, region: Region, like: Wide | None = None) -> None:
        self.region, self.like = region, like
        self._lock = threading.Lock()
        self._known: dict[str, Known] | None = None
        self._bound = NOTHING

    def best(self, held: Held, limits: Limits) -> Outcome | None:
        """The best plan under what is held; None where what is held cannot be.

        Raises LimitCame where a limit came before that was known, Undecided where prices do not
        decide it.
        """
        choices = self._choices(held)
        if choices is None:
            return None
        known, bound = self._priced(limits, alone=held == Held())
        region, plan = self.region, dict(self.region.plan)
        at_hand = [plan, *(dict(other) for other, _ in held.differ)]
        try:
            start = opening_plan(choices, limits, at_hand)
        except Infeasible:
            return None
        if start is None:
            if not region.keeps(plan, held):
                raise LimitCame
            return Outcome(plan, evaluate(region.pairs, plan), proven=False)
        state = self._search(choices, start, bound, known, limits)
        return Outcome(state.plan, state.worth, state.proven == 3)

    def _search(
        self,
        choices: Choices,
        start: dict[str, str],
        bound: Levels,
        known: dict[str, Known],
        limits: Limits,
    ) -> State:
        from matching.large import Large

        plan = self.region.plan
        state = State(start, evaluate(choices.pairs, start), bound)
        moved = np.array(self.region.moved(plan, choices), dtype=np.int64)

        def ties(which: Ints) -> Ints:
            found: Ints = moved[which]
            return found

        large = Large(
            choices, state, limits, _quiet, 0, 1, *_never(choices), known=known, ties=ties
        )
        if not large.run(near=plan):
            raise Undecided
        return state

    def _priced(self, limits: Limits, *, alone: bool) -> tuple[dict[str, Known], Levels]:
        """What is known of the region with nothing held: prices by level, and what bounds it.

        The first question asks for it, unless it holds nothing itself or the region is like one
        that has been priced.
        """
        with self._lock:
            if self._known is None and self.like is not None:
                self._known, _ = self.like._priced(limits, alone=False)
            if self._known is None and not alone:
                self._known = self._price(limits)
            return self._known or {}, self._bound

    def _price(self, limits: Limits) -> dict[str, Known]:
        from matching.large import Large

        choices = self.region.choices
        try:
            start = opening_plan(choices, limits, [dict(self.region.plan)])
        except Infeasible:
            return {}
        if start is None:
            return {}
        state = State(start, evaluate(choices.pairs, start), NOTHING)
        large = Large(choices, state, limits, _quiet, 0, 1, *_never(choices))
        known = large.learn(near=dict(self.region.plan))
        self._bound = state.bound
        return known

    def _choices(self, held: Held) -> Choices | None:
        """The choices that what is held leaves, and who must be placed; None: it cannot be."""
        region, choices = self.region, self.region.choices
        keep = np.ones(len(choices), dtype=bool)
        placed = set()
        for who, home in held.homes.items():
            mine = region.columns(who, home)
            if not mine:
                return None
            others = [k for k in region.columns(who) if k not in mine]
            keep[others] = False
        for who, home in held.never:
            keep[region.columns(who, home)] = False
        for who in held.waiting:
            keep[region.columns(who)] = False
        for who in {*held.placed, *held.homes}:
            unit = region.unit(who)
            if unit is None:
                return None
            placed.add(unit)
        narrow = choices.narrowed(keep, placed, self._differ(held, keep))
        counts = np.diff(narrow.start)
        if any(unit.pinned and not counts[at] for at, unit in enumerate(narrow.units)):
            return None
        return narrow

    def _differ(self, held: Held, keep: Flags) -> list[Link]:
        """Rows that keep the plan away from others."""
        region = self.region
        place = np.cumsum(keep) - 1
        rows = []
        for number, (other, least) in enumerate(held.differ):
            moved = np.array(region.moved(other), dtype=np.int64)
            here = sum(bool(region.columns(who, home)) for who, home in other.items())
            which = np.flatnonzero((moved != 0) & keep)
            rows.append(Link("held", f"differ {number}", place[which], -moved[which], here - least))
        return rows


def _never(choices: Choices) -> tuple[int, int]:
    """Who has no unit: how many of them need a place today, and what their waiting costs."""
    return today_never(choices), wait_never(choices)


def _quiet(sentence: str) -> None:
    """Say nothing."""
