"""What is asked of a whole period: a provider's reasons, the year before, and reports."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api import reports
from api.once import Answered
from api.openapi import answers, refusals
from api.report_models import BaselinesRead, OfferReasons, ReportRead
from api.routes.referrals import READS
from api.service import answer, service_of
from api.who import actor_of
from broker.life.form import Day
from broker.workbook import workbook_bytes

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


_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get(
    "/api/reports/{name}",
    operation_id="readReport",
    summary="A report from the warehouse",
    description="One of flow, outcomes, sufficiency, equality, providers, change and board, of a "
    "`quarter` such as 2026-Q3, of days `from` and `to`, or of the last whole quarter. The "
    "warehouse is as it was last refreshed: `as_of`. Brokers and commissioners see all, a "
    "borough's director the borough's own young people. Reports are for those inside the "
    "partnership: small groups are not hidden in them. `Accept: text/csv` asks for a line for "
    f"each figure, `Accept: {_WORKBOOK}` for a workbook; else it is JSON.",
    response_model=None,
    responses={
        **answers(ReportRead, "report", 200, "The report"),
        **refusals(*READS, "bad-input", "records-unfit"),
    },
)
async def read_report(
    request: Request,
    name: Annotated[str, Path(description="which report", examples=["flow"])],
    quarter: Annotated[str | None, Query(max_length=20, description="such as 2026-Q3")] = None,
    start: Annotated[Day | None, Query(alias="from", description="the first day")] = None,
    end: Annotated[Day | None, Query(alias="to", description="the day after the last")] = None,
) -> Response:
    """A report from the warehouse."""
    actor = actor_of(request)
    found = await asyncio.to_thread(
        service_of(request).records.look,
        lambda session: reports.report(session, actor, name, quarter, (start, end)),
    )
    wanted = request.headers.get("accept", "")
    if _WORKBOOK in wanted:
        made = await asyncio.to_thread(workbook_bytes, found.sheets())
        return Response(made, media_type=_WORKBOOK)
    if "text/csv" in wanted:
        return Response(found.csv(), media_type="text/csv")
    return answer(found.to_json(), 200)


async def _answered(request: Request, work: Callable[[Any], Answered]) -> Response:
    done = await asyncio.to_thread(service_of(request).records.look, work)
    return answer(done.body, done.status)
