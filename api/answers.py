"""Each question put to the functions the command line asks, in the full form or the shared one."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from api.models import MatchRequest
from api.questions import EvaluationRequest, ExplanationRequest, OptionsRequest, WhatIfRequest
from broker.apart.asking import FOR_THE_PLAN, ask_apart
from broker.apart.inside import STOP
from broker.apart.searching import search_apart
from broker.life.factors import Person, with_factors
from matching import shared_words
from matching.alternatives import alternatives_of
from matching.anyplan import evaluate_any
from matching.beside import with_previous_of
from matching.changes import remedies_for
from matching.conflict import conflict_of
from matching.effects import effects_of
from matching.evaluate import Levels, evaluate
from matching.explain import explain, options_for
from matching.fairness import fairness
from matching.frontier import frontier_of
from matching.homeview import home_view
from matching.instead import instead_of
from matching.pairs import Pairs
from matching.plan import Plan
from matching.reasons import describe
from matching.search import Limits
from matching.sensitivity import sensitivity_of
from matching.solve import Options, match_pairs
from matching.worth import worth_of_places

Json = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _AtHand:
    """The plan at hand, the pairs it is of, and when to stop."""

    plan: Plan
    pairs: Pairs
    limits: Limits

    def ask(self, question: Callable[..., T], *, tells: bool = True, **given: Any) -> T:
        """The answer to a question about the plan."""
        return ask_apart(question, self.pairs, self.plan.homes, self.limits, tells=tells, **given)


def _at_hand(pairs: Pairs, question: MatchRequest, written: Json | None) -> _AtHand:
    """The plan that was given, which has stood the check, else the best plan of the case."""
    seconds = float(question.time_limit)
    began = time.monotonic()
    if written is None:
        search = Options(FOR_THE_PLAN * seconds, question.seed, question.workers, stop=STOP)
        plan = match_pairs(pairs, search, search_apart, judged=0.0)
    else:
        plan = _read(with_previous_of(pairs, written), written)
    return _AtHand(plan, pairs, Limits(began + seconds, STOP))


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


def options(
    pairs: Pairs, question: OptionsRequest, written: Json | None, person: Person | None
) -> Json:
    """The homes for one young person, or who fits a home: `broker options`.

    Beside each home of a young person stand the factors of section 22C, from their form (`person`)
    where one is on record.
    """
    shared = question.form == "shared"
    form = {"form": question.form}
    if question.home_id is not None:
        view = home_view(pairs, question.home_id)
        return form | (shared_words.shared_home(view) if shared else view.to_json())
    assert question.referral_id is not None
    if not question.effects:
        found = options_for(pairs, question.referral_id)
        told = shared_words.shared_options(found) if shared else found.to_json()
        return form | with_factors(told, pairs, person, exact=not shared)
    hand = _at_hand(pairs, question, written)
    effects = hand.ask(effects_of, referral_id=question.referral_id, workers=question.workers)
    answer = shared_words.shared_effects(effects) if shared else effects.to_json()
    answer = with_factors(answer, pairs, person, exact=not shared)
    return {**form, "plan_status": hand.plan.status, **answer}


def explanation(pairs: Pairs, question: ExplanationRequest, written: Json | None) -> Json:
    """Why the plan is so for one young person: `broker explain`."""
    shared, who = question.form == "shared", question.referral_id
    hand = _at_hand(pairs, question, written)
    problem = pairs.problem
    found = explain(pairs, hand.plan, who)
    answer = {
        "form": question.form,
        "plan_status": hand.plan.status,
        **(shared_words.shared_explanation(found) if shared else found.to_json()),
    }
    if question.instead is not None:
        other = hand.ask(instead_of, tells=False, referral_id=who, home_id=question.instead)
        answer["instead"] = other.to_json()
    if question.conflict:
        conflict = hand.ask(conflict_of, tells=False, referral_id=who)
        answer["conflict"] = (
            shared_words.shared_conflict(conflict, problem) if shared else conflict.to_json()
        )
    if question.changes:
        remedies = hand.ask(remedies_for, referral_id=who, seed=question.seed)
        answer["changes"] = shared_words.shared_remedies(remedies) if shared else remedies.to_json()
    return answer


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
    answer: Json
    if question.kind == "alternatives":
        plans, differ = question.plans, question.differ
        answer = hand.ask(alternatives_of, number=plans, differ=differ).to_json()
    elif question.kind == "worth":
        answer = hand.ask(worth_of_places, home_id=question.home_id).to_json()
    elif question.kind == "frontier":
        answer = hand.ask(frontier_of).to_json()
    else:
        answer = hand.ask(sensitivity_of).to_json()
    return {"kind": question.kind, "plan_status": hand.plan.status, **answer}
