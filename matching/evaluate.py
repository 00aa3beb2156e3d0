"""What any plan is worth: the three levels and the joint terms, counted without a solver.

The specification of "best" in plain arithmetic over people. Every solution is counted here again
before anybody sees it, and so is a plan that a person wrote. Source: docs/case-folder.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matching.fair_limits import shortfall_points
from matching.lookahead import lookahead_points
from matching.pairs import Pairs
from matching.problem import Home, Problem, Referral, unordered

Assignment = Mapping[str, str]
"""Referral id to home id, for those placed."""


@dataclass(frozen=True, slots=True)
class Joint:
    """Points that belong to the plan and not to one pair.

    `borough_shortfall` is None where the policy does not weigh it, `stay` without a previous plan,
    `lookahead` without look-ahead.
    """

    wait: int = 0
    caution: int = 0
    siblings_apart: int = 0
    share: int = 0
    balance: int = 0
    borough_shortfall: int | None = None
    stay: int | None = None
    lookahead: int | None = None

    @property
    def total(self) -> int:
        """All of them together."""
        own = self.wait + self.caution + self.siblings_apart + self.share + self.balance
        return own + (self.borough_shortfall or 0) + (self.stay or 0) + (self.lookahead or 0)

    def to_json(self) -> dict[str, int]:
        """As plan.json holds them; what the policy does not weigh is left out."""
        made = {
            "wait": self.wait,
            "caution": self.caution,
            "siblings_apart": self.siblings_apart,
            "share": self.share,
            "balance": self.balance,
        }
        if self.borough_shortfall is not None:
            made["borough_shortfall"] = self.borough_shortfall
        if self.stay is not None:
            made["stay"] = self.stay
        if self.lookahead is not None:
            made["lookahead"] = self.lookahead
        return made


@dataclass(frozen=True, slots=True, order=True)
class Levels:
    """The three levels in their order: fewer is better. `cost` is pence a week."""

    today: int
    points: int
    cost: int


@dataclass(frozen=True, slots=True)
class Worth:
    """A plan's levels and where its points come from; `pairs` are rows of the placed pairs."""

    levels: Levels
    joint: Joint
    pairs: Mapping[str, int]


def evaluate(pairs: Pairs, plan: Assignment) -> Worth:
    """The worth of a plan whose every pair is eligible.

    Raises KeyError for a pair that is not: what breaks a rule has no worth to compare.
    """
    problem, index = pairs.problem, pairs.board.index
    rows: dict[str, int] = {}
    for number, referral in enumerate(problem.referrals):
        home = plan.get(referral.id)
        if home is not None:
            row = pairs.find(number, index[home])
            if row is None:
                raise KeyError(f"{referral.id} may not live in {home}")
            rows[referral.id] = row
    placed = [referral for referral in problem.referrals if referral.id in plan]
    waiting = [r for r in problem.referrals if r.id not in plan and not r.by_hand]
    joint = Joint(
        wait=sum(problem.wait_points(referral) for referral in waiting),
        caution=problem.policy.points["caution"] * caution_pairs(problem, plan),
        siblings_apart=problem.policy.points["siblings_apart"] * groups_apart(problem, plan),
        share=problem.policy.points["short_of_share"]
        * short_places(problem, plan, entitled(pairs)),
        balance=problem.policy.points["provider_balance"] * above_part(problem, plan, placed),
        borough_shortfall=shortfall_points(pairs, plan),
        stay=problem.previous.stay * len(problem.moved(plan)) if problem.previous else None,
        lookahead=lookahead_points(problem, plan),
    )
    own = sum(int(pairs.total[row]) for row in rows.values())
    levels = Levels(
        today=sum(problem.urgency(referral) == "today" for referral in waiting),
        points=own + joint.total,
        cost=sum(int(pairs.marginal[row]) for row in rows.values()),
    )
    return Worth(levels, joint, rows)


def caution_pairs(problem: Problem, plan: Assignment) -> int:
    """How many caution pairs share a home.

    Newly placed with newly placed, or newly placed with a resident who has no referral of their
    own and is present on the newly placed one's day.
    """
    placed = {r.young_person: (r, plan[r.id]) for r in problem.referrals if r.id in plan}
    living = {
        r.young_person: r for r in problem.residents if r.young_person not in problem.referred
    }
    number = 0
    for a, b in problem.cautions:
        if a in placed and b in placed:
            number += placed[a][1] == placed[b][1]
        else:
            newcomer, resident = (a, b) if a in placed else (b, a)
            if newcomer in placed and resident in living:
                referral, home = placed[newcomer]
                stays = living[resident]
                number += stays.home == home and stays.present(problem.day(referral))
    return number


def groups_apart(problem: Problem, plan: Assignment) -> int:
    """How many `preferred` groups have two or more members placed and not all in one home."""
    apart = 0
    for name, members in problem.groups.items():
        if problem.group_kind(name) == "preferred":
            homes = {plan[member.id] for member in members if member.id in plan}
            apart += len(homes) > 1
    return apart


def entitled(pairs: Pairs) -> dict[tuple[str, str], tuple[int, int]]:
    """For each contract and borough with a share: places it is entitled to, and already holds.

    Held: residents present on the horizon, without a referral of their own, in the contract's
    homes. Entitled: its share, but no more than those residents and its referrals that have an
    eligible pair in the contract's homes.
    """
    problem = pairs.problem
    contracts = np.array([home.contract for home in problem.homes], dtype=object)
    found = {}
    for share in problem.shares:
        inside = {home.id for home in problem.homes if home.contract == share.contract}
        held = sum(
            resident.home in inside
            and resident.borough == share.borough
            and resident.young_person not in problem.referred
            and resident.present(problem.horizon)
            for resident in problem.residents
        )
        hopeful = np.unique(pairs.referral[contracts[pairs.home] == share.contract])
        asking = sum(problem.referrals[number].borough == share.borough for number in hopeful)
        found[share.contract, share.borough] = (min(share.places, held + asking), held)
    return found


def short_places(
    problem: Problem, plan: Assignment, entitlement: Mapping[tuple[str, str], tuple[int, int]]
) -> int:
    """Places that boroughs are short of what they are entitled to, over all contracts."""
    taken: dict[tuple[str, str], int] = {}
    for referral in problem.referrals:
        if referral.id in plan:
            key = (problem.home_by_id[plan[referral.id]].contract, referral.borough)
            taken[key] = taken.get(key, 0) + 1
    return sum(
        max(0, places - held - taken.get(key, 0)) for key, (places, held) in entitlement.items()
    )


def balanced_contracts(problem: Problem) -> dict[str, list[Home]]:
    """Contracts whose homes have two or more providers, with their homes."""
    found: dict[str, list[Home]] = {}
    for home in problem.homes:
        if home.contract:
            found.setdefault(home.contract, []).append(home)
    return {name: homes for name, homes in found.items() if len({h.provider for h in homes}) > 1}


def high_need_living(problem: Problem) -> dict[str, int]:
    """High-need residents present on the horizon, by home."""
    found: dict[str, int] = {}
    for resident in problem.residents:
        if resident.high_need and resident.present(problem.horizon):
            found[resident.home] = found.get(resident.home, 0) + 1
    return found


def above_part(problem: Problem, plan: Assignment, placed: list[Referral]) -> int:
    """High-need placements above each provider's part of its contract's places, rounded up."""
    living = high_need_living(problem)
    for referral in placed:
        if referral.high_need:
            living[plan[referral.id]] = living.get(plan[referral.id], 0) + 1
    above = 0
    for homes in balanced_contracts(problem).values():
        places = sum(home.places for home in homes)
        everyone = sum(living.get(home.id, 0) for home in homes)
        for provider in {home.provider for home in homes}:
            own = [home for home in homes if home.provider == provider]
            number = sum(living.get(home.id, 0) for home in own)
            over = places * number - sum(home.places for home in own) * everyone
            above += -(-over // places) if over > 0 else 0
    return above


def pair_cautions(problem: Problem, members: tuple[Referral, ...]) -> int:
    """Caution pairs among young people who move into one home."""
    return sum(
        unordered(one.young_person, other.young_person) in problem.cautions
        for place, one in enumerate(members)
        for other in members[place + 1 :]
    )
