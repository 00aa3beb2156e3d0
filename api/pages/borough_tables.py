"""The tables of what a borough owes for a month, in the words of the contract's own page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from api.borough_statement import Month, Owed
from api.pages.contract_tables import agreed_trades
from api.pages.render import pounds
from api.pages.shown import ShownTable, shown_table
from broker.workbook import Column, Kind, Value
from matching.words import count, day_words
from pricing.money import Pence
from pricing.statement import Charge

_AMOUNTS = ("Placements", "Voids", "Results", "Total")
_BURDENS = (
    "Voids by the contract",
    "After exits",
    "After trades",
    "We pay for places",
    "We get for places",
    "We bear in all",
)


def month_shown(month: Month) -> dict[str, Any]:
    """A month as the page shows it: its name, its tables, what is not known, and the sources."""
    name = f"{month.start:%B} {month.start.year}"
    unknown = [one for one in month.owed if one.charge is None]
    return {
        "name": name,
        "over": month.over,
        "tables": list(_tables(name, month)),
        "broken": [one.contract.id for one in unknown if not one.gone],
        "gone": [one.contract.id for one in unknown if one.gone],
        "imported": [one.contract.id for one in month.owed if one.imported],
        "twice": _named_twice(month.owed),
        "block": any(one.burden is not None for one in month.owed),
        "sources": [f"{one.contract.id}: {one.contract.source}" for one in month.owed],
    }


def _named_twice(owed: Sequence[Owed]) -> list[str]:
    """The homes that several of the contracts name: what they bill must not be added up."""
    named = Counter(home for one in owed for home in one.contract.homes)
    return sorted(home for home, times in named.items() if times > 1)


def or_more(amount: Pence | None, missing: int) -> str:
    """An amount to which something is missing that nobody knows; none is never £0.00."""
    return f"{pounds(amount)} or more" if missing and amount is not None else pounds(amount)


def _tables(name: str, month: Month) -> list[ShownTable]:
    if not month.owed:
        return []
    made = [_statement(f"What we owe for {name}", month.owed)]
    blocks = [one for one in month.owed if one.burden is not None]
    if blocks:
        made.append(_burdens(f"Our places and voids in {name}", blocks))
    for one in blocks:
        if one.trades:
            title = f"Places traded with us in {name}, {one.contract.id}"
            made.append(agreed_trades(title, one.trades, one.start, one.end))
    return made


def _statement(title: str, owed: Sequence[Owed]) -> ShownTable:
    heads = [Column("Contract"), Column("From", Kind.DATE), Column("To the day before", Kind.DATE),
             *(Column(name, Kind.MONEY) for name in _AMOUNTS)]  # fmt: skip
    rows: list[Sequence[Value]] = [
        [one.contract.id, one.start, one.end, *_charge(one.charge)] for one in owed
    ]
    if _named_twice(owed):
        return shown_table(title, heads, rows)
    known = [one.charge for one in owed if one.charge is not None]
    missing = len(owed) - len(known)
    sums = [sum(column) for column in zip(*map(_amounts, known), strict=True)] if known else None
    told = [or_more(amount, missing) for amount in sums or (None,) * len(_AMOUNTS)]
    return shown_table(title, heads, [*rows, ["All", "", "", *told]], total=True)


def _amounts(one: Charge) -> tuple[Pence, ...]:
    return one.placements, one.voids, one.results, one.total


def _charge(one: Charge | None) -> Sequence[Value]:
    return (None,) * len(_AMOUNTS) if one is None else _amounts(one)


def _burdens(title: str, blocks: Sequence[Owed]) -> ShownTable:
    heads = [Column("Contract"), Column("Our places"),
             *(Column(name, Kind.MONEY) for name in _BURDENS)]  # fmt: skip
    rows: list[Sequence[Value]] = []
    for owed in blocks:
        one = owed.burden
        assert one is not None
        rows.append(
            [
                owed.contract.id,
                _places(owed),
                one.contract,
                one.after_exits,
                one.after_trades,
                one.pays,
                one.gets,
                one.bears,
            ]
        )
    return shown_table(title, heads, rows)


def _places(owed: Owed) -> str:
    """How many places are the borough's, with the day from which where it changes."""
    told: list[tuple[date, int]] = []
    for period in owed.shares:
        places = period.shares.get(owed.borough, 0)
        if not told or told[-1][1] != places:
            told.append((max(period.start, owed.start), places))
    if len(told) == 1:
        return str(told[0][1])
    return ", ".join(f"{count(places, 'place')} from {day_words(day)}" for day, places in told)
