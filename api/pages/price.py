"""The price check: a band, requirements and days; what a placement then costs, line by line.

The question is in the address, so that a link keeps it.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.pages.forms import by_field, day_boxes, day_sent, errors_at, is_day
from api.pages.render import page
from api.problems import InputError, ProblemError
from api.routes.prices import price_asked
from api.service import service_of
from api.who import actor_of
from broker.access.actor import Actor
from pricing.assumed import assumptions
from pricing.money import round_half_up
from pricing.quote import Line, Quote
from pricing.terms import BANDS, Contract

router = APIRouter(include_in_schema=False)
_UNITS: Final = "units-"
_NUMBER: Final = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]+)?")
_DAYS: Final = {"from-day": "The first day", "to-day": "The day after the last"}


@router.get("/price")
async def show_price(request: Request) -> Response:
    """The form, and the price where it is asked for."""
    actor, records = actor_of(request), service_of(request).records
    contracts = await asyncio.to_thread(records.contracts, actor)
    fields = dict(request.query_params)
    chosen = next((one for one in contracts if one.id == fields.get("contract")), None)
    if chosen is None and len(contracts) == 1 and "contract" not in fields:
        chosen = contracts[0]
    errors: list[dict[str, str]] = []
    priced: Quote | None = None
    if "band" in fields or "from-day" in fields:
        try:
            priced = await asyncio.to_thread(_priced, request, actor, fields, chosen)
        except ProblemError as refused:
            errors = errors_at(refused, _field, partial(_say, fields, chosen))
    return page(
        request,
        "price.html",
        "Price check",
        status=422 if errors else 200,
        errors=errors,
        at=by_field(errors),
        contracts=contracts,
        chosen=chosen,
        bands=BANDS,
        fields=fields,
        boxes={name: day_boxes(fields, name) for name in ("from", "to")},
        priced=priced,
        lines=[] if priced is None else [_line(line) for line in priced.lines],
        assumed=[] if priced is None else assumptions(priced.contract),
    )


def _priced(
    request: Request, actor: Actor, fields: Mapping[str, str], chosen: Contract | None
) -> Quote:
    asked = {
        "contract": fields.get("contract", "" if chosen is None else chosen.id) or None,
        "band": fields.get("band", ""),
        "from": day_sent(fields, "from"),
        "to": day_sent(fields, "to"),
    }
    units = {
        name.removeprefix(_UNITS): written.strip()
        for name, written in fields.items()
        if name.startswith(_UNITS) and written.strip()
    }
    body = f'{json.dumps(asked)[:-1]}, "requirements": {_numbers(units)}}}'
    return price_asked(service_of(request).records, actor, body.encode())


def _numbers(units: Mapping[str, str]) -> str:
    """Numbers as JSON, digit for digit as they were written; what is none stays text."""
    parts = (
        f"{json.dumps(code)}: {text if _NUMBER.fullmatch(text) else json.dumps(text)}"
        for code, text in units.items()
    )
    return "{" + ", ".join(parts) + "}"


def _field(error: InputError) -> str:
    """The field of the form that an error of the question is about."""
    path = error.path or ("contract",)
    if path[0] == "requirements" and len(path) > 1:
        return f"{_UNITS}{path[1]}"
    return {"from": "from-day", "to": "to-day"}.get(str(path[0]), str(path[0]))


def _say(
    fields: Mapping[str, str], contract: Contract | None, field: str, error: InputError
) -> str:
    """An error in the words of the form."""
    if field == "band":
        return "Choose a need band"
    if field in _DAYS:
        if not is_day(day_sent(fields, field.removesuffix("-day"))):
            return f"{_DAYS[field]} must be a real day, such as 7 September 2026"
        return f"{_DAYS[field]}: {error.value} cannot be used. Allowed: {error.allowed}"
    if field.startswith(_UNITS):
        named = {} if contract is None else {one.code: one.name for one in contract.requirements}
        code = field.removeprefix(_UNITS)
        return f"{named.get(code, code)} must be a number from 0, such as 14 or 2.5"
    return f"Choose a contract. Allowed: {error.allowed}"


def _line(line: Line) -> dict[str, Any]:
    return {
        "what": line.what,
        "start": line.start,
        "end": line.end,
        "days": line.days,
        "weekly": round_half_up(line.weekly),
        "amount": line.amount,
        "rule": line.rule,
    }
