"""A borough's own pages: its young people and what places cost, and the approvals to give."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api import borough
from api.pages.render import page
from api.service import service_of
from api.who import actor_of

router = APIRouter(include_in_schema=False)
_SHOWN = 50
After = Annotated[str, Query(max_length=64, pattern=r"^[A-Za-z0-9._-]*$")]


@router.get("/approvals")
async def show_approvals(request: Request, after: After = "") -> Response:
    """Approvals that are still to be given for homes that were asked."""
    actor = actor_of(request)
    found = await asyncio.to_thread(
        service_of(request).records.work,
        lambda session: borough.approvals(session, actor, limit=_SHOWN, after=after),
    )
    return page(request, "approvals.html", "Approvals to give", **found)


@router.get("/borough")
async def show_borough(request: Request, after: After = "") -> Response:
    """Where the borough's young people stand, where they live, and what that costs a week."""
    actor = actor_of(request)
    standing, found, waiting = await asyncio.to_thread(
        service_of(request).records.work,
        lambda session: (
            borough.standing(session, actor),
            borough.places(session, actor, limit=_SHOWN, after=after),
            borough.approvals(session, actor, limit=_SHOWN, after=""),
        ),
    )
    return page(
        request,
        "borough.html",
        "Our young people",
        code=actor.borough,
        standing=standing,
        approvals=len(waiting["approvals"]),
        more_approvals=waiting["next"],
        **found,
    )
