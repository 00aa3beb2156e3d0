"""The next best plans, each different enough from all before it, and what each gives up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from matching.anyplan import evaluate_any
from matching.contrast import Contrast, Move, contrast, moves_of
from matching.evaluate import Levels, evaluate
from matching.held import Region
from matching.holding import Held, LimitCame
from matching.plan import levels_json
from matching.problem import Problem
from matching.search import Limits


@dataclass(frozen=True)
class Alternative:
    """A plan, and its contrast with the plan at hand."""

    plan: Mapping[str, str]
    levels: Levels
    moves: tuple[Move, ...]
    contrast: Contrast
    proven: bool

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "objective": levels_json(self.levels),
            "placements": [
                {"referral_id": who, "home_id": home} for who, home in sorted(self.plan.items())
            ],
            "moves": [move.to_json() for move in self.moves],
            "change": self.contrast.change.to_json(),
            "points_by_rule": [part.to_json() for part in self.contrast.parts],
            "proven": self.proven,
        }


@dataclass(frozen=True)
class Alternatives:
    """The plan at hand and the next best, in order. `asked` may be more than there are.

    `complete` is False where a limit came before all were found.
    """

    levels: Levels
    asked: int
    differ: int
    plans: tuple[Alternative, ...]
    complete: bool = True

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "objective": levels_json(self.levels),
            "asked": self.asked,
            "differ": self.differ,
            "alternatives": [one.to_json() for one in self.plans],
            "complete": self.complete,
        }

    def render(self, problem: Problem) -> str:
        """In words, for a terminal."""
        from matching.tell_whatif import alternatives_text

        return alternatives_text(self, problem)


def alternatives_of(
    region: Region,
    number: int,
    differ: int = 1,
    limits: Limits | None = None,
    *,
    tell: Callable[[Alternatives], None] | None = None,
) -> Alternatives:
    """The next best plans after the plan at hand: `number` of them, or as many as there are.

    Each has at least `differ` young people living otherwise than in every plan before it, waiting
    included, and no plan that does is better. `tell` hears of each as it is found.
    """
    limits = limits or Limits()
    pairs, problem = region.pairs, region.problem
    first = evaluate_any(pairs, region.plan)
    levels = evaluate(pairs, region.plan).levels
    before: list[tuple[Mapping[str, str], int]] = [(region.plan, differ)]
    found: list[Alternative] = []
    complete = True
    while len(found) < number:
        try:
            outcome = region.best(Held(differ=tuple(before)), limits)
        except LimitCame:
            complete = False
            break
        if outcome is None:
            break
        before.append((outcome.plan, differ))
        found.append(
            Alternative(
                outcome.plan,
                outcome.levels,
                moves_of(problem, region.plan, outcome.plan),
                contrast(first, evaluate_any(pairs, outcome.plan)),
                outcome.proven,
            )
        )
        if tell is not None:
            tell(Alternatives(levels, number, differ, tuple(found), complete=False))
    return Alternatives(levels, number, differ, tuple(found), complete)
