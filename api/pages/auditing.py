"""The audit as its reader sees it: who saw and did what, filtered in the address."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api import desk_lists
from api.pages.render import page
from api.routes.audit import LARGEST_NUMBER
from api.service import service_of
from api.who import actor_of

router = APIRouter(include_in_schema=False)
_SHOWN = 100
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
