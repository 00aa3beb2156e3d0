"""Prices: what a placement costs over a period, line by line."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.body import read_body
from api.models import PriceRequest, Quote
from api.openapi import answers, refusals, takes
from api.problems import InputError, shown
from api.records import Records
from api.requests import Asked, read
from api.service import answer, service_of
from api.who import actor_of
from broker.access.actor import Actor
from pricing.assumed import assumptions
from pricing.contract import parse_contract
from pricing.problems import BadInput, InputProblem
from pricing.quote import Quote as Quoted
from pricing.quote import quote
from pricing.terms import BANDS, Contract

router = APIRouter(tags=["prices"])
FILE = "contract.toml"


@router.post(
    "/api/prices",
    operation_id="createPrice",
    summary="Price a placement",
    description="Prices a band and the requirements beyond it over a period, by a contract on "
    "record or by the text of a contract file. A provider sees the prices of its own contracts. "
    "Units are totals a week, the included ones among them. Every line names the file, the version "
    "and the rule it came from. Nothing is kept.",
    response_model=None,
    responses={
        **answers(Quote, "price-answer", 200, "The price, line by line"),
        **refusals(
            "not-json", "too-slow", "too-large", "not-json-type", "bad-input", "database-away"
        ),
    },
    openapi_extra=takes(PriceRequest, "price-record", "price-text"),
)
async def create_price(request: Request) -> Response:
    """The price of a placement."""
    service = service_of(request)
    settings = service.settings
    body = await read_body(request, settings.price_bytes, settings.body_seconds)
    priced = await asyncio.to_thread(price_asked, service.records, actor_of(request), body)
    return answer({**priced.to_json(), "assumptions": assumptions(priced.contract)})


def price_asked(records: Records, actor: Actor, body: bytes) -> Quoted:
    """The price that a body asks for.

    Raises:
        ProblemError: with every error of the body.
    """
    asked = read(body, PriceRequest)
    contract = _contract(asked, records, actor)
    priced = _quote(asked, contract) if contract is not None else None
    asked.raise_if_any()
    assert priced is not None
    return priced


def _contract(asked: Asked[PriceRequest], records: Records, actor: Actor) -> Contract | None:
    """The contract asked for, from the record or from its text."""
    which = asked.one_of("contract", "contract_toml")
    if which is None or (which,) in asked.found:
        return None
    given: str = asked.document[which]
    if which == "contract":
        contract = records.contract(actor, given)
        if contract is None:
            allowed = "the id of a contract on record: " + (
                records.contract_ids(actor) or "there is none"
            )
            asked.refuse(InputError(allowed, (which,), value=shown(given), kind="unknown id"))
        return contract
    try:
        return parse_contract(given.encode(), FILE)
    except BadInput as refused:
        asked.add(
            InputError(
                problem.allowed,
                (which,),
                value=problem.value,
                kind=problem.kind,
                column=problem.key or None,
            )
            for problem in refused.problems
        )
        return None


def _quote(asked: Asked[PriceRequest], contract: Contract) -> Quoted | None:
    """The price; where a value was refused, another stands in, so that the rest is judged too."""
    document = asked.document
    requirements = document.get("requirements")
    units = {
        code: Decimal(number)
        for code, number in (requirements if isinstance(requirements, dict) else {}).items()
        if ("requirements", code) not in asked.found
    }
    try:
        return quote(
            contract,
            BANDS[0] if ("band",) in asked.found else document["band"],
            units,
            contract.start if ("from",) in asked.found else date.fromisoformat(document["from"]),
            contract.end if ("to",) in asked.found else date.fromisoformat(document["to"]),
        )
    except BadInput as refused:
        asked.refuse(*(_error(problem, document) for problem in refused.problems))
        return None


def _error(problem: InputProblem, document: Mapping[str, Any]) -> InputError:
    key, _, code = problem.key.partition(" ")
    path = ("requirements", code) if key == "requirement" else (key,)
    value = shown(document[key]) if len(path) == 1 else shown(document["requirements"][code])
    return InputError(problem.allowed, path, value=value, kind=problem.kind)
