"""A borough's own pages: its young people, what their places cost, and the approvals to give."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from api import borough, borough_costs, borough_statement
from api.pages.borough_tables import month_shown, or_more
from api.pages.render import page
from api.service import service_of
from api.who import actor_of
from broker.access.actor import Actor
from broker.access.allowed import may

router = APIRouter(include_in_schema=False)
_SHOWN = 50
After = Annotated[str, Query(max_length=64, pattern=r"^[A-Za-z0-9._-]*$")]


@router.get("/approvals")
async def show_approvals(request: Request, after: After = "") -> Response:
    """Approvals that are still to be given for homes that were asked."""
    actor = actor_of(request)
    found = await asyncio.to_thread(
        service_of(request).records.look,
        lambda session: borough.approvals(session, actor, limit=_SHOWN, after=after),
    )
    return page(request, "approvals.html", "Approvals to give", **found)


@router.get("/borough")
async def show_borough(request: Request, after: After = "") -> Response:
    """Where the borough's young people stand, what their places cost, and what is owed for it.

    Each part is for whoever may see it; those who pay are told the costs without the people.
    """
    actor = actor_of(request)
    found = await asyncio.to_thread(
        service_of(request).records.look, lambda session: _looked(session, actor, after)
    )
    title = "Our young people" if may(actor, borough.ACT) else "What our places cost"
    return page(request, "borough.html", title, code=actor.borough, or_more=or_more, **found)


def _looked(session: Session, actor: Actor, after: str) -> dict[str, Any]:
    told: dict[str, Any] = {"costs": borough_costs.costs(session, actor, limit=_SHOWN, after=after)}
    if may(actor, borough.ACT):
        waiting = borough.approvals(session, actor, limit=_SHOWN, after="")
        told |= {
            "standing": borough.standing(session, actor),
            "approvals": len(waiting["approvals"]),
            "more_approvals": waiting["next"],
        }
    if may(actor, borough_statement.ACT):
        months = borough_statement.statement(session, actor)
        told["months"] = [month_shown(month) for month in months]
    return told
