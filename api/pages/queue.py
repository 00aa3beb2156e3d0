"""The queue: who waits and since when, how urgent it is, and what must be done next by whom.

Its filters and its order stand in the address, so that a list can be kept and sent on.
"""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from api import lives
from api.pages.render import page
from api.service import service_of
from api.who import actor_of
from broker.access.actor import Actor
from broker.access.allowed import may
from broker.life.duties import next_due
from broker.life.read import read_lives
from broker.life.state import CLOSED, LIVING, Life, State
from broker.tables.life import STATES
from matching.geography import PARTNER_BOROUGHS
from matching.tell import URGENCY_WORDS

router = APIRouter(include_in_schema=False)
_SHOWN: Final = 50
URGENCIES: Final = tuple(URGENCY_WORDS)
_PLACED: Final = CLOSED | LIVING | {State.CONFIRMED}
ORDERS: Final = {
    "needed": "Day from which a place is needed",
    "due": "Next duty",
    "referral": "Number of the referral",
}


def _one_of(*values: str) -> str:
    return "^(|" + "|".join(values) + ")$"


@router.get("/referrals")
async def show_queue(
    request: Request,
    state: Annotated[str, Query(pattern=_one_of(*STATES))] = "",
    borough: Annotated[str, Query(pattern=r"^(E[0-9]{8})?$")] = "",
    urgency: Annotated[str, Query(pattern=_one_of(*URGENCIES))] = "",
    overdue: Annotated[str, Query(pattern=_one_of("yes"))] = "",
    order: Annotated[str, Query(pattern=_one_of(*ORDERS))] = "",
    after: Annotated[str | None, Query(max_length=80, pattern=r"^[A-Za-z0-9._-]+$")] = None,
) -> Response:
    """Referrals that concern somebody, with filters and order in the address."""
    actor = actor_of(request)
    chosen = {
        "state": state,
        "borough": borough,
        "urgency": urgency,
        "overdue": overdue,
        "order": order or "needed",
    }
    rows, more = await asyncio.to_thread(
        service_of(request).records.work, lambda session: _queue(session, actor, chosen, after)
    )
    kept = {name: value for name, value in chosen.items() if value}
    return page(
        request,
        "referrals.html",
        "Referrals",
        rows=rows,
        next=None if more is None else f"/referrals?{urlencode({**kept, 'after': more})}",
        today=lives.today().isoformat(),
        states=STATES,
        boroughs=PARTNER_BOROUGHS,
        urgencies=URGENCIES,
        orders=ORDERS if may(actor, "duty.list") else {
            name: words for name, words in ORDERS.items() if name != "due"
        },
        chosen=chosen,
        whole=may(actor, "duty.list"),
    )  # fmt: skip


def _queue(
    session: Session, actor: Actor, chosen: dict[str, str], after: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    found = lives.page(
        session,
        actor,
        state=chosen["state"] or None,
        borough=chosen["borough"] or None,
        urgency=chosen["urgency"] or None,
        overdue=True if chosen["overdue"] else None,
        order=chosen["order"],
        limit=_SHOWN,
        after=after,
    )
    rows = found.body["referrals"]
    if not may(actor, "duty.list"):
        return rows, found.body["next"]
    day = lives.today()
    told = {life.referral: life for life in read_lives(session, [row["id"] for row in rows])}
    return [
        {**row, **_more(told[row["id"]], day)} if row["id"] in told else row for row in rows
    ], found.body["next"]


def _more(life: Life, day: date) -> dict[str, Any]:
    """How long somebody waits, and what is next: known from the steps alone."""
    due = next_due(life)
    return {
        "waiting_days": _waits(life, day),
        "next": None if due is None else due.to_json(day),
    }


def _waits(life: Life, day: date) -> int | None:
    """Days since they wait for a place, or since the referral was begun; None once it is found."""
    if life.state in _PLACED or life.form is None:
        return None
    return max(0, (day - (life.form.waiting_since or life.steps[0].on)).days)
