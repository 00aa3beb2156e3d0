"""Matches: ask for the best joint plan, and read one that was made."""

from __future__ import annotations

import re

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.body import read_body
from api.case_json import read_case_json
from api.models import MatchRequest, Run
from api.openapi import answers, refusals, takes
from api.problems import ProblemError
from api.requests import Asked, read
from api.service import Service, answer, service_of
from broker.store.clock import now
from matching.problem import Problem
from matching.solve import Options, match

router = APIRouter(tags=["matches"])
_ID = re.compile(r"[1-9][0-9]{0,17}")


@router.post(
    "/api/matches",
    status_code=201,
    operation_id="createMatch",
    summary="Find the best joint plan",
    description="Matches a case, or the open referrals on record, and keeps the run. The answer "
    "comes when the plan is made; `time_limit` bounds the search. A few matches run at once and "
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
            "busy",
            "database-away",
        ),
    },
    openapi_extra=takes(MatchRequest, "match-case", "match-records"),
)
async def create_match(request: Request) -> Response:
    """The run of a match, once its plan is made."""
    service = service_of(request)
    with service.turns.turn():
        settings = service.settings
        body = await read_body(request, settings.match_bytes, settings.body_seconds)
        return await service.turns.run(lambda: _matched(service, body))


@router.get(
    "/api/matches/{match_id}",
    operation_id="readMatch",
    summary="Read a match that was made",
    description="Gives the run back exactly as it was answered when the plan was made.",
    response_model=None,
    responses={
        **answers(Run, "match-answer", 200, "The run, with its plan"),
        **refusals("not-found", "database-away"),
    },
)
def read_match(request: Request, match_id: str) -> Response:
    """A run on record."""
    run = None
    if _ID.fullmatch(match_id):
        run = service_of(request).records.run(int(match_id))
    if run is None:
        raise ProblemError("not-found", "No match on record has this id.")
    return answer(run)


def _matched(service: Service, body: bytes) -> Response:
    asked = read(body, MatchRequest)
    records = service.records
    which = asked.one_of("case", "from")
    problem = _case(asked) if which == "case" else None
    asked.raise_if_any()
    assert asked.model is not None
    records.check()
    if problem is None:
        problem = records.open_problem()
        if asked.model.require_safety:
            _check_safety(problem)
    started = now()
    options = Options(
        time_limit=float(asked.model.time_limit),
        seed=asked.model.seed,
        workers=asked.model.workers,
        stop=service.turns.stop,
    )
    asked_for = {"time_limit": float(asked.model.time_limit), "workers": options.workers}
    run = records.keep_run(problem, match(problem, options), asked_for, started)
    return answer(run, 201, Location=f"/api/matches/{run['id']}")


def _case(asked: Asked[MatchRequest]) -> Problem | None:
    try:
        return read_case_json(
            asked.document["case"],
            ("case",),
            require_safety=asked.document.get("require_safety") is True,
            known=asked.errors,
        )
    except ProblemError as refused:
        asked.refuse(*refused.errors)
        return None


def _check_safety(problem: Problem) -> None:
    if problem.missing_safety:
        tables = ", ".join(file.removesuffix(".csv") for file in problem.missing_safety)
        raise ProblemError(
            "records-unfit",
            f"require_safety was asked for, and these were never given: {tables}.",
        )
