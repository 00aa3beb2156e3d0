"""Homes on record and their free places, a page at a time."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError
from starlette.requests import Request
from starlette.responses import Response

from api.models import HomesPage
from api.openapi import answers, refusals
from api.service import answer, service_of
from api.who import actor_of
from broker.store.clock import now

router = APIRouter(tags=["homes"])
LARGEST_PAGE = 500
LARGEST_OFFSET = 10_000_000
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _real_day(text: str | None) -> str | None:
    if text is not None:
        try:
            if not _DAY.fullmatch(text):
                raise ValueError
            date.fromisoformat(text)
        except ValueError:
            raise PydanticCustomError("day", "Input should be a date written YYYY-MM-DD") from None
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
    offset: int = Field(0, ge=0, le=LARGEST_OFFSET, description="how many homes to pass over")


@router.get(
    "/api/homes",
    operation_id="listHomes",
    summary="Homes on record and their free places",
    description="Homes in the order of their ids, each with its free places on a day: its places "
    "less the residents present. A resident is present until a confirmed day of leaving; any "
    "other date frees nothing and is shown as a day from which a place may be free. Where a home "
    "is, exactly, is told to the brokers, its provider, and boroughs whose young people are to "
    "live there; else `easting`, `northing` and `postcode` are null.",
    response_model=None,
    responses={
        **answers(HomesPage, "homes", 200, "A page of homes"),
        **refusals("bad-input", "database-away"),
    },
)
def list_homes(request: Request, query: Annotated[HomesQuery, Query()]) -> Response:
    """A page of homes with their free places on the day."""
    day = date.fromisoformat(query.day) if query.day else now().astimezone().date()
    total, homes = service_of(request).records.homes(
        actor_of(request), day, query.limit, query.offset
    )
    following = query.offset + query.limit
    page = urlencode({"day": day.isoformat(), "limit": query.limit, "offset": following})
    return answer(
        {
            "day": day.isoformat(),
            "total": total,
            "limit": query.limit,
            "offset": query.offset,
            "next": f"/api/homes?{page}" if following < total else None,
            "homes": homes,
        }
    )
