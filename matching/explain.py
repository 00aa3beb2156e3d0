"""For one young person: the homes that fit, best first, those that nearly fit, and why.

Every message is a rule's code, its sentence and the two facts compared. `options_for` needs no
plan; `explain` says why a given plan chose what it chose. `tell` puts both into words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np

from matching.board import AREAS, UNKNOWN, Flags, Ints, View
from matching.decisions import told_of
from matching.faults import BadInput, Fault
from matching.joint import JOINT_SENTENCES, Break, breaks
from matching.lookahead_uses import Use
from matching.notices import referral_notices, safety_notices
from matching.pairs import Pairs
from matching.plan import Plan
from matching.points import COMPONENT_NAMES, cautions_with_residents, price
from matching.problem import Home, Referral
from matching.rules import rules_of, tests
from matching.unbuild import pounds

NEAR_MISSES = 10
NEARLY = 2


@dataclass(frozen=True, slots=True)
class Failed:
    """A rule that does not hold for a home: what was found and what is allowed."""

    code: str
    sentence: str
    found: str
    allowed: str
    overridable: bool

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "code": self.code,
            "sentence": self.sentence,
            "found": self.found,
            "allowed": self.allowed,
            "overridable": self.overridable,
        }


@dataclass(frozen=True, slots=True)
class Option:
    """A home as one young person sees it. `fee` is pence a week, None where no rate is known.

    `points` is by component; `cautions` is added for residents to be careful with. `failed` is
    empty for a home that fits; `lacking` counts needs it does not support. `may_be_free` holds
    days on which a resident is expected to leave.
    """

    home: Home
    tenths: int | None
    area: str
    free: int
    fee: int | None
    points: Mapping[str, int]
    cautions: int
    failed: tuple[Failed, ...] = ()
    may_be_free: tuple[str, ...] = ()
    lacking: int = 0

    @property
    def cost(self) -> int:
        """All the points of living here."""
        return sum(self.points.values()) + self.cautions

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "home_id": self.home.id,
            "name": self.home.name,
            "provider": self.home.provider,
            "borough": self.home.borough,
            "distance_miles": None if self.tenths is None else self.tenths / 10,
            "area": self.area,
            "free_places": self.free,
            "may_be_free_from": list(self.may_be_free),
            "weekly_fee": None if self.fee is None else pounds(self.fee),
            "points": dict(self.points),
            "cautions": self.cautions,
            "total": self.cost,
            "failed": [rule.to_json() for rule in self.failed],
        }


@dataclass(frozen=True, slots=True)
class Options:
    """The homes to ring for one young person, best first, and the near misses under them."""

    referral: Referral
    age: int
    urgency: str
    day: str
    homes: tuple[Option, ...]
    near_misses: tuple[Option, ...]
    notices: tuple[str, ...]
    undecided_notices: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "referral_id": self.referral.id,
            "day": self.day,
            "urgency": self.urgency,
            "by_hand": self.referral.by_hand,
            "homes": [option.to_json() for option in self.homes],
            "near_misses": [option.to_json() for option in self.near_misses],
            "notices": list(self.notices),
        }

    def render(self) -> str:
        """In words, for a terminal."""
        from matching.tell import options_text

        return options_text(self)


@dataclass(frozen=True, slots=True)
class Step:
    """The funnel after one rule: how many homes are left."""

    code: str
    sentence: str
    left: int

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {"code": self.code, "sentence": self.sentence, "left": self.left}


@dataclass(frozen=True, slots=True)
class NotChosen:
    """A home that fits and was not chosen: the joint rules that stand in the way, if any do."""

    option: Option
    in_the_way: tuple[Break, ...]
    living_there: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "home_id": self.option.home.id,
            "total": self.option.cost,
            "moving_in": list(self.living_there),
            "in_the_way": [
                {
                    "code": one.code,
                    "sentence": JOINT_SENTENCES[one.code],
                    "found": one.found,
                    "allowed": one.allowed,
                }
                for one in self.in_the_way
            ],
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a plan has, or has not, a home for one young person."""

    options: Options
    homes: int
    funnel: tuple[Step, ...]
    chosen: Option | None
    others: tuple[NotChosen, ...]
    wait: int
    why: str
    summary: str
    lookahead: Use | None = None

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "referral_id": self.options.referral.id,
            "homes": self.homes,
            "funnel": [step.to_json() for step in self.funnel],
            "placed": None if self.chosen is None else self.chosen.to_json(),
            "not_chosen": [one.to_json() for one in self.others],
            "wait": self.wait,
            "why": self.why,
            "summary": self.summary,
            "near_misses": [option.to_json() for option in self.options.near_misses],
            "notices": list(self.options.notices),
            **({} if self.lookahead is None else {"lookahead": self.lookahead.to_json()}),
        }

    def render(self) -> str:
        """In words, for a terminal."""
        from matching.tell import explanation_text

        return explanation_text(self)


def options_for(pairs: Pairs, referral_id: str) -> Options:
    """The homes for one young person, best first: fewest points, then lowest fee, then id.

    Raises `BadInput` for a referral that is not in the case.
    """
    referral = find_referral(pairs, referral_id)
    view = View(pairs.board, referral)
    holds = tests(view)
    failing = (~holds).sum(axis=0)
    fits = (failing == 0) & (not referral.by_hand)
    everywhere = np.arange(pairs.board.size, dtype=np.int64)
    points = price(view, everywhere, fits)
    cautions = np.zeros(pairs.board.size, dtype=np.int64)
    weight = pairs.problem.policy.points["caution"]
    np.add.at(cautions, cautions_with_residents(view), weight)

    def option(at: int) -> Option:
        return option_at(view, at, holds[:, at], points[at], int(cautions[at]))

    chosen = sorted((option(int(at)) for at in np.flatnonzero(fits)), key=_best_first)
    own = (*safety_notices(pairs.problem), *referral_notices(referral))
    nearly = np.flatnonzero((failing > 0) & (failing <= NEARLY)) if not referral.by_hand else ()
    misses = sorted((option(int(at)) for at in nearly), key=_nearest_first)
    return Options(
        referral=referral,
        age=view.age,
        urgency=view.urgency,
        day=view.day.isoformat(),
        homes=tuple(chosen),
        near_misses=tuple(misses[:NEAR_MISSES]),
        notices=(*own, *told_of(view)),
        undecided_notices=own,
    )


def find_home(pairs: Pairs, home_id: str) -> Home:
    """A home by id; `BadInput` names those whose ids are like it."""
    known = pairs.problem.home_by_id
    if home_id in known:
        return known[home_id]
    raise BadInput([_unknown("homes.csv", "home_id", home_id, known)])


def find_referral(pairs: Pairs, referral_id: str) -> Referral:
    """A referral by id; `BadInput` names those whose ids are like it."""
    known = pairs.problem.referral_by_id
    if referral_id in known:
        return known[referral_id]
    raise BadInput([_unknown("referrals.csv", "referral_id", referral_id, known)])


def _unknown(file: str, column: str, value: str, known: Iterable[str]) -> Fault:
    like = get_close_matches(value, list(known), n=3)
    allowed = f"allowed: a {column} of the case"
    if like:
        allowed += "; did you mean " + " or ".join(like) + "?"
    return Fault(file, None, column, value, allowed, "unknown id")


def explain(pairs: Pairs, plan: Plan, referral_id: str) -> Explanation:
    """Why the plan chose what it chose for one young person, or why they wait."""
    options = options_for(pairs, referral_id)
    referral, problem = options.referral, pairs.problem
    view = View(pairs.board, referral)
    left = np.ones(pairs.board.size, dtype=bool)
    funnel = []
    for rule, holds in zip(rules_of(problem), tests(view), strict=True):
        left &= holds
        funnel.append(Step(rule.code, rule.sentence, int(left.sum())))
    home = plan.homes.get(referral_id)
    chosen = next((option for option in options.homes if option.home.id == home), None)
    unplaced = next((one for one in plan.unplaced if one.referral == referral_id), None)
    ahead = plan.beside.lookahead
    others = tuple(_not_chosen(pairs, plan, referral, o) for o in options.homes if o is not chosen)
    return Explanation(
        options=options,
        homes=pairs.board.size,
        funnel=tuple(funnel),
        chosen=chosen,
        others=others,
        wait=0 if referral.by_hand else problem.wait_points(referral),
        why="placed" if unplaced is None else unplaced.why,
        summary="" if unplaced is None else unplaced.summary,
        lookahead=None if ahead is None else ahead.use_of(referral_id),
    )


def _not_chosen(pairs: Pairs, plan: Plan, referral: Referral, option: Option) -> NotChosen:
    """Beside those the plan moves in there, with whoever must move together with them."""
    problem = pairs.problem
    group = referral.sibling_group
    together = group in problem.groups and problem.group_kind(group) == "together"
    asking = problem.groups[group] if together else (referral,)
    ours = {member.id for member in asking}
    moving = sorted(
        who for who, home in plan.homes.items() if home == option.home.id and who not in ours
    )
    newcomers = [*(problem.referral_by_id[who] for who in moving), *asking]
    return NotChosen(option, tuple(breaks(problem, option.home, newcomers)), tuple(moving))


def option_at(view: View, at: int, holds: Flags, points: Ints, cautions: int) -> Option:
    """One home as a young person sees it: `holds` a flag a rule, `points` a number a component."""
    home = view.problem.homes[at]
    fees = view.board.fees(view.referral.band, view.day)
    tenths = int(view.tenths[at])
    failed = [
        Failed(rule.code, rule.sentence, *rule.facts(view, at), rule.overridable)
        for rule, ok in zip(rules_of(view.problem), holds, strict=True)
        if not ok
    ]
    leaving = {
        resident.leaves_on.isoformat()
        for resident in view.problem.residents_of[home.id]
        if resident.leaves_on is not None and resident.present(view.day)
    }
    return Option(
        home=home,
        tenths=None if tenths == UNKNOWN else tenths,
        area=AREAS[int(view.areas[at])],
        free=max(0, int(view.household.free[at])),
        fee=int(fees.weekly[at]) if fees.known[at] else None,
        points=dict(zip(COMPONENT_NAMES, (int(value) for value in points), strict=True)),
        cautions=cautions,
        failed=tuple(failed),
        may_be_free=tuple(sorted(leaving)),
        lacking=len(view.referral.needs - home.supports),
    )


def _best_first(option: Option) -> tuple[int, bool, int, str]:
    """An unknown fee comes after every known one: it must not look cheap."""
    return (option.cost, option.fee is None, option.fee or 0, option.home.id)


_FAR_OFF = frozenset({"R01", "R06", "R08", "R11", "R14", "R17"})
"""Rules that no question to a home or to a person can change soon: such homes come last."""


def _nearest_first(option: Option) -> tuple[bool, int, bool, int, int, str]:
    codes = {rule.code for rule in option.failed}
    return (
        bool(codes & _FAR_OFF),
        len(option.failed),
        not all(rule.overridable for rule in option.failed),
        option.lacking,
        option.cost,
        option.home.id,
    )
