"""Whether the service can work, whether it takes requests, and its figures."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, TypeVar

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.metrics import MEDIA_TYPE, PATH, Metrics
from api.models import Health, Ready
from api.openapi import answers, refusals
from api.problems import ProblemError
from api.service import answer, service_of

router = APIRouter(tags=["service"])
T = TypeVar("T")
_FIGURES: Final = 'broker_requests_total{method="GET",route="/api/homes",status="200"} 12.0'


@router.get(
    "/api/health",
    operation_id="readHealth",
    summary="Can the service work?",
    description="Says which version runs and whether the database can be reached. "
    "It is answered promptly while matches run.",
    response_model=None,
    responses={**answers(Health, "health", 200, "It can work"), **refusals("database-away")},
)
async def read_health(request: Request) -> Response:
    """The version, and whether the database can be reached."""
    await in_time(request, service_of(request).records.check)
    return answer({"status": "ok", "version": request.app.version, "database": "reachable"})


@router.get(
    "/api/ready",
    operation_id="readReady",
    summary="Does the service take requests?",
    description="For whatever sends requests here: yes once the database can be reached and has "
    "today's tables, no while the service is stopping.",
    response_model=None,
    responses={
        **answers(Ready, "ready", 200, "It takes requests"),
        **refusals("database-away", "stopping", "database-unfit"),
    },
)
async def read_ready(request: Request) -> Response:
    """Whether requests may be sent here."""
    await in_time(request, service_of(request).records.check_ready)
    return answer({"status": "ready", "database": "migrated"})


@router.get(
    PATH,
    operation_id="readMetrics",
    summary="Figures for Prometheus",
    description="Requests by route and status, how long they took, the database, matches: for an "
    "administrator or auditor, or the program that shows the secret of the metrics "
    "(BROKER_METRICS_SECRET). No figure is about a person.",
    response_model=None,
    response_class=Response,
    responses={
        200: {
            "description": "The figures",
            "content": {"text/plain": {"schema": {"type": "string"}, "example": _FIGURES}},
        },
        **refusals("not-signed-in", "not-allowed", "database-away"),
    },
)
async def read_metrics(request: Request) -> Response:
    """Figures for Prometheus."""
    metrics: Metrics = request.app.state.metrics
    return Response(await asyncio.to_thread(metrics.text), media_type=MEDIA_TYPE)


async def in_time(request: Request, check: Callable[[], T]) -> T:
    """What a check of the database finds, which is waited for no longer than the settings allow.

    Raises:
        ProblemError: that of the check, or that the database did not answer in time.
    """
    seconds = service_of(request).settings.database_seconds
    try:
        async with asyncio.timeout(seconds):
            return await asyncio.to_thread(check)
    except TimeoutError:
        detail = f"The database did not answer within {seconds:g} seconds."
        raise ProblemError("database-away", detail) from None
