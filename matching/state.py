"""The best plan so far, what it is worth, and which bounds are proven."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from matching.evaluate import Levels, Worth
from matching.search import SolverFailed


@dataclass(frozen=True, slots=True)
class Progress:
    """How a search stands: the best plan, its levels, and the proven bound."""

    levels: Levels
    bound: Levels
    plan: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Glimpse:
    """A plan the solver has just come upon, in the midst of a level; nobody has counted it yet."""

    plan: Mapping[str, str]


@dataclass(slots=True)
class State:
    """The best plan and its bounds; `proven` counts the levels of which nothing better exists.

    `heard` is told of each better plan and each better bound; `glimpsed` of plans not yet counted.
    """

    plan: dict[str, str]
    worth: Worth
    bound: Levels
    proven: int = 0
    heard: Callable[[Progress], None] | None = None
    glimpsed: Callable[[Glimpse], None] | None = None

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
            self.heard(Progress(self.worth.levels, self.bound, self.plan))

    def glimpse(self, plan: Mapping[str, str]) -> None:
        """Say that the solver has come upon a plan."""
        if self.glimpsed is not None:
            self.glimpsed(Glimpse(plan))
