"""Writing to a register: a new entry, a later one of the same, or a home's reply to its assessment.

An entry is never altered: to correct or end one, a later one of the same key is written. Whoever
writes it saw the one before, or is told that there is a newer one.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from fastapi import APIRouter, Query
from pydantic import BaseModel
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import desk_lists
from api.pages.asked_errors import error_at
from api.pages.asked_shape import Asked, fields_of_shape, filled, told_in_fields
from api.pages.asked_words import label_of
from api.pages.forms import Fields, by_field, day_boxes, sent
from api.pages.keys import KEY_FIELD, new_key, once_of_form
from api.pages.render import page
from api.problems import ProblemError
from api.requests import read_as
from api.service import service_of
from api.who import actor_of
from broker.access.actor import PARTNERSHIP, Actor, Role
from broker.life.scope import homes_of
from broker.registers.book import REPLY
from broker.registers.entries import ENTRY, Agreement, Assessment, Diligence, Training
from matching.data import need_tags
from matching.geography import PARTNER_BOROUGHS

router = APIRouter(include_in_schema=False)
Key = Query(default="", max_length=300, pattern=r"^[^\x00-\x1f]*$")

_SHAPES: Final[Mapping[str, type[BaseModel]]] = {
    "agreements": Agreement,
    "assessments": Assessment,
    "training": Training,
    "due_diligence": Diligence,
}
_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "agreements": ("agreement",),
    "assessments": ("assessment", "home_id"),
    "training": ("home_id", "module"),
    "due_diligence": ("provider", "area"),
}
"""What an entry is about; a later entry of the same has the same."""
_TITLES: Final[Mapping[str, tuple[str, str]]] = {
    "agreements": ("Write down an agreement", "Change or end an agreement"),
    "assessments": ("Write down what young people found", "Add to what young people found"),
    "training": ("Write down a module", "Bring a module up to date"),
    "due_diligence": ("Write down a check", "Write down a newer check"),
}
_PARTIES: Final[Mapping[str, str]] = {PARTNERSHIP: "The partnership’s own team", **PARTNER_BOROUGHS}
_CODES: Final = {name.lower(): code for code, name in _PARTIES.items()} | {PARTNERSHIP: PARTNERSHIP}


@router.get("/registers/{register}/write")
async def show_entry(request: Request, register: str, key: str = Key) -> Response:
    """The form of an entry; of a later one, with what the newest says."""
    before = await _before(request, register, key)
    asked = await _asked(request, register, before)
    told = {} if before is None else _named(before["told"])
    return _form(request, register, key, before, asked, filled(asked, told), [], 200)


@router.post("/registers/{register}/write")
async def write_entry(request: Request, register: str) -> Response:
    """Write an entry; what is wrong is told at its field, with what was written kept."""
    actor, fields = actor_of(request), sent(request)
    key = fields.get("key", "")
    before = await _before(request, register, key)
    once = once_of_form(request, actor)
    asked = await _asked(request, register, before)
    seen = fields.get("seen", "")
    if not (seen.isascii() and seen.isdigit() and len(seen) < 16):
        raise ProblemError("which-version", "The form does not say what you saw. Load it again.")
    try:
        told = {**_kept(actor, register, before), **_coded(told_in_fields(asked, fields))}
        entry = read_as(json.dumps(told).encode(), ENTRY, register=register)
        await asyncio.to_thread(
            service_of(request).records.work,
            lambda session: desk_lists.enter(session, actor, entry, once, int(seen)),
        )
    except ProblemError as refused:
        if refused.kind != "bad-input":
            raise
        errors = [error_at(asked, error) for error in refused.errors]
        return _form(request, register, key, before, asked, fields, errors, 422)
    return RedirectResponse(f"/registers/{register}", 303)


async def _before(request: Request, register: str, key: str) -> Mapping[str, Any] | None:
    """The newest entry of a key; None where a new one is begun.

    Raises:
        ProblemError: no such register or entry that concerns them, or not theirs to write to.
    """
    actor = actor_of(request)
    if register not in _SHAPES:
        detail = f"Here one writes to {', '.join(_SHAPES)}; of a contract, on the contract's page."
        raise ProblemError("not-found", detail)
    desk_lists.may_write(actor, register)
    if not key:
        if _replies(actor, register):
            detail = "Choose in the register which assessment of your home you answer."
            raise ProblemError("not-found", detail)
        return None
    found = await asyncio.to_thread(
        service_of(request).records.look,
        lambda session: desk_lists.entry_of(session, actor, register, key),
    )
    if found is None:
        raise ProblemError("not-found", "There is no such entry that concerns you.")
    return found


def _replies(actor: Actor, register: str) -> bool:
    """Whether they answer what a panel found, and write nothing else of it."""
    return register == "assessments" and actor.provider is not None


def _kept(actor: Actor, register: str, before: Mapping[str, Any] | None) -> dict[str, Any]:
    """What of the entry before is not asked again: what it is about; for a reply, all but it."""
    if before is None:
        return {}
    told = {name: value for name, value in before["told"].items() if name != "register"}
    if _replies(actor, register):
        return {name: value for name, value in told.items() if name not in REPLY}
    return {name: told[name] for name in _KEYS[register]}


async def _asked(request: Request, register: str, before: Mapping[str, Any] | None) -> list[Asked]:
    actor = actor_of(request)
    homes: Sequence[str] = ()
    if actor.provider is not None:

        def own(session: Session) -> list[str]:
            return sorted(homes_of(session, actor))

        homes = await asyncio.to_thread(service_of(request).records.look, own)
    return list(_fields(actor, register, before, homes))


def _fields(
    actor: Actor, register: str, before: Mapping[str, Any] | None, homes: Sequence[str]
) -> Iterator[Asked]:
    shape = _SHAPES[register]
    by_name = {one.name: one for one in fields_of_shape(shape, ("register_",))}
    left_out = set() if before is None else set(_KEYS[register])
    if actor.role is not Role.REGISTERED_MANAGER:
        left_out.add("manager_agrees")
    for name, told in shape.model_fields.items():
        if name in left_out or name == "register_":
            continue
        if _replies(actor, register) and name not in REPLY:
            continue
        label = label_of(name, shape.__name__)
        if name == "parties":
            yield Asked(name, label, "several", True, tuple(_PARTIES), means=_PARTIES)
        elif name == "adds_need":
            tags = need_tags()
            yield Asked(name, label, "choice", told.is_required(), tuple(tags), means=tags)
        elif name == "home_id" and homes:
            yield Asked(name, label, "choice", True, tuple(homes))
        else:
            yield by_name[name]


def _coded(told: dict[str, Any]) -> dict[str, Any]:
    """Who signed, by the code of the party: people write its name."""
    if "signed" in told:
        told["signed"] = [
            {**one, "organisation": _CODES.get(one["organisation"].lower(), one["organisation"])}
            if "organisation" in one
            else one
            for one in told["signed"]
        ]
    return told


def _named(told: Mapping[str, Any]) -> dict[str, Any]:
    """An entry with the names of those who signed."""
    named = dict(told)
    if "signed" in named:
        named["signed"] = [
            {**one, "organisation": _PARTIES.get(one["organisation"], one["organisation"])}
            for one in named["signed"]
        ]
    return named


def _form(
    request: Request,
    register: str,
    key: str,
    before: Mapping[str, Any] | None,
    asked: Sequence[Asked],
    fields: Fields,
    errors: list[dict[str, str]],
    status: int,
) -> Response:
    replying = _replies(actor_of(request), register)
    title = "Reply to the young people" if replying else _TITLES[register][before is not None]
    return page(
        request,
        "entry.html",
        title,
        status=status,
        errors=errors,
        at=by_field(errors),
        register=register,
        entry=None if before is None else before["told"],
        replying=replying,
        about=[] if before is None else [
            (label_of(name, _SHAPES[register].__name__), before["told"][name])
            for name in _KEYS[register]
        ],
        asked=asked,
        fields=fields,
        boxes={one.name: day_boxes(fields, one.name) for one in asked if one.how == "day"},
        entry_key=key,
        seen=fields.get("seen") or (0 if before is None else before["number"]),
        key=new_key(),
        key_field=KEY_FIELD,
    )  # fmt: skip
