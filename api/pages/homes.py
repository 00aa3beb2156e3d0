"""Homes and vacancies: what is free, what a home last said, rooms out of use and in use again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from fastapi import APIRouter, Query
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import home_desk
from api.home_models import HomeChange
from api.lives import moment, today
from api.once import Answered, Once, before, keep
from api.pages.forms import Fields, by_field, day_boxes, day_sent, errors_at, is_day, sent
from api.pages.keys import KEY_FIELD, new_key, once_of_form
from api.pages.maps import home_map, point_told
from api.pages.render import page
from api.pages.some import Some, some_of
from api.problems import InputError, ProblemError
from api.requests import read
from api.service import service_of
from api.who import actor_of, not_allowed
from broker.access.actor import Actor
from broker.access.allowed import may
from broker.life.read import NotThere
from broker.life.scope import homes_of
from broker.life.vacancies import say_vacancy
from pricing.availability import SIDES

router = APIRouter(include_in_schema=False)
_SHOWN: Final = 100
_MOST: Final = 99
After = Query(default="", max_length=64, pattern=r"^[^\x00-\x1f]*$")


@router.get("/homes")
async def show_homes(request: Request, after: str = After) -> Response:
    """Homes with their free places today; a provider's own first of all, some of them at a time."""
    actor = actor_of(request)
    found = await asyncio.to_thread(
        service_of(request).records.look, lambda session: _homes(request, session, actor, after)
    )
    total, homes, more, own = found
    return page(
        request,
        "money/homes.html",
        "Homes",
        homes=homes,
        total=total,
        next=more,
        own=own,
        today=today(),
    )


def _homes(
    request: Request, session: Session, actor: Actor, after: str
) -> tuple[int, list[dict[str, Any]], str | None, Some]:
    day = today()
    total, homes, more = home_desk.page(session, actor, day, _SHOWN, after)
    ids = sorted(homes_of(session, actor)) if actor.provider is not None else []
    own = some_of(request, "own", ids)
    return total, homes, more, replace(own, items=home_desk.several(session, actor, own.items, day))


@router.get("/homes/{home_id}")
async def show_home(request: Request, home_id: str) -> Response:
    """One home: what is on record of it, and what those it is for may say and change."""
    return await _home(request, home_id, Fields([]), [], 200)


@router.post("/homes/{home_id}/free")
async def say_free(request: Request, home_id: str) -> Response:
    """A home says how many places are free today: a vacancy confirmed, or its end."""
    actor, fields = actor_of(request), sent(request)
    once = once_of_form(request, actor)
    written = fields.get("free", "").strip()
    if not (written.isascii() and written.isdigit() and int(written[:4]) <= _MOST):
        text = f"Free places must be a whole number from 0 to {_MOST}"
        return await _home(request, home_id, fields, [{"href": "#free", "text": text}], 422)
    await asyncio.to_thread(
        service_of(request).records.work,
        lambda session: _said(session, actor, home_id, int(written), once),
    )
    return RedirectResponse(f"/homes/{home_id}", 303)


def _said(session: Session, actor: Actor, home: str, free: int, once: Once) -> Answered:
    answered = before(session, once)
    if answered is not None:
        return answered
    at = moment().at
    try:
        say_vacancy(session, actor, home, free, at)
    except NotThere:
        raise ProblemError("not-found", home_desk.NOT_HERE) from None
    answered = Answered(201, {"home_id": home, "free_places": free})
    keep(session, once, answered, at)
    return answered


@router.post("/homes/{home_id}/rooms")
async def rooms_out(request: Request, home_id: str) -> Response:
    """Say that rooms are out of use from a day to another."""
    fields = sent(request)
    places = fields.get("places", "").strip()
    asked = {
        "reason": fields.get("reason", "").strip(),
        "out_of_use": {
            "places": int(places[:6]) if places.isascii() and places.isdigit() else places,
            "from": day_sent(fields, "from"),
            "to": day_sent(fields, "to"),
            "side": fields.get("side", "provider"),
        },
    }
    return await _change(request, home_id, asked, _rooms_field)


@router.post("/homes/{home_id}/back")
async def rooms_back(request: Request, home_id: str) -> Response:
    """Say that rooms are used again from a day on."""
    fields = sent(request)
    row = fields.get("row", "")
    asked = {
        "reason": fields.get("back_reason", "").strip(),
        "in_use_again": {
            "row": int(row[:15]) if row.isascii() and row.isdigit() else row,
            "on": day_sent(fields, "on"),
        },
    }
    return await _change(request, home_id, asked, _back_field)


async def _change(
    request: Request,
    home_id: str,
    asked: Mapping[str, Any],
    field_of: Callable[[InputError], str],
) -> Response:
    actor, fields = actor_of(request), sent(request)
    try:
        read_as = read(json.dumps(asked).encode(), HomeChange)
        read_as.raise_if_any()
        assert read_as.model is not None
        model = read_as.model
        await asyncio.to_thread(
            service_of(request).records.work,
            lambda session: home_desk.change(
                session, actor, home_id, model, fields.get("version", "")
            ),
        )
    except ProblemError as refused:
        if refused.kind != "bad-input":
            raise
        errors = errors_at(refused, field_of, _say)
        return await _home(request, home_id, fields, errors, 422)
    return RedirectResponse(f"/homes/{home_id}", 303)


def _rooms_field(error: InputError) -> str:
    name = str((error.path or ("reason",))[-1])
    return {"from": "from-day", "to": "to-day"}.get(name, name)


def _back_field(error: InputError) -> str:
    name = str((error.path or ("reason",))[-1])
    return {"on": "on-day", "reason": "back_reason"}.get(name, name)


_NAMES: Final = {
    "from-day": "The first day out of use",
    "to-day": "The day of use again",
    "on-day": "The day of use again",
    "places": "The rooms out of use",
    "reason": "The reason",
    "back_reason": "The reason",
    "side": "Whose side it is on",
    "row": "The rooms",
}


def _say(field: str, error: InputError) -> str:
    name = _NAMES.get(field, "This")
    if field.endswith("-day") and not is_day(str(error.value or "")):
        return f"{name} must be a real day, such as 7 September 2026"
    return f"{name} must be: {error.allowed}"


async def _home(
    request: Request, home_id: str, fields: Fields, errors: list[dict[str, str]], status: int
) -> Response:
    actor = actor_of(request)
    found, own = await asyncio.to_thread(
        service_of(request).records.look, lambda session: _one(session, actor, home_id)
    )
    if not own and fields and not may(actor, "home.change"):
        raise not_allowed(actor, "home.change")
    home = found.body
    return page(
        request,
        "money/home.html",
        f"{home.get('name') or 'Home'} ({home['home_id']})",
        status=status,
        errors=errors,
        at=by_field(errors),
        home=home,
        map=home_map(home),
        point=point_told(home),
        rooms=[{**row, "back": date.fromisoformat(row["to"]) > today()}
               for row in home.get("rooms_out", [])],
        fields=fields,
        boxes={name: day_boxes(fields, name) for name in ("from", "to", "on")},
        sides=SIDES,
        version=(found.etag or "").strip('"'),
        may_say=own and may(actor, "home.say"),
        may_change=may(actor, "home.change") and (own or actor.provider is None)
        and actor.borough is None,
        provider=actor.provider,
        key=new_key(),
        key_field=KEY_FIELD,
    )  # fmt: skip


def _one(session: Session, actor: Actor, home_id: str) -> tuple[Answered, bool]:
    own = actor.provider is not None and home_id in homes_of(session, actor)
    return home_desk.one(session, actor, home_id, today()), own
