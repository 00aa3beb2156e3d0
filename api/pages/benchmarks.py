"""Prices that others have published, each with its source, alone or beside a contract's fees."""

from __future__ import annotations

import asyncio
from fractions import Fraction

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.lives import today
from api.pages.render import page
from api.pages.shown import ShownTable, shown_table
from api.problems import ProblemError
from api.service import service_of
from api.who import actor_of
from broker.workbook import Column, Kind, Value
from matching.words import band_words, day_words
from pricing.assumed import assumptions
from pricing.numbers import with_decimals
from pricing.terms import Contract
from pricing.value.published import TIMES, Price, percent_of, weekly_prices
from pricing.value.published_file import shipped_prices
from pricing.value.show_published import AS_PRINTED, BESIDE, NOT_STATED, Published

router = APIRouter(include_in_schema=False)


@router.get("/benchmarks")
def show_benchmarks(request: Request) -> Response:
    """Every published price as printed, with its year and source."""
    said = [AS_PRINTED, BESIDE]
    return page(request, "money/tables.html", "Benchmark prices", said=said, tables=[_prices()])


@router.get("/contracts/{contract_id}/benchmarks")
async def show_beside(request: Request, contract_id: str) -> Response:
    """A contract's fees of today, or of its first day, beside the weekly prices."""
    actor, records = actor_of(request), service_of(request).records
    contract = await asyncio.to_thread(records.contract, actor, contract_id)
    if contract is None:
        raise ProblemError("not-found", "There is no contract with this id on record for you.")
    day = min(max(today(), contract.start), contract.end)
    day = contract.start if day == contract.end else day
    made = Published(shipped_prices(), contract, day)
    said = [f"Fees of {day_words(day)}.", AS_PRINTED, BESIDE, *assumptions(contract)]
    return page(
        request,
        "money/tables.html",
        f"Fees beside benchmark prices: {contract.name}",
        said=said,
        tables=[_beside(made), _prices()],
        after=[f"Source of the fees: {contract.source}."],
        others=[(f"/contracts/{contract.id}", "The contract", False)],
        others_label="This contract",
    )


def _prices() -> ShownTable:
    return shown_table(
        "Published prices",
        [Column("What"), Column("Price"), Column("Year"), Column("Source"), Column("Note")],
        [
            (one.what, _amount(one), _year(one), one.cited, one.note or "none")
            for one in shipped_prices()
        ],
    )


def _amount(one: Price) -> str:
    number = with_decimals(one.value, one.decimals)
    return f"{number} times" if one.unit == TIMES else f"£{number} {one.unit.split(' ', 1)[1]}"


def _year(one: Price) -> str:
    return f"{one.year or NOT_STATED}{', in real terms' if one.real else ''}"


def _beside(made: Published) -> ShownTable:
    contract: Contract | None = made.contract
    assert contract is not None
    fees = made.fees
    rows: list[list[Value]] = [
        [
            one.what,
            _amount(one),
            *(Fraction(percent_of(fee, one.value), 100) for fee in fees.values()),
        ]
        for one in weekly_prices(made.prices)
    ]
    columns = [
        Column("Published price"),
        Column("A week"),
        *(Column(f"{band_words(band).capitalize()} fee, of it", Kind.PERCENT) for band in fees),
    ]
    title = f"Fees of {contract.id} in percent of each weekly price"
    return shown_table(title, columns, rows)
