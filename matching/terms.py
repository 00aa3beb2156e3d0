"""The points of a plan that belong to no single pair, one by one: who, where and the two facts.

Each term counts as `evaluate` counts it. Source: docs/case-folder.md, What is best.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matching.evaluate import Joint, balanced_contracts, entitled, high_need_living
from matching.fair_limits import shortfall_points
from matching.geography import authority_name
from matching.lookahead import lookahead_points
from matching.pairs import Pairs
from matching.problem import Problem
from matching.words import count

JOINT_TERM_SENTENCES: Mapping[str, str] = {
    "caution": "two who may live together only with caution share a home",
    "siblings_apart": "siblings who prefer to be together live apart",
    "share": "a borough is short of places it is entitled to",
    "balance": "a provider looks after more than its part of high or specialist need",
}


@dataclass(frozen=True, slots=True)
class Term:
    """Points of the plan for one thing: the two facts, and the referrals concerned."""

    rule: str
    found: str
    allowed: str
    points: int
    referrals: tuple[str, ...] = ()
    home: str = ""

    @property
    def sentence(self) -> str:
        """What the points are for."""
        return JOINT_TERM_SENTENCES[self.rule]

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "rule": self.rule,
            "sentence": self.sentence,
            "found": self.found,
            "allowed": self.allowed,
            "referral_ids": list(self.referrals),
            "home_id": self.home or None,
            "points": self.points,
        }


def terms_of(pairs: Pairs, plan: Mapping[str, str]) -> Iterator[Term]:
    """Every term of a plan that costs points; the plan need not obey any rule."""
    problem = pairs.problem
    yield from _cautions(problem, plan)
    yield from _apart(problem, plan)
    yield from _shares(pairs, plan)
    yield from _balance(problem, plan)


def joint_of(pairs: Pairs, plan: Mapping[str, str], terms: Sequence[Term]) -> Joint:
    """The terms added up, with what waiting, changing and falling behind cost."""
    problem = pairs.problem
    total = {
        name: sum(term.points for term in terms if term.rule == name)
        for name in JOINT_TERM_SENTENCES
    }
    waiting = (r for r in problem.referrals if r.id not in plan and not r.by_hand)
    return Joint(
        wait=sum(problem.wait_points(r) for r in waiting),
        borough_shortfall=shortfall_points(pairs, plan),
        stay=problem.previous.stay * len(problem.moved(plan)) if problem.previous else None,
        lookahead=lookahead_points(problem, plan),
        **total,
    )


def _cautions(problem: Problem, plan: Mapping[str, str]) -> Iterator[Term]:
    points = problem.policy.points["caution"]
    placed = {r.young_person: r for r in problem.referrals if r.id in plan}
    living = {
        r.young_person: r for r in problem.residents if r.young_person not in problem.referred
    }
    for a, b in sorted(problem.cautions) if points else ():
        if a in placed and b in placed:
            one, other = placed[a], placed[b]
            if plan[one.id] == plan[other.id]:
                names = tuple(sorted((one.id, other.id)))
                yield Term("caution", "both move in", "apart", points, names, plan[one.id])
            continue
        for newcomer, resident in ((a, b), (b, a)):
            if newcomer in placed and resident in living:
                referral, stays = placed[newcomer], living[resident]
                home = plan[referral.id]
                if stays.home == home and stays.present(problem.day(referral)):
                    yield Term("caution", "one lives there", "apart", points, (referral.id,), home)


def _apart(problem: Problem, plan: Mapping[str, str]) -> Iterator[Term]:
    points = problem.policy.points["siblings_apart"]
    for name, members in sorted(problem.groups.items()) if points else ():
        placed = [member.id for member in members if member.id in plan]
        homes = {plan[who] for who in placed}
        if problem.group_kind(name) == "preferred" and len(homes) > 1:
            found = f"in {count(len(homes), 'home')}"
            yield Term("siblings_apart", found, "in one home", points, tuple(placed))


def _shares(pairs: Pairs, plan: Mapping[str, str]) -> Iterator[Term]:
    problem = pairs.problem
    points = problem.policy.points["short_of_share"]
    if not points:
        return
    for (contract, borough), (places, held) in sorted(entitled(pairs).items()):
        taken = tuple(
            r.id
            for r in problem.referrals
            if r.id in plan
            and r.borough == borough
            and problem.home_by_id[plan[r.id]].contract == contract
        )
        short = places - held - len(taken)
        if short > 0:
            who = authority_name(borough)
            yield Term(
                "share",
                f"{who} has {count(held + len(taken), 'place')} of {contract}",
                f"entitled to {places}",
                points * short,
                taken,
            )


def _balance(problem: Problem, plan: Mapping[str, str]) -> Iterator[Term]:
    points = problem.policy.points["provider_balance"]
    living = high_need_living(problem)
    moving: dict[str, list[str]] = {}
    for referral in problem.referrals:
        if referral.id in plan and referral.high_need:
            moving.setdefault(plan[referral.id], []).append(referral.id)
    for contract, homes in sorted(balanced_contracts(problem).items()) if points else ():
        number = {home.id: living.get(home.id, 0) + len(moving.get(home.id, ())) for home in homes}
        places, everyone = sum(home.places for home in homes), sum(number.values())
        for provider in sorted({home.provider for home in homes}):
            own = [home for home in homes if home.provider == provider]
            part, theirs = sum(home.places for home in own), sum(number[home.id] for home in own)
            over = places * theirs - part * everyone
            if over > 0:
                yield Term(
                    "balance",
                    f"{provider or 'no provider'} has {theirs} of {everyone} of high or specialist "
                    f"need in {contract}",
                    f"its part, with {part} of {count(places, 'place')}",
                    points * -(-over // places),
                    tuple(who for home in own for who in moving.get(home.id, ())),
                )
