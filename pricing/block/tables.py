"""Reading the tables of a block's life: agreed trades, and how many places each home has."""

from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Final

from pricing.block.shares import SharePeriod
from pricing.block.trades import Trade, joint_problems, row_problems
from pricing.cells import Row, read_rows
from pricing.contract import BOROUGH_ALLOWED, is_borough
from pricing.money import parse_pounds
from pricing.problems import Problems, describe
from pricing.tables import keep_new
from pricing.terms import Contract
from pricing.toml_section import POUNDS_ALLOWED

TRADES_COLUMNS: Final = (
    "trade_id",
    "released_by",
    "used_by",
    "from",
    "to",
    "places",
    "price_per_place_week",
)
HOMES_COLUMNS: Final = ("home_id", "places")
_JOINT_COLUMNS: Final = ("trade_id", "released_by", "from", "to", "places")


def read_trades(
    path: Path,
    contract: Contract | None,
    periods: Sequence[SharePeriod],
    found: Problems,
) -> tuple[Trade, ...]:
    """The agreed trades in a file; `periods` are the shares of the term, none if not known."""
    trades = []
    comparable = []
    for row in read_rows(path, TRADES_COLUMNS, found):
        start, end = row.day("from"), row.day("to")
        row.check_order(start, end)
        trade = Trade(
            trade_id=row.text("trade_id"),
            released_by=row.matching("released_by", is_borough, BOROUGH_ALLOWED),
            used_by=row.matching("used_by", is_borough, BOROUGH_ALLOWED),
            start=start,
            end=end,
            places=row.whole("places"),
            price=_price(row),
            row=row.number,
        )
        trades.append(trade)
        if contract is not None:
            keep_new(row, row_problems(contract, trade, path.name), found)
        if row.good(*_JOINT_COLUMNS) and (
            contract is None or contract.block is None or trade.released_by in contract.block.shares
        ):
            comparable.append(trade)
    if periods:
        found.extend(joint_problems(comparable, periods, path.name))
    return tuple(sorted(trades, key=lambda trade: trade.trade_id))


def read_places(path: Path, contract: Contract | None, found: Problems) -> dict[str, int]:
    """The places of the contract's homes that a table says: a case's `homes.csv`, or a small one.

    Homes of other contracts are passed over. In a case's table, which has a column `contract`, a
    home of this contract marked as another's or as spot purchase is a problem.
    """
    places: dict[str, int] = {}
    rows: dict[Hashable, int] = {}
    for row in read_rows(path, HOMES_COLUMNS, found):
        home = row.text("home_id")
        if contract is not None and row.good("home_id") and home not in contract.homes:
            continue
        number = row.whole("places")
        marked = row.cells.get("contract")
        if contract is not None and marked is not None and marked != contract.id:
            row.refuse(
                "contract",
                describe(marked),
                f"{describe(contract.id)}, whose home it is",
                "another contract",
            )
        if row.good("home_id"):
            row.check_once("home_id", rows, home, "each home once")
        places[home] = number
    return places


def _price(row: Row) -> int:
    return row.take(
        "price_per_place_week",
        row.cells["price_per_place_week"],
        lambda cell: parse_pounds(str(cell)),
        POUNDS_ALLOWED.replace(", in quotes, such as", ", such as").replace('"', ""),
        0,
    )
