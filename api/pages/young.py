"""For the young person, to print or to show: a sheet of each home on their list, and a letter."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import young
from api.lives import today
from api.pages.render import page
from api.service import service_of
from api.who import actor_of
from broker.life.quoted import OF, Quote
from broker.life.telling import WHY_NO_LETTER, WHY_NO_SHEET, Silence
from broker.readability import FOR_YOUNG_PEOPLE, grade

router = APIRouter(include_in_schema=False)

_LETTERS = {
    "placed": "Your new home",
    "ended": "The home you lived in",
    "waiting": "Why you do not have a place yet",
    "stopped": "We do not look for a place any more",
}
_SHEETS = {
    "thought_of": "A home for you to think about",
    "decided": "The home you will live in",
    "lives": "The home you live in",
    "other": "A home on your list",
}


@dataclass(frozen=True, slots=True)
class Hard:
    """A quoted text that is hard to read for a young person: of what, by whom, and its grade."""

    of: str
    by: str
    grade: float


def hard_ones(quotes: Iterable[Quote]) -> list[Hard]:
    """Those of some quoted texts that are above the grade of what is written to young people."""
    graded = ((one, grade([one.text])) for one in quotes)
    return [Hard(OF[one.kind], one.by, hard) for one, hard in graded if hard > FOR_YOUNG_PEOPLE]


@router.get("/referrals/{referral_id}/sheets/{home_id}")
async def show_sheet(request: Request, referral_id: str, home_id: str) -> Response:
    """One home on the young person's list, in words for them; or why there is no sheet."""
    actor = actor_of(request)
    found = await asyncio.to_thread(
        service_of(request).records.work,
        lambda session: young.sheet(session, actor, referral_id, home_id),
    )
    if isinstance(found, Silence):
        has_letter = found not in WHY_NO_LETTER
        title, why = "There is no sheet", WHY_NO_SHEET[found]
        return _nothing(request, referral_id, title, why, has_letter=has_letter)
    return page(
        request,
        "sheet.html",
        f"{_SHEETS[found.about]}: {found.name}",
        referral=referral_id,
        sheet=found,
        hard=hard_ones(found.quotes),
        today=today(),
    )


@router.get("/referrals/{referral_id}/letter")
async def show_letter(request: Request, referral_id: str) -> Response:
    """The letter for where things stand, with the real reasons; or why there is none."""
    actor = actor_of(request)
    found = await asyncio.to_thread(
        service_of(request).records.work,
        lambda session: young.letter(session, actor, referral_id),
    )
    if isinstance(found, Silence):
        why = WHY_NO_LETTER[found]
        return _nothing(request, referral_id, "There is no letter", why, has_letter=False)
    return page(
        request,
        "letter.html",
        _LETTERS[found.about],
        referral=referral_id,
        letter=found,
        hard=hard_ones(found.quotes),
        today=today(),
    )


def _nothing(
    request: Request, referral: str, title: str, why: str, *, has_letter: bool
) -> Response:
    return page(
        request,
        "nothing-to-tell.html",
        title,
        status=404,
        referral=referral,
        why=why,
        has_letter=has_letter,
    )
