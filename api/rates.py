"""How often somebody may ask: a bound for each account, and for each address nobody signed in from.

Counts are kept in this process and forgotten with it: a service of several processes allows as many
times more.
"""

from __future__ import annotations

import ipaddress
import math
import time

import limits
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import ProblemError, problem_response
from api.settings import Rates

_PREFIX_OF_A_HOUSEHOLD = 64


class Turnstile:
    """Counts who asks how often."""

    def __init__(self, rates: Rates) -> None:
        self._limits = {
            name: limits.parse(getattr(rates, name)) for name in Rates.__dataclass_fields__
        }
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def count(self, kind: str, who: str) -> None:
        """One more request of this kind by somebody.

        Raises:
            ProblemError: there have been too many; `Retry-After` says when to come back.
        """
        bound = self._limits[kind]
        if self._limiter.hit(bound, kind, who):
            return
        frees = self._limiter.get_window_stats(bound, kind, who).reset_time
        seconds = max(1, math.ceil(frees - time.time()))
        detail = f"No more than {bound} are taken. Ask again in {seconds} seconds."
        raise ProblemError("too-many", detail, headers={"Retry-After": str(seconds)})


def address_of(request: Request) -> str:
    """Where a request comes from; the addresses of one IPv6 network of 64 bits are one."""
    host = request.client.host if request.client is not None else "unknown"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, _PREFIX_OF_A_HOUSEHOLD), strict=False))
    return str(address)


class Throttle:
    """Refuses whoever asks too often, after it is known who asks."""

    def __init__(self, app: ASGIApp, turnstile: Turnstile) -> None:
        self.app = app
        self.turnstile = turnstile

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            request = Request(scope)
            actor = getattr(request.state, "actor", None)
            try:
                if actor is None:
                    self.turnstile.count("address", address_of(request))
                else:
                    self.turnstile.count("actor", actor.id)
            except ProblemError as refused:
                await problem_response(refused)(scope, receive, send)
                return
        await self.app(scope, receive, send)
