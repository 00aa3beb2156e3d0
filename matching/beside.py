"""What a plan says beside its placements: decisions, overrides, changes, what was set aside.

A plan that has any of it is `plan/2`; one that has none is `plan/1`, as it always was. The checker
proves each part against the case. Source: docs/case-folder.md, plan/2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from matching.decisions import Overridden, decision_json, overrides_of
from matching.evaluate import Assignment
from matching.lookahead import lookahead_in
from matching.lookahead_uses import Ahead, ahead_of, with_lookahead_of
from matching.pairs import Pairs
from matching.problem import Decision, Problem, SetAside
from matching.replan import Replan, previous_in, replan_of
from matching.rules_of_decisions import decided_words

FIRST, SECOND = "plan/1", "plan/2"


@dataclass(frozen=True, slots=True)
class Beside:
    """The parts of a `plan/2` that a `plan/1` has not."""

    decisions: tuple[Decision, ...] = ()
    overrides: tuple[Overridden, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    replan: Replan | None = None
    lookahead: Ahead | None = None

    @property
    def schema(self) -> str:
        """Which plan file this makes."""
        more = self.decisions or self.set_aside or self.replan or self.lookahead
        return SECOND if more else FIRST

    def to_json(self) -> dict[str, Any]:
        """The parts that are there, as plan.json holds them."""
        made: dict[str, Any] = {}
        if self.decisions:
            made["decisions"] = [decision_json(one) for one in self.decisions]
            made["overrides"] = [one.to_json() for one in self.overrides]
        if self.set_aside:
            made["set_aside"] = [set_aside_json(one) for one in self.set_aside]
        if self.replan is not None:
            made["replan"] = self.replan.to_json()
        if self.lookahead is not None:
            made["lookahead"] = self.lookahead.to_json()
        return made


def set_aside_json(one: SetAside) -> dict[str, Any]:
    """What was set aside, as plan.json holds it."""
    return {f"{one.what}_id": one.id, "faults": list(one.faults)}


def beside(pairs: Pairs, plan: Assignment) -> Beside:
    """What stands beside a plan of a case."""
    problem = pairs.problem
    return Beside(
        decisions=problem.decisions,
        overrides=overrides_of(pairs.board) if problem.decisions else (),
        set_aside=problem.set_aside,
        replan=replan_of(pairs, plan),
        lookahead=ahead_of(pairs, plan),
    )


def with_told(pairs: Pairs, plan: Mapping[str, Any]) -> Pairs:
    """The pairs, knowing what a plan tells it was made with where that is no part of the case.

    Raises BadInput where what it tells of look-ahead is none of this case.
    """
    pairs = with_previous_of(pairs, plan)
    if pairs.problem.lookahead is not None:
        return pairs
    return with_lookahead_of(pairs, lookahead_in(plan, pairs.problem))


def with_previous_of(pairs: Pairs, plan: Mapping[str, Any]) -> Pairs:
    """The pairs, knowing of the previous plan what a plan tells of it, if nothing is known."""
    told = previous_in(plan) if pairs.problem.previous is None else None
    if told is None:
        return pairs
    return replace(pairs, board=pairs.board.of(replace(pairs.problem, previous=told)))


def differences(
    plan: Mapping[str, Any], true: Beside, *, whole: bool
) -> list[tuple[str, str, str]]:
    """Where a plan says something else beside its placements: what, found, allowed.

    `whole` says that the previous plan itself is known; else only what the plan tells of it can
    be compared. The words of `why` are free.
    """
    expected = true.to_json()
    names = ("decisions", "overrides", "set_aside")
    found = [
        (name, _shown(plan.get(name)), _shown(expected.get(name)))
        for name in names
        if plan.get(name) != expected.get(name) or (name in plan) != (name in expected)
    ]
    told, right = plan.get("replan"), expected.get("replan")
    if isinstance(told, dict) and right is not None:
        parts = ("stay", "kept", "new", "gone") if whole else ("stay",)
        found += [
            (f"replan {part}", _shown(told.get(part)), _shown(right[part]))
            for part in parts
            if told.get(part) != right[part] or isinstance(told.get(part), bool)
        ]
        if _wordless(told.get("changed")) != _wordless(right["changed"]):
            found.append(("replan changed", _shown(told.get("changed")), _shown(right["changed"])))
    elif ("replan" in plan) != (right is not None):
        found.append(("replan", _shown(told), _shown(right)))
    ahead, true_ahead = plan.get("lookahead"), expected.get("lookahead")
    if _wordless_ahead(ahead) != _wordless_ahead(true_ahead):
        found.append(("lookahead", _shown(ahead), _shown(true_ahead)))
    return found


def schema_of(problem: Problem) -> str:
    """Which plan file a case makes."""
    more = problem.decisions or problem.set_aside or problem.previous or problem.lookahead
    return SECOND if more else FIRST


def unkept_pins(problem: Problem, plan: Assignment) -> list[tuple[str, str, str, str]]:
    """Each pin that a plan does not keep by leaving somebody to wait: rule, who, found, allowed."""
    return [
        ("PIN", f"{who} at {pin.home}", "not placed", f"placed there, by {decided_words(pin)}")
        for who, pin in sorted(problem.pinned.items())
        if who not in plan
    ]


def _wordless(rows: object) -> object:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return rows
    return [{key: row[key] for key in row if key != "why"} for row in rows]


def _wordless_ahead(told: object) -> object:
    if not isinstance(told, dict):
        return told
    return {**told, "uses": _wordless(told.get("uses"))}


def _shown(value: object) -> str:
    return "nothing" if value is None else str(value)[:200]
