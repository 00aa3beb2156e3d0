"""Lists people work from: offers to answer, and duties to do."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api import desk_lists, home_desk, work_lists
from api.lives import today
from api.pages.render import page
from api.pages.some import asked_for, some
from api.service import service_of
from api.who import actor_of
from api.work_lists import Stretch
from broker.access.allowed import may

router = APIRouter(include_in_schema=False)
_SHOWN = 200
_AHEAD = timedelta(days=42)


@router.get("/offers")
async def show_offers(request: Request) -> Response:
    """The offers that concern somebody, the most pressing first; a home answers its own."""
    actor = actor_of(request)
    records = service_of(request).records
    waiting, answered = (Stretch(*asked_for(request, name)) for name in ("waiting", "answered"))
    parts = await asyncio.to_thread(
        records.work,
        lambda session: work_lists.offers_at_work(session, actor, waiting, answered),
    )
    homes = await asyncio.to_thread(
        records.look,
        lambda session: home_desk.names(
            session, {row["home_id"] for part in parts for row in part.rows}
        ),
    )
    lists = [
        (label, some(request, name, part.rows, stretch.start, len(part.rows), part.of))
        for label, name, part, stretch in (
            ("To be answered", "waiting", parts[0], waiting),
            ("Answered", "answered", parts[1], answered),
        )
    ]
    return page(
        request,
        "offers.html",
        "Offers",
        homes=homes,
        lists=lists,
        today=today(),
        may_answer=may(actor, "life.accept"),
        may_chase=may(actor, "life.call"),
        may_assess=may(actor, "life.impact"),
        may_dispute=may(actor, "life.dispute_band"),
    )


@router.get("/duties")
async def show_duties(request: Request) -> Response:
    """What must be done in the next six weeks, and what is late."""
    actor = actor_of(request)
    stretch = Stretch(*asked_for(request, "from"))
    part, late = await asyncio.to_thread(
        service_of(request).records.work,
        lambda session: work_lists.duties_at_work(session, actor, today() + _AHEAD, stretch),
    )
    whose = len({row["referral_id"] for row in part.rows})
    return page(
        request,
        "duties.html",
        "Duties",
        some=some(request, "from", part.rows, stretch.start, whose, part.of),
        late=late,
    )


@router.get("/moving-on")
async def show_moving_on(
    request: Request, after: Annotated[str, Query(max_length=64, pattern=r"^[A-Za-z0-9._-]*$")] = ""
) -> Response:
    """The calendar of moves to the next home."""
    actor = actor_of(request)
    found = await asyncio.to_thread(
        service_of(request).records.work,
        lambda session: desk_lists.moving_on(session, actor, limit=_SHOWN, after=after),
    )
    months: dict[str, list[dict[str, Any]]] = {}
    for row in found.body["moves"]:
        months.setdefault(f"{row['expected_on']:%B %Y}", []).append(row)
    return page(request, "moving-on.html", "Moving on", months=months, next=found.body["next"])
