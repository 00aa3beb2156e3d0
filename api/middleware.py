"""What holds for every request: for this service by name, no traceback, nothing kept by browsers.

With development settings a request is answered only where it arrived on a loopback address and
names one in its `Host` header, so that neither another computer nor a page of another site that a
browser on this computer shows (by a name of its own for the loopback address) reaches the records.
In production the `Host` header must be one of the names the service is set to answer to.
"""

from __future__ import annotations

import ipaddress
import logging

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import ProblemError, new_instance, problem_response
from api.settings import Settings
from api.watch import route_of

log = logging.getLogger("api")

_YEAR = 365 * 24 * 3600
POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
"""What a page of ours may load, and who may frame it: nothing from elsewhere, and nobody."""

_HEADERS = {
    b"cache-control": b"no-store",
    b"content-security-policy": POLICY.encode(),
    b"cross-origin-embedder-policy": b"require-corp",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    b"referrer-policy": b"no-referrer",
    b"x-content-type-options": b"nosniff",
}
_OVER_HTTPS = {b"strict-transport-security": f"max-age={_YEAR}; includeSubDomains".encode()}


def is_loopback(host: str) -> bool:
    """Whether a host is this computer and no other: localhost, 127.0.0.0/8 or ::1."""
    if host.lower() in ("localhost", "localhost."):
        return True
    try:
        address = ipaddress.ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


class Guard:
    """Refuses what is not for this service; turns any fault into a problem, no traceback."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        self.headers = _HEADERS | (_OVER_HTTPS if settings.production else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                given = list(message.get("headers", ()))
                named = {name.lower() for name, _ in given}
                more = [pair for pair in self.headers.items() if pair[0] not in named]
                message["headers"] = [*given, *more]
            await send(message)

        refused = _refusal(scope, self.settings)
        if refused is not None:
            await problem_response(refused)(scope, receive, send_with_headers)
            return
        try:
            await self.app(scope, receive, send_with_headers)
        except ClientDisconnect:
            log.info("the caller went away before the request was whole")
        except Exception:
            if started:
                log.exception("a response could not be finished")
                return
            instance = new_instance()
            log.exception("%s failed: %s", route_of(scope), instance)
            detail = "The service met a fault of its own. Its log has the entry `instance` names."
            response = problem_response(ProblemError("internal", detail), instance)
            await response(scope, receive, send_with_headers)


def _refusal(scope: Scope, settings: Settings) -> ProblemError | None:
    named = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
    host = _without_port(named[0]).lower().removesuffix(".") if len(named) == 1 else ""
    if settings.production:
        if host in settings.hosts:
            return None
        return ProblemError("wrong-host", "The Host header must be a name of this service.")
    server = scope.get("server")
    if server is None or not is_loopback(server[0]):
        detail = "The request did not arrive on a loopback address of this computer."
        return ProblemError("not-this-computer", detail)
    if not is_loopback(host):
        detail = "The Host header must name localhost, an address from 127.0.0.0/8, or [::1]."
        return ProblemError("wrong-host", detail)
    return None


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() and not name.endswith(":") else host
