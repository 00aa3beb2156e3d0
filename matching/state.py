"""The best plan so far, what it is worth, and which bounds are proven."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from matching.evaluate import Levels, Worth
from matching.search import SolverFailed


@dataclass(frozen=True, slots=True)
class Progress:
    """How a search stands: seconds since it began, the best plan's levels, the proven bound."""

    elapsed: float
    levels: Levels
    bound: Levels


@dataclass(slots=True)
class State:
    """The best plan and its bounds; `proven` counts the levels of which nothing better exists.

    `heard` is told of each better plan and each better bound.
    """

    plan: dict[str, str]
    worth: Worth
    bound: Levels
    proven: int = 0
    heard: Callable[[Progress], None] | None = None
    began: float = field(default_factory=time.monotonic)

    def take(self, plan: dict[str, str], worth: Worth) -> None:
        """A plan: it replaces one that is no better."""
        if worth.levels <= self.worth.levels:
            better = worth.levels < self.worth.levels
            self.plan, self.worth = plan, worth
            if better:
                self.tell()

    def prove(self, bound: Levels) -> None:
        """A better bound, in plain whole numbers; `SolverFailed` where the plan lies below it."""
        if self.worth.levels < bound:
            raise SolverFailed(f"a plan of {self.worth.levels} lies below the bound {bound}")
        if bound > self.bound:
            self.bound = Levels(int(bound.today), int(bound.points), int(bound.cost))
            self.tell()

    def tell(self) -> None:
        """Say how the search stands."""
        if self.heard is not None:
            elapsed = time.monotonic() - self.began
            self.heard(Progress(elapsed, self.worth.levels, self.bound))
