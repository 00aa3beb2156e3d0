"""Jobs: see how one stands, and cancel it."""

from __future__ import annotations

import asyncio
import re
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from api import jobs
from api.job_models import Job
from api.openapi import answers, refusals
from api.problems import ProblemError
from api.service import answer, service_of
from api.who import actor_of

router = APIRouter(tags=["matches"])
ID = re.compile(r"[1-9][0-9]{0,17}")
_READS = ("not-signed-in", "not-allowed", "not-found", "database-away")
JobId = Annotated[str, Path(description="id of the job", examples=["1"])]


def number_of(text: str, missing: str) -> int:
    """The number an address names.

    Raises:
        ProblemError: it can be none.
    """
    if ID.fullmatch(text) is None:
        raise ProblemError("not-found", missing)
    return int(text)


@router.get(
    "/api/jobs/{job_id}",
    operation_id="readJob",
    summary="How a match that was asked for stands",
    description="Whether it waits, runs, or is over; while it runs, what is being done, the best "
    "plan so far and the bound, renewed every second. When it is done, `match_id` names the match. "
    "Where its worker came to an end, another one takes it up, three times at most.",
    response_model=None,
    responses={**answers(Job, "job", 200, "The job"), **refusals(*_READS)},
)
async def read_job(request: Request, job_id: JobId) -> Response:
    """How a match that was asked for stands."""
    actor, number = actor_of(request), number_of(job_id, jobs.NO_JOB)
    done = await asyncio.to_thread(
        service_of(request).records.look, lambda session: jobs.read(session, actor, number)
    )
    return answer(done.body, done.status)


@router.delete(
    "/api/jobs/{job_id}",
    operation_id="deleteJob",
    summary="Cancel a match that was asked for",
    description="From the answer on no match can come of it; a search that runs is ended within "
    "about a second. Cancelling twice is the same as once.",
    response_model=None,
    responses={
        **answers(Job, "job-cancelled", 200, "The job, cancelled"),
        **refusals(*_READS, "job-over"),
    },
)
async def delete_job(request: Request, job_id: JobId) -> Response:
    """Cancel a match that was asked for."""
    actor, number = actor_of(request), number_of(job_id, jobs.NO_JOB)
    done = await asyncio.to_thread(
        service_of(request).records.work, lambda session: jobs.cancel(session, actor, number)
    )
    return answer(done.body, done.status)
