"""Lists that people work from, and the registers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api import desk_lists
from api.life_models import (
    DutiesPage,
    EntriesRead,
    EntryMade,
    EntryRequest,
    OffersPage,
    PlacementsPage,
)
from api.lives import today
from api.once import Answered, once_of
from api.openapi import answers, refusals, takes
from api.problems import InputError, bad_input
from api.requests import read_as
from api.routes.referrals import READS, WRITES, answered, small_body
from api.service import service_of
from api.who import actor_of
from broker.life.form import Day
from broker.registers.entries import ENTRY
from broker.tables.life import OFFER_STATES
from broker.tables.registers import REGISTERS

router = APIRouter(tags=["work"])
_PAGE = 200
_LONGEST_KEY = 600
_LISTS = (*READS, "bad-input")
Limit = Annotated[int, Query(ge=1, le=_PAGE)]
After = Annotated[str, Query(max_length=64, pattern=r"^[A-Za-z0-9._-]*$")]


@router.get(
    "/api/offers",
    operation_id="listOffers",
    summary="Offers, a page at a time",
    description="A provider sees those to its own homes: what is open and what was answered. In "
    "the order of referrals; `next` is the `after` of the next page.",
    response_model=None,
    responses={**answers(OffersPage, "offers", 200, "A page"), **refusals(*_LISTS)},
)
async def list_offers(
    request: Request,
    state: Annotated[str | None, Query(pattern="^(" + "|".join(OFFER_STATES) + ")$")] = None,
    limit: Limit = 50,
    after: After = "",
) -> Response:
    """Offers, a page at a time."""
    actor = actor_of(request)
    return await _answered(
        request,
        lambda session: desk_lists.offers(session, actor, state=state, limit=limit, after=after),
    )


@router.get(
    "/api/placements",
    operation_id="listPlacements",
    summary="Placements, a page at a time",
    description="Who lives in which home, from when and until when, for those who may see it; `on` "
    "leaves those of one day.",
    response_model=None,
    responses={**answers(PlacementsPage, "placements", 200, "A page"), **refusals(*_LISTS)},
)
async def list_placements(
    request: Request, on: Day | None = None, limit: Limit = 50, after: After = ""
) -> Response:
    """Placements, a page at a time."""
    actor = actor_of(request)
    return await _answered(
        request,
        lambda session: desk_lists.placements(session, actor, on=on, limit=limit, after=after),
    )


@router.get(
    "/api/duties",
    operation_id="listDuties",
    summary="What must be done, and by when",
    description="Open duties due by a day (14 days from now if none is given), each with its "
    "regulation and who does it. They follow from the steps, so that none is forgotten.",
    response_model=None,
    responses={**answers(DutiesPage, "duties", 200, "A page"), **refusals(*_LISTS)},
)
async def list_duties(
    request: Request, until: Day | None = None, limit: Limit = 50, after: After = ""
) -> Response:
    """What must be done, and by when."""
    actor = actor_of(request)
    last = until or today() + timedelta(days=14)
    return await _answered(
        request,
        lambda session: desk_lists.open_duties(
            session, actor, until=last, limit=limit, after=after
        ),
    )


@router.get(
    "/api/registers/{register}",
    operation_id="readRegister",
    summary="What a register says now",
    description="Agreements, assessments by young people, training, due diligence, or of a block "
    "contract its trades, exits and results: the newest entry of each, in the order of their keys; "
    "`next` is the `after` of the next page. A provider sees what concerns its own homes.",
    response_model=None,
    responses={
        **answers(EntriesRead, "register-agreements", 200, "The entries"),
        **refusals(*_LISTS),
    },
)
async def read_register(
    request: Request,
    register: Annotated[str, Path(pattern="^(" + "|".join(REGISTERS) + ")$")],
    limit: Limit = 50,
    after: Annotated[str, Query(max_length=_LONGEST_KEY, pattern=r"^[^\x00]*$")] = "",
) -> Response:
    """What a register says now."""
    actor = actor_of(request)
    return await _answered(
        request,
        lambda session: desk_lists.entries(session, actor, register, limit=limit, after=after),
    )


@router.post(
    "/api/registers/{register}",
    status_code=201,
    operation_id="createRegisterEntry",
    summary="Write to a register",
    description="An entry is never altered: to correct or end one, write a later one of the same "
    "key. A module that is complete, with the manager's word, adds a need to what the home "
    "supports; due diligence that fails or runs out closes the provider's homes to new matches. A "
    "trade, an exit or a result must fit its contract, and goes into its statements; with "
    "`taken_back` it no longer counts.",
    response_model=None,
    responses={
        **answers(EntryMade, "register-made", 201, "Its number"),
        **refusals(*WRITES, "not-found"),
    },
    openapi_extra=takes(EntryRequest, "register-agreement"),
)
async def create_register_entry(
    request: Request,
    register: Annotated[str, Path(pattern="^(" + "|".join(REGISTERS) + ")$")],
) -> Response:
    """Write to a register."""
    actor = actor_of(request)
    body = await small_body(request)
    once = once_of(request, actor, body)
    entry = read_as(body, ENTRY)
    if entry.register_ != register:
        allowed = f"{register}, as in the address"
        raise bad_input([InputError(allowed, ("register",), value=entry.register_)])
    return await answered(
        service_of(request).records.work,
        lambda session: desk_lists.enter(session, actor, entry, once),
    )


async def _answered(request: Request, work: Callable[[Any], Answered]) -> Response:
    return await answered(service_of(request).records.look, work)
