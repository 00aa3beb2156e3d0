"""What a commissioner writes down of a contract: a trade, a borough that leaves, what was achieved.

Each is an entry of a register, refused whole where the contract forbids it. The address may name an
entry by its key: the form then has what it says, to be put right or taken back with a reason.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import desk_lists
from api.pages.asked_errors import error_at
from api.pages.asked_shape import Asked, filled, told_in_fields
from api.pages.contracts import WRITES
from api.pages.forms import Fields, by_field, day_boxes, sent
from api.pages.keys import KEY_FIELD, new_key, once_of_form
from api.pages.render import page
from api.problems import ProblemError
from api.requests import read_as
from api.service import service_of
from api.who import actor_of
from broker.access.actor import Actor
from broker.registers.agreements import newest
from broker.registers.entries import ENTRY
from matching.geography import authority_name
from pricing.terms import Contract

router = APIRouter(include_in_schema=False)
_BACK: Final = Asked("taken_back", "Why it no longer counts, to take it back", "words", False)
_DAYS: Final = (
    Asked("holds_from", "First day", "day", True),
    Asked("holds_to", "Day after the last", "day", True),
)


def _asked(register: str, contract: Contract) -> list[Asked]:
    """The fields of an entry, in the words of those who fill it in."""
    assert contract.block is not None
    boroughs = tuple(contract.block.shares)
    if register == "trades":
        return [
            Asked("trade", "What to call the trade", "line", True),
            Asked("released_by", "Borough that releases places", "choice", True, boroughs),
            Asked("used_by", "Borough that uses them", "choice", True, boroughs),
            *_DAYS,
            Asked("places", "How many places", "number", True),
            Asked("price_per_place_week", "Pounds for a place, a week", "decimal", True),
            _BACK,
        ]
    if register == "exits":
        return [
            Asked("borough", "Borough that leaves", "choice", True, boroughs),
            Asked("notice_given", "Day it gave notice", "day", True),
            Asked("leaves_on", "First day without a share", "day", True),
            Asked("told_on", "Day all boroughs were told", "day", False),
            _BACK,
        ]
    items = () if contract.results is None else tuple(one.code for one in contract.results.items)
    return [
        Asked("item", "Result", "choice", True, items),
        *_DAYS,
        Asked("achieved", "How much was achieved, from 0 to 1", "decimal", True),
        Asked("evidence", "Where the evidence is kept", "line", True),
        Asked("by_young_people", "Did young people write some of it?", "yes", True),
        Asked("proposal", "Name of the agreed proposal", "line", False),
        _BACK,
    ]


@router.get("/contracts/{contract_id}/write/{register}")
async def show_write(request: Request, contract_id: str, register: str, key: str = "") -> Response:
    """The form, with what an entry says where the address names one."""
    contract = await _contract(request, contract_id, register)
    there = await _there(request, contract, register)
    asked = _asked(register, contract)
    told = next((one["told"] for one in there if one["key"] == key), None)
    fields = Fields([]) if told is None else filled(asked, told)
    return _form(request, contract, register, there, fields, [], 200)


@router.post("/contracts/{contract_id}/write/{register}")
async def write(request: Request, contract_id: str, register: str) -> Response:
    """Write an entry; what is wrong is told at its field, with the rest kept."""
    actor, fields = actor_of(request), sent(request)
    contract = await _contract(request, contract_id, register)
    asked = _asked(register, contract)
    once = once_of_form(request, actor)
    body = {"register": register, "contract": contract.id, **told_in_fields(asked, fields)}
    try:
        entry = read_as(json.dumps(body).encode(), ENTRY)
        await asyncio.to_thread(
            service_of(request).records.work,
            lambda session: desk_lists.enter(session, actor, entry, once),
        )
    except ProblemError as refused:
        if refused.kind != "bad-input":
            raise
        errors = [error_at(asked, error) for error in refused.errors]
        there = await _there(request, contract, register)
        return _form(request, contract, register, there, fields, errors, 422)
    return RedirectResponse(f"/contracts/{quote(contract.id, safe='')}/write/{register}", 303)


async def _contract(request: Request, contract_id: str, register: str) -> Contract:
    actor: Actor = actor_of(request)
    if register not in WRITES:
        raise ProblemError("not-found", f"Of a contract one writes {', '.join(WRITES)}.")
    found = await asyncio.to_thread(service_of(request).records.contract, actor, contract_id)
    if found is None or found.block is None:
        raise ProblemError("not-found", "There is no block contract with this id on record.")
    return found


async def _there(request: Request, contract: Contract, register: str) -> list[Mapping[str, Any]]:
    """The entries there are of a contract: the key, what each says, and whether it counts."""
    rows = await asyncio.to_thread(
        service_of(request).records.look, lambda session: newest(session, register, contract.id)
    )
    return [
        {"key": row.key, "told": row.told, "by": row.made_by, "at": row.made_at} for row in rows
    ]


def _form(
    request: Request,
    contract: Contract,
    register: str,
    there: Sequence[Mapping[str, Any]],
    fields: Fields,
    errors: list[dict[str, str]],
    status: int,
) -> Response:
    asked = _asked(register, contract)
    assert contract.block is not None
    items = () if contract.results is None else contract.results.items
    return page(
        request,
        "money/write.html",
        WRITES[register],
        status=status,
        errors=errors,
        at=by_field(errors),
        contract=contract,
        register=register,
        there=there,
        asked=asked,
        fields=fields,
        boxes={one.name: day_boxes(fields, one.name) for one in asked if one.how == "day"},
        named={
            **{code: authority_name(code) for code in contract.block.shares},
            **{one.code: one.name for one in items},
        },
        key=new_key(),
        key_field=KEY_FIELD,
    )
