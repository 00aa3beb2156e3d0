"""For the young person, to print or to show: a sheet of each home on their list, and a letter."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import young
from api.lives import today
from api.pages.render import page
from api.service import service_of
from api.who import actor_of

router = APIRouter(include_in_schema=False)

_TITLES = {
    "placed": "Your new home",
    "ended": "The home you lived in",
    "waiting": "Why you do not have a place yet",
    "stopped": "We do not look for a place any more",
}


@router.get("/referrals/{referral_id}/sheets/{home_id}")
async def show_sheet(request: Request, referral_id: str, home_id: str) -> Response:
    """One home on the young person's list, in words for them."""
    actor = actor_of(request)
    found = await asyncio.to_thread(
        service_of(request).records.work,
        lambda session: young.sheet(session, actor, referral_id, home_id),
    )
    return page(
        request,
        "sheet.html",
        f"A home for you to think about: {found.name}",
        referral=referral_id,
        sheet=found,
        today=today(),
    )


@router.get("/referrals/{referral_id}/letter")
async def show_letter(request: Request, referral_id: str) -> Response:
    """The letter for where things stand, with the real reasons."""
    actor = actor_of(request)
    found = await asyncio.to_thread(
        service_of(request).records.work,
        lambda session: young.letter(session, actor, referral_id),
    )
    return page(
        request,
        "letter.html",
        _TITLES[found.about],
        referral=referral_id,
        letter=found,
        today=today(),
    )
