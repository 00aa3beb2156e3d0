"""What providers and commissioners ask of a whole period: reasons, and the year before."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api import reports
from api.once import Answered
from api.openapi import answers, refusals
from api.report_models import BaselinesRead, OfferReasons
from api.routes.referrals import READS
from api.service import answer, service_of
from api.who import actor_of
from broker.life.form import Day

router = APIRouter(tags=["work"])


@router.get(
    "/api/offers/reasons",
    operation_id="explainOffers",
    summary="Why a provider's homes were asked, and why not",
    description="For a provider's own homes, what they were offered by band beside its share of "
    "the places and all providers' totals, with the recorded reasons. No other provider's own "
    "numbers show: totals are told for one whole quarter that is over, and hidden where they would "
    "give another away. Brokers and commissioners name the `provider`; commissioners are not told "
    "which referral a line is of.",
    response_model=None,
    responses={
        **answers(OfferReasons, "offer-reasons", 200, "The reasons"),
        **refusals(*READS, "bad-input"),
    },
)
async def explain_offers(
    request: Request,
    start: Annotated[Day, Query(alias="from", description="the first day")],
    end: Annotated[Day, Query(alias="to", description="the day after the last")],
    provider: Annotated[str | None, Query(min_length=1, max_length=200)] = None,
) -> Response:
    """Why a provider's homes were asked, and why not."""
    actor = actor_of(request)
    return await _answered(
        request, lambda session: reports.offer_reasons(session, actor, provider, start, end)
    )


@router.get(
    "/api/baseline",
    operation_id="readBaselines",
    summary="The year before, as it was frozen",
    description="Prices, moves, distance, stay and repeat episodes of the year before, frozen by "
    "`broker baseline --freeze` and never changed since; all of them, or those of the year from a "
    "day. Somebody of a borough sees the borough's own figures and those of all.",
    response_model=None,
    responses={
        **answers(BaselinesRead, "baselines", 200, "The baselines"),
        **refusals("not-signed-in", "not-allowed", "bad-input", "database-away"),
    },
)
async def read_baselines(
    request: Request,
    year: Annotated[Day | None, Query(description="the first day of the year")] = None,
) -> Response:
    """The year before, as it was frozen."""
    actor = actor_of(request)
    return await _answered(request, lambda session: reports.baselines(session, actor, year))


async def _answered(request: Request, work: Callable[[Any], Answered]) -> Response:
    done = await asyncio.to_thread(service_of(request).records.look, work)
    return answer(done.body, done.status)
