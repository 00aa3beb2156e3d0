"""Which places to buy: an ordinary form, weighed as long work beside the simulations."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from api import home_desk
from api.pages.forms import by_field, sent
from api.pages.keys import KEY_FIELD, new_key, once_of_form
from api.pages.render import page
from api.pages.simulations import PRIVATE, put_in_queue, shelf_of, sizes_sent
from api.problems import ProblemError
from api.service import service_of
from api.who import actor_of
from broker.access.actor import Actor
from broker.capacity.desk.buying import PURCHASE
from broker.capacity.desk.purchase import KINDS, TERMS, purchase_of
from broker.store.fit import Unfit, case_on_record
from matching.data import need_tags
from matching.problem import Problem
from pricing.terms import BANDS, Contract

router = APIRouter(include_in_schema=False)
_START: Final = {
    "weeks": "416",
    "replications": "60",
    "seed": "0",
    "most_places": "45",
    "void_year": "1000000",
    "years_1": "8",
    "guarantee_1": "90",
    "arrivals_low": "75",
    "arrivals_high": "125",
    "ended_early_low": "10",
    "ended_early_high": "30",
    "achieved": "50",
}
"""What stands in an empty form; our starting assumptions, for people to change."""
MOST_LISTED: Final = 100
"""How many homes a form lists to choose from; of more, the id of one is written down."""
_ACHIEVED: Final = "The results achieved must be a whole number from 0 to 100"


@router.get("/purchases")
async def show_purchase(request: Request) -> Response:
    """The form of what may be bought."""
    return await _form(request, _START, [], 200)


@router.post("/purchases")
async def ask_purchase(request: Request) -> Response:
    """Put a purchase into the queue; what is wrong is told at its field, with the rest kept."""
    actor, fields = actor_of(request), dict(sent(request))
    once = once_of_form(request, actor)
    shelf = shelf_of(request)
    if shelf is None or not shelf.demand.exists() or not actor.central:
        raise ProblemError("not-found", "Simulations are not set up in this service.")
    contract = await _contract(request, actor, fields.get("contract", ""))
    sizes, errors = sizes_sent(fields)
    if sizes["replications"] == 1:
        text = "How often must be 2 or more: one run alone has no interval"
        errors.append({"href": "#replications", "text": text})
    achieved = fields.get("achieved", "").strip()
    known = achieved.isascii() and achieved.isdigit() and int(achieved[:4]) <= 100
    if contract is None:
        errors.append({"href": "#contract", "text": "Choose a block contract"})
    else:
        case = await asyncio.to_thread(_case, request)
        _, wrong = purchase_of(fields, actor.id, case, contract)
        errors += [
            {"href": f"#{one.field}", "text": f"{one.value} cannot be used. Allowed: {one.allowed}"}
            for one in wrong
        ]
        if contract.results is not None and not known:
            errors.append({"href": "#achieved", "text": _ACHIEVED})
        if not shelf.spot.exists() and not fields.get(f"spot_{BANDS[0]}", "").strip():
            text = "Say what places bought one by one cost: no fees of them are set up here"
            errors.append({"href": f"#spot_{BANDS[0]}", "text": text})
    if errors or contract is None:
        return await _form(request, fields, errors, 422)
    asked = {
        **sizes,
        "what": PURCHASE,
        "contract": contract.id,
        "achieved": int(achieved) if known else 0,
        "fields": {name: text for name, text in fields.items() if name not in PRIVATE},
    }
    return await put_in_queue(request, shelf, asked, once)


async def _contract(request: Request, actor: Actor, name: str) -> Contract | None:
    found = await asyncio.to_thread(service_of(request).records.contract, actor, name)
    return found if found is not None and found.block is not None else None


def _case(request: Request) -> Problem:
    def read(session: Session) -> Problem:
        return case_on_record(session, require_safety=False)[0]

    try:
        return service_of(request).records.look(read)
    except Unfit as unfit:
        raise ProblemError("records-unfit", str(unfit)) from unfit


async def _form(
    request: Request, fields: Mapping[str, str], errors: list[dict[str, str]], status: int
) -> Response:
    actor, shelf = actor_of(request), shelf_of(request)
    ready = shelf is not None and shelf.demand.exists() and actor.central
    contracts: list[Contract] = []
    homes: list[tuple[str, str]] = []
    if ready:
        every = await asyncio.to_thread(service_of(request).records.contracts, actor)
        contracts = [one for one in every if one.block is not None]
        homes = await asyncio.to_thread(service_of(request).records.look, home_desk.names_of_open)
    return page(
        request,
        "money/purchase.html",
        "Which places to buy",
        status=status,
        errors=errors,
        at=by_field(errors),
        fields=fields,
        contracts=contracts,
        homes=homes,
        listed=len(homes) <= MOST_LISTED,
        kinds=KINDS,
        terms=TERMS,
        bands=BANDS,
        needs=need_tags(),
        ready=ready,
        spot_set=shelf is not None and shelf.spot.exists(),
        key=new_key(),
        key_field=KEY_FIELD,
    )
