"""What a provider may expect of a contract: three cases, year by year, with chart and workbook.

The question is in the address, so that a link keeps it, and the chart and the workbook answer it
too. A provider asks about the contracts it is a party to, and about its own places in them. Its own
costs give a margin; they are in the address only where it asks for that, and kept nowhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.identity import TOKEN_FIELD
from api.lives import today
from api.pages.forecast_costs import COSTS, FIELDS, HOMES, MOST_HOMES, costs_sent, has_costs
from api.pages.forms import by_field, sent
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
                  "--places": "places", "--homes": "homes", "--provider": "places",
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
    asked = await asyncio.to_thread(_question, request, dict(request.query_params))
    return _shown(request, asked, request.url.query, linked=True)


@router.post("/forecast")
async def ask_forecast(request: Request) -> Response:
    """The forecast with costs of one's own, which are kept nowhere; all else is in the address."""
    fields = _without(sent(request), (TOKEN_FIELD,))
    kept = fields.pop(_KEEP, "") == "yes"
    fields = {name: text for name, text in fields.items() if text.strip() or name not in FIELDS}
    if kept or not has_costs(fields):
        return RedirectResponse(f"/forecast?{urlencode(fields)}", 303)
    asked = await asyncio.to_thread(_question, request, fields)
    return _shown(request, asked, urlencode(_without(fields, FIELDS)), linked=False)


@router.post("/forecast/workbook")
async def ask_workbook(request: Request) -> Response:
    """Every month of a forecast with costs of one's own, as a workbook; nothing of it is kept."""
    fields = _without(sent(request), (TOKEN_FIELD, _KEEP))
    made = (await asyncio.to_thread(_question, request, fields)).made
    if made is None:
        raise ProblemError("not-found", "The form asks for no forecast that can be made.")
    return await _workbook(made)


_KEEP: Final = "keep_costs"


def _without(fields: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    return {name: text for name, text in fields.items() if name not in names}


def _shown(request: Request, asked: Question, query: str, *, linked: bool) -> Response:
    """The page; `linked` says that the address asks the whole question, so that links keep it."""
    made = asked.made
    told: dict[str, Any] = {}
    if made is not None:
        income = made if linked else forecast(made.contract, made.asked, None)
        told = {
            "whose": whose(made),
            "tables": _tables(made),
            "rests_on": [*notes(made), *assumptions(made.contract)],
            "sources": source_lines(made.contract),
            "chart": forecast_chart(income),
            "query": query,
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
        costs=COSTS,
        linked=linked,
        tables_have_links=linked or made is None,
        keep=_KEEP,
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
    return await _workbook(await asyncio.to_thread(_asked, request))


async def _workbook(made: Forecast) -> Response:
    book = await asyncio.to_thread(workbook_bytes, forecast_sheets(made))
    told = {"Content-Disposition": 'attachment; filename="forecast.xlsx"'}
    return Response(book, 200, told, MEDIA_TYPE)


def _asked(request: Request) -> Forecast:
    made = _question(request, dict(request.query_params)).made
    if made is None:
        raise ProblemError("not-found", "The address asks for no forecast that can be made.")
    return made


def _question(request: Request, fields: Mapping[str, str]) -> Question:
    actor = actor_of(request)
    contracts = service_of(request).records.contracts(actor)
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
    costs, wrong = costs_sent(fields, actor.id, today())
    homes, wrong_homes = _homes(fields)
    errors += [*wrong, *wrong_homes]
    if errors:
        return None, errors
    asked = Asked(
        occupancy=occupancy,
        mix={band: part for band, part in mix.items() if part},
        requirements={},
        results=results,
        provider=actor.provider,
        places=places,
        homes=homes,
    )
    found = Problems()
    forecast_problems(found, contract, asked, costs)
    if found.found:
        return None, [_error(one.key, one.allowed) for one in BadInput(found).problems]
    return forecast(contract, asked, costs), []


def _homes(fields: Mapping[str, str]) -> tuple[int | None, list[dict[str, str]]]:
    written = fields.get(HOMES, "").strip()
    if not written:
        return None, []
    if written.isascii() and written.isdigit() and 0 < int(written[:6]) <= MOST_HOMES:
        return int(written[:6]), []
    return None, [{"href": f"#{HOMES}", "text": "The homes must be a whole number from 1"}]


def _error(key: str, allowed: str) -> dict[str, str]:
    field = _FIELDS.get(str(key), "occupancy")
    if key == "--mix":
        return {"href": "#low", "text": "The shares of the bands must add up to 100"}
    if field == HOMES:
        return {"href": f"#{HOMES}", "text": f"Say in how many homes the places are: {allowed}"}
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
