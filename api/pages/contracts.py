"""A contract as its commissioners see it: occupancy, voids, shares, trades, results and the mix."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any, Final

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.lives import today
from api.pages import contract_tables as tables
from api.pages.forms import by_field, day_boxes
from api.pages.maps import places_map
from api.pages.period import boxes_of, period_sent, refused_of
from api.pages.render import page
from api.pages.shown import UNKNOWN
from api.problems import ProblemError
from api.service import service_of
from api.who import actor_of
from broker.access.actor import Actor
from broker.access.allowed import may
from broker.audit.chain import Record, add_entry
from broker.block_on_record import BlockOnRecord, block_on_record, places_by_borough
from broker.store.clock import now
from matching.words import pounds_words
from pricing.assumed import assumptions
from pricing.block.balance import Balance, Mix
from pricing.problems import BadInput
from pricing.tenths import as_text
from pricing.terms import BANDS, Contract

router = APIRouter(include_in_schema=False)
WRITES: Final = {
    "trades": "Agree a trade of places",
    "exits": "Write down that a borough leaves",
    "results": "Write down what was achieved",
}
"""What a commissioner writes down of a contract, by register."""


@router.get("/contracts")
async def show_contracts(request: Request) -> Response:
    """The contracts on record; where there is one, that one."""
    actor = actor_of(request)
    found = await asyncio.to_thread(service_of(request).records.contracts, actor)
    if len(found) == 1:
        return RedirectResponse(f"/contracts/{found[0].id}", 303)
    return page(request, "contracts.html", "Contracts", contracts=found)


@router.get("/contracts/{contract_id}")
async def show_contract(request: Request, contract_id: str) -> Response:
    """One contract over a period, which is in the address."""
    actor, records = actor_of(request), service_of(request).records
    contract = await asyncio.to_thread(records.contract, actor, contract_id)
    if contract is None:
        raise ProblemError("not-found", "There is no contract with this id on record for you.")
    fields = dict(request.query_params) or usual_period(contract, today())
    period, errors = period_sent(fields)
    found: BlockOnRecord | None = None
    if period is not None:
        try:
            asked = period
            found = await asyncio.to_thread(
                records.work, lambda session: _looked(session, actor, contract_id, *asked)
            )
        except BadInput as refused:
            errors = refused_of(refused)
    where = await asyncio.to_thread(
        records.look, lambda session: places_by_borough(session, contract)
    )
    return page(
        request,
        "contract.html",
        contract.name,
        status=422 if errors else 200,
        errors=errors,
        at=by_field(errors),
        contract=contract,
        boxes={name: day_boxes(fields, name) for name in ("from", "to")},
        bands=BANDS,
        assumed=assumptions(contract),
        writes=WRITES if may(actor, "contract.write") and contract.block is not None else {},
        where=where,
        map=places_map(where.rows),
        today=today(),
        **({} if found is None else _shown(found)),
    )


def _looked(
    session: Session, actor: Actor, contract_id: str, start: date, end: date
) -> BlockOnRecord:
    found = block_on_record(session, contract_id, start, end)
    add_entry(session, actor, "contract.read", Record("contract", contract_id), at=now())
    return found


def usual_period(contract: Contract, on: date) -> dict[str, str]:
    """The contract's own year that a day is in, up to that day; its first year before it began."""
    start = contract.start
    while _a_year_on(start) <= on and _a_year_on(start) < contract.end:
        start = _a_year_on(start)
    end = min(on, contract.end) if on > start else min(_a_year_on(start), contract.end)
    return boxes_of(start, end)


def _a_year_on(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day + timedelta(days=366)


def _shown(found: BlockOnRecord) -> dict[str, Any]:
    made, uncounted = found.statement, found.uncounted
    used = f"{made.occupancy.used} place days used of {made.occupancy.payable} to be paid for"
    charge = made.charge
    shown = {
        "statement": made,
        "figures": {
            "Occupancy": f"{_at('least', _percent(made.occupancy.tenths_of_percent), uncounted)}: "
            f"{_at('least', used, uncounted)}",
            "Placements": _at("least", pounds_words(charge.placements), uncounted),
            "Voids": _at("most", pounds_words(charge.voids), uncounted),
            "Results": _at("least", pounds_words(charge.results), uncounted),
            "Total": UNKNOWN if uncounted else pounds_words(charge.total),
        },
        "owed": tables.owed_table(made, uncounted),
        "uncounted": uncounted,
        "notices": found.notices,
        "life": found.life,
    }
    if found.contract.results is not None:
        shown["outcomes"] = [tables.result_table(found.contract, made)]
    life = found.life
    if life is not None:
        shown |= {
            "mix": _mix(life.balance, uncounted),
            "places": tables.occupancy_table(life, uncounted),
            "shares": [*tables.share_tables(life), tables.burden_table(life, uncounted)],
            "trades": tables.trade_tables(life),
            "exits": tables.exit_tables(life),
        }
    return shown


def _at(bound: str, told: str, uncounted: object) -> str:
    """A figure, said to be a bound of the true one where some are not counted."""
    return f"at {bound} {told}" if uncounted and told != UNKNOWN else told


def _percent(tenths: int | None) -> str:
    return UNKNOWN if tenths is None else f"{as_text(tenths)}%"


def _mix(balance: Balance, uncounted: frozenset[str]) -> list[dict[str, Any]]:
    def told(mix: Mix, name: str, more: bool) -> dict[str, Any]:
        of_used = [_percent(mix.of_used(mix.place_days[band])) for band in BANDS]
        return {
            "name": name,
            "places": mix.places,
            "of_used": [UNKNOWN for _ in BANDS] if more else of_used,
            "high_now": _at("least", str(mix.high_on_the_day), more),
            "high_of_places": _at("least", _percent(mix.of_places(mix.high_days)), more),
        }

    return [
        *(told(mix, mix.name, mix.name in uncounted) for mix in balance.providers),
        told(balance.all, "All providers", bool(uncounted)),
    ]
