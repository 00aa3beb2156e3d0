"""The bill of a period as rows: the statement line by line, to the penny, never rewritten after.

A placement's lines are those of its quote; voids and results are a row for each borough that owes
any. A bill on which nothing is due says so in a row of its own, because its period was billed.
"""

from collections import defaultdict
from datetime import date
from typing import TypeAlias

from pricing.billed import BILL, NOTHING, RESULTS, VOIDS, Billed
from pricing.money import Pence, decimal_text
from pricing.statement import Statement
from pricing.terms import Contract

_Key: TypeAlias = tuple[str, str, str, date, date]


def bill_id_of(statement: Statement) -> str:
    """The number a bill has unless it is given another: contract and first day."""
    return f"{statement.contract.id}-{statement.start}"


def bill_rows(
    statement: Statement, issued_on: date, bill_id: str | None = None
) -> tuple[Billed, ...]:
    """The rows of the bill of a statement, which add up to the statement for every borough."""
    period = (statement.start, statement.end)
    contract = statement.contract
    due: dict[_Key, list[tuple[Pence, str]]] = defaultdict(list)
    for placed, line in statement.lines:
        key = (placed.placement_id, placed.borough, line.subject, line.start, line.end)
        due[key].append((line.amount, line.rule))
    for code, charge in statement.boroughs.items():
        if charge.voids:
            due["", code, VOIDS, *period].append((charge.voids, voids_rule(contract)))
        if charge.results:
            due["", code, RESULTS, *period].append((charge.results, results_rule(contract)))
    if not due:
        due["", "", NOTHING, *period].append((0, "nothing is due in this period"))
    return tuple(
        Billed(
            bill_id=bill_id or bill_id_of(statement),
            issued_on=issued_on,
            kind=BILL,
            period=period,
            placement_id=placement_id,
            borough=borough,
            what=what,
            start=start,
            end=end,
            amount=sum(amount for amount, _ in parts),
            rule=" + ".join(rule for _, rule in parts),
        )
        for (placement_id, borough, what, start, end), parts in due.items()
    )


def voids_rule(contract: Contract) -> str:
    """How a borough's part of the voids comes about."""
    terms = contract.block.voids if contract.block else None
    rates = (
        f" guarantee_percent {decimal_text(terms.guarantee_percent)},"
        f" rate_percent {decimal_text(terms.rate_percent)},"
        if terms
        else ""
    )
    return f"{contract.source}: voids{rates} by unused shares day by day"


def results_rule(contract: Contract) -> str:
    """How a borough's part of the results comes about."""
    cap = f" cap_percent {decimal_text(contract.results.cap_percent)}," if contract.results else ""
    return f"{contract.source}: results{cap} by standard fees"
