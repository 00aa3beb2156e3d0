"""What must hold before a step is taken: each gate with its code, its source and who can open it.

All that is missing is told at once. In an emergency the same hard rules hold; what the law lets
follow (marked `may_follow`) becomes a duty with a deadline instead (see `duties`). A gate never
reads the clock or the records: what is known comes in `Known`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from broker.life import steps as said
from broker.life.state import CLOSED, LIVING, LOOKING, Life, State, what
from broker.life.steps import Said
from broker.life.years import key_stage_4

REG_11 = (
    "Care Planning, Placement and Case Review (England) Regulations 2010, regulation 11, as "
    "substituted by SI 2013/3239"
)
REG_10 = "Care Planning, Placement and Case Review (England) Regulations 2010, regulation 10"
S22C = "Children Act 1989, section 22C"
S22_4 = "Children Act 1989, section 22(4) and (5); Care Planning Regulations 2010, regulation 9"
PROCESS = "process of the brokerage: the assessor is not the verifier"
IMPACT = (
    "practice from regulations 12 to 14 of the Children’s Homes (England) Regulations 2015 and "
    "Ofsted’s inspection framework"
)
LIBERTY = "Children Act 1989, section 25, and orders of the High Court: always by hand"
RULES = "case folder, rules on a pair: only a signed decision may override R07, R12, R15 or R16"


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that stands in the way of a step: what, by which source, and who can do it."""

    code: str
    source: str
    sentence: str
    who: str = "broker"

    def to_json(self) -> dict[str, str]:
        """The gate as an answer shows it."""
        return {
            "code": self.code,
            "source": self.source,
            "sentence": self.sentence,
            "who": self.who,
        }


@dataclass(frozen=True)
class Known:
    """What the records say at the moment of a step.

    `failed` are the hard rules the home of the step fails, with their sentences; `areas` where each
    home lies from the young person's borough; `doubles` open referrals of what seems the same young
    person; `agreements` sentences on agreements that are not in force; `form_faults` what a match
    could not read in the form.
    """

    today: date
    by: str
    failed: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    areas: Mapping[str, str] = field(default_factory=dict)
    doubles: tuple[str, ...] = ()
    agreements: tuple[str, ...] = ()
    places_free: Mapping[str, int] = field(default_factory=dict)
    form_faults: tuple[str, ...] = ()
    unknown_homes: tuple[str, ...] = ()
    judged: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


Gate = Callable[[Life, Any, Known], Iterator[Missing]]


def missing(life: Life, one: Said, known: Known) -> list[Missing]:
    """Everything that stands in the way of a step, in the order of the law's own steps."""
    found = list(_stands(life, one))
    if found:
        return found
    return [gap for gate in _GATES.get(type(one), ()) for gap in gate(life, one, known)]


_FROM: dict[type[Any], frozenset[State]] = {
    said.Open: frozenset({State.DRAFT}),
    said.Amend: frozenset({State.DRAFT, State.RECEIVED, State.BANDED}) | LOOKING,
    said.Submit: frozenset({State.DRAFT}),
    said.Withdraw: frozenset({State.DRAFT, State.RECEIVED, State.BANDED, State.CONFIRMED})
    | LOOKING,
    said.BandNeed: frozenset({State.RECEIVED, State.BANDED}),
    said.Verify: frozenset({State.BANDED}),
    said.Shortlist: frozenset({State.VERIFIED, State.SHORTLISTED, State.OFFERED}),
    said.View: LOOKING,
    said.Call: LOOKING | {State.RECEIVED, State.BANDED},
    said.Offer: frozenset({State.SHORTLISTED, State.OFFERED, State.ACCEPTED}),
    said.WithdrawOffer: LOOKING,
    said.Impact: LOOKING,
    said.Accept: frozenset({State.OFFERED, State.ACCEPTED}),
    said.Decline: frozenset({State.OFFERED, State.ACCEPTED}),
    said.Visit: LOOKING,
    said.Approve: LOOKING,
    said.Evidence: LOOKING | LIVING | {State.CONFIRMED},
    said.Confirm: frozenset({State.ACCEPTED}),
    said.MoveIn: frozenset({State.CONFIRMED}),
    said.Reband: LIVING | {State.CONFIRMED},
    said.Visited: LIVING,
    said.Reviewed: LIVING,
    said.StepDown: LIVING,
    said.StepDownBack: frozenset({State.STEPPING_DOWN}),
    said.End: LIVING,
    said.LookBack: CLOSED,
}
"""Where a life must stand for each kind of step."""


def _stands(life: Life, one: Said) -> Iterator[Missing]:
    allowed = _FROM[type(one)]
    if isinstance(one, said.Open):
        if life.steps:
            yield Missing("ORDER", PROCESS, "this referral has been begun already")
        return
    late = life.emergency and isinstance(one, said.Verify) and life.state not in CLOSED
    if life.state not in allowed and not late:
        names = ", ".join(sorted(state.value for state in allowed))
        yield Missing(
            "ORDER",
            PROCESS,
            f"the referral stands at {life.state.value}; {one.kind} is for {names}",
        )


def _form_is_whole(life: Life, _one: Said, _known: Known) -> Iterator[Missing]:
    assert life.form is not None
    for name in life.form.missing():
        yield Missing(
            "FORM", f"referral form; {S22C}", f"the form does not say: {name}", "assessor"
        )


def _form_can_be_matched(_life: Life, _one: Said, known: Known) -> Iterator[Missing]:
    for sentence in known.form_faults:
        yield Missing("FORM", "case folder, referrals.csv", sentence, "assessor")


def _home_is_known(_life: Life, _one: Said, known: Known) -> Iterator[Missing]:
    for home in known.unknown_homes:
        yield Missing("HOME", "homes on record", f"{home} is no home that is on record and open")


def _no_double(_life: Life, one: said.Submit, known: Known) -> Iterator[Missing]:
    if known.doubles and one.not_a_double is None:
        others = ", ".join(known.doubles)
        sentence = (
            f"{others} seems to be of the same young person; say in not_a_double why it is not, or "
            "amend that one"
        )
        yield Missing("DOUBLE", "referral form", sentence, "assessor")


def _agreements(_life: Life, _one: Said, known: Known) -> Iterator[Missing]:
    for sentence in known.agreements:
        yield Missing("AGREEMENT", "register of agreements", sentence, "commissioner")


def _another_person(life: Life, _one: Said, known: Known) -> Iterator[Missing]:
    involved = {step.by for step in life.steps if step.kind in ("open", "submit", "band")}
    if known.by in involved:
        sentence = "whoever wrote, submitted or banded the referral may not verify it"
        yield Missing("VERIFIER", PROCESS, sentence, "verifier")


def _verified(life: Life, _one: Said, _known: Known) -> Iterator[Missing]:
    """A place is looked for only once somebody else verified need and money; later if urgent."""
    if life.verification is None and not life.emergency:
        yield Missing("VERIFIED", PROCESS, "need and funding are not verified", "verifier")


def _rules_hold(_life: Life, one: Any, known: Known) -> Iterator[Missing]:
    homes = (
        [home.home_id for home in one.homes] if isinstance(one, said.Shortlist) else [one.home_id]
    )
    for home in homes:
        for code, sentence in known.failed.get(home, ()):
            yield Missing(code, RULES, f"{home}: {sentence}", "nobody")


def _by_hand(life: Life, one: said.Shortlist, known: Known) -> Iterator[Missing]:
    assert life.form is not None
    if life.form.liberty is None:
        return
    for home in one.homes:
        if home.source != "by_hand":
            sentence = (
                f"{home.home_id}: with a deprivation of liberty order a place is found by hand"
            )
            yield Missing("LIBERTY", LIBERTY, sentence, "broker")
    if life.form.liberty.expires_on <= known.today:
        sentence = f"the order ended on {life.form.liberty.expires_on}; the form needs the new one"
        yield Missing("LIBERTY", LIBERTY, sentence, "assessor")


def _is_shortlisted(life: Life, one: Any, _known: Known) -> Iterator[Missing]:
    if one.home_id not in life.shortlisted:
        yield Missing("SHORTLIST", PROCESS, f"{one.home_id} is not on the shortlist")


def _view_is_known(life: Life, one: Any, _known: Known) -> Iterator[Missing]:
    if one.home_id not in life.views:
        sentence = (
            f"what the young person says of {one.home_id} is not recorded, nor why they were not "
            "asked"
        )
        yield Missing("VIEW", S22_4, sentence, "assessor")


def _not_asked_twice(life: Life, one: said.Offer, known: Known) -> Iterator[Missing]:
    offer = life.offers.get(one.home_id)
    if offer is not None and offer.state in ("open", "accepted"):
        yield Missing("OFFER", PROCESS, f"{one.home_id} has been asked already")
    if one.answer_by < known.today:
        yield Missing("OFFER", PROCESS, f"answer_by is past: {one.answer_by}")


def _offer_is(*states: str) -> Gate:
    def gate(life: Life, one: Any, _known: Known) -> Iterator[Missing]:
        offer = life.offers.get(one.home_id)
        if offer is None or offer.state not in states:
            stands = "no offer" if offer is None else f"the offer is {offer.state}"
            wanted = " or ".join(states)
            sentence = f"{one.home_id}: {stands}; it must be {wanted}"
            yield Missing("OFFER", PROCESS, sentence)

    return gate


def _impact_is_signed(life: Life, one: said.Accept, _known: Known) -> Iterator[Missing]:
    impact = life.impacts.get(one.home_id)
    if impact is None or impact.number < life.offers[one.home_id].made.number:
        sentence = (
            f"the registered manager of {one.home_id} has not signed an assessment of what moving "
            "in means for those who live there"
        )
        yield Missing("IMPACT", IMPACT, sentence, "registered_manager")
    elif not what(impact, said.Impact).can_live_together:
        sentence = f"the registered manager of {one.home_id} found that they cannot live together"
        yield Missing("IMPACT", IMPACT, sentence, "registered_manager")


def _visited_and_heard(life: Life, one: said.Confirm, _known: Known) -> Iterator[Missing]:
    visit = life.visits.get(one.home_id)
    if visit is None:
        sentence = f"no visit to {one.home_id} is recorded, nor why there was none"
        if not life.emergency:
            yield Missing("VISIT", "process: the young person visits before moving in", sentence)
        return
    view = life.views.get(one.home_id)
    if view is not None and view.number < visit.number:
        sentence = f"what the young person says of {one.home_id} after the visit is not recorded"
        yield Missing("VIEW", S22_4, sentence, "assessor")


def approvals_needed(life: Life, home: str, area: str | None, starts_on: date) -> dict[str, str]:
    """Who must approve a home, and why: by its area (regulation 11) and key stage 4 (10)."""
    assert life.form is not None
    needed: dict[str, str] = {}
    if area == "distant":
        needed["director"] = (
            f"{home} is outside the borough and not in one that adjoins it: the Director of "
            "Children’s Services approves"
        )
    elif area == "adjoining":
        needed["nominated_officer"] = (
            f"{home} is outside the borough: the nominated officer approves"
        )
    born = life.form.date_of_birth
    if born is not None and key_stage_4(born, starts_on):
        needed["key_stage_4"] = (
            "the young person is in years 10 or 11: where their school is not kept, the nominated "
            "officer approves"
        )
    return needed


def _approved(life: Life, one: said.Confirm, known: Known) -> Iterator[Missing]:
    needed = approvals_needed(life, one.home_id, known.areas.get(one.home_id), one.starts_on)
    if one.school_kept:
        needed.pop("key_stage_4", None)
    for kind, sentence in needed.items():
        approval = life.approvals.get((one.home_id, kind))
        if approval is None or not what(approval, said.Approve).granted:
            source = REG_10 if kind == "key_stage_4" else REG_11
            who = "nominated_officer" if kind == "key_stage_4" else kind
            yield Missing("APPROVAL", source, sentence, who)


def _area_told(life: Life, one: said.Confirm, known: Known) -> Iterator[Missing]:
    """The area's own authority hears beforehand; in an emergency within five working days."""
    if life.emergency:
        return
    area = known.areas.get(one.home_id)
    kinds = {"adjoining": ("area_notified",), "distant": ("area_consulted", "care_plan_copied")}
    for kind in kinds.get(area or "", ()):
        if (one.home_id, kind) not in life.evidence:
            words = kind.replace("_", " ")
            sentence = f"{one.home_id} lies outside the borough: no evidence of “{words}”"
            yield Missing("AREA", REG_11, sentence, "assessor")


def _decided_in_time(life: Life, one: said.Confirm, known: Known) -> Iterator[Missing]:
    if one.planned_until <= one.starts_on:
        yield Missing("DAYS", PROCESS, "planned_until is a day after starts_on")
    if one.starts_on < known.today and not life.emergency:
        yield Missing("DAYS", PROCESS, f"starts_on is past: {one.starts_on}")


def _place_is_free(_life: Life, one: said.Confirm, known: Known) -> Iterator[Missing]:
    if known.places_free.get(one.home_id, 0) < 1:
        sentence = (
            f"{one.home_id} has no free place from {one.starts_on}; somebody else has the last"
        )
        yield Missing("PLACE", "one place, one placement at a time", sentence)


def _approver(life: Life, one: said.Approve, _known: Known) -> Iterator[Missing]:
    if one.home_id not in life.shortlisted:
        yield Missing("SHORTLIST", PROCESS, f"{one.home_id} is not on the shortlist")


def _not_before(name: str, sentence: str) -> Gate:
    def gate(life: Life, one: Any, known: Known) -> Iterator[Missing]:
        day = getattr(one, name)
        if day > known.today:
            yield Missing("DAYS", PROCESS, f"{name} is to come: {day}; {sentence}")
        if life.moved_in is not None and not isinstance(one, said.LookBack):
            first = what(life.moved_in, said.MoveIn).moved_in_on
            if day < first:
                yield Missing("DAYS", PROCESS, f"{name} {day} lies before moving in, {first}")

    return gate


def _band_by_hand(life: Life, one: said.BandNeed, _known: Known) -> Iterator[Missing]:
    assert life.form is not None
    if life.form.liberty is not None and one.scores:
        sentence = "with a deprivation of liberty order need is banded by hand, without scores"
        yield Missing("LIBERTY", LIBERTY, sentence, "assessor")


_GATES: dict[type[Any], tuple[Gate, ...]] = {
    said.Open: (_agreements,),
    said.Amend: (_form_can_be_matched,),
    said.Submit: (_form_is_whole, _form_can_be_matched, _no_double, _agreements),
    said.BandNeed: (_band_by_hand,),
    said.Verify: (_another_person,),
    said.Shortlist: (_verified, _by_hand, _home_is_known, _rules_hold),
    said.Call: (_home_is_known,),
    said.View: (_is_shortlisted,),
    said.Offer: (_is_shortlisted, _view_is_known, _not_asked_twice, _rules_hold, _agreements),
    said.WithdrawOffer: (_offer_is("open", "accepted"),),
    said.Impact: (_offer_is("open"),),
    said.Accept: (_offer_is("open"), _impact_is_signed),
    said.Decline: (_offer_is("open", "accepted"),),
    said.Visit: (_is_shortlisted,),
    said.Approve: (_approver,),
    said.Confirm: (
        _offer_is("accepted"),
        _view_is_known,
        _visited_and_heard,
        _approved,
        _area_told,
        _decided_in_time,
        _rules_hold,
        _place_is_free,
        _agreements,
    ),
    said.MoveIn: (_not_before("moved_in_on", "say it when it has happened"),),
    said.Visited: (_not_before("visited_on", "say it when it has happened"),),
    said.Reviewed: (_not_before("reviewed_on", "say it when it has happened"),),
    said.End: (_not_before("ended_on", "say it when it has happened"),),
    said.LookBack: (_not_before("looked_on", "say it when it has happened"),),
}
