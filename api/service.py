"""What the routes share: limits, records, turns of long work, and who may come how often."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from api.later import Later
from api.provider import Provider
from api.rates import Turnstile
from api.records import Records
from api.settings import Settings
from api.turns import Turns
from api.written import WrittenForms


@dataclass(frozen=True, slots=True)
class Service:
    """One running service; `answers` and `cases` of matches are those that take a while.

    `written` is what people wrote in forms that could not be taken.
    """

    settings: Settings
    records: Records
    turns: Turns
    turnstile: Turnstile
    provider: Provider | None
    answers: Later
    cases: Later
    written: WrittenForms = field(default_factory=WrittenForms)


def service_of(request: Request) -> Service:
    """The service a request came to."""
    service: Service = request.app.state.service
    return service


def answer(body: Any, status: int = 200, **headers: str) -> JSONResponse:
    """A JSON answer exactly as it was made."""
    return JSONResponse(body, status, headers)
