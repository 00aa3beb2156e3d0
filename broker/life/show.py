"""What of a life somebody may see, and in which form.

The brokers and the young person's borough see the whole. A provider sees a profile without name,
address, school or exact age once its home is shortlisted, and who it is while the home is asked or
chosen; never another home's offers, answers or views. An auditor sees what happened without the
identity.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from broker.access.actor import Actor, Role
from broker.life import steps as said
from broker.life.duties import Terms, duties
from broker.life.form import Form
from broker.life.state import Life, State, Taken, what
from matching.calendar import age_on
from matching.shared_words import distance_band

_AGES = ((10, "10 or younger"), (13, "11 to 13"), (15, "14 to 15"), (17, "16 to 17"))
_OPEN_TO_PROVIDERS = ("offer", "withdraw_offer", "impact", "accept", "decline", "visit", "confirm")
_HIDDEN_IN_PROFILE = (
    "identity",
    "date_of_birth",
    "home_place",
    "matters",
    "avoid",
    "must_not_live_with",
    "caution_with",
    "sibling_group",
    "preferred_location",
)


@dataclass(frozen=True, slots=True)
class Seen:
    """How much of a life somebody sees: `whole`, `asked`, `profile` or `audit`."""

    how: str
    homes: frozenset[str] = frozenset()


def seen_by(actor: Actor, life: Life, homes: frozenset[str]) -> Seen:
    """How much somebody sees; `homes` are those a provider's account acts for."""
    if actor.role is Role.AUDITOR:
        return Seen("audit")
    if actor.provider is None:
        return Seen("whole")
    asked = any(
        offer.state in ("open", "accepted") and home in homes for home, offer in life.offers.items()
    )
    return Seen("asked" if asked or life.home in homes else "profile", homes)


def show(life: Life, seen: Seen, today: date, terms: Terms | None = None) -> dict[str, Any]:
    """A life as JSON, in the form that `seen` allows."""
    form = life.form
    assert form is not None
    listed = [home for home in life.shortlisted if not seen.homes or home in seen.homes]
    made: dict[str, Any] = {
        "id": life.referral,
        "version": life.version,
        "state": life.state.value,
        "emergency": life.emergency,
        "borough": form.borough,
        "band": life.band,
        "band_status": life.band_status if life.band else None,
        "needed_by": _day(form.needed_by),
        "form": _form(form, seen, today),
        "shortlist": [_listed(life, home, seen) for home in listed],
        "offers": [
            _offer(life, home) for home in life.offers if not seen.homes or home in seen.homes
        ],
        "home_id": life.home if not seen.homes or life.home in seen.homes else None,
    }
    if seen.how == "whole":
        made |= {
            "former": life.former,
            "views": [_view(step) for step in life.views.values()],
            "approvals": [_approval(step) for step in life.approvals.values()],
            "evidence": [_evidence(step) for step in life.evidence.values()],
            "duties": [duty.to_json(today) for duty in duties(life, today, terms)],
        }
    return made


def chronology(steps: Iterable[Taken], seen: Seen) -> list[dict[str, Any]]:
    """The steps in order, as far as somebody may see them: one shared chronology."""
    return [_step(step, seen) for step in steps if _visible(step, seen)]


def _visible(step: Taken, seen: Seen) -> bool:
    if not seen.homes:
        return True
    home = getattr(step.said, "home_id", None)
    return step.kind in _OPEN_TO_PROVIDERS and home in seen.homes


def _step(step: Taken, seen: Seen) -> dict[str, Any]:
    told = step.said.model_dump(mode="json", exclude={"kind"})
    if seen.how == "audit":
        told = {}
    elif "form" in told and seen.how != "whole":
        told.pop("form")
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
    whole = form.model_dump(mode="json")
    if seen.how == "whole":
        return whole
    if seen.how == "asked":
        hidden: tuple[str, ...] = ("must_not_live_with", "caution_with", "avoid")
    else:
        hidden = _HIDDEN_IN_PROFILE
    told = {name: value for name, value in whole.items() if name not in hidden}
    if "date_of_birth" in hidden:
        told["age"] = age_group(form.date_of_birth, today)
        told["young_person_id"] = None
    return told


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
    return {
        **made,
        "source": entry.source,
        "run_id": entry.run_id,
        "reason": entry.reason,
        "tenths_of_miles": found.get("tenths_of_miles"),
        "weekly_fee_pence": found.get("weekly_fee_pence"),
        "points": found.get("points"),
        "factors": factors(life, home),
    }


def factors(life: Life, home: str) -> list[dict[str, Any]]:
    """The factors of s22C(8) and (9) for one home: each shown, none hidden behind a score.

    A factor that the records do not tell says so; a person says what they know.
    """
    form = life.form
    assert form is not None
    found = life.found(home)
    points = found.get("points") or {}
    tenths = found.get("tenths_of_miles")
    near = "distance not known" if tenths is None else f"{tenths // 10}.{tenths % 10} miles"
    school = [one for one in form.matters if one.what == "school" and one.keep]
    apart = points.get("sibling")
    return [
        _factor("near home", "s22C(8)(a)", near),
        _factor(
            "education not disrupted",
            "s22C(8)(b)",
            "a school to be kept is named" if school else "no school to be kept is named",
        ),
        _factor(
            "with siblings",
            "s22C(8)(c)",
            "no sibling group"
            if not form.sibling_group
            else ("a sibling lives elsewhere" if apart else "no sibling lives elsewhere"),
        ),
        _factor(
            "suitable where disabled",
            "s22C(8)(d)",
            "every recorded need is among what the home supports"
            if "R05" not in {code for code, _ in found.get("failed", ())}
            else "a recorded need is not supported",
        ),
        _factor("within the borough", "s22C(9)", str(found.get("area", "not known"))),
    ]


def _factor(name: str, source: str, value: str) -> dict[str, str]:
    return {"factor": name, "source": f"Children Act 1989, {source}", "value": value}


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


def _view(step: Taken) -> dict[str, Any]:
    return {"on": step.on.isoformat(), **step.said.model_dump(mode="json", exclude={"kind"})}


_approval = _view
_evidence = _view


def live(life: Life) -> bool:
    """Whether more is to come."""
    return life.state not in (State.ENDED, State.WITHDRAWN)
