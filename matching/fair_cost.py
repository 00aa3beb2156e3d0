"""What a limit for the sake of fairness costs: the best plan with it beside the best without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from matching.evaluate import Levels, Worth
from matching.fair_policy import CEILING_KEY, SHORTFALL_KEY, FairnessLimits
from matching.plan import Plan
from matching.problem import Problem
from matching.solve import Options, Search, match
from matching.unbuild import pounds
from matching.words import pounds_words

_WORDS = {
    CEILING_KEY: "the ceiling on high or specialist need",
    SHORTFALL_KEY: "the limit on how far a borough falls behind",
}


@dataclass(frozen=True, slots=True)
class LimitCost:
    """One limit: what the plan is worth with every limit, and what the best is without this one.

    Points of `given` leave out what the limit itself charges. `proven` says that both plans are
    best; otherwise the difference is between the best plans found.
    """

    limit: str
    given: Levels
    given_placed: int
    without: Levels
    without_placed: int
    proven: bool

    def to_json(self) -> dict[str, Any]:
        """For other programs: the cost as differences, with less without."""
        return {
            "limit": self.limit,
            "placed": self.given_placed - self.without_placed,
            "today_unplaced": self.given.today - self.without.today,
            "points": self.given.points - self.without.points,
            "weekly_cost": _signed(self.given.cost - self.without.cost),
            "with": _json(self.given, self.given_placed),
            "without": _json(self.without, self.without_placed),
            "proven": self.proven,
        }

    def render(self) -> str:
        """In one line, for people."""
        parts = [
            _change(self.given_placed - self.without_placed, "placed"),
            _change(self.given.today - self.without.today, "needing a place today without one"),
            _change(self.given.points - self.without.points, "points"),
        ]
        pence = self.given.cost - self.without.cost
        if pence:
            parts.append(f"{pounds_words(abs(pence))} a week {'more' if pence > 0 else 'less'}")
        told = ", ".join(part for part in parts if part) or "nothing: the plan is worth the same"
        sure = "" if self.proven else " (between the best plans found, not proven best)"
        return f"  {_WORDS[self.limit]}: {told}{sure}"


def limit_costs(
    problem: Problem,
    worth: Worth,
    *,
    proven: bool,
    options: Options | None = None,
    search: Search | None = None,
) -> list[LimitCost]:
    """What each limit of the policy costs a plan that was made under all of them.

    Each limit is left out in turn, the others kept, and the best plan looked for again, by `search`
    if it is given; they share a time limit evenly. `proven` says whether the given plan is known to
    be best.
    """
    options = options or Options()
    limits = problem.policy.fairness
    if limits is None:
        return []
    left_out: list[tuple[str, FairnessLimits]] = []
    if limits.ceiling is not None:
        left_out.append((CEILING_KEY, replace(limits, ceiling=None)))
    if limits.shortfall is not None:
        left_out.append((SHORTFALL_KEY, replace(limits, shortfall=None)))
    if options.time_limit is not None and left_out:
        options = replace(options, time_limit=options.time_limit / len(left_out))
    return [
        _cost(problem, worth, name, rest, proven, partial(match, options=options, search=search))
        for name, rest in left_out
    ]


def _cost(
    problem: Problem,
    worth: Worth,
    name: str,
    rest: FairnessLimits,
    proven: bool,
    best: Callable[[Problem], Plan],
) -> LimitCost:
    kept = None if rest.ceiling is None and rest.shortfall is None else rest
    other = best(replace(problem, policy=replace(problem.policy, fairness=kept)))
    own = (worth.joint.borough_shortfall or 0) if name == SHORTFALL_KEY else 0
    return LimitCost(
        limit=name,
        given=replace(worth.levels, points=worth.levels.points - own),
        given_placed=len(worth.pairs),
        without=other.levels,
        without_placed=len(other.placements),
        proven=proven and other.status == "optimal",
    )


def costs_text(costs: list[LimitCost]) -> str:
    """All of them, with what was compared."""
    title = "What the policy’s limits cost, each against the best plan without it"
    return "\n".join([title, *(cost.render() for cost in costs)])


def _change(number: int, what: str) -> str:
    return f"{abs(number):,} {'more' if number > 0 else 'fewer'} {what}" if number else ""


def _signed(pence: int) -> str:
    return f"-{pounds(-pence)}" if pence < 0 else pounds(pence)


def _json(levels: Levels, placed: int) -> dict[str, Any]:
    return {
        "placed": placed,
        "today_unplaced": levels.today,
        "points": levels.points,
        "weekly_cost": pounds(levels.cost),
    }
