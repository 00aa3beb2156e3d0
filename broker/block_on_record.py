"""A contract's life and statement over a period, from what is on record: one answer for a page.

The tables are those that `broker ledger` writes, with the trades, exits and results of the
registers; pricing reads them and answers with the functions behind `broker block` and `broker
statement`. What a contract year was agreed to be worth, and providers that fail, are in files of
the council: what rests on them is left out, and says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session

from broker.ledgers import (
    AVAILABILITY,
    LEDGER,
    LeftOut,
    NoSuchContract,
    Written,
    placed_under,
    tables_of,
)
from broker.registers.contracts import beside
from broker.store.contracts import contract_of_row, contracts_in_force
from broker.tables import ContractRow, HomeRow
from matching.tables import table_text
from pricing.block.inputs import Files, life_from_files
from pricing.block.life import BlockLife
from pricing.block.tables import HOMES_COLUMNS
from pricing.inputs import by_month_from_files, statement_from_files
from pricing.months import ByMonth
from pricing.statement import Statement
from pricing.terms import Contract
from pricing.value.parity import Paid
from pricing.value.parity_file import paid_under

NOT_ON_RECORD: Final = (
    "What a contract year was agreed to be worth, and which providers failed, is not on record "
    "here. What rests on it is left out. Your council has it in files; who runs this service for "
    "you can work it out from them."
)
AT_LEAST: Final = (
    "So at least the places counted here are used, and at most the others stand empty. What "
    "depends on both is not known. If your council has a list of these placements, who runs this "
    "service for you can make a whole statement from it."
)


@dataclass(frozen=True, slots=True)
class BlockOnRecord:
    """What a contract did over a period: `life` is None for a spot contract.

    `uncounted` are the providers in whose homes somebody lives, in these days, who is not in the
    ledger: what is used is then more than is counted, and less stands empty. `removed` says that
    the record of one of them can no longer be read in full.
    """

    contract: Contract
    statement: Statement
    life: BlockLife | None
    notices: tuple[str, ...]
    uncounted: frozenset[str]
    removed: bool = False


@dataclass(frozen=True, slots=True)
class PlacesByBorough:
    """Where a contract's homes are: each borough's code, its homes and their places today.

    `not_on_record` are the homes that the contract names and of which nothing is known.
    """

    rows: tuple[tuple[str, int, int], ...]
    not_on_record: tuple[str, ...]


def places_by_borough(session: Session, contract: Contract) -> PlacesByBorough:
    """The places of a contract's homes by borough; a home that is closed has none."""
    table = HomeRow.__table__
    named = sorted(contract.homes)
    found = session.execute(
        sa.select(table.c.home_id, table.c.borough, table.c.places, table.c.closed_at).where(
            table.c.home_id.in_(named)
        )
    ).all()
    homes: Counter[str] = Counter()
    places: Counter[str] = Counter()
    for row in found:
        if row.closed_at is None:
            homes[row.borough] += 1
            places[row.borough] += row.places
    known = {row.home_id for row in found}
    return PlacesByBorough(
        tuple((code, homes[code], places[code]) for code in sorted(homes)),
        tuple(home for home in named if home not in known),
    )


def block_on_record(session: Session, contract_id: str, start: date, end: date) -> BlockOnRecord:
    """The life and the statement of [start, end).

    Raises:
        NoSuchContract: it is not on record.
        BadInput: the period is none of the contract's, or what is on record breaks it.
    """
    [found] = periods_on_record(session, contract_id, [(start, end)])
    return found


def periods_on_record(
    session: Session, contract_id: str, periods: Iterable[tuple[date, date]]
) -> list[BlockOnRecord]:
    """The same for each of several periods, from one reading of the records.

    Raises:
        NoSuchContract, BadInput: as `block_on_record`.
    """
    with _files(session, contract_id) as (contract, places, made):
        results = places.pop("results")
        return [_over(contract, places, results, made, *period) for period in periods]


def _over(
    contract: Contract,
    places: dict[str, Path],
    results: Path,
    made: Written,
    start: date,
    end: date,
) -> BlockOnRecord:
    found = statement_from_files(
        places["contract"], places["ledger"], start, end, places["availability"], results
    )
    life = None
    if contract.block is not None:
        life = life_from_files(Files(**places), start, end)
    uncounted = _uncounted(contract, made, start)
    notices = _notices(contract, made, uncounted)
    removed = any(one.removed for one in _living(made, start))
    return BlockOnRecord(contract, found, life, notices, uncounted, removed)


def _living(made: Written, start: date) -> Iterator[LeftOut]:
    """Those not in the ledger who live there from `start` on."""
    return (one for one in made.left_out if one.until is None or one.until > start)


def _uncounted(contract: Contract, made: Written, start: date) -> frozenset[str]:
    """The providers with whom somebody lives from `start` on who is not in the ledger."""
    return frozenset(contract.homes[one.home] for one in _living(made, start))


def _notices(contract: Contract, made: Written, uncounted: frozenset[str]) -> tuple[str, ...]:
    told = [*made.notices, *([AT_LEAST] if uncounted else [])]
    return tuple(told if contract.block is None else [*told, NOT_ON_RECORD])


@dataclass(frozen=True, slots=True)
class MonthsOnRecord:
    """A statement beside those of its months; `uncounted` as in `BlockOnRecord`."""

    by_month: ByMonth
    notices: tuple[str, ...]
    uncounted: frozenset[str]


def months_on_record(session: Session, contract_id: str, start: date, end: date) -> MonthsOnRecord:
    """The statement of [start, end) beside those of its months, and what is left out of it.

    Raises:
        NoSuchContract: it is not on record.
        BadInput: the period is none of the contract's, or what is on record breaks it.
    """
    with _files(session, contract_id) as (contract, places, made):
        by_month = by_month_from_files(
            places["contract"],
            places["ledger"],
            start,
            end,
            places["availability"],
            places["results"],
        )
    uncounted = _uncounted(contract, made, start)
    return MonthsOnRecord(by_month, _notices(contract, made, uncounted), uncounted)


def paid_beside(session: Session, contract: Contract) -> tuple[list[Paid], tuple[Contract, ...]]:
    """What is paid in a contract's homes by other contracts on record, and which these are.

    One contract cannot deviate from itself; two that name the same home can.
    """
    others = [
        other
        for row in contracts_in_force(session)
        if row.contract_id != contract.id
        and contract.homes.keys() & (other := contract_of_row(row)).homes
    ]
    paid = [
        each
        for other in others
        for each in paid_under(other, placed_under(session, other)[0], other.id)
        if each.home in contract.homes
    ]
    return paid, tuple(others)


@contextmanager
def _files(
    session: Session, contract_id: str
) -> Iterator[tuple[Contract, dict[str, Path], Written]]:
    """A contract and the tables beside it as files, for pricing's own readers."""
    row = _row(session, contract_id)
    contract = contract_of_row(row)
    made = tables_of(session, contract_id)
    with TemporaryDirectory() as folder:
        places = {
            "contract": Path(folder) / "contract.toml",
            "ledger": Path(folder) / LEDGER,
            "availability": Path(folder) / AVAILABILITY,
            "homes": Path(folder) / "homes.csv",
        }
        texts = (row.text, made.ledger, made.availability, _homes(session, contract))
        for path, text in zip(places.values(), texts, strict=True):
            path.write_text(text, encoding="utf-8", newline="")
        places |= beside(session, contract_id).write(Path(folder))
        yield contract, places, made


def _row(session: Session, contract_id: str) -> ContractRow:
    rows = {row.contract_id: row for row in contracts_in_force(session)}
    if contract_id not in rows:
        raise NoSuchContract(contract_id, sorted(rows))
    return rows[contract_id]


def _homes(session: Session, contract: Contract) -> str:
    table = HomeRow.__table__
    rows = session.execute(
        sa.select(table.c.home_id, table.c.places)
        .where(table.c.home_id.in_(sorted(contract.homes)), table.c.closed_at.is_(None))
        .order_by(table.c.home_id)
    )
    return table_text(HOMES_COLUMNS, [[home, str(places)] for home, places in rows])
