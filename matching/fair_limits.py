"""Limits for the sake of fairness, judged on people and not on variables; none without a policy.

J7: in each contract, newly placed high or specialist need is no more than the ceiling leaves above
the residents of such need on the horizon; a ceiling that residents exceed already leaves no room.
J8: a borough's share of those placed falls no further below its share of those whom some home fits
than the policy allows, hard or at points for each place short. Only whole places are short: of so
many people no split meets every share to the last part of one. Nobody is counted whom no home fits.
Otherwise a hard limit could often be kept only by placing nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from matching.fair_figures import Rate
from matching.fair_policy import FairnessLimits
from matching.pairs import Pairs
from matching.problem import Problem, Referral

Plan = Mapping[str, str]

LIMIT_SENTENCES = {
    "J7": "a contract carries no more high or specialist need than the policy’s ceiling",
    "J8": "no borough’s share of those placed falls further behind than the policy allows",
}


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A contract under the ceiling: its places, most and present high need, and who is added."""

    contract: str
    places: int
    most: int
    living: int
    placed: int

    @property
    def room(self) -> int:
        """How many of high or specialist need may be newly placed."""
        return max(0, self.most - self.living)

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "contract": self.contract,
            "places": self.places,
            "most_high_or_specialist": self.most,
            "high_or_specialist_living_there": self.living,
            "high_or_specialist_proposed": self.placed,
            "room": self.room,
        }


@dataclass(frozen=True, slots=True)
class Behind:
    """A borough under the limit: how many of its young people some home fits, and are placed.

    `asking_of` and `placed_of` are those numbers for all boroughs; `short` is how many more of its
    own would have to be among those placed.
    """

    borough: str
    asking: int
    asking_of: int
    placed: int
    placed_of: int
    short: int

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "borough": self.borough,
            "share_of_those_some_home_fits": Rate(self.asking, self.asking_of).to_json(),
            "share_of_those_placed": Rate(self.placed, self.placed_of).to_json(),
            "short": self.short,
        }


def asking_by_borough(pairs: Pairs) -> dict[str, int]:
    """How many of each borough's referrals some home fits."""
    hopeful = np.flatnonzero(np.diff(pairs.start)).tolist()
    found = Counter(pairs.problem.referrals[number].borough for number in hopeful)
    return dict(sorted(found.items()))


def ceilings(problem: Problem, plan: Plan) -> list[Ceiling]:
    """Every contract under the policy's ceiling; none where it has no ceiling."""
    limits = problem.policy.fairness
    if limits is None or limits.ceiling is None:
        return []
    places, living, placed = Counter[str](), Counter[str](), Counter[str]()
    for home in problem.homes:
        places[home.contract] += home.places
        living[home.contract] += sum(
            resident.high_need and resident.present(problem.horizon)
            for resident in problem.residents_of[home.id]
        )
    for referral in problem.referrals:
        if referral.high_need and referral.id in plan:
            placed[problem.home_by_id[plan[referral.id]].contract] += 1
    return [
        Ceiling(name, places[name], limits.ceiling * places[name] // 100, living[name],
                placed[name])
        for name in sorted(places)
        if name
    ]  # fmt: skip


def behind(pairs: Pairs, plan: Plan) -> list[Behind]:
    """Every borough under the policy's limit; none where it has no such limit.

    Due is (asking / asking_of − shortfall / 100) × placed_of, rounded down; short is what is placed
    fewer than that.
    """
    limits = pairs.problem.policy.fairness
    if limits is None or limits.shortfall is None:
        return []
    asking = asking_by_borough(pairs)
    placed = Counter(r.borough for r in pairs.problem.referrals if r.id in plan)
    everybody, all_placed = sum(asking.values()), sum(placed.values())
    found = []
    for borough, number in asking.items():
        due = deserved(limits, number, everybody) * all_placed // (100 * everybody)
        short = max(0, due - placed[borough])
        found.append(Behind(borough, number, everybody, placed[borough], all_placed, short))
    return found


def deserved(limits: FairnessLimits, asking: int, everybody: int) -> int:
    """What a borough is due of each one placed, times 100 × everybody; not above 0 for nothing."""
    return 100 * asking - (limits.shortfall or 0) * everybody


def shortfall_points(pairs: Pairs, plan: Plan) -> int | None:
    """Points for the places boroughs are short; None where the policy does not weigh them."""
    limits = pairs.problem.policy.fairness
    if limits is None or not limits.weighted:
        return None
    return limits.weight * sum(one.short for one in behind(pairs, plan))


def limits_broken(pairs: Pairs, plan: Plan) -> list[tuple[str, str, str, str]]:
    """Where a plan breaks J7, or a hard J8: code, contract or borough, found, allowed."""
    limits = pairs.problem.policy.fairness
    found = [
        (
            "J7",
            one.contract,
            f"{one.placed} of high or specialist need beside {one.living} living there",
            f"room for {one.room}: {one.most} of {one.places} places",
        )
        for one in ceilings(pairs.problem, plan)
        if one.placed > one.room
    ]
    if limits is not None and limits.hard:
        found += [
            (
                "J8",
                one.borough,
                f"{one.placed} of {one.placed_of} placed",
                f"{one.short} more: it has {one.asking} of the {one.asking_of} whom some home "
                f"fits, less {limits.shortfall} percentage points",
            )
            for one in behind(pairs, plan)
            if one.short
        ]
    return found


def obeying(pairs: Pairs, plan: Mapping[str, str]) -> dict[str, str]:
    """The plan, with the least pressing placements taken back until it keeps J7 and a hard J8.

    Siblings who stay together go together. In the end nobody is placed, which keeps every limit.
    """
    problem, kept = pairs.problem, dict(plan)
    limits = problem.policy.fairness
    if limits is None:
        return kept
    for one in ceilings(problem, kept):
        high = [
            referral
            for referral in _pressing(problem, kept)
            if referral.high_need and problem.home_by_id[kept[referral.id]].contract == one.contract
        ]
        for referral in high[one.room :]:
            _take_back(problem, kept, referral)
    while limits.hard and any(one.short for one in behind(pairs, kept)):
        most = max(
            behind(pairs, kept),
            key=lambda b: (b.placed * b.asking_of - b.asking * b.placed_of, b.borough),
        )
        _take_back(
            problem, kept, [r for r in _pressing(problem, kept) if r.borough == most.borough][-1]
        )
    return kept


def _pressing(problem: Problem, plan: Plan) -> list[Referral]:
    """Those placed, the most pressing first."""
    return sorted(
        (referral for referral in problem.referrals if referral.id in plan),
        key=lambda r: (problem.urgency(r) != "today", -problem.wait_points(r), r.id),
    )


def _take_back(problem: Problem, plan: dict[str, str], referral: Referral) -> None:
    group = referral.sibling_group
    together = group in problem.groups and problem.group_kind(group) == "together"
    for member in problem.groups[group] if together else (referral,):
        plan.pop(member.id, None)
