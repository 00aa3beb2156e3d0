"""The referral form, a part at a time: begun as a draft, each part kept as it is filled in.

What was written before stays in the history. The last page shows all answers, to be checked.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any, Final

from fastapi import APIRouter, Query
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import lives
from api.pages.asked_shape import Asked, value_in
from api.pages.asked_words import label_of
from api.pages.form_asked import PARTS, Known, fields_of_part, told_in
from api.pages.forms import Fields, by_field, day_boxes, sent
from api.pages.keys import KEY_FIELD, new_key, once_of_form
from api.pages.render import page
from api.problems import InputError, ProblemError
from api.requests import read_as
from api.service import service_of
from api.who import actor_of
from broker.life import steps

router = APIRouter(include_in_schema=False)
_ORDER: Final = list(PARTS)
_CHECK: Final = "check"
_OUTER: Final = ("open", "amend", "form")
"""What stands before a field's own name in the path of an error."""
_WHOLE: Final = ("home_place", "liberty")
"""Parts of the form that a page asks whole: what it says replaces what was said."""
EMERGENCY: Final = Asked("emergency", label_of("emergency"), "yes", required=False)
"""Asked as a referral is begun: whether what the law lets follow may follow."""
Former = Query(default="", max_length=64, pattern=r"^[A-Za-z0-9._-]*$")
_OPEN: Final[TypeAdapter[steps.Open]] = TypeAdapter(steps.Open)


@router.get("/begin")
async def show_begin(request: Request, former: str = Former) -> Response:
    """The first part of a new referral; of a later one, as the former had it."""
    one = await _former(request, former)
    if one is not None:
        return _begin(request, former, Known(one["form"]).fields("who"), [], 200)
    borough = actor_of(request).borough
    fields = Fields([] if borough is None else [("borough", borough)])
    return _begin(request, "", fields, [], 200)


@router.post("/begin")
async def begin(request: Request) -> Response:
    """Begin a draft with its first part; a later referral keeps the rest of the former's form."""
    actor, fields = actor_of(request), sent(request)
    once = once_of_form(request, actor)
    former = fields.get("former", "")
    one = await _former(request, former)
    told = told_in("who", fields)
    asked: dict[str, Any] = {"form": told if one is None else _merged(_lasting(one["form"]), told)}
    if former:
        asked["former"] = former
    if fields.get("emergency"):
        asked["emergency"] = value_in(EMERGENCY, fields)
    try:
        read = read_as(json.dumps(asked).encode(), _OPEN, kind="open")
        made = await asyncio.to_thread(
            service_of(request).records.work,
            lambda session: lives.begin(session, actor, read, once),
        )
    except ProblemError as refused:
        errors, status = _errors("who", refused)
        return _begin(request, former, fields, errors, status)
    return RedirectResponse(f"/referrals/{made.body['id']}/form/{_ORDER[1]}", 303)


def _lasting(form: dict[str, Any]) -> dict[str, Any]:
    """What of a former form is still so: all but the days of that time."""
    return {**form, "needed_by": None, "waiting_since": None}


async def _former(request: Request, former: str) -> dict[str, Any] | None:
    return await _read(request, former, "who") if former else None


def _begin(
    request: Request,
    former: str,
    fields: Fields,
    errors: list[dict[str, str]],
    status: int,
) -> Response:
    return _part(request, "/begin", "who", fields, errors, None, status, former)


@router.get("/referrals/{referral_id}/form/{part}")
async def show_part(request: Request, referral_id: str, part: str) -> Response:
    """A part of the form as it stands, or all answers to be checked."""
    one = await _read(request, referral_id, part)
    address = f"/referrals/{referral_id}/form/{part}"
    known = Known(one["form"])
    if part == _CHECK:
        return page(
            request,
            "check.html",
            "Check your answers",
            one=one,
            parts=[(name, PARTS[name], _answers(name, known)) for name in _ORDER],
        )
    return _part(request, address, part, known.fields(part), [], one, 200)


@router.post("/referrals/{referral_id}/form/{part}")
async def keep_part(request: Request, referral_id: str, part: str) -> Response:
    """Keep a part as it was filled in, and go on to the next."""
    actor, fields = actor_of(request), sent(request)
    once = once_of_form(request, actor)
    one = await _read(request, referral_id, part)
    if part == _CHECK:
        raise ProblemError("not-found", "There is no part of the form with this name.")
    version = fields.get("version", "")
    if not (version.isascii() and version.isdigit() and len(version) < 10):
        raise ProblemError("which-version", "The form does not say what you saw. Load it again.")
    reason = fields.get("reason", "").strip() or f"filled in: {PARTS[part]}"
    form = _merged(one["form"], told_in(part, fields))
    try:
        said = read_as(
            json.dumps({"form": form, "reason": reason}).encode(), steps.SAID, kind="amend"
        )
        await asyncio.to_thread(
            service_of(request).records.work,
            lambda session: lives.step(session, actor, referral_id, said, int(version), once),
        )
    except ProblemError as refused:
        errors, status = _errors(part, refused)
        address = f"/referrals/{referral_id}/form/{part}"
        return _part(request, address, part, fields, errors, one, status)
    at = _ORDER.index(part) + 1
    following = _ORDER[at] if at < len(_ORDER) else _CHECK
    return RedirectResponse(f"/referrals/{referral_id}/form/{following}", 303)


async def _read(request: Request, referral: str, part: str) -> dict[str, Any]:
    if part not in PARTS and part != _CHECK:
        raise ProblemError("not-found", "There is no part of the form with this name.")
    actor = actor_of(request)
    found = await asyncio.to_thread(
        service_of(request).records.work, lambda session: lives.read(session, actor, referral)
    )
    return found.body


def _merged(form: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    nested = {
        name: {**(form.get(name) or {}), **value}
        for name, value in told.items()
        if isinstance(value, dict) and name not in _WHOLE
    }
    return {**form, **told, **nested}


def _answers(part: str, known: Known) -> list[tuple[Asked, str]]:
    """Each question of a part with its answer in words; empty where there is none."""
    fields = known.fields(part)
    made = []
    for one in fields_of_part(part):
        if one.how == "day":
            boxes = day_boxes(fields, one.name)
            written = "-".join(boxes[name].zfill(2) for name in ("year", "month", "day"))
            made.append((one, written if boxes["year"] else ""))
        else:
            made.append((one, ", ".join(fields.getlist(one.name))))
    return made


def _errors(part: str, refused: ProblemError) -> tuple[list[dict[str, str]], int]:
    if refused.kind == "gates-shut":
        gaps = [
            {"href": "#main-content", "text": f"{gap['sentence']} ({gap['source']})"}
            for gap in refused.missing
        ]
        return gaps, 409
    if refused.kind != "bad-input":
        raise refused
    asked = {one.name: one for one in [*fields_of_part(part), EMERGENCY]}
    return [_error(asked, error) for error in refused.errors], 422


def _error(asked: dict[str, Asked], error: InputError) -> dict[str, str]:
    path = [str(one) for one in error.path or () if one not in _OUTER]
    one = asked.get(".".join(path[:2])) or asked.get(path[0] if path else "")
    if one is None:
        return {"href": "#main-content", "text": f"{'.'.join(path)}: {error.allowed}"}
    if one.how == "day":
        text = f"{one.label} must be a real day, such as 7 September 2026"
        return {"href": f"#{one.name}-day", "text": text}
    allowed = "filled in" if error.kind == "missing key" else error.allowed
    return {"href": f"#{one.name}", "text": f"{one.label} must be {allowed}"}


def _part(
    request: Request,
    address: str,
    part: str,
    fields: Fields,
    errors: list[dict[str, str]],
    one: dict[str, Any] | None,
    status: int,
    former: str = "",
) -> Response:
    asked = fields_of_part(part)
    if address == "/begin":
        asked = [EMERGENCY, *asked]
    return page(
        request,
        "form.html",
        PARTS[part],
        status=status,
        errors=errors,
        at=by_field(errors),
        address=address,
        place=_ORDER.index(part) + 1,
        of=len(_ORDER),
        one=one,
        asked=asked,
        fields=fields,
        boxes={each.name: day_boxes(fields, each.name) for each in asked if each.how == "day"},
        key=new_key(),
        key_field=KEY_FIELD,
        version="" if one is None else fields.get("version") or one["version"],
        former=former,
    )
