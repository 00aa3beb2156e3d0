"""What a borough owes for this month and the month before, by each contract on record.

The answers are those of the contract's own page, of which a borough is told its part: what it owes,
its places, its voids and the trades that it is a party to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session

from api.lives import today
from api.who import not_allowed
from broker.access.actor import Actor
from broker.access.allowed import may
from broker.audit.chain import Record, add_entry
from broker.block_on_record import BlockOnRecord, periods_on_record
from broker.store.clock import now
from broker.store.contracts import contract_of_row, contracts_in_force
from broker.tables import PlacementRow
from pricing.block.burdens import Burden
from pricing.block.shares import SharePeriod
from pricing.block.trades import Trade
from pricing.problems import BadInput
from pricing.statement import Charge
from pricing.terms import Contract

ACT: Final = "borough.statement"


@dataclass(frozen=True, slots=True)
class Owed:
    """What a borough, by its code, owes by a contract for the days [start, end) of a month.

    `charge` is None where nothing of it is known: what is on record breaks the contract, or, as
    `gone` says, the record of somebody who lived there can no longer be told. The rest is of a
    block: the borough's shares over the days, its burden, the trades with it. `imported` is whether
    some live in the contract's homes who are in no ledger.
    """

    borough: str
    contract: Contract
    start: date
    end: date
    charge: Charge | None
    shares: tuple[SharePeriod, ...] = ()
    burden: Burden | None = None
    trades: tuple[Trade, ...] = ()
    imported: bool = False
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month [start, end), whether it is over, and what a borough owes for it."""

    start: date
    end: date
    over: bool
    owed: tuple[Owed, ...]


def statement(session: Session, actor: Actor) -> tuple[Month, ...]:
    """What the actor's borough owes: for this month, as the records stand, and for the last.

    Raises:
        ProblemError: the role may not be told, or speaks for no borough.
    """
    if not may(actor, ACT):
        raise not_allowed(actor, ACT)
    day = today()
    months = [_month_of(day), _month_of(_month_of(day)[0] - timedelta(days=1))]
    by_month: dict[tuple[date, date], list[Owed]] = {month: [] for month in months}
    for row in contracts_in_force(session):
        contract = contract_of_row(row)
        asked = {month: days for month in months if (days := _inside(contract, *month))}
        if not asked or not _concerns(session, contract, actor.organisation):
            continue
        found = _owed(session, contract, actor.organisation, list(asked.values()))
        for month, owed in zip(asked, found, strict=True):
            if owed is not None:
                by_month[month].append(owed)
        add_entry(session, actor, ACT, Record("contract", contract.id), at=now())
    return tuple(
        Month(start, end, end <= day, tuple(owed)) for (start, end), owed in by_month.items()
    )


def _month_of(day: date) -> tuple[date, date]:
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1)


def _inside(contract: Contract, start: date, end: date) -> tuple[date, date] | None:
    """The days of a month that are of a contract's term; None where none is."""
    first, last = max(start, contract.start), min(end, contract.end)
    return (first, last) if first < last else None


def _concerns(session: Session, contract: Contract, code: str) -> bool:
    """Whether a borough has a share in a contract, or somebody of it lived in its homes."""
    if contract.block is not None and code in contract.block.shares:
        return True
    table = PlacementRow.__table__
    query = sa.select(table.c.referral_id).where(
        table.c.borough == code,
        table.c.home_id.in_(sorted(contract.homes)),
        table.c.moved_in_on.is_not(None),
    )
    return session.execute(query.limit(1)).first() is not None


def _owed(
    session: Session, contract: Contract, code: str, periods: Sequence[tuple[date, date]]
) -> list[Owed | None]:
    """A borough's part of each period; None where it has none in a contract of others."""
    try:
        return [_part(one, code) for one in periods_on_record(session, contract.id, periods)]
    except BadInput:
        if len(periods) == 1:
            return [Owed(code, contract, *periods[0], None)]
    return [owed for period in periods for owed in _owed(session, contract, code, [period])]


def _part(found: BlockOnRecord, code: str) -> Owed | None:
    made, life = found.statement, found.life
    if found.removed:
        return Owed(code, found.contract, made.start, made.end, None, gone=True)
    if code not in made.boroughs:
        return None
    imported = bool(found.uncounted)
    charge = made.boroughs[code]
    if life is None:
        return Owed(code, found.contract, made.start, made.end, charge, imported=imported)
    return Owed(
        borough=code,
        contract=found.contract,
        start=made.start,
        end=made.end,
        charge=charge,
        shares=life.shares,
        burden=life.burdens.boroughs.get(code),
        trades=tuple(one for one in life.trades if code in (one.released_by, one.used_by)),
        imported=imported,
    )
