"""Two plans side by side: the change in each level, by part, and for each young person who moves.

"Why A and not B" is the difference of two counted plans and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matching.anyplan import PART_SENTENCES, Evaluated, Person
from matching.evaluate import Levels
from matching.problem import Problem
from matching.unbuild import pounds


@dataclass(frozen=True, slots=True)
class Change:
    """What changes in each level: below 0 is better. `cost` is pence a week."""

    today: int
    points: int
    cost: int

    @property
    def nothing(self) -> bool:
        """Whether no level changes."""
        return (self.today, self.points, self.cost) == (0, 0, 0)

    def to_json(self) -> dict[str, Any]:
        """For other programs; a minus sign says fewer."""
        sign = "-" if self.cost < 0 else ""
        return {
            "today_unplaced": self.today,
            "points": self.points,
            "weekly_cost": f"{sign}{pounds(abs(self.cost))}",
        }


@dataclass(frozen=True, slots=True)
class Move:
    """A young person who lives elsewhere in the second plan; None where they wait."""

    referral: str
    before: str | None
    after: str | None

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {"referral_id": self.referral, "from": self.before, "to": self.after}


@dataclass(frozen=True, slots=True)
class Difference:
    """One part of the points, in the first plan and in the second."""

    rule: str
    before: int
    after: int

    @property
    def sentence(self) -> str:
        """What the points are for."""
        return PART_SENTENCES[self.rule]

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "rule": self.rule,
            "sentence": self.sentence,
            "first": self.before,
            "second": self.after,
            "change": self.after - self.before,
        }


@dataclass(frozen=True)
class Contrast:
    """The second plan against the first."""

    first: Evaluated
    second: Evaluated
    change: Change
    parts: tuple[Difference, ...]
    moved: tuple[tuple[Person, Person], ...]

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "change": self.change.to_json(),
            "points_by_rule": [part.to_json() for part in self.parts],
            "moved": [
                {
                    "referral_id": before.referral,
                    "first": before.to_json(),
                    "second": after.to_json(),
                }
                for before, after in self.moved
            ],
            "violations": {
                "first": [one.to_json() for one in self.first.broken],
                "second": [one.to_json() for one in self.second.broken],
            },
        }

    def render(self, problem: Problem) -> str:
        """In words, for a terminal."""
        from matching.tell_plans import contrast_text

        return contrast_text(self, problem)


def change_of(before: Levels, after: Levels) -> Change:
    """What changes in each level from one plan to another."""
    return Change(
        after.today - before.today, after.points - before.points, after.cost - before.cost
    )


def moves_of(
    problem: Problem, before: Mapping[str, str], after: Mapping[str, str]
) -> tuple[Move, ...]:
    """Who lives elsewhere, in order of referral."""
    return tuple(
        Move(referral.id, before.get(referral.id), after.get(referral.id))
        for referral in problem.referrals
        if before.get(referral.id) != after.get(referral.id)
    )


def contrast(first: Evaluated, second: Evaluated) -> Contrast:
    """The second plan against the first, both of one case."""
    before, after = first.parts, second.parts
    return Contrast(
        first=first,
        second=second,
        change=change_of(first.levels, second.levels),
        parts=tuple(
            Difference(name, before[name], after[name])
            for name in before
            if before[name] != after[name]
        ),
        moved=tuple(
            (one, other)
            for one, other in zip(first.people, second.people, strict=True)
            if one.home != other.home
        ),
    )
