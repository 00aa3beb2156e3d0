"""The audit as its reader sees it: who saw and did what, filtered in the address."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from api import desk_lists
from api.pages import live
from api.pages.forms import by_field
from api.pages.left import anew, asked_by
from api.pages.render import page
from api.routes.audit import LARGEST_NUMBER
from api.service import service_of
from api.who import actor_of
from broker.audit.chain import SEAL, Record, Verified, add_entry, verify
from broker.store.clock import now

router = APIRouter(include_in_schema=False)
_SHOWN = 100
_TITLE = "Does the audit hold?"
Name = Annotated[str, Query(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


@router.get("/audit")
async def show_audit(
    request: Request,
    record_id: Name = "",
    by: Name = "",
    act: Name = "",
    after: Annotated[int, Query(ge=0, le=LARGEST_NUMBER)] = 0,
) -> Response:
    """Entries in the order of their numbers; that somebody read them is an entry too."""
    work = partial(
        desk_lists.audit,
        actor=actor_of(request),
        kind=None,
        record=record_id or None,
        by=by or None,
        act=act or None,
        after=after,
        limit=_SHOWN,
    )
    found = await asyncio.to_thread(service_of(request).records.work, work)
    return page(
        request,
        "audit.html",
        "Audit",
        entries=found.body["entries"],
        next=found.body["next"],
        chosen={"record_id": record_id, "by": by, "act": act},
    )


@router.get("/audit/chain")
async def show_chain(request: Request) -> Response:
    """Whether the whole chain holds, and every step agrees with its entry.

    It reads every entry there is, so it is done when somebody asks for it and not before.
    """
    actor, expected = actor_of(request), request.query_params.get("seal", "").strip()
    errors = []
    if expected and not SEAL.fullmatch(expected):
        text = "The seal must be as it was shown here: a number, a colon and 64 letters and digits"
        errors = [{"href": "#seal", "text": text}]

    records = service_of(request).records

    def work(session: Session) -> Verified:
        return verify(session, expected=expected or None)

    def looked(session: Session) -> None:
        add_entry(session, actor, "audit.read", Record("audit", "chain"), at=now())

    found, of_then = None, None
    if not errors and (expected or request.query_params.get("check") == "yes"):
        later, key = service_of(request).answers, ("chain", actor.id, expected)
        if (again := anew(request, later, key)) is not None:
            return again
        found = await later.answer(
            key,
            lambda: asyncio.to_thread(records.look, work),
            part=live.is_part(request),
            asked=asked_by(request, actor, _TITLE),
        )
        of_then = later.worked_out(key)
        if live.only_looks(request):
            return live.it_is_there()
        await asyncio.to_thread(records.look, looked)
    return page(
        request,
        "money/chain.html",
        _TITLE,
        worked_out=of_then,
        status=422 if errors else 200,
        errors=errors,
        at=by_field(errors),
        found=found,
        seal=expected,
    )
