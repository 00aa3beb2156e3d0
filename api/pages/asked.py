"""What a form asks for each kind of step, and what it says once it is sent.

The fields, and which of them are required, come from the step's own shape; a shortlist asks the
same of several homes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, get_args

from pydantic import BaseModel

from api.pages.asked_shape import Asked, fields_of_shape, told_in_fields
from api.pages.forms import Fields
from broker.life import steps
from broker.life.gates import may_stand
from broker.life.state import State

TITLES: Final[Mapping[str, str]] = {
    "submit": "Ask for a place",
    "withdraw": "Withdraw the referral",
    "band": "Band the need",
    "verify": "Verify need and funding",
    "shortlist": "Put a home on the shortlist",
    "view": "Write down what the young person says",
    "call": "Write down a call",
    "offer": "Ask a home",
    "withdraw_offer": "Take back what a home was asked",
    "impact": "Assess the impact on those who live there",
    "accept": "Accept",
    "decline": "Decline",
    "visit": "Write down the visit before moving in",
    "approve": "Give or refuse an approval",
    "evidence": "Write down what was done",
    "confirm": "Decide on a home",
    "move_in": "Write down the day of moving in",
    "reband": "Change the need band",
    "dispute_band": "Dispute the need band",
    "answer_dispute": "Answer a dispute of the need band",
    "visited": "Write down a visit",
    "reviewed": "Write down a review",
    "step_down": "Plan the next home",
    "step_down_back": "Put off the next home",
    "end": "End the placement",
    "look_back": "Look back",
    "care": "Tell of care for the return",
}
"""Every kind of step that a form takes; a referral is begun and amended by its own form."""

_LEFT_OUT: Final = ("kind",)
HOMES_AT_ONCE: Final = 4
"""How many homes one form puts on a shortlist."""
_MODELS: Final[Mapping[str, type[BaseModel]]] = {
    get_args(shape.model_fields["kind"].annotation)[0]: shape for shape in get_args(steps.Said)
}


def kinds_from(state: State, *, emergency: bool = False, lapsed: bool = False) -> list[str]:
    """The kinds of step, by a form, that a life may take from where it stands.

    `lapsed` says that the form was amended since it was verified.
    """
    return [
        kind
        for kind, shape in ((kind, _MODELS[kind]) for kind in TITLES)
        if state in may_stand(shape, emergency=emergency, lapsed=lapsed)
    ]


def fields_of(kind: str) -> list[Asked]:
    """What a form asks for a kind of step; a shortlist the same of several homes."""
    if kind != "shortlist":
        return fields_of_shape(_MODELS[kind], _LEFT_OUT)
    first = fields_of_shape(steps.Shortlisted)
    more = [
        replace(
            one, name=f"{one.name}-{place}", label=f"{one.label} (home {place})", required=False
        )
        for place in range(2, HOMES_AT_ONCE + 1)
        for one in first
    ]
    return [*first, *more]


def said_in(kind: str, fields: Fields) -> dict[str, Any]:
    """What a form says, as the step's shape takes it; what was left empty is left out."""
    told = told_in_fields(fields_of(kind), fields)
    if kind != "shortlist":
        return told
    names = steps.Shortlisted.model_fields
    groups = [
        {name: told[f"{name}{end}"] for name in names if f"{name}{end}" in told}
        for end in shortlist_ends(fields)
    ]
    return {"homes": groups}


def shortlist_ends(fields: Fields) -> list[str]:
    """The ends of the names of those groups of a shortlist's form in which something was written.

    The first always is one of them; a choice alone says nothing.
    """
    ends = ["", *(f"-{place}" for place in range(2, HOMES_AT_ONCE + 1))]
    written = ("home_id", "run_id", "reason")
    return [
        end
        for end in ends
        if not end or any(fields.get(f"{name}{end}", "").strip() for name in written)
    ]
