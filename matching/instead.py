"""Why not another home: the plan at hand against the best plan with that home."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from matching.anyplan import evaluate_any
from matching.contrast import Contrast, contrast
from matching.held import Region
from matching.holding import Held, LimitCame
from matching.problem import Problem
from matching.search import Limits


@dataclass(frozen=True)
class Instead:
    """The contrast of the two plans.

    `possible` says whether any plan holds the home; where none does, the second plan is the one at
    hand with that one change. Both are None where a limit came before that was known.
    """

    referral: str
    home: str
    possible: bool | None
    contrast: Contrast | None

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        told = {} if self.contrast is None else self.contrast.to_json()
        return {"possible": self.possible, **told}

    def render(self, problem: Problem) -> str:
        """In words, for a terminal."""
        if self.contrast is None:
            return "The limit came before a plan with that home was found."
        who, home = self.referral, problem.home_by_id[self.home].label
        title = f"No plan can have {who} in {home}. The plan at hand with that one change:"
        if self.possible:
            title = f"The plan at hand (first) against the best plan with {who} in {home} (second):"
        return f"{title}\n{self.contrast.render(problem)}"


def instead_of(
    region: Region, referral_id: str, home_id: str, limits: Limits | None = None
) -> Instead:
    """The plan at hand against the best with this home for a young person; both are in the case."""
    try:
        outcome = region.best(Held(homes={referral_id: home_id}), limits)
    except LimitCame:
        return Instead(referral_id, home_id, None, None)
    other = {**region.plan, referral_id: home_id} if outcome is None else outcome.plan
    first, second = (evaluate_any(region.pairs, plan) for plan in (region.plan, other))
    return Instead(referral_id, home_id, outcome is not None, contrast(first, second))
