"""The tables beside a contract that its registers make, and whether an entry fits the contract.

Pricing's own readers say what fits: a trade releases no more than the borough's share, an exit
keeps its notice, a result is one the contract pays for. So what is on record can always be priced.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from sqlmodel import Session

from broker.registers.agreements import newest
from broker.registers.contract_entries import Achievement, Exit, OfContract, Trade
from broker.store.contracts import contract_of_row, contracts_in_force
from matching.tables import table_text
from pricing.block.events_file import read_events
from pricing.block.shares import share_periods
from pricing.block.tables import TRADES_COLUMNS, read_trades
from pricing.problems import InputProblem, Problems
from pricing.tables import RESULTS_COLUMNS, read_results
from pricing.terms import Contract

TRADES, EVENTS, RESULTS = "trades.csv", "events.toml", "results.csv"
Told = Mapping[str, Any]


class AgainstContract(ValueError):
    """An entry that the contract, or what is on record of it, forbids: what is allowed."""

    def __init__(self, found: Sequence[tuple[str, str, str]]) -> None:
        self.found = tuple(found)
        super().__init__("; ".join(f"{field}: {allowed}" for field, allowed, _ in found))


@dataclass(frozen=True, slots=True)
class Beside:
    """Trades, events and results of a contract, as the texts of the tables that pricing reads."""

    trades: str
    events: str
    results: str

    def write(self, folder: Path) -> dict[str, Path]:
        """The tables as files of a folder: `trades`, `events`, `results`."""
        texts = {"trades": (TRADES, self.trades), "events": (EVENTS, self.events),
                 "results": (RESULTS, self.results)}  # fmt: skip
        places = {}
        for name, (file, text) in texts.items():
            places[name] = folder / file
            places[name].write_text(text, encoding="utf-8", newline="")
        return places


def beside(session: Session, contract_id: str) -> Beside:
    """What the registers say of a contract now."""
    return _texts(contract_id, {name: _told(session, name, contract_id) for name in _REGISTERS})


def check_fits(session: Session, entry: OfContract, key: str) -> None:
    """Nothing, where an entry fits the contract and all else that is on record of it.

    Raises:
        AgainstContract: it does not, with every reason.
    """
    rows = {row.contract_id: row for row in contracts_in_force(session)}
    row = rows.get(entry.contract)
    contract = None if row is None else contract_of_row(row)
    if contract is None or contract.block is None:
        blocks = ", ".join(sorted(rows)) or "none is"
        allowed = f"a block contract on record; on record: {blocks}"
        raise AgainstContract([("contract", allowed, entry.contract)])
    told = {name: _told(session, name, entry.contract) for name in _REGISTERS}
    own = [one for one in told[entry.register_] if one["key"] != key]
    if entry.taken_back is None:
        own.append({**entry.model_dump(mode="json", by_alias=True), "key": key})
    told[entry.register_] = own
    found = _problems(contract, _texts(entry.contract, told))
    if isinstance(entry, Achievement) and entry.taken_back is None:
        found += _told_twice(entry, key, own)
    if found:
        raise AgainstContract([_of(entry, one) for one in found])


_REGISTERS: Final = ("trades", "exits", "results")


def _told(session: Session, register: str, contract_id: str) -> list[Told]:
    rows = newest(session, register, contract_id)
    return [{**row.told, "key": row.key} for row in rows if row.told["taken_back"] is None]


def _texts(contract_id: str, told: Mapping[str, Sequence[Told]]) -> Beside:
    trades = [
        [one["trade"], one["released_by"], one["used_by"], one["holds_from"], one["holds_to"],
         str(one["places"]), f"{Decimal(one['price_per_place_week']):.2f}"]
        for one in told["trades"]
    ]  # fmt: skip
    results = [
        [one["item"], one["holds_from"], one["holds_to"], f"{Decimal(one['achieved']):f}",
         one["evidence"], "Y" if one["by_young_people"] else "N", one["proposal"] or ""]
        for one in told["results"]
    ]  # fmt: skip
    exits = "".join(_exit(one) for one in told["exits"])
    return Beside(
        table_text(TRADES_COLUMNS, trades),
        f"contract = {json.dumps(contract_id)}\n{exits}",
        table_text(RESULTS_COLUMNS, results),
    )


def _exit(one: Told) -> str:
    """An exit as tables of an events file, with the day on which all were told of it."""
    text = (
        f"\n[[exits]]\nborough = {json.dumps(one['borough'])}\n"
        f"notice_given = {one['notice_given']}\nleaves_on = {one['leaves_on']}\n"
    )
    if one["told_on"] is not None:
        of = json.dumps(f"exit {one['borough']}")
        text += f"\n[[told]]\nof = {of}\non = {one['told_on']}\n"
    return text


def _problems(contract: Contract, texts: Beside) -> list[InputProblem]:
    found = Problems()
    assert contract.block is not None
    with TemporaryDirectory() as folder:
        places = texts.write(Path(folder))
        events = read_events(places["events"], contract, found)
        exits = events.exits if not found.found else ()
        periods = share_periods(contract, contract.block, exits)
        read_trades(places["trades"], contract, periods, found)
        read_results(places["results"], contract, found, (contract.start, contract.end))
    return list(found)


def _told_twice(entry: Achievement, key: str, own: Sequence[Told]) -> list[InputProblem]:
    """A day of an item has one result, so that any period has one answer."""
    return [
        InputProblem(
            RESULTS,
            "from",
            str(entry.holds_from),
            f"days that no other result of {entry.item} has: {one['holds_from']} to "
            f"{one['holds_to']} has one",
            "two results for a day",
        )
        for one in own
        if one["key"] != key
        and one["item"] == entry.item
        and one["holds_from"] < entry.holds_to.isoformat()
        and entry.holds_from.isoformat() < one["holds_to"]
    ]


_FIELDS: Final[Mapping[type[Any], Mapping[str, str]]] = {
    Trade: {"from": "holds_from", "to": "holds_to", "trade_id": "trade",
            "released_by and places": "places"},
    Exit: {"exits": "borough"},
    Achievement: {"from": "holds_from", "to": "holds_to", "code": "item"},
}  # fmt: skip


def _of(entry: OfContract, problem: InputProblem) -> tuple[str, str, str]:
    """The field of an entry that a problem of a table is about, what is allowed, and the value."""
    key = problem.key.removeprefix("columns ").removeprefix("column ").rsplit(".", 1)[-1]
    field = _FIELDS[type(entry)].get(key, key)
    known = field in type(entry).model_fields
    return (field if known else "contract"), problem.allowed, problem.value
