"""Each question put to the functions the command line asks, in the full form or the shared one."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from api.models import MatchRequest
from api.questions import EvaluationRequest, ExplanationRequest, OptionsRequest, WhatIfRequest
from api.worker import STOP
from matching import shared_words
from matching.alternatives import alternatives_of
from matching.anyplan import evaluate_any
from matching.beside import with_previous_of
from matching.changes import remedies_for
from matching.conflict import conflict_of
from matching.contrast import contrast
from matching.effects import effects_of
from matching.evaluate import Levels, evaluate
from matching.explain import explain, options_for
from matching.fairness import fairness
from matching.frontier import frontier_of
from matching.held import Region
from matching.holding import Held, LimitCame
from matching.homeview import home_view
from matching.pairs import Pairs
from matching.plan import Plan
from matching.reasons import describe
from matching.search import Limits
from matching.sensitivity import sensitivity_of
from matching.solve import Options, match
from matching.worth import worth_of_places

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _AtHand:
    """The plan at hand, the region it stands in, and when to stop."""

    plan: Plan
    region: Region
    limits: Limits


def _at_hand(pairs: Pairs, question: MatchRequest, written: Json | None) -> _AtHand:
    """The plan that was given, which has stood the check, else the best plan of the case."""
    seconds = float(question.time_limit)
    if written is None:
        search = Options(seconds, question.seed, question.workers, stop=STOP)
        plan = match(pairs.problem, search)
    else:
        plan = _read(with_previous_of(pairs, written), written)
    limits = Limits(time.monotonic() + seconds, STOP)
    return _AtHand(plan, Region(pairs, plan.homes), limits)


def _read(pairs: Pairs, written: Json) -> Plan:
    """A plan as JSON as a plan again, its reasons worked out anew; no bound is claimed."""
    homes = {row["referral_id"]: row["home_id"] for row in written["placements"]}
    worth, described = evaluate(pairs, homes), describe(pairs, homes)
    return Plan(
        case_sha256=written["case_sha256"],
        as_of=pairs.problem.policy.as_of,
        seed=written["seed"],
        status=written["status"],
        levels=worth.levels,
        bound=Levels(0, 0, 0),
        placements=described.placements,
        joint=worth.joint,
        unplaced=described.unplaced,
        empty=described.empty,
        notices=described.notices,
    )


def options(pairs: Pairs, question: OptionsRequest, written: Json | None) -> Json:
    """The homes for one young person, or who fits a home: `broker options`."""
    shared = question.form == "shared"
    form = {"form": question.form}
    if question.home_id is not None:
        view = home_view(pairs, question.home_id)
        return form | (shared_words.shared_home(view) if shared else view.to_json())
    assert question.referral_id is not None
    if not question.effects:
        found = options_for(pairs, question.referral_id)
        return form | (shared_words.shared_options(found) if shared else found.to_json())
    hand = _at_hand(pairs, question, written)
    effects = effects_of(hand.region, question.referral_id, hand.limits, workers=question.workers)
    answer = shared_words.shared_effects(effects) if shared else effects.to_json()
    return {**form, "plan_status": hand.plan.status, **answer}


def explanation(pairs: Pairs, question: ExplanationRequest, written: Json | None) -> Json:
    """Why the plan is so for one young person: `broker explain`."""
    shared, who = question.form == "shared", question.referral_id
    hand = _at_hand(pairs, question, written)
    region, limits, problem = hand.region, hand.limits, hand.region.problem
    found = explain(region.pairs, hand.plan, who)
    answer = {
        "form": question.form,
        "plan_status": hand.plan.status,
        **(shared_words.shared_explanation(found) if shared else found.to_json()),
    }
    if question.instead is not None:
        answer["instead"] = _instead(hand, who, question.instead)
    if question.conflict:
        conflict = conflict_of(region, who, limits)
        answer["conflict"] = (
            shared_words.shared_conflict(conflict, problem) if shared else conflict.to_json()
        )
    if question.changes:
        remedies = remedies_for(region, who, limits, seed=question.seed)
        answer["changes"] = shared_words.shared_remedies(remedies) if shared else remedies.to_json()
    return answer


def _instead(hand: _AtHand, who: str, home: str) -> Json:
    """The plan at hand against the best plan with the other home."""
    region = hand.region
    try:
        outcome = region.best(Held(homes={who: home}), hand.limits)
    except LimitCame:
        return {"possible": None}
    other = {**region.plan, who: home} if outcome is None else outcome.plan
    first, second = (evaluate_any(region.pairs, plan) for plan in (region.plan, other))
    return {"possible": outcome is not None, **contrast(first, second).to_json()}


def evaluation(pairs: Pairs, question: EvaluationRequest) -> Json:
    """What any plan breaks and what it is worth: `broker evaluate` and `broker fairness`."""
    rows = [(row.referral_id, row.home_id) for row in question.plan.placements]
    found = evaluate_any(pairs, rows)
    if question.form == "shared":
        assert question.referral_id is not None
        told = shared_words.shared_evaluated(found, question.referral_id, pairs.problem)
        return {"form": question.form, **told}
    report = None
    if found.holds:
        try:
            report = fairness(pairs, found.plan).to_json()
        except KeyError:
            report = None
    return {"form": question.form, **found.to_json(), "fairness": report}


def what_if(pairs: Pairs, question: WhatIfRequest, written: Json | None) -> Json:
    """What else the plan could be: the commands `alternatives`, `worth` and their like."""
    hand = _at_hand(pairs, question, written)
    region, limits = hand.region, hand.limits
    if question.kind == "alternatives":
        answer = alternatives_of(region, question.plans, question.differ, limits).to_json()
    elif question.kind == "worth":
        answer = worth_of_places(region, limits, home_id=question.home_id).to_json()
    elif question.kind == "frontier":
        answer = frontier_of(region, limits).to_json()
    else:
        answer = sensitivity_of(region, limits).to_json()
    return {"kind": question.kind, "plan_status": hand.plan.status, **answer}
