"""The tables beside a contract, from what is on record: the ledger, and places out of use.

Only placements somebody moved in to are in the ledger, from that day on; young people who came with
an imported case and have no day of moving in are not, and are counted, so that nobody takes the
ledger for the whole. Of a home no more places are out of use on a day than it has; where more are
on record, the home is named. Formats: docs/contract-file.md, "Tables beside it".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from broker.life.money import stretches, units_text, within
from broker.life.read import Emptied, read_life
from broker.store.contracts import contract_of_row, contracts_in_force
from broker.store.out_of_use import counted, most_at_once
from broker.tables import HomeRow, OutOfUseRow, PlacementRow, ResidentRow
from matching.tables import table_text
from matching.words import count
from pricing.ledger import LedgerRow
from pricing.problems import Problems
from pricing.tables import AVAILABILITY_COLUMNS, LEDGER_COLUMNS, read_availability, read_ledger
from pricing.terms import Contract

LEDGER, AVAILABILITY = "ledger.csv", "availability.csv"


class NoSuchContract(ValueError):
    """There is no contract of this id on record; `known` are those there are."""

    def __init__(self, contract: str, known: list[str]) -> None:
        self.known = known
        super().__init__(contract)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Somebody who lives in a home and is in no ledger; `until` is the day of leaving, if sure.

    `removed` says why: what was said of them was removed, else they came with an imported case.
    """

    home: str
    until: date | None
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """Both tables as text, how many rows each has, and who is left out and why.

    `left_out` are those who live in homes of the contract and are not in the ledger.
    """

    ledger: str
    availability: str
    stretches: int
    out_of_use: int
    notices: tuple[str, ...]
    left_out: tuple[LeftOut, ...]


def tables_of(session: Session, contract_id: str) -> Written:
    """The ledger and the availability of a contract on record.

    Raises:
        NoSuchContract: it is not on record.
        BadInput: what is on record breaks the contract, in the words of pricing's own reader.
    """
    contract = _contract(session, contract_id)
    homes = sorted(contract.homes)
    rows, removed = placed_under(session, contract)
    out, impossible = _out_of_use(session, contract)
    ledger = table_text(LEDGER_COLUMNS, [_cells(row) for row in rows])
    availability = table_text(AVAILABILITY_COLUMNS, out)
    _prove(contract, ledger, availability)
    imported = _imported(session, homes)
    notices = (*_told(len(imported)), *_told_of_removed(len(removed)), *impossible)
    left_out = (*imported, *removed)
    return Written(ledger, availability, len(rows), len(out), notices, left_out)


def _contract(session: Session, contract_id: str) -> Contract:
    rows = {row.contract_id: row for row in contracts_in_force(session)}
    if contract_id not in rows:
        raise NoSuchContract(contract_id, sorted(rows))
    row = rows[contract_id]
    return contract_of_row(row)


def placed_under(
    session: Session, contract: Contract
) -> tuple[list[LedgerRow], tuple[LeftOut, ...]]:
    """The stretches of those who moved in to a contract's homes, within its term, by referral.

    Beside them those whose life can no longer be told, since what a step said was removed.
    """
    table = PlacementRow.__table__
    homes = sorted(contract.homes)
    placed = session.execute(
        sa.select(table.c.referral_id, table.c.home_id, table.c.ends_on)
        .where(table.c.home_id.in_(homes), table.c.moved_in_on.is_not(None))
        .order_by(table.c.referral_id)
    )
    rows: list[LedgerRow] = []
    removed = []
    for row in placed:
        try:
            life = read_life(session, row.referral_id)
        except Emptied:
            removed.append(LeftOut(row.home_id, row.ends_on, removed=True))
            continue
        assert life is not None
        rows += within(stretches(life), contract)
    return rows, tuple(removed)


def _cells(row: LedgerRow) -> list[str]:
    return [
        row.placement_id,
        row.young_person_id,
        row.borough,
        row.home_id,
        row.band,
        row.start.isoformat(),
        "" if row.end is None else row.end.isoformat(),
        units_text(row),
    ]


def _out_of_use(session: Session, contract: Contract) -> tuple[list[list[str]], list[str]]:
    """The rows of the availability, and a sentence for each home whose record cannot be."""
    table, homes = OutOfUseRow.__table__, HomeRow.__table__
    rows = session.execute(
        sa.select(table)
        .where(table.c.home_id.in_(sorted(contract.homes)))
        .order_by(table.c.home_id, table.c.starts_on, table.c.row_id)
    ).mappings()
    found = [dict(row) for row in rows]
    named = session.execute(
        sa.select(homes.c.home_id, homes.c.name, homes.c.places)
        .where(homes.c.home_id.in_({row["home_id"] for row in found}))
        .order_by(homes.c.home_id)
    ).all()
    most = None if contract.block is None else contract.block.places
    places = {home: number if most is None else min(number, most) for home, _, number in named}
    cells = [
        [
            row["home_id"],
            row["starts_on"].isoformat(),
            row["ends_on"].isoformat(),
            str(row["places"]),
            row["side"],
            row["reason"],
        ]
        for row in counted(found, places)
    ]
    told = (
        _impossible(f"{name} ({home})" if name else home, number, places[home], _most(found, home))
        for home, name, number in named
    )
    return cells, [sentence for sentence in told if sentence is not None]


def _most(rows: list[dict[str, Any]], home: str) -> int:
    """The most rooms of a home that are on record as out of use on one day."""
    return most_at_once(
        (row["starts_on"], row["ends_on"], row["places"])
        for row in rows
        if row["home_id"] == home and row["referral_id"] is None
    )


def _impossible(home: str, places: int, counts: int, out: int) -> str | None:
    """What to say of a home with more rooms out of use than it, or the contract, has places."""
    rooms = count(out, "room is", "rooms are")
    if out > places:
        return (
            f"{home} has {count(places, 'place')}, and {rooms} on record as out of use at once. "
            "That cannot be: no more than its places count. Its provider, or a broker, should put "
            "its rooms right on the page of the home."
        )
    if out > counts:
        return (
            f"{home}: {rooms} on record as out of use at once, and the contract has "
            f"{count(counts, 'place')}. No more than the contract's places count."
        )
    return None


def _prove(contract: Contract, ledger: str, availability: str) -> None:
    """The tables as pricing's own reader reads them; refused where it refuses them."""
    found = Problems()
    with TemporaryDirectory() as folder:
        for name, text in ((LEDGER, ledger), (AVAILABILITY, availability)):
            (Path(folder) / name).write_text(text, encoding="utf-8", newline="")
        read_ledger(Path(folder) / LEDGER, contract, found)
        read_availability(Path(folder) / AVAILABILITY, contract, found)
    found.raise_if_any()


def _imported(session: Session, homes: list[str]) -> tuple[LeftOut, ...]:
    residents, placements = ResidentRow.__table__, PlacementRow.__table__
    placed = sa.select(placements.c.young_person_id).where(placements.c.home_id.in_(homes))
    rows = session.execute(
        sa.select(residents.c.home_id, residents.c.leaves_on, residents.c.leaving).where(
            residents.c.home_id.in_(homes), residents.c.young_person_id.not_in(placed)
        )
    )
    return tuple(
        LeftOut(row.home_id, row.leaves_on if row.leaving == "confirmed" else None) for row in rows
    )


def _told_of_removed(number: int) -> tuple[str, ...]:
    """What to say of those whose record can no longer be read in full."""
    if not number:
        return ()
    who = "1 young person" if number == 1 else f"{number} young people"
    return (
        f"The record of {who} who lived in homes of the contract can no longer be read in full, "
        "since part of it was removed. They are not in the ledger.",
    )


def _told(number: int) -> tuple[str, ...]:
    """What to say of those who live there and are not in the ledger."""
    if not number:
        return ()
    who = "1 young person lives" if number == 1 else f"{number} young people live"
    return (
        f"{who} in homes of the contract without a placement on record: they came with an imported "
        "case, no day of moving in is known, and they are not in the ledger.",
    )
