"""The audit, for an auditor: who saw and did what, and why."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api import desk_lists
from api.life_models import AuditPage
from api.openapi import answers, refusals
from api.routes.referrals import READS
from api.service import answer, service_of
from api.who import actor_of
from broker.audit.read import Wanted

router = APIRouter(tags=["audit"])
LARGEST_PAGE = 500
LARGEST_NUMBER = 2**53
Name = Annotated[str | None, Query(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]


@router.get(
    "/api/audit",
    operation_id="readAudit",
    summary="Who saw and did what",
    description="Entries in the order of their numbers, reads of personal data included: by the "
    "record they are about, by who acted, by what was done. Of a referral there are also the looks "
    "at lists that showed it: `after.showed` names whom a list showed. What a step said of a young "
    "person, and the reason given for it, is not shown; `values` says whether it is kept, "
    "corrected or removed. That somebody read the audit is itself an entry. `next` is the `after` "
    "of the next page.",
    response_model=None,
    responses={
        **answers(AuditPage, "audit", 200, "A page of entries"),
        **refusals(*READS, "bad-input"),
    },
)
async def read_audit(
    request: Request,
    record_kind: Annotated[Name, Query(description="such as referral")] = None,
    record_id: Annotated[
        Name, Query(description="id of the record; of a referral also lists that showed it")
    ] = None,
    actor: Annotated[Name, Query(description="the account that acted")] = None,
    act: Annotated[Name, Query(description="what was done, such as life.read")] = None,
    after: Annotated[int, Query(ge=0, le=LARGEST_NUMBER)] = 0,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 100,
) -> Response:
    """Who saw and did what."""
    work = partial(
        desk_lists.audit,
        actor=actor_of(request),
        wanted=Wanted(kind=record_kind, record=record_id, actor=actor, act=act),
        after=after,
        limit=limit,
    )
    done = await asyncio.to_thread(service_of(request).records.look, work)
    return answer(done.body, done.status)
