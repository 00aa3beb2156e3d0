"""Homes on record: their free places, one of them, a new one, and what becomes of one."""

from __future__ import annotations

import asyncio
import re
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError
from starlette.requests import Request
from starlette.responses import Response

from api import home_desk
from api.home_models import HomeAdd, HomeChange, HomeChanged, HomeRead, HomesPage
from api.lives import today
from api.once import once_of
from api.openapi import answers, refusals, takes
from api.requests import read
from api.routes.referrals import READS, WRITES, small_body, word_of
from api.service import answer, service_of
from api.who import actor_of
from matching.policy import FIRST_YEAR, LAST_YEAR

router = APIRouter(tags=["homes"])
LARGEST_PAGE = 500
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
HomeId = Annotated[str, Path(description="id of the home (its URN)", examples=["SC990001"])]


def _real_day(text: str | None) -> str | None:
    if text is not None:
        try:
            if not _DAY.fullmatch(text):
                raise ValueError
            if not FIRST_YEAR <= date.fromisoformat(text).year <= LAST_YEAR:
                raise ValueError
        except ValueError:
            words = f"Input should be a date written YYYY-MM-DD, of {FIRST_YEAR} to {LAST_YEAR}"
            raise PydanticCustomError("day", "{words}", {"words": words}) from None
    return text


class HomesQuery(BaseModel):
    """Which homes to show, and for which day."""

    model_config = ConfigDict(extra="forbid")

    day: Annotated[str | None, AfterValidator(_real_day)] = Field(
        None,
        description="the day on which places are free; today if left out",
        json_schema_extra={"format": "date"},
        examples=["2026-04-01"],
    )
    limit: int = Field(100, ge=1, le=LARGEST_PAGE, description="how many homes at most")
    after: str = Field(
        "",
        max_length=64,
        pattern=r"^[^\x00]*$",
        description="the `next` of the page before; the first page if left out",
    )


@router.get(
    "/api/homes",
    operation_id="listHomes",
    summary="Homes on record and their free places",
    description="Homes in the order of their ids, each with its free places on a day; `next` is "
    "the `after` of the next page. Free are the places less the residents present and the rooms "
    "out of use. A resident is present until a confirmed day of leaving; any other date frees "
    "nothing and is shown as a day from which a place may be free. Where a home is, to the metre, "
    "is told to the brokers, its provider, and the borough "
    "that decided for it. Those who ring see when each home last said what is free.",
    response_model=None,
    responses={
        **answers(HomesPage, "homes", 200, "A page of homes"),
        **refusals("bad-input", "not-signed-in", "not-allowed", "database-away"),
    },
)
def list_homes(request: Request, query: Annotated[HomesQuery, Query()]) -> Response:
    """A page of homes with their free places on the day."""
    actor = actor_of(request)
    day = date.fromisoformat(query.day) if query.day else today()
    total, homes, more = service_of(request).records.look(
        lambda session: home_desk.page(session, actor, day, query.limit, query.after)
    )
    return answer(
        {
            "day": day.isoformat(),
            "total": total,
            "limit": query.limit,
            "next": more,
            "homes": homes,
        }
    )


@router.get(
    "/api/homes/{home_id}",
    operation_id="readHome",
    summary="One home",
    description="What is on record of it and its free places today; where it is, to the metre, for "
    "the brokers, its provider, and the borough that decided for it. `ETag` is its version, for "
    "`If-Match`.",
    response_model=None,
    responses={**answers(HomeRead, "home", 200, "The home"), **refusals(*READS)},
)
async def read_home(request: Request, home_id: HomeId) -> Response:
    """One home."""
    actor = actor_of(request)
    records = service_of(request).records
    found = await asyncio.to_thread(
        records.look, lambda session: home_desk.one(session, actor, home_id, today())
    )
    return answer(found.body, found.status, **found.headers)


@router.post(
    "/api/homes",
    status_code=201,
    operation_id="createHome",
    summary="Put a home on record that was on no file yet",
    description="For a spot purchase: the columns that a case requires, judged by the reader of "
    "cases; every hard rule holds for it from the first minute. With `rates` the engine knows what "
    "it charges.",
    response_model=None,
    responses={
        **answers(HomeRead, "home-made", 201, "The home; `Location` is its address"),
        **refusals(*WRITES),
    },
    openapi_extra=takes(HomeAdd, "home-add"),
)
async def create_home(request: Request) -> Response:
    """Put a home on record."""
    actor = actor_of(request)
    body = await small_body(request)
    once = once_of(request, actor, body)
    asked = read(body, HomeAdd)
    asked.raise_if_any()
    assert asked.model is not None
    model = asked.model
    records = service_of(request).records
    made = await asyncio.to_thread(
        records.work, lambda session: home_desk.add(session, actor, model, once)
    )
    return answer(made.body, made.status, **made.headers)


@router.patch(
    "/api/homes/{home_id}",
    operation_id="changeHome",
    summary="Change a home, or say that rooms are out of use",
    description="One act: the home is changed with its history, everybody who thereby loses a "
    "place is found, and each is told why in their own steps. An offer or a decision is set back "
    "and a place is looked for again; whoever lives where nobody may live any longer gets an "
    "urgent referral; whoever lives where there are too few rooms left is reviewed. A provider may "
    "say that rooms are out of use. `If-Match` names the version that was seen.",
    response_model=None,
    responses={
        **answers(HomeChanged, "home-changed", 200, "The home as it is now, and whom it concerns"),
        **refusals(*READS, "not-json", "too-slow", "too-large", "not-json-type", "bad-input",
                   "changed", "which-version"),
    },
    openapi_extra=takes(HomeChange, "home-registration", "home-rooms"),
)  # fmt: skip
async def change_home(request: Request, home_id: HomeId) -> Response:
    """Change a home."""
    actor = actor_of(request)
    body = await small_body(request)
    version = word_of(request, "home")
    asked = read(body, HomeChange)
    asked.raise_if_any()
    assert asked.model is not None
    model = asked.model
    records = service_of(request).records
    made = await asyncio.to_thread(
        records.work, lambda session: home_desk.change(session, actor, home_id, model, version)
    )
    return answer(made.body, made.status, **made.headers)
