"""Pages that tell: help, the words we use, accessibility, privacy, cookies, status.

What they say of the program is read from the program: how long things are kept, who may open a
referral, when a session ends, which cookies there are.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.lives import today
from api.pages.helps import parts
from api.pages.render import page
from api.pages.role_words import roles_words
from api.pages.some import AT_ONCE
from api.pages.words_we_use import WORDS
from api.problems import KINDS, ProblemError
from api.provider import MINUTES_AWAY
from api.routes.health import in_time
from api.service import service_of
from api.tellings import ACT, Tellings, tellings
from api.written import KEPT_FOR
from broker.access.actor import PLACES_OF_ROLES, Actor, OrganisationKind, Role
from broker.access.allowed import ACTS, may
from broker.access.sessions import SESSION_AT_MOST, SESSION_IDLE
from broker.jobs.queue import Standing, standing
from broker.retention.schedule import schedule_in_force
from broker.warehouse.standing import WarehouseStanding, warehouse_standing
from pricing.problems import BadInput

log = logging.getLogger("api")
router = APIRouter(include_in_schema=False)
_TITLES: Final = {
    "help": "Help",
    "words": "Words we use",
    "accessibility": "Accessibility statement",
    "privacy": "Privacy notice",
    "cookies": "Cookies",
}

TESTED: Final = ("0.1.0", date(2026, 11, 27))
"""The version whose pages were tested last, as the accessibility statement says, and the day."""

KEPT_IN_BROWSER: Final = "htmx-current-path-for-history"
"""The one thing beside cookies that a page's scripts keep in a browser, in its session storage."""

KIND_WORDS: Final[Mapping[str, str]] = {
    "young_person": "All about a young person",
    "young_person_died": "The same, of somebody who died before they were 18",
    "withdrawn_referral": "A referral that was withdrawn",
    "match_run": "A match and its plan",
    "account": "An account that has ended",
    "audit_value": "What was noted of a look or an act, where it is of no young person",
    "row_history": "How homes, fees and shares changed",
    "loaded_return": "Returns of past years that were read in",
    "register": "What stands in a register",
    "vacancy": "What a home said of its free places",
    "idempotency_key": "The answer to a form, in case it is sent twice",
    "session": "The trace of a time that you were signed in",
}
"""Every kind of record that goes in time, in the words of the privacy notice."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How long a kind of record is kept, whether that is agreed, and where it comes from."""

    what: str
    how_long: str
    agreed: bool
    source: str


def how_long() -> list[Kept] | None:
    """What the schedule in force says of each kind; None where its file has errors."""
    try:
        schedule = schedule_in_force()
    except BadInput as wrong:
        log.warning("the schedule of retention cannot be told: %s", wrong)
        return None
    return [
        Kept(KIND_WORDS[kind], one.words, one.confirmed, one.source)
        for kind, one in schedule.items()
    ]


def readers(kind: OrganisationKind) -> list[str]:
    """The roles of a kind of organisation that may open a referral, as people say them."""
    return roles_words(_of(kind, ACTS["life.read"].roles))


def not_readers() -> list[str]:
    """The roles that may open no referral at all."""
    return roles_words([role for role in Role if role not in ACTS["life.read"].roles])


def _of(kind: OrganisationKind, roles: frozenset[Role]) -> list[Role]:
    return [role for role in Role if role in roles and kind in PLACES_OF_ROLES[role]]


def _told(request: Request) -> Response:
    name = request.url.path.removeprefix("/")
    settings = service_of(request).settings
    return page(
        request,
        f"told/{name}.html",
        _TITLES[name],
        settings=settings,
        hours=SESSION_AT_MOST // timedelta(hours=1),
        rest=SESSION_IDLE // timedelta(minutes=1),
        minutes=MINUTES_AWAY,
        kept_for=int(KEPT_FOR) // 60,
        cookies=2 if settings.provider is None else 3,
        in_browser=KEPT_IN_BROWSER,
        at_once=AT_ONCE,
        tested=TESTED,
        words=WORDS,
        parts=parts(AT_ONCE) if name == "help" else None,
        kept=how_long() if name == "privacy" else None,
        borough_readers=readers(OrganisationKind.BOROUGH),
        not_readers=not_readers(),
    )


for _name in _TITLES:
    router.add_api_route(f"/{_name}", _told, methods=["GET"])


@router.get("/status")
async def show_status(request: Request) -> Response:
    """Whether the records can be used now, how many matches wait, and for who may know what other
    systems could not be told and how it stands with the warehouse.
    """
    records = service_of(request).records
    actor: Actor | None = getattr(request.state, "actor", None)
    knows = actor is not None and may(actor, ACT)

    def check() -> tuple[Standing, Tellings | None, WarehouseStanding | None]:
        records.check_ready()
        queue = records.look(standing)
        if not knows:
            return queue, None, None
        return queue, records.look(tellings), records.look(warehouse_standing)

    try:
        queue, found, warehouse = await in_time(request, check)
    except ProblemError as problem:
        status = KINDS[problem.kind].status
        return page(request, "status.html", "Status", status=status, kind=problem.kind)
    late = warehouse is not None and _late(warehouse, today())
    return page(
        request,
        "status.html",
        "Status",
        kind=None,
        queue=queue,
        told=found,
        warehouse=warehouse,
        late=late,
    )


def _late(warehouse: WarehouseStanding, day: date) -> bool:
    """Whether nobody keeps it: it is not of today or the day before."""
    return warehouse.as_of is None or warehouse.as_of < day - timedelta(days=1)
