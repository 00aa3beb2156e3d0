"""What is due under a contract for months that are over, worked out by `pricing` alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from broker.life.money import within
from broker.warehouse.facts import INVOICE, NOT_INVOICED, STRETCH
from broker.warehouse.shape import Row, Shape
from pricing.availability import OutOfUse
from pricing.bill import bill_rows
from pricing.calendar_months import add_months
from pricing.ledger import LedgerRow
from pricing.problems import BadInput
from pricing.quote import read_requirements
from pricing.statement import statement
from pricing.terms import Contract


def months_over(contract: Contract, today: date) -> Iterator[date]:
    """The first days of the months of a contract's term that are over."""
    month = contract.start.replace(day=1)
    while (following := add_months(month, 1)) <= min(today, contract.end):
        yield month
        month = following


def invoice_key(contract: str, month: date) -> str:
    """The name of a contract's month."""
    return f"{contract}|{month:%Y-%m}"


def ledger_of(stretches: Sequence[Row], contract: Contract) -> list[LedgerRow]:
    """The stretches of a contract's homes and term in which somebody lives, as rows of a ledger."""
    at = {name: STRETCH.at(name) for name in STRETCH.names}
    rows = []
    for row in stretches:
        if row[at["moved_in"]] and row[at["home_id"]] in contract.homes:
            units, refused = read_requirements(row[at["requirements"]].split(";"))
            assert not refused
            rows.append(
                LedgerRow(
                    placement_id=row[at["referral_key"]],
                    young_person_id=row[at["person_key"]],
                    borough=row[at["borough"]],
                    home_id=row[at["home_id"]],
                    band=row[at["band"]],
                    start=row[at["starts_on"]],
                    end=row[at["ends_on"]],
                    requirements=units,
                )
            )
    return within(rows, contract)


def of_month(
    contract: Contract, month: date, ledger: Sequence[LedgerRow], out: Sequence[OutOfUse]
) -> tuple[list[LedgerRow], list[OutOfUse]]:
    """The parts of ledger and places out of use that lie in a month: all that its lines rest on."""
    end = add_months(month, 1)
    rows = []
    for row in ledger:
        if days := row.clip(month, end):
            rows.append(replace(row, start=days[0], end=days[1]))
    unused = [
        replace(one, start=max(one.start, month), end=min(one.end, end))
        for one in out
        if one.start < end and month < one.end
    ]
    rows.sort(key=lambda row: (row.placement_id, row.start))
    unused.sort(key=lambda one: (one.home_id, one.start, one.end, one.side, one.places))
    return rows, unused


def rows_of_invoice(
    contract: Contract, month: date, ledger: Sequence[LedgerRow], out: Sequence[OutOfUse]
) -> dict[Shape, list[Row]]:
    """The lines of a month, or why there are none."""
    key, end = invoice_key(contract.id, month), add_months(month, 1)
    start = max(month, contract.start)
    own = {"invoice_key": key, "contract": contract.id, "month": month}
    try:
        lines = bill_rows(statement(contract, ledger, start, min(end, contract.end), out), end)
    except BadInput as refused:
        kinds = sorted({f"{problem.key}: {problem.kind}" for problem in refused.problems})
        return {INVOICE: [], NOT_INVOICED: [NOT_INVOICED.row({**own, "why": "; ".join(kinds)})]}
    homes = {row.placement_id: row.home_id for row in ledger}
    ordered = sorted(lines, key=lambda one: (one.borough, one.placement_id, one.start, one.what))
    return {
        NOT_INVOICED: [],
        INVOICE: [
            INVOICE.row(
                {
                    **own,
                    "line": number,
                    "borough": one.borough or None,
                    "referral_key": one.placement_id or None,
                    "home_id": homes.get(one.placement_id),
                    "what": one.what,
                    "starts_on": one.start,
                    "ends_on": one.end,
                    "amount_pence": one.amount,
                    "rule": one.rule,
                }
            )
            for number, one in enumerate(ordered, start=1)
        ],
    }
