"""What is seen of every request: its id, a line in the log, the figures; and an end to all of them.

A service that is asked to stop answers what is at work, refuses what is new with 503, and ends once
nothing is at work or its time is over.
"""

from __future__ import annotations

import logging
import time
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.journal import REQUEST_ID, TOLD, request_id
from api.metrics import PATH, UNKNOWN, Metrics, method_of
from api.problems import ProblemError, problem_response

log = logging.getLogger("api")
STOP_SECONDS: Final = 30.0
"""How long requests at work may take once the service is asked to stop; a starting assumption."""
_STILL_ANSWERED: Final = (PATH, "/api/health")
_QUIET: Final = (PATH, "/api/health", "/api/ready")


class Drain:
    """Requests at work, and whether the service is coming to its end."""

    def __init__(self) -> None:
        self.at_work = 0
        self._until: float | None = None

    @property
    def stopping(self) -> bool:
        """Whether new requests are refused."""
        return self._until is not None

    def begin(self, seconds: float = STOP_SECONDS) -> None:
        """Refuse what is new from now on."""
        if self._until is None:
            self._until = time.monotonic() + seconds

    @property
    def over(self) -> bool:
        """Whether the service may end: asked to, and nothing at work or no time left."""
        return self._until is not None and (self.at_work == 0 or time.monotonic() >= self._until)


class Watch:
    """Gives each request its id, counts it, and writes one line when it is answered."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == b"x-request-id"), None)
        own = request_id(None if given is None else given.decode("latin-1"))
        token = REQUEST_ID.set(own)
        began, status = time.perf_counter(), 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message.get("headers", ()),
                    (b"x-request-id", own.encode("latin-1")),
                ]
            await send(message)

        self.metrics.in_flight.inc()
        try:
            await self.app(scope, receive, send_with_id)
        finally:
            self.metrics.in_flight.dec()
            self._tell(scope, status, time.perf_counter() - began)
            REQUEST_ID.reset(token)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        method, route = method_of(scope), route_of(scope)
        self.metrics.answered(method, route, status, seconds)
        told = {
            "method": method,
            "route": route,
            "status": status,
            "milliseconds": round(seconds * 1000, 1),
        }
        level = logging.DEBUG if route in _QUIET and status == 200 else logging.INFO
        log.log(level, "answered" if status else "not answered", extra={TOLD: told})


def route_of(scope: Scope) -> str:
    """The template of a request's route, without the ids in its address."""
    return getattr(scope.get("route"), "path", UNKNOWN)


class Stopping:
    """Counts what is at work, and refuses what is new once the service is coming to its end."""

    def __init__(self, app: ASGIApp, drain: Drain) -> None:
        self.app = app
        self.drain = drain

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in _STILL_ANSWERED:
            await self.app(scope, receive, send)
            return
        if self.drain.stopping:
            detail = "The service is coming to its end. What is at work is finished."
            refused = ProblemError("stopping", detail, headers={"Connection": "close"})
            await problem_response(refused)(scope, receive, send)
            return
        self.drain.at_work += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.drain.at_work -= 1
