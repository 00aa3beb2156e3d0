"""Matches as the brokers run them: those that were made, a new one, and how it goes on."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import jobs
from api.models import MatchRequest
from api.once import Answered
from api.pages import live
from api.pages.keys import KEY_FIELD, new_key, once_of_form
from api.pages.render import page
from api.routes.jobs import number_of
from api.service import service_of
from api.who import actor_of
from broker.access.allowed import may

router = APIRouter(include_in_schema=False)
_SHOWN: Final = 20
_OVER: Final = ("done", "failed", "cancelled")


@router.get("/matches")
async def show_matches(
    request: Request, after: Annotated[str | None, Query(pattern=r"^[1-9][0-9]{0,17}$")] = None
) -> Response:
    """The matches on record, the newest first, those under way, and the way to a new one."""
    actor = actor_of(request)
    last = None if after is None else int(after)

    def look(session: Session) -> tuple[Answered, list[dict[str, Any]]]:
        return jobs.page(session, actor, _SHOWN, last), jobs.under_way(session, actor)

    found, under_way = await asyncio.to_thread(service_of(request).records.look, look)
    return page(
        request,
        "matches.html",
        "Matches",
        under_way=under_way,
        titles=_TITLES,
        being_made=_BEING_MADE,
        runs=found.body["matches"],
        next=found.body["next"],
        may_run=may(actor, "match.make"),
        key=new_key(),
        key_field=KEY_FIELD,
    )


@router.post("/matches")
async def run_match(request: Request) -> Response:
    """Ask for a match of the open referrals on record; a worker makes it."""
    actor = actor_of(request)
    once = once_of_form(request, actor)
    asked = MatchRequest.model_validate({"from": "database"})
    made = await asyncio.to_thread(
        service_of(request).records.work, lambda session: jobs.ask(session, actor, asked, once)
    )
    return RedirectResponse(f"/jobs/{made.body['id']}", 303)


@router.get("/jobs/{job_id}")
async def show_job(request: Request, job_id: str) -> Response:
    """How a match that was asked for stands; the match itself once it is made."""
    actor, number = actor_of(request), number_of(job_id, jobs.NO_JOB)
    found = await asyncio.to_thread(
        service_of(request).records.look, lambda session: jobs.read(session, actor, number)
    )
    job: dict[str, Any] = found.body
    if job["state"] == "done" and job["match_id"] is not None and may(actor, "match.read"):
        return RedirectResponse(f"/matches/{job['match_id']}", 303)
    over, title = job["state"] in _OVER, _TITLES.get(job["state"], _BEING_MADE)
    mark = live.mark_of([title, job.get("progress")])
    nothing_new = live.unchanged(request, mark)
    if nothing_new is not None:
        return nothing_new
    # The heading says the state, and stands outside of the part.
    another = over or request.query_params.get(_WAS, job["state"]) != job["state"]
    return page(
        request,
        "job.html",
        title,
        headers=live.AGAIN if another and live.is_part(request) else None,
        job=job,
        over=over,
        renew=f"/jobs/{job['id']}?{_WAS}={job['state']}&{live.SEEN}={mark}",
        may_cancel=may(actor, "job.cancel"),
    )


_WAS: Final = "was"
"""The state in which a page that renews itself was loaded, in the address of its part."""
_BEING_MADE: Final = "The match is being made"
_TITLES: Final = {
    "queued": "The match waits for its turn",
    "failed": "The match could not be made",
    "cancelled": "The match was cancelled",
}


@router.post("/jobs/{job_id}/cancel")
async def cancel_job(request: Request, job_id: str) -> Response:
    """End a match that nobody waits for any more."""
    actor, number = actor_of(request), number_of(job_id, jobs.NO_JOB)
    await asyncio.to_thread(
        service_of(request).records.work, lambda session: jobs.cancel(session, actor, number)
    )
    return RedirectResponse(f"/jobs/{number}", 303)
