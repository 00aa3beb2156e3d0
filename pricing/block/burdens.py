"""What each borough bears of the voids: by the contract's shares, after exits, after trades.

The charge is the same in each, because it follows the places in use and not whose they are; only
its split differs. Trade payments pass between boroughs and add up to nothing. Beside them stands
what the voids would have been had nobody used another's place, which is what such use saves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pricing.block.trades import Trade
from pricing.block.whose_place import Standing
from pricing.money import Pence, pounds
from pricing.occupancy import Stretch
from pricing.terms import Block, Contract
from pricing.voids import Voids, split_voids, void_lines


@dataclass(frozen=True, slots=True)
class Burden:
    """One borough's voids in pence under each reading, and what it pays and gets for places.

    `contract`: by the contract's shares, as `broker statement` splits them; `after_exits`: by the
    shares of those who stayed; `after_trades`: the places agreed trades moved counted with who
    took them; `without_use`: had nobody used a place beyond its own share.
    """

    contract: Pence
    after_exits: Pence
    after_trades: Pence
    without_use: Pence
    pays: Pence
    gets: Pence

    @property
    def bears(self) -> Pence:
        """Voids after exits and trades, with what is paid for places and less what is got."""
        return self.after_trades + self.pays - self.gets

    @property
    def relief(self) -> Pence:
        """What the use of its places by others, and its own of others', spares it in voids."""
        return self.without_use - self.after_trades

    def to_json(self) -> dict[str, object]:
        """The amounts in pounds."""
        return {
            "voids_by_contract_shares": pounds(self.contract),
            "voids_after_exits": pounds(self.after_exits),
            "voids_after_trades": pounds(self.after_trades),
            "voids_had_nobody_used_anothers_place": pounds(self.without_use),
            "relief": pounds(self.relief),
            "pays_for_places": pounds(self.pays),
            "gets_for_places": pounds(self.gets),
            "bears": pounds(self.bears),
        }


@dataclass(frozen=True, slots=True)
class Burdens:
    """Every borough's burden and the charge they share, with the voids behind `after_trades`."""

    charge: Pence
    without_use: Pence
    boroughs: Mapping[str, Burden]
    voids: Voids

    def to_json(self) -> dict[str, object]:
        """The charge and what each borough bears."""
        return {
            "charge": pounds(self.charge),
            "charge_had_nobody_used_anothers_place": pounds(self.without_use),
            "boroughs": {code: burden.to_json() for code, burden in self.boroughs.items()},
        }


def burdens(
    contract: Contract,
    block: Block,
    days: Sequence[Standing],
    trades: Sequence[Trade],
    period: tuple[date, date],
) -> Burdens:
    """What each borough bears over the period that the stretches make up."""
    names = sorted({*block.shares, *(code for day in days for code in day.held)})
    own = {day.stretch.start: day.own for day in days}
    held = {day.stretch.start: day.held for day in days}
    lines = void_lines(contract, block, [day.stretch for day in days])
    capped = void_lines(contract, block, [_within_shares(day) for day in days])
    by_contract = split_voids(lines, names, lambda _: block.shares)
    after_exits = split_voids(lines, names, lambda stretch: own[stretch.start])
    after_trades = split_voids(lines, names, lambda stretch: held[stretch.start])
    without_use = split_voids(capped, names, lambda stretch: own[stretch.start])
    pays, gets = payments(trades, *period)
    boroughs = {
        code: Burden(
            contract=by_contract.by_borough[code],
            after_exits=after_exits.by_borough[code],
            after_trades=after_trades.by_borough[code],
            without_use=without_use.by_borough[code],
            pays=pays.get(code, 0),
            gets=gets.get(code, 0),
        )
        for code in sorted({*names, *pays})
    }
    return Burdens(after_trades.charge, without_use.charge, boroughs, after_trades)


def payments(
    trades: Sequence[Trade], start: date, end: date
) -> tuple[Mapping[str, Pence], Mapping[str, Pence]]:
    """What each borough pays and gets for agreed trades in [start, end); the two sums are equal."""
    pays: dict[str, Pence] = {}
    gets: dict[str, Pence] = {}
    for trade in trades:
        if amount := trade.payment(start, end):
            pays[trade.used_by] = pays.get(trade.used_by, 0) + amount
            gets[trade.released_by] = gets.get(trade.released_by, 0) + amount
    return pays, gets


def _within_shares(day: Standing) -> Stretch:
    kept = {code: min(used, day.own.get(code, 0)) for code, used in day.stretch.in_use_by.items()}
    return replace(day.stretch, in_use_by={code: used for code, used in kept.items() if used})
