"""Who a request is from: the session of a browser, or the token of a program.

A browser's session lies in a cookie that no script can read; what it changes must also carry the
token of a page of this service, so that another site cannot make the browser do it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette_csrf.middleware import CSRFMiddleware

from api.problems import ProblemError, problem_response
from api.records import Records
from broker.access.accounts import actor_of_access
from broker.access.actor import Actor
from broker.store.clock import now

COOKIE: Final = "session"
_BEARER = "bearer "

Who = Callable[[Request], Actor | None]


def from_records(records: Records) -> Who:
    """Who holds the session or the token of a request, by the records."""

    def who(request: Request) -> Actor | None:
        header = request.headers.get("authorization", "")
        if header.lower().startswith(_BEARER):
            secret, kind = header[len(_BEARER) :].strip(), "token"
        else:
            secret, kind = request.cookies.get(COOKIE, ""), "session"
        if not secret:
            return None
        return records.work(lambda session: actor_of_access(session, secret, kind, now()))

    return who


class Identify:
    """Finds who a request is from before anything else looks at it."""

    def __init__(self, app: ASGIApp, who: Who) -> None:
        self.app = app
        self.who = who

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            request = Request(scope)
            try:
                scope.setdefault("state", {})["actor"] = await asyncio.to_thread(self.who, request)
            except ProblemError as refused:
                await problem_response(refused)(scope, receive, send)
                return
        await self.app(scope, receive, send)


class Forgeries(CSRFMiddleware):
    """Refuses a change that a browser's session asks for without the token of a page of ours."""

    def _get_error_response(self, request: Request) -> Response:
        return problem_response(ProblemError("forged", "X-CSRFToken is missing or not ours."))
