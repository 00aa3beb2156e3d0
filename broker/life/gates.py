"""What must hold before each step: where the life must stand, and its gates in order.

All that is missing is told at once. In an emergency the same hard rules hold; what the law lets
follow becomes a duty with a deadline instead (see `duties`). A gate never reads the clock or the
records: what is known comes in `Known`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from broker.life import elsewhere
from broker.life import gates_of_assessing as assessing
from broker.life import gates_of_disputing as disputing
from broker.life import gates_of_form as form
from broker.life import gates_of_living as living
from broker.life import gates_of_placing as placing
from broker.life import steps as said
from broker.life.gate import FIELD_PROCESS, Gate, Known, Missing
from broker.life.lapses import lapsed, verified_as_it_is
from broker.life.state import CLOSED, LIVING, LOOKING, Life, State
from broker.life.steps import Said


def missing(life: Life, one: Said, known: Known) -> list[Missing]:
    """Everything that stands in the way of a step, in the order of the law's own steps."""
    found = list(_stands(life, one, known))
    if found:
        return found
    return [gap for gate in GATES.get(type(one), ()) for gap in gate(life, one, known)]


FROM: dict[type[Any], frozenset[State]] = {
    said.Open: frozenset({State.DRAFT}),
    said.Amend: frozenset({State.DRAFT, State.RECEIVED, State.BANDED}) | LOOKING,
    said.Submit: frozenset({State.DRAFT}),
    said.Withdraw: frozenset({State.DRAFT, State.RECEIVED, State.BANDED, State.CONFIRMED})
    | LOOKING,
    said.BandNeed: frozenset({State.RECEIVED, State.BANDED}),
    said.Verify: frozenset({State.BANDED}),
    said.Shortlist: frozenset({State.VERIFIED, State.SHORTLISTED, State.OFFERED, State.ACCEPTED}),
    said.View: LOOKING,
    said.Call: LOOKING | {State.RECEIVED, State.BANDED},
    said.Offer: frozenset({State.SHORTLISTED, State.OFFERED, State.ACCEPTED}),
    said.WithdrawOffer: LOOKING,
    said.Impact: LOOKING,
    said.Accept: frozenset({State.OFFERED, State.ACCEPTED}),
    said.Decline: frozenset({State.OFFERED, State.ACCEPTED}),
    said.Visit: LOOKING | LIVING | {State.CONFIRMED},
    said.Approve: LOOKING,
    said.Evidence: LOOKING | LIVING | {State.CONFIRMED, State.ENDED},
    said.Confirm: frozenset({State.ACCEPTED}),
    said.MoveIn: frozenset({State.CONFIRMED}),
    said.Reband: LIVING | {State.CONFIRMED},
    said.DisputeBand: LIVING | {State.OFFERED, State.ACCEPTED, State.CONFIRMED},
    said.AnswerDispute: frozenset(State) - {State.DRAFT, State.WITHDRAWN},
    said.Visited: LIVING,
    said.Reviewed: LIVING,
    said.StepDown: LIVING,
    said.StepDownBack: frozenset({State.STEPPING_DOWN}),
    said.PlaceLost: LOOKING | LIVING | {State.CONFIRMED},
    said.End: LIVING,
    said.LookBack: frozenset({State.ENDED}),
    said.Care: LIVING | {State.CONFIRMED, State.ENDED},
    said.Reported: frozenset(State),
}
"""Where a life must stand for each kind of step."""

EMERGENCY: dict[type[Any], frozenset[State]] = {
    said.Verify: frozenset(State) - CLOSED - {State.DRAFT, State.RECEIVED},
    said.Shortlist: frozenset({State.BANDED}),
}
"""Where else it may stand in an emergency: looked for before it is verified."""

LAPSED: dict[type[Any], frozenset[State]] = {said.BandNeed: LOOKING, said.Verify: LOOKING}
"""Where else it may stand once a form was amended that had been verified: until it is, anew."""


def may_stand(kind: type[Any], *, emergency: bool, lapsed: bool) -> frozenset[State]:
    """Where a life may stand for a kind of step.

    In an emergency, and once what was verified lapsed, it may stand elsewhere too.
    """
    allowed = FROM[kind]
    if emergency:
        allowed |= EMERGENCY.get(kind, frozenset())
    if lapsed:
        allowed |= LAPSED.get(kind, frozenset())
    return allowed


_OF_PROVIDERS = frozenset({"provider", "registered_manager"})


def _stands(life: Life, one: Said, known: Known) -> Iterator[Missing]:
    if isinstance(one, said.Open):
        if life.steps:
            yield Missing("ORDER", FIELD_PROCESS, "this referral has been begun already")
        return
    gone = type(one) in LAPSED and bool(lapsed(life))
    allowed = may_stand(type(one), emergency=life.emergency, lapsed=gone)
    if life.state not in allowed:
        names = ", ".join(state.value for state in State if state in allowed)
        sentence = f"the referral stands at {life.state.value}; {one.kind} is for {names}"
        if known.role in _OF_PROVIDERS and life.home != getattr(one, "home_id", life.home):
            sentence = f"nothing is asked of the home any longer to which {one.kind} is an answer"
        yield Missing("ORDER", FIELD_PROCESS, sentence)


GATES: dict[type[Any], tuple[Gate, ...]] = {
    said.Open: (form.starts_from_former, form.agreements),
    said.Amend: (
        form.same_young_person,
        form.stays_whole,
        form.form_can_be_matched,
        form.agreements_but_for_risk,
    ),
    said.Submit: (
        form.form_is_whole,
        form.form_can_be_matched,
        elsewhere.liberty_is_told,
        form.no_double,
        form.agreements,
    ),
    said.BandNeed: (form.banded_by_hand,),
    said.Verify: (form.another_person,),
    said.Shortlist: (
        placing.by_hand,
        placing.each_home_once,
        placing.keeps_whom_it_asked,
        placing.home_is_known,
        placing.from_a_match_on_record,
        verified_as_it_is,
        placing.rules_hold,
    ),
    said.Call: (placing.home_is_known,),
    said.View: (placing.is_shortlisted, placing.not_to_come("said_on")),
    said.Offer: (
        placing.is_shortlisted,
        placing.view_is_known,
        placing.not_asked_twice,
        verified_as_it_is,
        placing.order_in_force,
        placing.rules_hold,
        form.agreements,
    ),
    said.WithdrawOffer: (placing.offer_is("open", "accepted"),),
    said.Impact: (placing.offer_is("open", "accepted"),),
    said.Accept: (
        placing.offer_is("open"),
        assessing.impact_is_signed,
        assessing.impact_is_of_now,
    ),
    said.Decline: (placing.offer_is("open", "accepted"),),
    said.Visit: (placing.is_shortlisted, placing.not_to_come("visited_on")),
    said.Approve: (
        placing.approver,
        placing.consulted_on_school,
        placing.plan_for_education,
    ),
    said.Evidence: (placing.of_their_home, placing.not_to_come("done_on")),
    said.Confirm: (
        placing.offer_is("accepted"),
        verified_as_it_is,
        assessing.impact_is_signed,
        assessing.impact_is_of_now,
        placing.view_is_known,
        placing.visited_and_heard,
        placing.approved,
        placing.area_told,
        placing.decided_in_time,
        placing.order_in_force,
        placing.rules_hold,
        placing.place_is_free,
        placing.requirements_are_priced,
        form.agreements,
    ),
    said.MoveIn: (living.not_before_the_placement,),
    said.Reband: (
        living.banded_within_the_stay,
        disputing.not_confirmed_in_dispute,
        placing.requirements_are_priced,
    ),
    said.DisputeBand: (
        disputing.of_a_home_it_concerns,
        disputing.another_band,
        disputing.one_at_a_time,
    ),
    said.AnswerDispute: (disputing.there_is_one, disputing.by_whom_it_is_not_about),
    said.Visited: (living.happened("visited_on"),),
    said.Reviewed: (living.happened("reviewed_on"),),
    said.StepDown: (living.day_of_leaving, living.may_go_there("expected_on")),
    said.End: (
        living.happened("ended_on"),
        living.codes_agree,
        living.ending_fits_the_return,
        living.may_go_there("ended_on"),
        living.reviewed_first,
    ),
    said.LookBack: (living.happened("looked_on"), living.left_after_staying_put),
    said.Care: (living.care_has_happened, living.care_fits_the_return),
    said.Reported: (
        elsewhere.referred_before_today,
        elsewhere.new_liberty_is_told,
        form.agreements,
    ),
}
"""The gates of each kind of step, in the order in which the process and the law come to them."""
