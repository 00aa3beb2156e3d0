"""The access list of routes: which act each is, so that none is open by being forgotten.

The service does not start with a route that is not on the list. An act says which roles may do it
(`broker.access.allowed`); whose records, the work behind the route says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.requests import Request

from api.pages.access import OPEN as OPEN
from api.pages.access import PAGES
from api.pages.access import SIGNED_IN as SIGNED_IN
from api.pages.give_back import sent_anew
from api.problems import DOCUMENT, ProblemError
from api.who import actor_of, not_allowed
from broker.access.allowed import ACTS, may

ROUTES: Final[Mapping[tuple[str, str], str]] = {
    ("GET", DOCUMENT): OPEN,
    ("GET", "/api/health"): OPEN,
    ("GET", "/api/ready"): OPEN,
    ("GET", "/metrics"): "metrics.read",
    ("POST", "/api/session"): OPEN,
    ("GET", "/api/session"): SIGNED_IN,
    ("DELETE", "/api/session"): SIGNED_IN,
    ("POST", "/api/tokens"): OPEN,
    ("GET", "/sign-in"): OPEN,
    ("GET", "/sign-in/callback"): OPEN,
    ("GET", "/api/accounts"): "account.list",
    ("POST", "/api/accounts"): "account.add",
    ("PATCH", "/api/accounts/{account_id}"): "account.change",
    ("POST", "/api/referrals"): "life.open",
    ("GET", "/api/referrals"): "life.list",
    ("GET", "/api/referrals/{referral_id}"): "life.read",
    ("GET", "/api/referrals/{referral_id}/steps"): "life.read",
    ("POST", "/api/referrals/{referral_id}/steps"): "life.step",
    ("GET", "/api/offers"): "offer.list",
    ("GET", "/api/offers/reasons"): "offer.reasons",
    ("GET", "/api/placements"): "placement.list",
    ("GET", "/api/duties"): "duty.list",
    ("GET", "/api/registers/{register}"): "register.read",
    ("POST", "/api/registers/{register}"): "register.write",
    ("GET", "/api/audit"): "audit.read",
    ("POST", "/api/matches"): "match.make",
    ("GET", "/api/matches"): "match.read",
    ("GET", "/api/matches/{match_id}"): "match.read",
    ("GET", "/api/jobs/{job_id}"): "job.read",
    ("DELETE", "/api/jobs/{job_id}"): "job.cancel",
    ("POST", "/api/options"): "question.share",
    ("POST", "/api/explanations"): "question.share",
    ("POST", "/api/evaluations"): "question.ask",
    ("POST", "/api/what-ifs"): "question.ask",
    ("GET", "/api/homes"): "home.list",
    ("GET", "/api/baseline"): "baseline.read",
    ("GET", "/api/reports/{name}"): "report.read",
    ("POST", "/api/homes"): "home.add",
    ("GET", "/api/homes/{home_id}"): "home.read",
    ("PATCH", "/api/homes/{home_id}"): "home.change",
    ("POST", "/api/prices"): "price.ask",
}

LISTED: Final[Mapping[tuple[str, str], str]] = {**ROUTES, **PAGES}
"""Every route: those for programs, and the pages for people."""


def routes_of(routers: Iterable[APIRouter]) -> Iterator[tuple[str, str]]:
    """Every method and address that routers answer to."""
    for router in routers:
        for route in router.routes:
            if isinstance(route, APIRoute):
                for method in sorted(route.methods or ()):
                    yield method, route.path


def check_list(routers: Iterable[APIRouter]) -> None:
    """Refuse a route that is not on the list, and a list with one too many."""
    there = set(routes_of(routers))
    forgotten = sorted(there - set(LISTED))
    gone = sorted(set(LISTED) - there)
    unknown = sorted(
        act for act in LISTED.values() if act not in (OPEN, SIGNED_IN) and act not in ACTS
    )
    if forgotten or gone or unknown:
        raise RuntimeError(f"the access list of routes: {forgotten=} {gone=} {unknown=}")


async def enforce(request: Request) -> None:
    """Let a request through to its route only where the list allows it.

    Raises:
        ProblemError: nobody is signed in, or the role may never do this.
    """
    route = request.scope["route"]
    if any("\0" in str(value) for value in request.path_params.values()):
        raise ProblemError("not-found", "The address has a NUL character in it.")
    act = LISTED[request.method, route.path]
    if act == OPEN:
        return
    actor = actor_of(request)
    if act != SIGNED_IN and not may(actor, act):
        raise not_allowed(actor, act)
    sent_anew(request, actor)
