"""Matches: ask for the best joint plan, list those that were made, and read one."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api import jobs, worker
from api.body import read_body
from api.job_models import Job, MatchesPage
from api.models import MatchRequest, Run
from api.once import Answered, once_of
from api.openapi import answers, refusals, takes
from api.routes.jobs import number_of
from api.routes.referrals import LARGEST_PAGE, WRITES
from api.service import Service, answer, service_of
from api.who import actor_of
from broker.access.actor import Actor
from broker.runs import MadeRun

router = APIRouter(tags=["matches"])
SMALL = 64 * 1024
"""Bytes of a body that is read and judged at once, without waiting for a turn."""

_READS = ("not-signed-in", "not-allowed", "database-away")


@router.post(
    "/api/matches",
    status_code=202,
    operation_id="createMatch",
    summary="Find the best joint plan",
    description='Of the open referrals on record (`"from": "database"`): the answer is a job at '
    "once (202); a worker makes the match, and `Location` tells how it stands. Of a case in the "
    "body: the answer is the plan (201), when it is made. `time_limit` bounds either. "
    "What is kept of a case "
    "that was sent enters the records: every borough in it needs its data sharing agreement in "
    "force. `Idempotency-Key` makes a request sent twice count once. The same case and seed give "
    "the same plan, whatever the order of rows, unless the limit came first (`feasible`). A plan "
    "is a proposal: a person decides.",
    response_model=None,
    responses={
        **answers(Job, "job-queued", 202, "The job; `Location` is its address"),
        **answers(Run, "match-answer", 201, "The run, with its plan; `Location` is its address"),
        **refusals(*WRITES, "match-lost"),
    },
    openapi_extra=takes(MatchRequest, "match-records", "match-case"),
)
async def create_match(request: Request) -> Response:
    """A job for what is on record, or the run of a case that was sent."""
    service, actor = service_of(request), actor_of(request)
    settings = service.settings
    length = request.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and len(length) < 9 and int(length) <= SMALL:
        body = await read_body(request, SMALL, settings.body_seconds)
        problem, asked = await asyncio.to_thread(worker.asked_in, body)
        if problem is None:
            return await _made(service, actor, request, body, asked)
        with service.turns.turn():
            return await _made(
                service, actor, request, body, (worker.match_problem, problem, asked)
            )
    with service.turns.turn():
        body = await read_body(request, settings.match_bytes, settings.body_seconds)
        return await _made(service, actor, request, body, (worker.match_body, body))


async def _made(
    service: Service,
    actor: Actor,
    request: Request,
    body: bytes,
    asked: MatchRequest | tuple[Any, ...],
) -> Response:
    """What becomes of a request: a job, or the match that some work in a turn gives."""
    records = service.records
    once = await asyncio.to_thread(once_of, request, actor, body)
    answered = await asyncio.to_thread(
        records.look, lambda session: jobs.answered_before(session, actor, once)
    )
    if answered is not None:
        return _told(answered)
    found: MatchRequest | MadeRun
    found = asked if isinstance(asked, MatchRequest) else await service.turns.run(*asked)
    if isinstance(found, MatchRequest):
        wanted = found
        done = await asyncio.to_thread(
            records.work, lambda session: jobs.ask(session, actor, wanted, once)
        )
    else:
        made = found
        done = await asyncio.to_thread(
            records.work, lambda session: jobs.keep_run(session, actor, made, once)
        )
    return _told(done)


@router.get(
    "/api/matches",
    operation_id="listMatches",
    summary="Matches on record, a page at a time",
    description="Who asked when, for which day, and how it came out, without the plans; the newest "
    "first. `next` is the `after` of the next page.",
    response_model=None,
    responses={
        **answers(MatchesPage, "matches", 200, "A page"),
        **refusals(*_READS, "bad-input"),
    },
)
async def list_matches(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 50,
    after: Annotated[str | None, Query(pattern=r"^[1-9][0-9]{0,17}$")] = None,
) -> Response:
    """Matches on record, a page at a time."""
    actor = actor_of(request)
    last = None if after is None else int(after)
    done = await asyncio.to_thread(
        service_of(request).records.look, lambda session: jobs.page(session, actor, limit, last)
    )
    return _told(done)


@router.get(
    "/api/matches/{match_id}",
    operation_id="readMatch",
    summary="Read a match that was made",
    description="Gives the run back exactly as it was answered when the plan was made. It has "
    "the young people of all boroughs in it and is for the central team.",
    response_model=None,
    responses={
        **answers(Run, "match-answer", 200, "The run, with its plan"),
        **refusals(*_READS, "not-found"),
    },
)
async def read_match(
    request: Request,
    match_id: Annotated[str, Path(description="id of the run", examples=["1"])],
) -> Response:
    """A run on record."""
    actor, number = actor_of(request), number_of(match_id, jobs.NO_MATCH)
    done = await asyncio.to_thread(
        service_of(request).records.look, lambda session: jobs.read_run(session, actor, number)
    )
    return _told(done)


def _told(done: Answered) -> Response:
    return answer(done.body, done.status, **done.headers)
