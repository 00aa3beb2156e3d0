"""What the routes share: the limits, the records and the turns of long work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from api.records import Records
from api.settings import Settings
from api.turns import Turns


@dataclass(frozen=True, slots=True)
class Service:
    """One running service."""

    settings: Settings
    records: Records
    turns: Turns


def service_of(request: Request) -> Service:
    """The service a request came to."""
    service: Service = request.app.state.service
    return service


def answer(body: Any, status: int = 200, **headers: str) -> JSONResponse:
    """A JSON answer exactly as it was made."""
    return JSONResponse(body, status, headers)
