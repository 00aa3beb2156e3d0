"""The frontier of cost, local share and void risk: what nothing evaluated beats in all three."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Point:
    """Mean whole cost and void risk (less is better), local share (more is better)."""

    cost: Fraction
    local: Fraction
    risk: Fraction

    def beats(self, other: Point) -> bool:
        """At least as good in all three and better in one."""
        mine = (self.cost, -self.local, self.risk)
        theirs = (other.cost, -other.local, other.risk)
        return mine != theirs and all(a <= b for a, b in zip(mine, theirs, strict=True))


def not_beaten(points: Sequence[Point]) -> list[int]:
    """The numbers of the points that no other beats, in order."""
    order = sorted(range(len(points)), key=lambda at: (points[at].cost, -points[at].local,
                                                       points[at].risk, at))  # fmt: skip
    kept: list[int] = []
    for at in order:
        if not any(points[other].beats(points[at]) for other in kept):
            kept.append(at)
    return sorted(kept)
