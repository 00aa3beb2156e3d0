"""A contract's money by borough: the ledger of a period, its statements, and rate parity.

Sums by borough, provider and band: no placement and no young person is named.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final, TypeVar

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from api.lives import today
from api.pages.contract_tables import at_least, owed_table
from api.pages.contracts import usual_period
from api.pages.forms import by_field, day_boxes
from api.pages.period import in_order, period_sent, refused_of
from api.pages.render import page
from api.pages.shown import ShownTable, shown_table
from api.problems import ProblemError
from api.service import service_of
from api.who import actor_of
from broker.audit.chain import Record, add_entry
from broker.block_on_record import block_on_record, months_on_record, paid_beside
from broker.store.clock import now
from broker.workbook import Column, Kind, Value
from matching.geography import authority_name
from matching.words import and_list, band_words, count, day_words
from pricing.assumed import assumptions
from pricing.money import Pence
from pricing.months import ByMonth, Difference
from pricing.problems import BadInput
from pricing.statement import Charge, Statement
from pricing.terms import Contract
from pricing.value.parity import Parity, parity
from pricing.value.parity_file import paid_under

router = APIRouter(include_in_schema=False)
T = TypeVar("T")
Shown = tuple[Sequence[str], Sequence[ShownTable], Sequence[str]]


@router.get("/contracts/{contract_id}/ledger")
async def show_ledger(request: Request, contract_id: str) -> Response:
    """What each borough owes in a period: for whom it is, what for, and month by month."""

    def ledger(session: Session, contract: Contract, start: date, end: date) -> Shown:
        found = months_on_record(session, contract.id, start, end)
        tables = [*_lines(found.by_month.whole, found.uncounted),
                  months_table(found.by_month, found.uncounted)]  # fmt: skip
        return found.notices, tables, [_ROUNDING]

    return await _shown(request, contract_id, "Borough ledger and statements", ledger)


@router.get("/contracts/{contract_id}/parity")
async def show_parity(request: Request, contract_id: str) -> Response:
    """Whether the same home, band and day costs every borough the same."""

    def compared(session: Session, contract: Contract, start: date, end: date) -> Shown:
        found = block_on_record(session, contract.id, start, end)
        rows = list(dict.fromkeys(id(row) for row, _ in found.statement.lines))
        placed = {id(row): row for row, _ in found.statement.lines}
        own = paid_under(contract, [placed[one] for one in rows], contract.id)
        beside, others = paid_beside(session, contract)
        made = parity([*own, *beside], start, end, [contract, *others])
        number = len(made.deviations)
        said = (
            "No borough pays another fee than another for the same home, band and day."
            if not number
            else f"{count(number, 'pair of fees differs', 'pairs of fees differ')} for the same "
            "home, band and day."
        )
        tables = [_ranges(made), *([_deviations(made)] if number else [])]
        return [said, _compared(others), *found.notices], tables, []

    return await _shown(request, contract_id, "Rate parity", compared)


async def _shown(
    request: Request,
    contract_id: str,
    name: str,
    make: Callable[[Session, Contract, date, date], Shown],
) -> Response:
    actor, records = actor_of(request), service_of(request).records
    contract = await asyncio.to_thread(records.contract, actor, contract_id)
    if contract is None:
        raise ProblemError("not-found", "There is no contract with this id on record for you.")
    fields: Mapping[str, str] = dict(request.query_params) or usual_period(contract, today())
    period, errors = period_sent(fields)
    if period is not None:
        errors = in_order(period)
    told: Shown = ([], [], [])
    heading: list[str] = []
    if period is not None and not errors:
        start, end = period

        def work(session: Session) -> Shown:
            made = make(session, contract, start, end)
            add_entry(session, actor, "contract.read", Record("contract", contract.id), at=now())
            return made

        try:
            told = await asyncio.to_thread(records.work, work)
            heading = [f"From {day_words(start)} to the day before {day_words(end)}."]
        except BadInput as refused:
            errors = refused_of(refused)
    said, tables, after = told
    return page(
        request,
        "money/tables.html",
        f"{name}: {contract.name}",
        status=422 if errors else 200,
        errors=errors,
        at=by_field(errors),
        said=[*heading, *said, *assumptions(contract)],
        tables=tables,
        after=[*after, f"Source: {contract.source}, and the placements on record."],
        boxes={one: day_boxes(fields, one) for one in ("from", "to")},
        others=[
            (f"/contracts/{contract.id}{path}", text, request.url.path.endswith(path) and path)
            for path, text in (
                ("", "The contract"),
                ("/ledger", "Borough ledger and statements"),
                ("/parity", "Rate parity"),
                ("/benchmarks", "Fees beside benchmark prices"),
            )
        ],
        others_label="This contract",
    )


def _lines(made: Statement, uncounted: object) -> list[ShownTable]:
    """Each borough's placements by provider, band and what is paid for; then voids and results."""
    sums: dict[tuple[str, str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for row, line in made.lines:
        provider = made.contract.homes.get(row.home_id, "")
        found = sums[authority_name(row.borough), provider, band_words(row.band), line.what]
        found[0] += line.days
        found[1] += line.amount
    rows: list[list[Value]] = [[*key, days, amount] for key, (days, amount) in sorted(sums.items())]
    rows.append(["All", "", "", "", None, made.charge.placements])
    heads = [Column(name) for name in ("Borough", "Provider", "Band", "What")]
    days = [*heads, Column(at_least("Days", uncounted), Kind.COUNT),
            Column(at_least("Amount", uncounted), Kind.MONEY)]  # fmt: skip
    return [
        replace(owed_table(made, uncounted), title="Statement of each borough"),
        shown_table("What the placements are made of", days, rows, total=True),
    ]


def months_table(made: ByMonth, uncounted: object) -> ShownTable:
    """Each borough's total month by month; its placements alone where some are not counted.

    What is owed in all is not known then: a placement more is a void less.
    """

    def owed(one: Charge | Difference) -> Pence:
        return one.placements if uncounted else one.total

    columns = [
        Column("Borough"),
        *(Column(f"{one.start:%B} {one.start.year}", Kind.MONEY) for one in made.months),
        Column("Sum of the months", Kind.MONEY),
        Column("Rounding", Kind.MONEY),
        Column("The whole period", Kind.MONEY),
    ]
    rows: list[list[Value]] = []
    for code, whole in made.whole.boroughs.items():
        months = [owed(one.boroughs[code]) for one in made.months]
        difference = owed(made.boroughs[code])
        rows.append([authority_name(code), *months, sum(months), difference, owed(whole)])
    months = [owed(one.charge) for one in made.months]
    whole = made.whole.charge
    rows.append(["All", *months, sum(months), owed(made.difference), owed(whole)])
    title = "Placements month by month, at least" if uncounted else "Statements month by month"
    return shown_table(title, columns, rows, total=True)


_ROUNDING: Final = (
    "Each line is rounded once, for the whole period or for the month. So the months may come "
    "to some pennies more or less than the whole; the column Rounding says how many."
)


def _compared(others: Sequence[Contract]) -> str:
    """With which other contracts the fees were compared; without one nothing can differ."""
    if not others:
        return (
            "No other contract on record names one of these homes, and one contract cannot differ "
            "from itself."
        )
    return f"Compared with what {and_list([one.id for one in others])} says of the same homes."


def _ranges(made: Parity) -> ShownTable:
    columns = [
        Column("Band"),
        Column("Provider"),
        Column("Stretches", Kind.COUNT),
        Column("Fee not known", Kind.COUNT),
        Column("Lowest, a week", Kind.MONEY),
        Column("Median, a week", Kind.MONEY),
        Column("Highest, a week", Kind.MONEY),
    ]
    rows = [
        (band_words(one.band), one.provider or "all providers", one.rows, one.unknown, one.lowest,
         one.median, one.highest)
        for one in made.ranges
    ]  # fmt: skip
    return shown_table("Fees that boroughs pay, by band and provider", columns, rows)


def _deviations(made: Parity) -> ShownTable:
    columns = [
        Column("Home"),
        Column("Band"),
        Column("Dearer for"),
        Column("By contract"),
        Column("A week", Kind.MONEY),
        Column("Cheaper for"),
        Column("By contract"),
        Column("A week", Kind.MONEY),
        Column("From", Kind.DATE),
        Column("To the day before", Kind.DATE),
        Column("Difference in all", Kind.MONEY),
    ]
    rows = [
        (one.dearer.home, band_words(one.dearer.band), authority_name(one.dearer.borough),
         one.dearer.file, one.dearer.weekly, authority_name(one.cheaper.borough),
         one.cheaper.file, one.cheaper.weekly, one.start, one.end, one.total)
        for one in made.deviations
    ]  # fmt: skip
    return shown_table("Where fees differ", columns, rows)
