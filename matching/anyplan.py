"""What any plan is worth and breaks, a person's included: by rule, by home and by young person.

A person's plan need obey nothing. Its points are counted as if every pair were allowed, its broken
rules are listed beside them with both facts. `contrast` takes the difference of two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from matching.beside import unkept_pins
from matching.board import AREAS, UNKNOWN, View
from matching.evaluate import Joint, Levels
from matching.fair_limits import LIMIT_SENTENCES, limits_broken
from matching.joint import JOINT_SENTENCES, breaks
from matching.notices import safety_notices
from matching.pairs import Pairs
from matching.plan import levels_json
from matching.points import COMPONENT_NAMES, COMPONENTS, cautions_with_residents, price
from matching.problem import Problem, Referral
from matching.rules import RULE_BY_CODE, eligible, holds, rules_of
from matching.terms import JOINT_TERM_SENTENCES, Term, joint_of, terms_of
from matching.unbuild import pounds

Asked = Sequence[tuple[str, str]]
"""Referral id and home id of each placement, as a person wrote them."""

PLAN_RULES: Mapping[str, str] = {
    "known": "every placement names a referral and a home of the case",
    "one": "every young person is placed in at most one home",
    "by_hand": "where a court decides part of the plan, only a named person places",
    **JOINT_SENTENCES,
}
_ALLOWED = {
    "known": "a referral and a home of the case",
    "one": "at most one home",
    "by_hand": "placed by a named person only",
}
PART_SENTENCES: Mapping[str, str] = {
    **{component.name: component.sentence for component in COMPONENTS},
    "wait": "a young person waits",
    **JOINT_TERM_SENTENCES,
    "borough_shortfall": "a borough’s share of those placed falls behind",
    "stay": "a proposal of the plan before changes",
    "lookahead": "a place that look-ahead would keep for a scarcer need is taken",
}
"""What each part of the points is for: those of a pair, then those of the plan."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a plan breaks: where, the two facts compared, and the referrals concerned."""

    code: str
    sentence: str
    home: str
    found: str
    allowed: str
    referrals: tuple[str, ...]
    overridable: bool = False

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "code": self.code,
            "sentence": self.sentence,
            "home_id": self.home or None,
            "referral_ids": list(self.referrals),
            "found": self.found,
            "allowed": self.allowed,
            "overridable": self.overridable,
        }


@dataclass(frozen=True, slots=True)
class Person:
    """One young person in a plan. `fee` and `marginal` are pence a week, None where they wait.

    `points` is by component; `cautions` counts residents to be careful with and is part of the
    plan's cautions; `wait` is what waiting costs. `broken` are rules on the pair.
    """

    referral: str
    home: str | None
    urgency: str
    tenths: int | None = None
    area: str = ""
    fee: int | None = None
    marginal: int = 0
    points: Mapping[str, int] | None = None
    cautions: int = 0
    wait: int = 0
    broken: tuple[Broken, ...] = ()

    @property
    def total(self) -> int:
        """Points that are this young person's own: the pair's components, or the wait."""
        return sum((self.points or {}).values()) + self.wait

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "referral_id": self.referral,
            "home_id": self.home,
            "urgency": self.urgency,
            "distance_miles": None if self.tenths is None else self.tenths / 10,
            "area": self.area or None,
            "weekly_fee": None if self.fee is None else pounds(self.fee),
            "points": dict(self.points or {}),
            "wait": self.wait,
            "total": self.total,
            "violations": [one.to_json() for one in self.broken],
        }


@dataclass(frozen=True)
class Evaluated:
    """A plan counted: what it breaks, its levels, and its points by part and by young person."""

    plan: Mapping[str, str]
    broken: tuple[Broken, ...]
    levels: Levels
    joint: Joint
    terms: tuple[Term, ...]
    people: tuple[Person, ...]
    notices: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether no rule is broken."""
        return not self.broken

    @property
    def parts(self) -> dict[str, int]:
        """Points by part: each component over all placements, then the terms of the plan."""
        joint = self.joint
        own = {
            name: sum((person.points or {}).get(name, 0) for person in self.people)
            for name in COMPONENT_NAMES
        }
        return {**own, **joint.to_json()}

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "holds": self.holds,
            "violations": [one.to_json() for one in self.broken],
            "objective": levels_json(self.levels),
            "points_by_rule": [
                {"rule": name, "sentence": PART_SENTENCES[name], "points": points}
                for name, points in self.parts.items()
            ],
            "joint": [term.to_json() for term in self.terms],
            "young_people": [person.to_json() for person in self.people],
            "notices": list(self.notices),
        }

    def render(self, problem: Problem) -> str:
        """In words, for a terminal."""
        from matching.tell_plans import evaluated_text

        return evaluated_text(self, problem)


def evaluate_any(pairs: Pairs, asked: Asked | Mapping[str, str]) -> Evaluated:
    """Count a plan that somebody wrote: what it breaks and what it is worth.

    Of two homes for one young person the first counts. A placement that names nobody, or no home,
    of the case is a violation and counts for nothing.
    """
    problem = pairs.problem
    rows = list(asked.items()) if isinstance(asked, Mapping) else list(asked)
    plan, strange = _assignment(problem, rows)
    people = tuple(
        _person(pairs, referral, plan.get(referral.id)) for referral in problem.referrals
    )
    terms = tuple(terms_of(pairs, plan))
    joint = joint_of(pairs, plan, terms)
    waiting = [r for r in problem.referrals if r.id not in plan and not r.by_hand]
    broken = [
        *strange,
        *(one for person in people for one in person.broken),
        *_together(problem, plan),
        *_groups(problem, plan),
        *_of_the_plan(pairs, plan),
    ]
    return Evaluated(
        plan=plan,
        broken=tuple(broken),
        levels=Levels(
            today=sum(problem.urgency(referral) == "today" for referral in waiting),
            points=sum(person.total for person in people) - joint.wait + joint.total,
            cost=sum(person.marginal for person in people),
        ),
        joint=joint,
        terms=terms,
        people=people,
        notices=safety_notices(problem),
    )


def _assignment(problem: Problem, rows: Asked) -> tuple[dict[str, str], list[Broken]]:
    plan: dict[str, str] = {}
    found = []
    for who, home in rows:
        if who not in problem.referral_by_id:
            found.append(_plan_rule("known", home, who, f"{who} is no referral of the case"))
        elif home not in problem.home_by_id:
            found.append(_plan_rule("known", home, who, f"{home} is no home of the case"))
        elif who in plan:
            found.append(_plan_rule("one", home, who, f"placed in {plan[who]} too"))
        else:
            plan[who] = home
    return plan, found


def _plan_rule(code: str, home: str, who: str, found: str) -> Broken:
    return Broken(code, PLAN_RULES[code], home, found, _ALLOWED[code], (who,))


def _person(pairs: Pairs, referral: Referral, home: str | None) -> Person:
    problem = pairs.problem
    urgency = problem.urgency(referral)
    if home is None:
        wait = 0 if referral.by_hand else problem.wait_points(referral)
        return Person(referral.id, None, urgency, wait=wait)
    view, at = View(pairs.board, referral), pairs.board.index[home]
    broken = [
        Broken(
            rule.code, rule.sentence, home, *rule.facts(view, at), (referral.id,), rule.overridable
        )
        for rule in rules_of(problem)
        if not holds(rule, view)[at]
    ]
    if referral.by_hand:
        broken.insert(0, _plan_rule("by_hand", home, referral.id, "placed by a plan"))
    fees = pairs.board.fees(referral.band, view.day)
    own = price(view, np.array([at], dtype=np.int64), eligible(view))[0]
    tenths = int(view.tenths[at])
    return Person(
        referral=referral.id,
        home=home,
        urgency=urgency,
        tenths=None if tenths == UNKNOWN else tenths,
        area=AREAS[int(view.areas[at])],
        fee=int(fees.weekly[at]) if fees.known[at] else None,
        marginal=int(fees.marginal[at]),
        points=dict(zip(COMPONENT_NAMES, own.tolist(), strict=True)),
        cautions=cautions_with_residents(view).count(at),
        broken=tuple(broken),
    )


def _together(problem: Problem, plan: Mapping[str, str]) -> Iterable[Broken]:
    moving: dict[str, list[Referral]] = {}
    for referral in problem.referrals:
        if referral.id in plan:
            moving.setdefault(plan[referral.id], []).append(referral)
    for home in sorted(moving):
        for one in breaks(problem, problem.home_by_id[home], moving[home]):
            yield Broken(
                one.code, JOINT_SENTENCES[one.code], home, one.found, one.allowed, one.referrals
            )


def _of_the_plan(pairs: Pairs, plan: Mapping[str, str]) -> Iterable[Broken]:
    """Decisions that a plan does not keep, and limits for the sake of fairness."""
    for code, where, found, allowed in unkept_pins(pairs.problem, plan):
        who, _, home = where.partition(" at ")
        yield Broken(code, RULE_BY_CODE[code].sentence, home, found, allowed, (who,))
    for code, whom, found, allowed in limits_broken(pairs, plan):
        yield Broken(code, LIMIT_SENTENCES[code], "", f"{whom}: {found}", allowed, ())


def _groups(problem: Problem, plan: Mapping[str, str]) -> Iterable[Broken]:
    for name, members in sorted(problem.groups.items()):
        where = {plan.get(member.id) for member in members}
        if problem.group_kind(name) == "together" and len(where) > 1:
            placed = [f"{m.id} at {plan.get(m.id, 'no home')}" for m in members]
            yield Broken(
                "J4",
                JOINT_SENTENCES["J4"],
                "",
                ", ".join(placed),
                "all in one home, or none placed",
                tuple(member.id for member in members),
            )
