"""A young person's referrals as facts: each follows from the steps, as the state of a life does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from broker.life import steps as said
from broker.life.endings import DISRUPTED
from broker.life.form import Avoided, Form
from broker.life.money import stretches, units_text
from broker.life.state import LIVING, Life, OfferMade, State, Taken, what
from broker.warehouse.dimensions import YOUNG_PERSON
from broker.warehouse.facts import EPISODE, OFFER, REFERRAL, STRETCH
from broker.warehouse.pseudonym import Keys
from broker.warehouse.shape import Row, Shape, Value
from matching.calendar import age_on
from pricing.calendar_months import add_months

REPEAT_MONTHS: Final = 12
PLACED: Final = frozenset({State.CONFIRMED, *LIVING, State.ENDED})
"""Somebody has decided for a home, and it was not undone."""

Rows = dict[Shape, list[Row]]
_FIRST: Final[Mapping[str, str]] = {
    "submitted_on": "submit",
    "banded_on": "band",
    "shortlisted_on": "shortlist",
    "offered_on": "offer",
    "accepted_on": "accept",
    "confirmed_on": "confirm",
    "withdrawn_on": "withdraw",
}
_WITHDRAWN: Final[Mapping[type[Any], str]] = {
    said.WithdrawOffer: "offer:withdrawn_by_the_brokerage",
    said.Confirm: "offer:another_home_chosen",
    said.Withdraw: "offer:referral_withdrawn",
    said.PlaceLost: "offer:place_lost",
    said.Verify: "offer:not_verified_anew",
}
_WORDS: Final[Mapping[str, str]] = {"accepted": "yes", "declined": "no"}


def person_key(keys: Keys, young_person: str, opened: date) -> str:
    """The pseudonym of a young person in the era in which a referral was opened."""
    return keys.name("young person", young_person, opened)


def referral_key(keys: Keys, referral: str, opened: date) -> str:
    """The pseudonym of a referral."""
    return keys.name("referral", referral, opened)


def rows_of_person(keys: Keys, young_person: str, lives: Sequence[Life]) -> Rows:
    """All rows of one young person, whose lives these are; of two eras where they span two."""
    rows: Rows = {shape: [] for shape in (YOUNG_PERSON, REFERRAL, OFFER, EPISODE, STRETCH)}
    eras: dict[str, list[Taken]] = {}
    for life in lives:
        opened = life.steps[0].on
        who = {
            "referral_key": referral_key(keys, life.referral, opened),
            "person_key": person_key(keys, young_person, opened),
        }
        assert life.form is not None
        own = {**who, "borough": life.form.borough}
        offers = _offers(life)
        rows[REFERRAL].append(REFERRAL.row(own | _referral(life, offers) | _before(life, lives)))
        rows[OFFER] += [
            OFFER.row(own | {"number": number} | _offer(life, *offer))
            for number, offer in enumerate(offers, start=1)
        ]
        if life.state in PLACED:
            rows[EPISODE].append(EPISODE.row(own | _episode(life)))
            rows[STRETCH] += [STRETCH.row(own | one) for one in _stretches(life)]
        eras.setdefault(who["person_key"], []).extend(life.steps)
    for key, steps in eras.items():
        rows[YOUNG_PERSON] += _versions(key, steps)
    return rows


def _offers(life: Life) -> list[tuple[OfferMade, OfferMade | None]]:
    """Every offer ever made, a second one of the same home too, as each came to stand.

    Beside it the same offer as it stood when the home had last answered; None where it never did.
    """
    found: dict[int, OfferMade] = {}
    answers: dict[int, OfferMade] = {}
    so_far = Life(life.referral)
    for step in life.steps:
        so_far = so_far.after(step)
        for offer in so_far.offers.values():
            found[offer.made.number] = offer
            if offer.state in _WORDS:
                answers[offer.made.number] = offer
    return [(found[number], answers.get(number)) for number in sorted(found)]


def _first_days(life: Life) -> dict[str, date | None]:
    days: dict[str, date | None] = {}
    for name, kind in _FIRST.items():
        days[name] = next((step.on for step in life.steps if step.kind == kind), None)
    days["verified_on"] = next(
        (s.on for s in life.steps if isinstance(s.said, said.Verify) and s.said.passed), None
    )
    return days


def _referral(life: Life, offers: Sequence[tuple[OfferMade, OfferMade | None]]) -> dict[str, Value]:
    form, opened = life.form, life.steps[0].on
    assert form is not None
    shortlists = [s.said for s in life.steps if isinstance(s.said, said.Shortlist)]
    areas = None if form.avoid is None else [a for a in form.avoid if a.kind != "home"]
    return {
        **_first_days(life),
        "state": str(life.state.value),
        "band": life.band,
        "age": None if form.date_of_birth is None else age_on(form.date_of_birth, opened),
        "sex": form.sex,
        "emergency": life.emergency,
        "opened_on": opened,
        "moved_in_on": None if life.moved_in is None else life.starts_on,
        "needed_by": form.needed_by,
        "nearness": str(form.nearness),
        "unsafe_area": None if areas is None else bool(areas),
        "unsafe_own_borough": None
        if areas is None
        else any(a.kind == "borough" and a.borough == form.borough for a in areas),
        "avoid": None
        if form.avoid is None
        else ";".join(sorted({_avoided(one, form.borough) for one in form.avoid})),
        "provision": ";".join(sorted(form.provision)),
        "needs": ";".join(sorted(set(form.needs))),
        "liberty": form.liberty is not None,
        "shortlisted_homes": len({home.home_id for one in shortlists for home in one.homes}),
        "offers": len(offers),
        "refusals": sum(offer.state == "declined" for offer, _ in offers),
    }


def _avoided(one: Avoided, own: str) -> str:
    """What is to be avoided, by kind."""
    if one.kind != "borough":
        return one.kind
    return "own_borough" if one.borough == own else "other_borough"


def _before(life: Life, lives: Sequence[Life]) -> dict[str, Value]:
    """Whether it follows another placement on record: at once, as a move, or later, as a repeat."""
    opened = life.steps[0].on
    repeat = False
    for other in lives:
        if other.referral == life.referral or other.ending is None:
            continue
        ended = what(other.ending, said.End).ended_on
        if other.follow_up == life.referral:
            return {"repeat": False}
        repeat |= other.moved_in is not None and add_months(opened, -REPEAT_MONTHS) < ended < opened
    return {"repeat": repeat}


def _offer(life: Life, offer: OfferMade, answer: OfferMade | None) -> dict[str, Value]:
    facts, one = offer.made.facts, what(offer.made, said.Offer)
    answered = offer.answered
    reason = None
    if answered is not None and offer.state != "accepted":
        told = answered.said
        reason = f"offer:{told.code}" if isinstance(told, said.Decline) else _WITHDRAWN[type(told)]
    return {
        "home_id": offer.home,
        "band": _band_at(life, offer.made.number),
        "made_on": offer.made.on,
        "starts_on": one.starts_on,
        "answer_by": one.answer_by,
        "answered_on": None if answered is None else answered.on,
        "state": offer.state,
        "home_said": None if answer is None else _WORDS[answer.state],
        "home_said_on": None if answer is None or answer.answered is None else answer.answered.on,
        "reason_key": reason,
        **_found(facts),
    }


def _found(facts: Mapping[str, Any]) -> dict[str, Value]:
    """What the brokerage found of the home at the step."""
    return {
        "provider": facts.get("provider") or None,
        "contract": facts.get("contract") or None,
        "area": facts.get("area"),
        "distance_tenths": facts.get("tenths_of_miles"),
        "weekly_fee_pence": facts.get("weekly_fee_pence"),
    }


def _band_at(life: Life, number: int) -> str | None:
    return Life.of(life.referral, life.steps[:number]).band


def _episode(life: Life) -> dict[str, Value]:
    decision = life.decision
    assert decision is not None
    one = what(decision, said.Confirm)
    view = life.views.get(one.home_id)
    outcomes = [what(s, said.LookBack).outcomes for s in life.look_backs]
    ending = None if life.ending is None else what(life.ending, said.End)
    if ending is not None:
        outcomes.append(ending.outcomes)
    told = [each for each in outcomes if each is not None]
    moved_in = None if life.moved_in is None else life.starts_on
    ended = None if ending is None else ending.ended_on
    days = None if ended is None or moved_in is None else (ended - moved_in).days
    reason = None if ending is None else ending.reason_code
    return {
        "home_id": one.home_id,
        "band_first": _band_at(life, decision.number),
        "band_last": life.band,
        "decided_on": decision.on,
        "starts_on": life.starts_on,
        "moved_in_on": moved_in,
        "planned_until": one.planned_until,
        "ended_on": ended,
        "days": days,
        "planned_end": None if ending is None else ending.planned,
        "disrupted": None if ending is None else reason in DISRUPTED,
        "reason_key": None if reason is None else f"ending:{reason}",
        "care_code": None if ending is None else str(ending.care_code),
        "destination": None if ending is None else str(ending.destination),
        "needs_place": None if ending is None else ending.needs_place,
        "goals_met": str(told[-1].goals_met) if told else None,
        "step_down_planned": any(s.kind == "step_down" for s in life.steps),
        "first_option": bool(life.shortlisted) and life.shortlisted[0] == one.home_id,
        "wish": None if view is None else str(what(view, said.View).wish),
        "school_kept": one.school_kept,
        **_found(decision.facts),
    }


def _stretches(life: Life) -> Iterable[dict[str, Value]]:
    for row in stretches(life):
        yield {
            "home_id": row.home_id,
            "band": row.band,
            "starts_on": row.start,
            "ends_on": row.end,
            "moved_in": life.moved_in is not None,
            "requirements": units_text(row),
        }


def _versions(key: str, steps: Sequence[Taken]) -> list[Row]:
    """The versions of what the forms say, by the day on which each was said."""
    by_day: dict[date, dict[str, Value]] = {}
    for step in sorted(steps, key=lambda one: one.at):
        if isinstance(step.said, said.Open | said.Amend):
            by_day[step.on] = _told(step.said.form)
    versions: list[tuple[date, dict[str, Value]]] = []
    for day in sorted(by_day):
        if not versions or versions[-1][1] != by_day[day]:
            versions.append((day, by_day[day]))
    ends = [*(day for day, _ in versions[1:]), None]
    return [
        YOUNG_PERSON.row({"person_key": key, "valid_from": day, "valid_to": end, **told})
        for (day, told), end in zip(versions, ends, strict=True)
    ]


def _told(form: Form) -> dict[str, Value]:
    person = form.person
    return {
        "borough": form.borough,
        "sex": form.sex,
        "ethnicity": person.ethnicity,
        "disability": None if person.disability is None else bool(person.disability),
        "unaccompanied": person.unaccompanied,
    }
