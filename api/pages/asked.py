"""What a form asks for each kind of step: its fields in the words of those who fill it in.

The fields, and which of them are required, come from the step's own shape; only words stand here.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from api.pages.forms import Fields, day_sent
from broker.life import steps
from broker.life.gates import FROM
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
}
"""Every kind of step that a form takes; a referral is begun and amended by its own form."""

_LABELS: Final[Mapping[str, str]] = {
    "home_id": "Home",
    "source": "Where the home was found",
    "reason": "Reason",
    "words": "In your words",
    "code": "Main reason",
    "band": "Need band",
    "thresholds": "Version of the band thresholds",
    "need_met": "Is the need as written?",
    "funding_agreed": "Is the funding agreed?",
    "funding_reference": "Reference of the funding",
    "said_on": "Day they said it",
    "wish": "What they want",
    "heard_by": "Who listened, by role",
    "how_considered": "How it was taken into account",
    "why_not_given": "Why there is no view",
    "spoke_to": "Who you spoke to, by role",
    "said": "What they said",
    "free_places": "Places free",
    "starts_on": "Day from which the place is needed",
    "answer_by": "Answer by",
    "on_residents": "What it means for those who live there",
    "on_young_person": "What it means for the young person",
    "what_will_be_done": "What will be done",
    "can_live_together": "Can they live together?",
    "signed": "I manage this home and sign this",
    "visited_on": "Day of the visit",
    "why_not": "Why there was no visit",
    "approval": "Which approval",
    "granted": "Do you approve?",
    "evidence": "What was done",
    "done_on": "Day it was done",
    "reference": "Where it can be found",
    "planned_until": "Planned until",
    "school_kept": "Can they stay at their school?",
    "moved_in_on": "Day of moving in",
    "from_day": "First day of the new band",
    "confirmed": "Is it confirmed?",
    "upheld": "Is the need to be banded anew?",
    "reviewed_on": "Day of the review",
    "outcome": "What the review decided",
    "goal": "Goal",
    "destination": "Where to",
    "ready_young_person": "How ready the young person is",
    "ready_home": "How ready the next home is",
    "expected_on": "Expected day",
    "way_back": "The way back, if it does not hold",
    "ended_on": "Day it ended",
    "planned": "Was it planned?",
    "in_their_interest": "Was it in the young person’s interest?",
    "reason_code": "Code of the reason, as in the return",
    "care_code": "Code of the end of care, as in the return",
    "needs_place": "Do they need another place?",
    "looked_on": "Day you looked",
    "settled": "Are they settled?",
    "run_id": "Number of the match, where it comes from one",
    "requirements": "Extra support, by code and units a week",
    "scores": "Scores, by code of the question and 0 to 3",
    "goals_met": "Were the goals met?",
    "education": "How education went",
    "health": "How health went",
    "young_person_says": "What the young person says of it",
    "participation": "How the young person took part, as in the return",
    "left_on": "Day they left the home, if they stayed on after care",
    "not_a_double": "If somebody seems to be the same young person: why they are not",
}
_LEFT_OUT: Final = ("kind",)
_PAIRS: Final = ("requirements", "scores")
HOMES_AT_ONCE: Final = 4
"""How many homes one form puts on a shortlist."""
_LINE: Final = 200
_MODELS: Final = {
    get_args(shape.model_fields["kind"].annotation)[0]: shape for shape in get_args(steps.Said)
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One field of a form: `how` is day, choice, yes, sign, number, decimal, pairs, words or line.

    `pairs` are a code and a number on each line.
    """

    name: str
    label: str
    how: str
    required: bool
    choices: tuple[str, ...] = ()


def kinds_from(state: State) -> list[str]:
    """The kinds of step, by a form, that a life may take from where it stands."""
    return [kind for kind in TITLES if state in FROM[_MODELS[kind]]]


def fields_of(kind: str) -> list[Asked]:
    """What a form asks for a kind of step; a shortlist the same of several homes."""
    if kind != "shortlist":
        return list(_fields(_MODELS[kind]))
    first = list(_fields(steps.Shortlisted))
    more = [
        replace(
            one, name=f"{one.name}-{place}", label=f"{one.label} (home {place})", required=False
        )
        for place in range(2, HOMES_AT_ONCE + 1)
        for one in first
    ]
    return [*first, *more]


def _fields(shape: type[BaseModel], prefix: str = "") -> Iterator[Asked]:
    for name, field in shape.model_fields.items():
        if name in _LEFT_OUT:
            continue
        inner = [one for one in _parts(field.annotation) if one is steps.Outcomes]
        if inner:
            for one in _fields(inner[0], f"{name}."):
                yield replace(one, required=False)
        else:
            for one in asked_of(name, field.annotation, field.metadata, field.is_required()):
                yield replace(one, name=f"{prefix}{name}")


def asked_of(name: str, annotation: Any, metadata: Any, required: bool) -> Iterator[Asked]:
    """The field for a key of a shape; none where a form cannot ask it in one."""
    label = _LABELS.get(name, name.replace("_", " ").capitalize())
    bare = [one for one in _parts(annotation) if one is not type(None)]
    literals = [value for one in bare if get_origin(one) is Literal for value in get_args(one)]
    if name in _PAIRS:
        yield Asked(name, label, "pairs", required)
    elif literals == [True]:
        yield Asked(name, label, "sign", required)
    elif literals:
        yield Asked(name, label, "choice", required, tuple(map(str, literals)))
    elif bool in bare:
        yield Asked(name, label, "yes", required)
    elif date in bare:
        yield Asked(name, label, "day", required)
    elif int in bare:
        yield Asked(name, label, "number", required)
    elif Decimal in bare:
        yield Asked(name, label, "decimal", required)
    elif str in bare:
        how = "words" if _is_long(annotation, metadata) else "line"
        yield Asked(name, label, how, required)


def _parts(annotation: Any) -> list[Any]:
    """The types that an annotation allows, without what is said about them."""
    if get_origin(annotation) is Annotated:
        return _parts(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return [part for one in get_args(annotation) for part in _parts(one)]
    return [annotation]


def _limits(annotation: Any) -> Iterator[Any]:
    """What is said about the types that an annotation allows."""
    if get_origin(annotation) is Annotated:
        inner, *said = get_args(annotation)
        yield from said
        yield from _limits(inner)
    elif get_origin(annotation) in (Union, types.UnionType):
        for one in get_args(annotation):
            yield from _limits(one)


def _is_long(annotation: Any, metadata: Iterable[Any]) -> bool:
    """Whether somebody may write more than a line."""
    lengths = [getattr(one, "max_length", None) for one in (*metadata, *_limits(annotation))]
    return any(length is not None and length > _LINE for length in lengths)


def said_in(kind: str, fields: Fields) -> dict[str, Any]:
    """What a form says, as the step's shape takes it; what was left empty is left out."""
    told: dict[str, Any] = {}
    for one in fields_of(kind):
        value = value_in(one, fields)
        if value is None:
            continue
        outer, _, inner = one.name.partition(".")
        if inner:
            told.setdefault(outer, {})[inner] = value
        else:
            told[one.name] = value
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


def value_in(one: Asked, fields: Fields) -> Any:
    """What was written in a field, as a shape takes it; None where nothing was."""
    written = day_sent(fields, one.name) if one.how == "day" else fields.get(one.name, "").strip()
    if written == "":
        return None
    if one.how in ("yes", "sign"):
        return {"yes": True, "no": False}.get(written, written)
    if one.how == "number" and written.isascii() and written.isdigit():
        return int(written[:9])
    if one.how == "pairs":
        return dict(map(_pair, filter(str.strip, written.split("\n"))))
    return written.replace("\r\n", "\n")


def _pair(line: str) -> tuple[str, Any]:
    code, _, number = (part.strip() for part in line.partition(":"))
    whole = number.isascii() and number.isdigit()
    return code, int(number[:9]) if whole else number
