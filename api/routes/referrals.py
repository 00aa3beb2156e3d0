"""Referrals: begin one, take its steps, read it and what happened."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Path, Query
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from api import lives
from api.body import read_body
from api.life_models import ReferralOpen, ReferralRead, ReferralsPage, StepRequest, StepsRead
from api.once import Answered, once_of
from api.openapi import answers, refusals, takes
from api.problems import ProblemError
from api.requests import read_as
from api.service import answer, service_of
from api.who import actor_of
from broker.life import steps
from broker.tables.life import STATES

router = APIRouter(tags=["referrals"])
LARGEST_PAGE = 200
_WORD = re.compile(r'"?([0-9a-f]{16})"?')
_VERSION = re.compile(r'"?([1-9][0-9]{0,8})"?')
WRITES = (
    "not-json",
    "too-slow",
    "too-large",
    "not-json-type",
    "bad-input",
    "not-signed-in",
    "not-allowed",
    "gates-shut",
    "key-reused",
    "which-key",
    "busy",
    "database-away",
)
READS = ("not-signed-in", "not-allowed", "not-found", "database-away")
_OPEN: TypeAdapter[steps.Open] = TypeAdapter(steps.Open)
T = TypeVar("T")

ReferralId = Annotated[str, Path(description="id of the referral", examples=["R-7QK2M9XW4D"])]


@router.post(
    "/api/referrals",
    status_code=201,
    operation_id="createReferral",
    summary="Begin a referral",
    description="Writes a draft of the one form of all boroughs. It is asked for with the step "
    "`submit`; until then only the borough and the brokers see it. `former` names the referral it "
    "starts from.",
    response_model=None,
    responses={
        **answers(ReferralRead, "referral", 201, "The draft; `Location` is its address"),
        **refusals(*WRITES),
    },
    openapi_extra=takes(ReferralOpen, "referral-open"),
)
async def create_referral(request: Request) -> Response:
    """Begin a referral."""
    actor = actor_of(request)
    body = await small_body(request)
    once = once_of(request, actor, body)
    one = read_as(body, _OPEN, kind="open")
    return await _writing(request, lambda session: lives.begin(session, actor, one, once))


@router.get(
    "/api/referrals",
    operation_id="listReferrals",
    summary="Referrals, a page at a time",
    description="Those that concern whoever asks: a broker sees all, a borough its own, a provider "
    "those its homes were asked about. In the order of their ids; `next` is the `after` of the "
    "next page.",
    response_model=None,
    responses={
        **answers(ReferralsPage, "referrals", 200, "A page"),
        **refusals(*READS, "bad-input"),
    },
)
async def list_referrals(
    request: Request,
    state: Annotated[str | None, Query(pattern="^(" + "|".join(STATES) + ")$")] = None,
    borough: Annotated[str | None, Query(pattern=r"^E[0-9]{8}$")] = None,
    overdue: Annotated[bool | None, Query(description="with a duty past its day")] = None,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 50,
    after: Annotated[str | None, Query(max_length=64, pattern=r"^[A-Za-z0-9._-]+$")] = None,
) -> Response:
    """Referrals, a page at a time."""
    actor = actor_of(request)
    return await _reading(
        request,
        lambda session: lives.page(
            session,
            actor,
            state=state,
            borough=borough,
            overdue=overdue,
            limit=limit,
            after=after,
        ),
    )


@router.get(
    "/api/referrals/{referral_id}",
    operation_id="readReferral",
    summary="One referral",
    description="Where it stands, the form, the shortlist with the factors of s22C, offers, "
    "approvals and duties, as far as whoever asks may see. That somebody looked is on record. "
    "`ETag` is its version, for `If-Match`.",
    response_model=None,
    responses={
        **answers(ReferralRead, "referral", 200, "The referral"),
        **refusals(*READS, "removed"),
    },
)
async def read_referral(request: Request, referral_id: ReferralId) -> Response:
    """One referral."""
    actor = actor_of(request)
    return await _reading(request, lambda session: lives.read(session, actor, referral_id))


@router.get(
    "/api/referrals/{referral_id}/steps",
    operation_id="listSteps",
    summary="What happened to a referral",
    description="Every step in order: who took it, when, in which role, and what they said; `said` "
    "is null where it was removed.",
    response_model=None,
    responses={**answers(StepsRead, "steps", 200, "The steps"), **refusals(*READS, "removed")},
)
async def list_steps(request: Request, referral_id: ReferralId) -> Response:
    """What happened to a referral."""
    actor = actor_of(request)
    return await _reading(request, lambda session: lives.steps_of(session, actor, referral_id))


@router.post(
    "/api/referrals/{referral_id}/steps",
    status_code=201,
    operation_id="createStep",
    summary="Take the next step of a referral",
    description="`kind` says which. `If-Match` names the version that was seen; `Idempotency-Key` "
    "makes a request sent twice count once. What must hold first is told all at once, with its "
    "source and who can do it. The engine proposes, a named person decides: `confirm` is that "
    "decision.",
    response_model=None,
    responses={
        **answers(ReferralRead, "referral", 201, "The referral as it stands now"),
        **refusals(*WRITES, "not-found", "removed", "changed", "which-version"),
    },
    openapi_extra=takes(StepRequest, "step-submit", "step-view", "step-offer", "step-confirm"),
)
async def create_step(request: Request, referral_id: ReferralId) -> Response:
    """Take the next step of a referral."""
    actor = actor_of(request)
    body = await small_body(request)
    once = once_of(request, actor, body)
    seen = version_of(request)
    one = read_as(body, steps.SAID)
    return await _writing(
        request, lambda session: lives.step(session, actor, referral_id, one, seen, once)
    )


def version_of(request: Request) -> int:
    """The version that `If-Match` names.

    Raises:
        ProblemError: none, or something that is no version.
    """
    given = request.headers.get("if-match", "")
    found = _VERSION.fullmatch(given.strip())
    if found is None:
        detail = 'If-Match must name one version, such as "3".'
        raise ProblemError("which-version", detail)
    return int(found[1])


def word_of(request: Request, what: str) -> str:
    """The version, a word, of a home or an account that `If-Match` names.

    Raises:
        ProblemError: none, or something that is no version.
    """
    found = _WORD.fullmatch(request.headers.get("if-match", "").strip())
    if found is None:
        detail = f"If-Match must name the ETag of the {what} that was read."
        raise ProblemError("which-version", detail)
    return found[1]


async def small_body(request: Request) -> bytes:
    """A body of the size of a form."""
    settings = service_of(request).settings
    return await read_body(request, settings.price_bytes, settings.body_seconds)


async def _writing(request: Request, work: Callable[[Any], Answered]) -> Response:
    return await answered(service_of(request).records.work, work)


async def _reading(request: Request, work: Callable[[Any], Answered]) -> Response:
    return await answered(service_of(request).records.look, work)


async def answered(
    way: Callable[[Callable[[Any], Answered]], Answered], work: Callable[[Any], Answered]
) -> Response:
    """The answer of a piece of work, done one way: as a look or as a change."""
    done = await asyncio.to_thread(way, work)
    return answer(done.body, done.status, **done.headers)
