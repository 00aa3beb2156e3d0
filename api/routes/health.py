"""Whether the service can work."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.models import Health
from api.openapi import answers, refusals
from api.problems import ProblemError
from api.service import answer, service_of

router = APIRouter(tags=["service"])


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
    service = service_of(request)
    seconds = service.settings.database_seconds
    try:
        async with asyncio.timeout(seconds):
            await asyncio.to_thread(service.records.check)
    except TimeoutError:
        detail = f"The database did not answer within {seconds:g} seconds."
        raise ProblemError("database-away", detail) from None
    return answer({"status": "ok", "version": request.app.version, "database": "reachable"})
