"""What of a life somebody may see, and in which form.

The brokers and the young person's borough see the whole; how far a home is, to the tenth of a mile,
the brokers alone, and the borough once that home is decided for. A provider sees a profile without
name, address, school or exact age once its home is shortlisted, and who it is while the home is
asked and once it is decided for; never another home's offers, answers or views, and where the
referral stands as far as its own homes are concerned. An auditor sees
what happened without the identity.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from broker.access.actor import Actor, Role
from broker.life import elsewhere
from broker.life import steps as said
from broker.life.duties import answer_by, duties
from broker.life.factors import factors
from broker.life.form import CODED_RISKS, Form
from broker.life.lapses import lapsed, notices
from broker.life.state import LOOKING, BandDisputed, Life, State, Taken, what
from broker.life.terms import terms_in_force
from matching.calendar import age_on
from matching.data import need_tags
from matching.shared_words import distance_band

_AGES = ((10, "10 or younger"), (13, "11 to 13"), (15, "14 to 15"), (17, "16 to 17"))
_OPEN_TO_PROVIDERS: Mapping[str, frozenset[str]] = {
    "offer": frozenset({"home_id", "starts_on", "answer_by"}),
    "withdraw_offer": frozenset({"home_id", "reason"}),
    "impact": frozenset(
        {"home_id", "on_residents", "on_young_person", "what_will_be_done", "can_live_together",
         "signed"}
    ),
    "accept": frozenset({"home_id", "words"}),
    "decline": frozenset({"home_id", "code", "words"}),
    "visit": frozenset({"home_id", "visited_on"}),
    "confirm": frozenset({"home_id", "starts_on", "planned_until", "requirements"}),
    "dispute_band": frozenset({"home_id", "band", "scores", "reason"}),
    "answer_dispute": frozenset({"home_id", "upheld", "reason"}),
    "place_lost": frozenset({"home_id", "lost", "lost_on", "reason", "must_move"}),
}  # fmt: skip
"""The steps about its own home that a provider sees, and what of them: no word meant for others."""

IN_PROFILE = (
    "borough",
    "sex",
    "needed_by",
    "waiting_since",
    "planned_months",
    "moves_last_12_months",
    "nearness",
    "min_distance_miles",
    "max_distance_miles",
    "living_companions",
    "sibling_count",
    "siblings",
    "band",
    "communication_needs",
    "communication",
    "home_adaptation",
    "cultural_needs",
    "pets",
    "additional_support",
    *CODED_RISKS,
    "foster_care",
    "residential_care",
    "supported_accommodation",
    "provision",
    "advocate_offered",
)
"""What of a form a provider sees before its home is asked: days, numbers and coded facts. No words
that somebody wrote: a name can stand in any of them."""

WORDS_OF_RISK = ("risk_other", "risk_to_others_other")
"""Risks told in words; before an offer only that there is one."""

_HIDDEN_WHEN_ASKED = ("must_not_live_with", "caution_with", "avoid")


@dataclass(frozen=True, slots=True)
class Seen:
    """How much of a life somebody sees: `whole`, `asked`, `profile` or `audit`.

    `homes` are the homes they may hear of; None is every home. `exact` says whether they see how
    far each home is; otherwise only how far the home decided for is.
    """

    how: str
    homes: frozenset[str] | None = None
    exact: bool = False

    def home(self, home: str | None) -> bool:
        """Whether they may hear of a home."""
        return home is not None and (self.homes is None or home in self.homes)


def seen_by(actor: Actor, life: Life, homes: frozenset[str]) -> Seen:
    """How much somebody sees; `homes` are those a provider's account acts for."""
    if actor.role is Role.AUDITOR:
        return Seen("audit")
    if actor.provider is None:
        return Seen("whole", exact=actor.central)
    asked = {home for home, offer in life.offers.items() if offer.state in ("open", "accepted")}
    named = bool(asked & homes) or life.home in homes
    return Seen("asked" if named else "profile", homes)


def show(life: Life, seen: Seen, today: date) -> dict[str, Any]:
    """A life as JSON, in the form that `seen` allows."""
    form = life.form
    assert form is not None
    made: dict[str, Any] = {
        "id": life.referral,
        "version": life.version,
        "state": _state(life, seen).value,
        "emergency": life.emergency,
        "borough": form.borough,
        "band": life.band,
        "band_status": life.band_status if life.band else None,
        "needed_by": _day(form.needed_by),
        "form": _form(form, seen, today),
        "shortlist": [_listed(life, home, seen) for home in life.shortlisted if seen.home(home)],
        "offers": [_offer(life, home) for home in life.offers if seen.home(home)],
        "home_id": life.home if seen.home(life.home) else None,
        "disputes": [
            _dispute(life, one)
            for one in life.disputes
            if seen.how != "audit" and seen.home(one.home)
        ],
    }
    if seen.how == "whole":
        made |= {
            "notices": [
                *notices(life),
                *elsewhere.notices(life),
                *(_doubles(life) if seen.exact else ()),
            ],
            "verification": _verification(life),
            "former": life.former,
            "follow_up": life.follow_up,
            "back_up": _back_up(life, seen),
            "views": [_view(step) for step in life.views.values()],
            "calls": [_call(step) for step in life.calls],
            "approvals": [_view(step) for step in life.approvals.values()],
            "evidence": [_view(step) for step in life.evidence.values()],
            "duties": [duty.to_json(today) for duty in duties(life)],
            "money": _money(life),
        }
    return made


def _doubles(life: Life) -> Iterator[str]:
    """To the central team: which open referrals seemed to be of the same young person."""
    for step in life.steps:
        others = step.facts.get("doubles") if isinstance(step.said, said.Submit) else None
        if isinstance(step.said, said.Submit) and others:
            yield (
                f"{', '.join(others)} seemed to be of the same young person when this was "
                f"submitted; what was said of it: {step.said.not_a_double}"
            )


def _verification(life: Life) -> dict[str, Any] | None:
    """Who verified need and funding, whether they passed, and what was changed since."""
    step = life.verification
    if step is None:
        return None
    told = what(step, said.Verify)
    return {
        "on": step.on.isoformat(),
        "by": step.by,
        "passed": told.passed,
        "amended_since": lapsed(life),
    }


def _state(life: Life, seen: Seen) -> State:
    """Where a referral stands; to a provider, what its own homes were asked and answered.

    That another home was asked, or said yes, shows in nothing: a referral for which none of its
    homes is wanted any longer is `withdrawn` to it.
    """
    if seen.homes is None or life.home in seen.homes:
        return life.state
    answers = {offer.state for home, offer in life.offers.items() if home in seen.homes}
    if life.state in LOOKING and "accepted" in answers:
        return State.ACCEPTED
    if life.state in LOOKING and "open" in answers:
        return State.OFFERED
    return State.SHORTLISTED if life.sought else State.WITHDRAWN


def _back_up(life: Life, seen: Seen) -> list[dict[str, Any]]:
    """The ranked back-up that a breakdown or a lost place left, the newest."""
    ranked = [
        step.facts["back_up"]
        for step in life.steps
        if step.kind in ("open", "place_lost") and step.facts.get("back_up")
    ]
    return [
        {
            "home_id": one["home_id"],
            "fits": one["fits"],
            "failed": [code for code, _ in one["failed"]],
            "area": one["area"],
            "distance": distance_band(one["tenths_of_miles"]),
            "wish": one["wish"],
            "answered": one["answered"],
        }
        for one in (ranked[-1] if ranked else ())
    ]


def _call(step: Taken) -> dict[str, Any]:
    """A line of the log of who was rung and said what."""
    return {"at": step.at.isoformat(), "by": step.by, **_said(step)}


def _money(life: Life) -> list[dict[str, Any]]:
    """What each re-banding did to the money, newest last."""
    return [
        {"on": step.on.isoformat(), "band": what(step, said.Reband).band, **step.facts}
        for step in life.rebandings
    ]


def chronology(steps: Iterable[Taken], seen: Seen) -> list[dict[str, Any]]:
    """The steps in order, as far as somebody may see them: one shared chronology."""
    return [_step(step, seen) for step in steps if _visible(step, seen)]


def _visible(step: Taken, seen: Seen) -> bool:
    if seen.homes is None:
        return True
    return step.kind in _OPEN_TO_PROVIDERS and seen.home(getattr(step.said, "home_id", None))


def _said(step: Taken) -> dict[str, Any]:
    return step.said.model_dump(mode="json", exclude={"kind"})


def _step(step: Taken, seen: Seen) -> dict[str, Any]:
    told = _said(step)
    if seen.how == "audit":
        told = {}
    elif seen.homes is not None:
        told = {name: told[name] for name in told if name in _OPEN_TO_PROVIDERS[step.kind]}
    return {
        "number": step.number,
        "kind": step.kind,
        "at": step.at.isoformat(),
        "on": step.on.isoformat(),
        "by": step.by,
        "role": step.role,
        "organisation": step.organisation,
        "said": told,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _form(form: Form, seen: Seen, today: date) -> Mapping[str, Any]:
    whole: dict[str, Any] = form.model_dump(mode="json")
    if seen.how == "whole":
        return whole
    if seen.how == "asked":
        told = {name: value for name, value in whole.items() if name not in _HIDDEN_WHEN_ASKED}
        return {**told, "matters": [_uncalled(one) for one in whole["matters"]]}
    told = {name: whole[name] for name in IN_PROFILE}
    told |= {name: "Risk Present" if whole[name] else None for name in WORDS_OF_RISK}
    told["needs"] = [tag for tag in whole["needs"] if tag in need_tags()]
    told["age"] = age_group(form.date_of_birth, today)
    told["young_person_id"] = None
    told["liberty"] = form.liberty is not None
    return told


def _uncalled(matter: Mapping[str, Any]) -> dict[str, Any]:
    """Somebody or something that matters, without what the young person calls them."""
    return {name: value for name, value in matter.items() if name != "called"}


def age_group(born: date | None, today: date) -> str | None:
    """An age in words that tell no birthday."""
    if born is None:
        return None
    age = age_on(born, today)
    return next((words for most, words in _AGES if age <= most), "18 or older")


def _listed(life: Life, home: str, seen: Seen) -> dict[str, Any]:
    assert life.shortlist is not None
    shortlist = what(life.shortlist, said.Shortlist)
    entry = next(one for one in shortlist.homes if one.home_id == home)
    found = life.found(home)
    made = {
        "home_id": home,
        "area": found.get("area"),
        "distance": distance_band(found.get("tenths_of_miles")),
    }
    if seen.how != "whole":
        return made
    exact = seen.exact or home == life.home
    return {
        **made,
        "source": entry.source,
        "run_id": entry.run_id,
        "match": found.get("match"),
        "reason": entry.reason,
        "tenths_of_miles": found.get("tenths_of_miles") if exact else None,
        "weekly_fee_pence": found.get("weekly_fee_pence"),
        "points": found.get("points") if exact else None,
        "factors": factors(life, home, exact=exact),
    }


def _offer(life: Life, home: str) -> dict[str, Any]:
    offer = life.offers[home]
    return {
        "home_id": home,
        "state": offer.state,
        "made_on": offer.made.on.isoformat(),
        "starts_on": offer.starts_on.isoformat(),
        "answer_by": offer.answer_by.isoformat(),
        "answered_on": None if offer.answered is None else offer.answered.on.isoformat(),
        "impact_signed": home in life.impacts,
    }


def _dispute(life: Life, one: BandDisputed) -> dict[str, Any]:
    told, answer = what(one.made, said.DisputeBand), one.answered
    set_by = one.set_by.said
    assert isinstance(set_by, said.BandNeed | said.Reband)
    return {
        "home_id": one.home,
        "on": one.made.on.isoformat(),
        "by": one.made.by,
        "band": told.band,
        "scores": told.scores,
        "reason": told.reason,
        "band_disputed": set_by.band,
        "answer_by": answer_by(one, terms_in_force().of(life.contract)).isoformat(),
        "answered_on": None if answer is None else answer.on.isoformat(),
        "answered_by": None if answer is None else answer.by,
        "upheld": None if answer is None else one.upheld,
        "answer": None if answer is None else what(answer, said.AnswerDispute).reason,
    }


def _view(step: Taken) -> dict[str, Any]:
    return {"on": step.on.isoformat(), **_said(step)}
