"""What a provider may expect of a contract: three cases, year by year, with chart and workbook.

The question is in the address, so that a link keeps it, and the chart and the workbook answer it
too. A provider asks about the contracts it is a party to, and about its own places in them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.pages.forms import by_field
from api.pages.render import page
from api.pages.shown import ShownTable, shown_sheet
from api.pages.spreadsheet import MEDIA_TYPE
from api.problems import ProblemError
from api.service import service_of
from api.who import actor_of
from broker.access.actor import Actor
from broker.charts import svg
from broker.forecast_chart import forecast_chart
from broker.forecast_sheets import forecast_sheets
from broker.workbook import workbook_bytes
from pricing.assumed import assumptions
from pricing.forecast.asked import Asked
from pricing.forecast.forecast import CENTRAL, Forecast, forecast, forecast_problems
from pricing.forecast.notes import notes, whose
from pricing.money import parse_decimal
from pricing.problems import BadInput, Problems
from pricing.render import source_lines
from pricing.terms import BANDS, Contract

router = APIRouter(include_in_schema=False)
_START: Final = {
    "occupancy": "85",
    "low": "20",
    "medium": "35",
    "high": "35",
    "specialist": "10",
}
"""What stands in an empty form; our starting assumption, for people to change."""
_FIELDS: Final = {"--occupancy": "occupancy", "--mix": "low", "--results": "results",
                  "--places": "places", "--homes": "places", "--provider": "places",
                  "--low-occupancy": "occupancy", "--high-occupancy": "occupancy"}  # fmt: skip
SHARE: Final = "must be a number from 0 to 100, such as 85 or 12.5"
_MOST_PLACES: Final = 10_000


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked in an address: the contract, what was written, and the forecast if it holds."""

    contracts: list[Contract]
    chosen: Contract | None
    fields: Mapping[str, str]
    made: Forecast | None
    errors: list[dict[str, str]]


@router.get("/forecast")
async def show_forecast(request: Request) -> Response:
    """The form, and the forecast where it is asked for."""
    asked = await asyncio.to_thread(_question, request)
    made = asked.made
    told: dict[str, Any] = {}
    if made is not None:
        told = {
            "whose": whose(made),
            "tables": _tables(made),
            "rests_on": [*notes(made), *assumptions(made.contract)],
            "sources": source_lines(made.contract),
            "chart": forecast_chart(made),
            "query": request.url.query,
        }
    return page(
        request,
        "money/forecast.html",
        "Income forecast",
        status=422 if asked.errors else 200,
        errors=asked.errors,
        at=by_field(asked.errors),
        contracts=asked.contracts,
        chosen=asked.chosen,
        fields=asked.fields,
        bands=BANDS,
        own=actor_of(request).provider,
        **told,
    )


@router.get("/forecast/chart")
async def forecast_chart_file(request: Request) -> Response:
    """The forecast as a chart, of the same question."""
    made = await asyncio.to_thread(_asked, request)
    drawn = await asyncio.to_thread(svg, forecast_chart(made))
    return Response(drawn, media_type="image/svg+xml")


@router.get("/forecast/workbook")
async def forecast_workbook(request: Request) -> Response:
    """Every month of the forecast as a workbook, of the same question."""
    made = await asyncio.to_thread(_asked, request)
    book = await asyncio.to_thread(workbook_bytes, forecast_sheets(made))
    told = {"Content-Disposition": 'attachment; filename="forecast.xlsx"'}
    return Response(book, 200, told, MEDIA_TYPE)


def _asked(request: Request) -> Forecast:
    made = _question(request).made
    if made is None:
        raise ProblemError("not-found", "The address asks for no forecast that can be made.")
    return made


def _question(request: Request) -> Question:
    actor = actor_of(request)
    contracts = service_of(request).records.contracts(actor)
    fields = dict(request.query_params)
    chosen = next((one for one in contracts if one.id == fields.get("contract")), None)
    if chosen is None and len(contracts) == 1 and "contract" not in fields:
        chosen = contracts[0]
    if chosen is None or "occupancy" not in fields:
        errors = []
        if chosen is None and fields.get("contract"):
            errors = [{"href": "#contract", "text": "Choose a contract"}]
        return Question(contracts, chosen, {**_START, **fields}, None, errors)
    made, errors = _made(actor, chosen, fields)
    return Question(contracts, chosen, fields, made, errors)


def _made(
    actor: Actor, contract: Contract, fields: Mapping[str, str]
) -> tuple[Forecast | None, list[dict[str, str]]]:
    errors: list[dict[str, str]] = []

    def share(name: str, words: str, *, empty: Fraction | None = None) -> Fraction:
        written = fields.get(name, "").strip()
        if not written and empty is not None:
            return empty
        number = parse_decimal(written)
        if number is None or number > 100:
            errors.append({"href": f"#{name}", "text": f"{words} {SHARE}"})
            return Fraction()
        return number / 100

    occupancy = share("occupancy", "The places used")
    mix = {band: share(band, f"{band.capitalize()} need", empty=Fraction()) for band in BANDS}
    results = share("results", "The results") if fields.get("results", "").strip() else None
    written = fields.get("places", "").strip()
    places = None
    if written:
        if written.isascii() and written.isdigit() and 0 < int(written[:6]) <= _MOST_PLACES:
            places = int(written[:6])
        else:
            errors.append({"href": "#places", "text": "The places must be a whole number from 1"})
    if errors:
        return None, errors
    asked = Asked(
        occupancy=occupancy,
        mix={band: part for band, part in mix.items() if part},
        requirements={},
        results=results,
        provider=actor.provider,
        places=places,
    )
    found = Problems()
    forecast_problems(found, contract, asked, None)
    if found.found:
        return None, [_error(one.key, one.allowed) for one in BadInput(found).problems]
    return forecast(contract, asked, None), []


def _error(key: str, allowed: str) -> dict[str, str]:
    field = _FIELDS.get(str(key), "occupancy")
    if key == "--mix":
        return {"href": "#low", "text": "The shares of the bands must add up to 100"}
    if field == "places":
        return {"href": "#places", "text": f"Say how many places it is about: {allowed}"}
    return {"href": f"#{field}", "text": f"This cannot be used. Allowed: {allowed}"}


def _tables(made: Forecast) -> list[ShownTable]:
    """The cases, and the years of the central one: the sheets of the workbook."""
    wanted = ("Cases", f"Years, {CENTRAL}", "Sources")
    sheets = {sheet.title: sheet for sheet in forecast_sheets(made)}
    return [
        shown_sheet(sheets[title], notes=False, total=title.startswith("Years")) for title in wanted
    ]
