"""Pages that tell: help, the words we use, accessibility, privacy, cookies, status, weights."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Final

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from api.lives import today
from api.pages.render import page
from api.problems import ProblemError
from api.provider import MINUTES_AWAY
from api.service import service_of
from api.tellings import ACT, Tellings, tellings
from broker.access.actor import Actor
from broker.access.allowed import may
from broker.access.sessions import SESSION_AT_MOST
from broker.store.load import read_policy_text
from matching.exchange import parse_policy
from matching.policy import POINTS, WEIGHT_MEANINGS, Policy

router = APIRouter(include_in_schema=False)
_TITLES: Final = {
    "help": "Help",
    "words": "Words we use",
    "accessibility": "Accessibility statement",
    "privacy": "Privacy notice",
    "cookies": "Cookies",
}


def _told(request: Request) -> Response:
    name = request.url.path.removeprefix("/")
    return page(
        request,
        f"told/{name}.html",
        _TITLES[name],
        settings=service_of(request).settings,
        hours=SESSION_AT_MOST // timedelta(hours=1),
        minutes=MINUTES_AWAY,
    )


for _name in _TITLES:
    router.add_api_route(f"/{_name}", _told, methods=["GET"])


@router.get("/status")
async def show_status(request: Request) -> Response:
    """Whether the service works now; and what other systems could not be told, for who may know."""
    records = service_of(request).records
    actor: Actor | None = getattr(request.state, "actor", None)
    found: Tellings | None = None
    try:
        if actor is not None and may(actor, ACT):
            found = await asyncio.to_thread(records.look, tellings)
        else:
            await asyncio.to_thread(records.check)
        works = True
    except ProblemError:
        works = False
    status = 200 if works else 503
    return page(request, "status.html", "Status", status=status, works=works, told=found)


@router.get("/weights")
async def show_weights(request: Request) -> Response:
    """What each weight of the policy on record counts for, said as miles."""
    policy, ours = await asyncio.to_thread(service_of(request).records.look, _policy)
    weights = [
        {
            "meaning": WEIGHT_MEANINGS[name],
            "points": points,
            "miles": policy.in_miles(name),
            "changed": points != POINTS[name],
        }
        for name, points in policy.points.items()
    ]
    return page(
        request, "weights.html", "What counts in a match", weights=weights, policy=policy, ours=ours
    )


def _policy(session: Session) -> tuple[Policy, bool]:
    """The policy on record; without one, that which the product comes with."""
    text = read_policy_text(session)
    policy = None if text is None else parse_policy(text, [])
    return (Policy(as_of=today()), True) if policy is None else (policy, False)
