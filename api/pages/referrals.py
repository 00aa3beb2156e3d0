"""A referral as people work on it: one young person's record, and its next step."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import lives, placed
from api.pages.asked import TITLES, fields_of, kinds_from, said_in, shortlist_ends
from api.pages.asked_errors import error_at, gap_at
from api.pages.asked_shape import filled
from api.pages.band_why import why_of
from api.pages.forms import Fields, by_field, day_boxes, sent
from api.pages.keys import KEY_FIELD, new_key, once_of_form
from api.pages.render import page
from api.problems import InputError, ProblemError
from api.requests import read_as
from api.service import service_of
from api.who import actor_of, not_allowed
from broker.access.actor import Actor
from broker.access.allowed import may
from broker.life import steps
from broker.life.state import LOOKING, State
from broker.life.telling import died, no_letter, no_sheet

router = APIRouter(include_in_schema=False)
_OF_DISPUTES = ("dispute_band", "answer_dispute")


@router.get("/referrals/{referral_id}")
async def show_referral(request: Request, referral_id: str) -> Response:
    """One young person's record: where it stands, the duties, and what happened."""
    actor = actor_of(request)
    body, taken, placement = await asyncio.to_thread(
        service_of(request).records.work, lambda session: _read(session, actor, referral_id)
    )
    stands = State(body["state"])
    tells = {"emergency": body["emergency"], "died": _died(taken)}
    return page(
        request,
        "referral.html",
        f"Referral {referral_id}",
        one=body,
        taken=taken,
        band_why=None if actor.provider is not None else why_of(taken),
        placement=placement,
        may_price=may(actor, "contract.read"),
        may_amend=may(actor, "life.amend"),
        may_seek=may(actor, "question.share") and stands in LOOKING,
        may_begin=may(actor, "life.open"),
        has_letter=may(actor, "life.tell") and no_letter(stands, **tells) is None,
        has_sheets=may(actor, "life.tell") and no_sheet(stands, **tells) is None,
        next=[
            (kind, TITLES[kind])
            for kind in kinds_from(
                stands,
                emergency=body["emergency"],
                lapsed=bool((body.get("verification") or {}).get("amended_since")),
            )
            if may(actor, f"life.{kind}") and (kind not in _OF_DISPUTES or _homes(kind, body))
        ],
    )


def _placement(taken: list[dict[str, Any]], home: str | None) -> dict[str, Any] | None:
    """The placement as its steps tell it: decided for, moved in, ended.

    None before a decision, and once it was set back; to a home, who decided and why is not told.
    """
    last = {step["kind"]: step for step in taken if step["said"]}
    if "confirm" not in last or last["confirm"]["said"]["home_id"] != home:
        return None
    made = {**last["confirm"]["said"], "by": last["confirm"]["by"]}
    if "reason" not in made:
        return None
    for kind, name in (("move_in", "moved_in_on"), ("end", "ended_on")):
        if kind in last and last[kind]["number"] > last["confirm"]["number"]:
            made[name] = last[kind]["said"][name]
    return made


def _died(taken: list[dict[str, Any]]) -> bool:
    """Whether the young person died: then nobody is written to."""
    last = {step["kind"]: step["said"] for step in taken if step["said"]}
    return died(last.get("end", {}).get("care_code"), last.get("care", {}).get("ceased"))


def _read(
    session: Session, actor: Actor, referral: str
) -> tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any] | None]:
    """The record, its steps, and the placement with what it costs, as far as somebody sees them."""
    body = lives.read(session, actor, referral).body
    taken = lives.steps_of(session, actor, referral).body["steps"]
    placement = _placement(taken, body["home_id"])
    if placement is not None:
        placement["week"] = placed.week(session, referral)
    return body, taken, placement


@router.get("/referrals/{referral_id}/{kind}")
async def show_step(request: Request, referral_id: str, kind: str) -> Response:
    """The form of a step; what the address says is filled in."""
    asked = Fields(request.query_params.multi_items())
    if _known(request, kind) == "care" and not asked:
        asked = await _care_told(request, referral_id)
    return await _form(request, referral_id, kind, asked, [], 200)


async def _care_told(request: Request, referral: str) -> Fields:
    """What was told of care before: it is told whole, and what is told anew replaces it."""
    actor = actor_of(request)
    found = await asyncio.to_thread(
        service_of(request).records.work, lambda session: lives.steps_of(session, actor, referral)
    )
    told = [step["said"] for step in found.body["steps"] if step["kind"] == "care"]
    return filled(fields_of("care"), told[-1] or {}) if told else Fields([])


@router.post("/referrals/{referral_id}/{kind}")
async def take_step(request: Request, referral_id: str, kind: str) -> Response:
    """Take a step; what stands in the way is told in the form, with what was written kept."""
    actor, fields = actor_of(request), sent(request)
    _known(request, kind)
    once = once_of_form(request, actor)
    version = fields.get("version", "")
    if not (version.isascii() and version.isdigit() and len(version) < 10):
        raise ProblemError("which-version", "The form does not say what you saw. Load it again.")
    try:
        one = read_as(json.dumps(said_in(kind, fields)).encode(), steps.SAID, kind=kind)
        await asyncio.to_thread(
            service_of(request).records.work,
            lambda session: lives.step(session, actor, referral_id, one, int(version), once),
        )
    except ProblemError as refused:
        if refused.kind not in ("bad-input", "gates-shut"):
            raise
        errors = errors_of_step(kind, refused, fields)
        status = 422 if refused.kind == "bad-input" else 409
        return await _form(request, referral_id, kind, fields, errors, status)
    return RedirectResponse(f"/referrals/{referral_id}", 303)


def _known(request: Request, kind: str) -> str:
    if kind not in TITLES:
        raise ProblemError("not-found", "There is no step of this kind.")
    actor = actor_of(request)
    if not may(actor, f"life.{kind}"):
        raise not_allowed(actor, f"life.{kind}")
    return kind


def errors_of_step(kind: str, refused: ProblemError, fields: Fields) -> list[dict[str, str]]:
    """What a step's form was refused for, at its fields, for the summary of its page."""
    asked = fields_of(kind)
    if refused.missing:
        return [gap_at(asked, gap) for gap in refused.missing]
    ends = shortlist_ends(fields) if kind == "shortlist" else []
    return [error_at(asked, _of_home(error, ends)) for error in refused.errors]


def _of_home(error: InputError, ends: Sequence[str]) -> InputError:
    """An error of one home of a shortlist, at the name that its field has in the form."""
    path = [str(part) for part in error.path or ()]
    if not ends or "homes" not in path[:-2]:
        return error
    place, name = path[path.index("homes") + 1 :][:2]
    return replace(error, path=(f"{name}{ends[int(place)]}",))


async def _form(
    request: Request,
    referral: str,
    kind: str,
    fields: Fields,
    errors: Sequence[dict[str, str]],
    status: int,
) -> Response:
    actor = actor_of(request)
    found = await asyncio.to_thread(
        service_of(request).records.work, lambda session: lives.read(session, actor, referral)
    )
    asked = fields_of(kind)
    return page(
        request,
        "step.html",
        TITLES[kind],
        status=status,
        errors=list(errors),
        at=by_field(errors),
        one=found.body,
        kind=kind,
        asked=asked,
        fields=fields,
        boxes={one.name: day_boxes(fields, one.name) for one in asked if one.how == "day"},
        homes=_homes(kind, found.body),
        key=new_key(),
        key_field=KEY_FIELD,
        version=fields.get("version") or found.body["version"],
    )


def _homes(kind: str, one: dict[str, Any]) -> list[str]:
    """The homes a step can be about: those asked, or those on the shortlist; any for a new one."""
    if kind in ("shortlist", "call"):
        return []
    if kind in _OF_DISPUTES:
        waiting = [told["home_id"] for told in one["disputes"] if told["answered_on"] is None]
        if kind == "answer_dispute":
            return waiting
        asked = [row["home_id"] for row in one["offers"] if row["state"] in ("open", "accepted")]
        concerned = dict.fromkeys([*asked, *([one["home_id"]] if one["home_id"] else [])])
        return [home for home in concerned if home not in waiting]
    asked = [offer["home_id"] for offer in one["offers"]]
    if kind in ("impact", "accept", "decline", "withdraw_offer", "confirm"):
        return asked
    return list(dict.fromkeys([*(home["home_id"] for home in one["shortlist"]), *asked]))
