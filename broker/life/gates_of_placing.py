"""Gates while a place is looked for: shortlist, offer, answer, approvals and the decision."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from broker.life import steps as said
from broker.life.gate import (
    FIELD_PROCESS,
    LIBERTY,
    REG_10,
    REG_11,
    RULES,
    S22_4,
    Gate,
    Known,
    Missing,
)
from broker.life.state import Life, what
from broker.life.steps import Said
from broker.life.years import key_stage_4


def home_is_known(_life: Life, _one: Said, known: Known) -> Iterator[Missing]:
    """The home is on record and not closed."""
    for home in known.unknown_homes:
        yield Missing("HOME", "homes on record", f"{home} is no home that is on record and open")


def by_hand(life: Life, one: said.Shortlist, known: Known) -> Iterator[Missing]:
    """With a deprivation of liberty order in force a place is found by hand only."""
    assert life.form is not None
    if life.form.liberty is None:
        return
    for home in one.homes:
        if home.source != "by_hand":
            sentence = (
                f"{home.home_id}: with a deprivation of liberty order a place is found by hand"
            )
            yield Missing("LIBERTY", LIBERTY, sentence, "broker")
    yield from order_in_force(life, one, known)


def order_in_force(life: Life, _one: Said, known: Known) -> Iterator[Missing]:
    """An order that ended restricts nobody: the form needs the new one."""
    assert life.form is not None
    liberty = life.form.liberty
    if liberty is not None and liberty.expires_on <= known.today:
        sentence = f"the order ended on {liberty.expires_on}; the form needs the new one"
        yield Missing("LIBERTY", LIBERTY, sentence, "assessor")


def from_a_match_on_record(_life: Life, one: said.Shortlist, known: Known) -> Iterator[Missing]:
    """A home said to come from a match was proposed, or listed with places left, by that match."""
    for home in one.homes:
        if home.run_id is not None and known.runs.get((home.home_id, home.run_id)) is None:
            sentence = (
                f"{home.home_id}: no match {home.run_id} on record proposed it for this referral, "
                "or listed it with places left"
            )
            yield Missing("RUN", FIELD_PROCESS, sentence)


def each_home_once(_life: Life, one: said.Shortlist, _known: Known) -> Iterator[Missing]:
    """A shortlist is an order of homes."""
    named = [home.home_id for home in one.homes]
    for home in sorted({home for home in named if named.count(home) > 1}):
        yield Missing("SHORTLIST", FIELD_PROCESS, f"{home} stands on the shortlist twice")


def keeps_whom_it_asked(life: Life, one: said.Shortlist, _known: Known) -> Iterator[Missing]:
    """A home that is being asked stays on the list, or is told first."""
    listed = {home.home_id for home in one.homes}
    for offer in (*life.open_offers, *life.accepted):
        if offer.home not in listed:
            sentence = f"{offer.home} has an offer; withdraw the offer before the home is left out"
            yield Missing("SHORTLIST", FIELD_PROCESS, sentence)


def rules_hold(_life: Life, one: Any, known: Known) -> Iterator[Missing]:
    """Every hard rule holds of every home; one that could not be judged does not pass."""
    homes = (
        [home.home_id for home in one.homes] if isinstance(one, said.Shortlist) else [one.home_id]
    )
    for sentence in known.unreadable:
        yield Missing("RECORDS", RULES, f"nothing can be judged: {sentence}", "broker")
    for home in homes:
        if known.unreadable:
            break
        if home not in known.judged and home not in known.unknown_homes:
            sentence = f"{home} cannot be judged: the referral is not open for matching"
            yield Missing("RULES", RULES, sentence, "nobody")
        for code, sentence in known.failed.get(home, ()):
            yield Missing(code, RULES, f"{home}: {sentence}", "nobody")


def is_shortlisted(life: Life, one: Any, _known: Known) -> Iterator[Missing]:
    """The home is on the shortlist."""
    if one.home_id not in life.shortlisted:
        yield Missing("SHORTLIST", FIELD_PROCESS, f"{one.home_id} is not on the shortlist")


def not_to_come(name: str) -> Gate:
    """What is said to have happened has: a visit that is planned is no visit."""

    def gate(_life: Life, one: Any, known: Known) -> Iterator[Missing]:
        day: date | None = getattr(one, name)
        if day is not None and day > known.today:
            sentence = f"{name} is to come: {day}; say it when it has happened"
            yield Missing("DAYS", FIELD_PROCESS, sentence, "assessor")

    return gate


def of_their_home(life: Life, one: said.Evidence, _known: Known) -> Iterator[Missing]:
    """Evidence is about the home decided for, or one on the shortlist."""
    if one.home_id != life.home:
        yield from is_shortlisted(life, one, _known)


def view_is_known(life: Life, one: Any, _known: Known) -> Iterator[Missing]:
    """What the young person says is on record, or why they were not asked."""
    if one.home_id not in life.views:
        sentence = (
            f"what the young person says of {one.home_id} is not recorded, nor why they were not "
            "asked"
        )
        yield Missing("VIEW", S22_4, sentence, "assessor")


def not_asked_twice(life: Life, one: said.Offer, known: Known) -> Iterator[Missing]:
    """One offer a home at a time, for days to come."""
    offer = life.offers.get(one.home_id)
    if offer is not None and offer.state in ("open", "accepted"):
        yield Missing("OFFER", FIELD_PROCESS, f"{one.home_id} has been asked already")
    if one.answer_by < known.today:
        yield Missing("OFFER", FIELD_PROCESS, f"answer_by is past: {one.answer_by}")
    if one.starts_on < known.today:
        yield Missing("DAYS", FIELD_PROCESS, f"starts_on is past: {one.starts_on}")


def offer_is(*states: str) -> Gate:
    """The home was asked, and the offer stands so."""

    def gate(life: Life, one: Any, _known: Known) -> Iterator[Missing]:
        offer = life.offers.get(one.home_id)
        if offer is None or offer.state not in states:
            stands = "no offer" if offer is None else f"the offer is {offer.state}"
            wanted = " or ".join(states)
            sentence = f"{one.home_id}: {stands}; it must be {wanted}"
            yield Missing("OFFER", FIELD_PROCESS, sentence)

    return gate


APPROVERS = {
    "nominated_officer": "nominated_officer",
    "director": "director",
    "key_stage_4": "nominated_officer",
}
"""Whose approval each kind is."""


def approver(life: Life, one: said.Approve, known: Known) -> Iterator[Missing]:
    """Each approval is of its own officer: a director's is not the nominated officer's to give."""
    yield from is_shortlisted(life, one, known)
    who = APPROVERS[one.approval]
    if known.role != who:
        source = REG_10 if one.approval == "key_stage_4" else REG_11
        sentence = f"the approval {one.approval} is for the {who.replace('_', ' ')} to give"
        yield Missing("APPROVER", source, sentence, who)


CONSULTED = ("designated_teacher", "reviewing_officer")
"""Who is consulted before a move in key stage 4 is approved (regulation 10); a virtual school head
may be named beside them."""


def consulted_on_school(_life: Life, one: said.Approve, known: Known) -> Iterator[Missing]:
    """A move in key stage 4 is approved when the school and the reviewing officer were asked."""
    if one.approval != "key_stage_4":
        return
    named = {each.who for each in one.consulted}
    for who in CONSULTED if one.granted else ():
        if who not in named:
            words = who.replace("_", " ")
            sentence = (
                f"that the {words} was consulted, on which day, and what they said is not told"
            )
            yield Missing("CONSULTED", REG_10, sentence, "nominated_officer")
    for each in one.consulted:
        if each.on > known.today:
            yield Missing(
                "DAYS",
                REG_10,
                f"consulted: {each.on} is to come; {_WHEN_IT_HAPPENED}",
                "nominated_officer",
            )


def plan_for_education(_life: Life, one: said.Approve, known: Known) -> Iterator[Missing]:
    """A move in key stage 4 is approved when it keeps to the personal education plan."""
    if one.approval != "key_stage_4":
        return
    plan = one.education_plan
    if plan is not None and plan.looked_at_on > known.today:
        sentence = f"education_plan: {plan.looked_at_on} is to come; {_WHEN_IT_HAPPENED}"
        yield Missing("DAYS", REG_10, sentence, "nominated_officer")
    if not one.granted:
        return
    if plan is None:
        sentence = (
            "that the personal education plan was looked at, on which day, and whether the move "
            "keeps to it is not told"
        )
        yield Missing("EDUCATION", REG_10, sentence, "nominated_officer")
    elif not plan.consistent:
        sentence = (
            "the move does not keep to the personal education plan; the plan is changed first, or "
            "the approval is refused"
        )
        yield Missing("EDUCATION", REG_10, sentence, "nominated_officer")


_WHEN_IT_HAPPENED = "say it when it has happened"


VISITS = "process: the young person visits before moving in"


def visited_and_heard(life: Life, one: said.Confirm, _known: Known) -> Iterator[Missing]:
    """The young person saw the home and said what they think of it since, or why not."""
    visit = life.visits.get(one.home_id)
    if visit is None:
        sentence = f"no visit to {one.home_id} is recorded, nor why there was none"
        if not life.emergency:
            yield Missing("VISIT", VISITS, sentence, "assessor")
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


def approved(life: Life, one: said.Confirm, known: Known) -> Iterator[Missing]:
    """Every approval that the home needs was granted."""
    needed = approvals_needed(life, one.home_id, known.areas.get(one.home_id), one.starts_on)
    if one.school_kept:
        needed.pop("key_stage_4", None)
    for kind, sentence in needed.items():
        approval = life.approvals.get((one.home_id, kind))
        if approval is None or not what(approval, said.Approve).granted:
            source = REG_10 if kind == "key_stage_4" else REG_11
            yield Missing("APPROVAL", source, sentence, APPROVERS[kind])


AREA_EVIDENCE = {
    "adjoining": ("area_notified",),
    "distant": ("area_notified", "area_consulted", "care_plan_copied"),
}
"""What the area's own authority is owed: notice outside the borough (regulation 13(4)); at a
distance also consultation and a copy of the care plan (regulation 11)."""


def area_told(life: Life, one: said.Confirm, known: Known) -> Iterator[Missing]:
    """The area's own authority hears beforehand; in an emergency within five working days."""
    if life.emergency:
        return
    area = known.areas.get(one.home_id)
    for kind in AREA_EVIDENCE.get(area or "", ()):
        if (one.home_id, kind) not in life.evidence:
            words = kind.replace("_", " ")
            sentence = f"{one.home_id} lies outside the borough: no evidence of “{words}”"
            yield Missing("AREA", REG_11, sentence, "assessor")


def decided_in_time(life: Life, one: said.Confirm, known: Known) -> Iterator[Missing]:
    """The stay has days, and begins on a day to come; in an emergency it may have begun."""
    if one.planned_until <= one.starts_on:
        yield Missing("DAYS", FIELD_PROCESS, "planned_until is a day after starts_on")
    if one.starts_on < known.today and not life.emergency:
        yield Missing("DAYS", FIELD_PROCESS, f"starts_on is past: {one.starts_on}")


def place_is_free(_life: Life, one: said.Confirm, known: Known) -> Iterator[Missing]:
    """One place, one placement at a time."""
    if known.places_free.get(one.home_id, 0) < 1:
        sentence = (
            f"{one.home_id} has no free place from {one.starts_on}; somebody else has the last"
        )
        yield Missing("PLACE", "one place, one placement at a time", sentence)


def requirements_are_priced(_life: Life, _one: Said, known: Known) -> Iterator[Missing]:
    """What a placement needs beyond its band is what the home's contract prices."""
    for sentence in known.unknown_requirements:
        yield Missing("REQUIREMENT", "the home’s contract on record", sentence)
