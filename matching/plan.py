"""The answer: who goes where, who waits and why, and how sure the plan is.

`Plan.to_json` is the file other programs read. Source: docs/case-folder.md, The answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from matching.beside import Beside
from matching.evaluate import Joint, Levels
from matching.unbuild import pounds


@dataclass(frozen=True, slots=True)
class Placement:
    """A proposal: a young person, a home, and what it costs in points by component."""

    referral: str
    home: str
    tenths: int | None
    fee: int | None
    area: str
    points: Mapping[str, int]

    @property
    def total(self) -> int:
        """Points of the pair by itself."""
        return sum(self.points.values())

    def to_json(self) -> dict[str, Any]:
        """As plan.json holds it."""
        return {
            "referral_id": self.referral,
            "home_id": self.home,
            "distance_miles": None if self.tenths is None else self.tenths / 10,
            "weekly_fee": None if self.fee is None else pounds(self.fee),
            "area": self.area,
            "points": dict(self.points),
            "total": self.total,
        }


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A young person who waits, and the reason in a sentence one could say to their face."""

    referral: str
    urgency: str
    wait: int
    why: str
    summary: str

    def to_json(self) -> dict[str, Any]:
        """As plan.json holds it."""
        return {
            "referral_id": self.referral,
            "urgency": self.urgency,
            "wait": self.wait,
            "why": self.why,
            "summary": self.summary,
        }


@dataclass(frozen=True, slots=True)
class Empty:
    """Places that stay empty in a home, and the reason."""

    home: str
    places: int
    why: str
    summary: str

    def to_json(self) -> dict[str, Any]:
        """As plan.json holds it."""
        return {
            "home_id": self.home,
            "places": self.places,
            "why": self.why,
            "summary": self.summary,
        }


@dataclass(frozen=True)
class Plan:
    """The best plan found, its three levels, and a proven lower bound for each.

    `status` is `optimal`, `feasible` (a limit or an interrupt came first) or `no_referrals`.
    `interrupted` says that a person stopped the search.
    """

    case_sha256: str
    as_of: date
    seed: int
    status: str
    levels: Levels
    bound: Levels
    placements: tuple[Placement, ...]
    joint: Joint
    unplaced: tuple[Unplaced, ...]
    empty: tuple[Empty, ...]
    notices: tuple[str, ...]
    timing: Mapping[str, float] = field(default_factory=dict)
    interrupted: bool = False
    beside: Beside = field(default_factory=Beside)

    @property
    def homes(self) -> dict[str, str]:
        """Referral id to home id, for those placed."""
        return {placement.referral: placement.home for placement in self.placements}

    def to_json(self) -> dict[str, Any]:
        """As plan.json holds it."""
        return {
            "schema": self.beside.schema,
            "case_sha256": self.case_sha256,
            "as_of": self.as_of.isoformat(),
            "seed": self.seed,
            "status": self.status,
            "objective": levels_json(self.levels),
            "bound": levels_json(self.bound),
            "placements": [placement.to_json() for placement in self.placements],
            "joint": self.joint.to_json(),
            **self.beside.to_json(),
            "unplaced": [one.to_json() for one in self.unplaced],
            "empty": [one.to_json() for one in self.empty],
            "notices": list(self.notices),
            "timing": {name: round(seconds, 4) for name, seconds in self.timing.items()},
        }


def levels_json(levels: Levels) -> dict[str, Any]:
    """The three levels as plan.json holds them."""
    return {
        "today_unplaced": levels.today,
        "points": levels.points,
        "weekly_cost": pounds(levels.cost),
    }
