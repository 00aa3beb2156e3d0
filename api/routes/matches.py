"""Matches: ask for the best joint plan, and read one that was made."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from api import worker
from api.body import read_body
from api.models import MatchRequest, Run
from api.openapi import answers, refusals, takes
from api.problems import ProblemError
from api.records import Records
from api.service import answer, service_of
from api.who import actor_of
from broker.store.clock import now

router = APIRouter(tags=["matches"])
_ID = re.compile(r"[1-9][0-9]{0,17}")


@router.post(
    "/api/matches",
    status_code=201,
    operation_id="createMatch",
    summary="Find the best joint plan",
    description="Matches a case, or the open referrals on record, and keeps the run. The answer "
    "comes when the plan is made; `time_limit` bounds it. A few matches run at once and "
    "others wait their turn. The same case and seed give the same plan, whatever the order of "
    "rows, unless the limit came first (`feasible`). A plan is a proposal: a person decides.",
    response_model=None,
    responses={
        **answers(Run, "match-answer", 201, "The run, with its plan; `Location` is its address"),
        **refusals(
            "not-json",
            "too-slow",
            "records-unfit",
            "too-large",
            "not-json-type",
            "bad-input",
            "match-lost",
            "busy",
            "database-away",
        ),
    },
    openapi_extra=takes(MatchRequest, "match-case", "match-records"),
)
async def create_match(request: Request) -> Response:
    """The run of a match, once its plan is made."""
    service = service_of(request)
    turns, records, settings = service.turns, service.records, service.settings
    with turns.turn():
        body = await read_body(request, settings.match_bytes, settings.body_seconds)
        await asyncio.to_thread(records.check)
        started = now()
        made = await turns.run(worker.match_body, body)
        del body
        if isinstance(made, MatchRequest):
            problem = await asyncio.to_thread(
                records.open_problem, require_safety=made.require_safety
            )
            started = now()
            made = await turns.run(worker.match_problem, problem, made)
        return await asyncio.to_thread(_kept, records, made, started)


@router.get(
    "/api/matches/{match_id}",
    operation_id="readMatch",
    summary="Read a match that was made",
    description="Gives the run back exactly as it was answered when the plan was made. It has "
    "the young people of all boroughs in it and is for the central team.",
    response_model=None,
    responses={
        **answers(Run, "match-answer", 200, "The run, with its plan"),
        **refusals("not-found", "database-away"),
    },
)
def read_match(
    request: Request,
    match_id: Annotated[str, Path(description="id of the run", examples=["1"])],
) -> Response:
    """A run on record."""
    run = None
    # A match has the young people of all boroughs in it: it is for the central team's eyes.
    if actor_of(request).central and _ID.fullmatch(match_id):
        run = service_of(request).records.run(int(match_id))
    if run is None:
        raise ProblemError("not-found", "No match on record has this id.")
    return answer(run)


def _kept(records: Records, made: worker.Made, started: datetime) -> Response:
    run = records.keep_run(made, started)
    return answer(run, 201, Location=f"/api/matches/{run['id']}")
