"""Long answers that somebody left: found again at their address, and listed for whoever asked.

The list is of one's own questions and of nobody else's. That somebody saw it is on record, since it
names whom the questions were about; each answer is a look of its own when it is shown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.later import Asked, Later, Left
from api.pages.render import page
from api.service import Service, service_of
from api.who import actor_of
from broker.access.actor import Actor
from broker.audit.chain import Record, add_entry
from broker.store.clock import now

router = APIRouter(include_in_schema=False)
ANEW: Final = "anew"
"""The part of an address that asks for an answer to be worked out anew."""
ACT: Final = "answer.list"
"""The look at one's own list, as the audit has it."""


@router.get("/answers")
async def show_answers(request: Request) -> Response:
    """What somebody asked that took longer: what is being worked out, and what is there."""
    actor, service = actor_of(request), service_of(request)

    def looked(session: Session) -> None:
        add_entry(session, actor, ACT, Record("answers", "own"), at=now())

    await asyncio.to_thread(service.records.look, looked)
    return page(request, "answers.html", "Your long answers", answers=left_by(service, actor))


def left_by(service: Service, actor: Actor) -> list[Left]:
    """What somebody was told to come back for, the newest first, each address once."""
    found = {
        one.asked.address: one
        for later in (service.cases, service.answers)
        for one in later.left_by(actor.id)
    }
    return sorted(found.values(), key=lambda one: one.began_at, reverse=True)


def asked_by(request: Request, actor: Actor, title: str) -> Asked:
    """Who asks what at the address of a request."""
    return Asked(actor.id, title, _address(request))


def anew(request: Request, later: Later, key: Hashable) -> Response | None:
    """Where the address asks for an answer anew: it is forgotten, and its page asked for again."""
    if request.query_params.get(ANEW) != "yes":
        return None
    later.forget(key)
    return RedirectResponse(_address(request), 303)


def _address(request: Request) -> str:
    asked = [pair for pair in request.query_params.multi_items() if pair[0] != ANEW]
    return f"{request.url.path}?{urlencode(asked)}" if asked else request.url.path
