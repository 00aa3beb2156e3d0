"""What one search learns that helps another: prices and households, by name.

A question that changes a little of a case is priced from here instead of from nothing. Prices prove
a bound whatever they are, so what comes from another case can be unhelpful but never wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matching.aims import Prices
from matching.board import Ints
from matching.market import Market
from matching.patterns import HomeSet, Pool

Names = tuple[str, ...]


@dataclass(frozen=True)
class Known:
    """Prices of units (by who is in them), of sibling pairs, of links, of one more placed today;
    and households (home, units) that made up the best mixture.
    """

    unit: Mapping[Names, int]
    kin: Mapping[tuple[Names, Names], int]
    link: Mapping[str, int]
    today: int
    households: tuple[tuple[str, tuple[Names, ...]], ...]

    def prices(self, market: Market) -> Prices:
        """These prices in another market; 0 for whoever and whatever is new there."""
        names = unit_names(market)
        found = kin_names(market, names)
        return Prices(
            _column([self.unit.get(name, 0) for name in names]),
            _column([self.kin.get(name, 0) for name in found]),
            _column([self.link.get(link.name, 0) for link in market.links]),
            self.today,
        )

    def sets(self, market: Market) -> list[HomeSet]:
        """Those of the households that another market has too, as sets of its candidates."""
        unit = {name: at for at, name in enumerate(unit_names(market))}
        home = {one.id: at for at, one in enumerate(market.choices.problem.homes)}
        found = []
        for where, who in self.households:
            at = home.get(where)
            if at is None or not all(name in unit for name in who):
                continue
            begin, end = int(market.home_start[at]), int(market.home_start[at + 1])
            here = np.isin(market.unit[begin:end], [unit[name] for name in who])
            if int(here.sum()) == len(who):
                found.append((at, tuple((begin + np.flatnonzero(here)).tolist())))
        return found


def learnt(market: Market, prices: Prices, pool: Pool, mixture: list[int]) -> Known:
    """What a search has learnt, by name."""
    names = unit_names(market)
    homes = market.choices.problem.homes
    patterns = [pool.patterns[number] for number in mixture]
    return Known(
        dict(zip(names, prices.unit.tolist(), strict=True)),
        dict(zip(kin_names(market, names), prices.kin.tolist(), strict=True)),
        {link.name: price for link, price in zip(market.links, prices.link.tolist(), strict=True)},
        prices.today,
        tuple((homes[p.home].id, tuple(names[unit] for unit in p.units)) for p in patterns),
    )


def unit_names(market: Market) -> list[Names]:
    """Who is in each unit."""
    referrals = market.choices.problem.referrals
    return [tuple(referrals[member].id for member in u.members) for u in market.choices.units]


def kin_names(market: Market, names: list[Names]) -> list[tuple[Names, Names]]:
    """The two units of each sibling pair."""
    pairs: dict[int, tuple[Names, Names]] = {}
    for unit, name in enumerate(names):
        for at in range(int(market.kin_start[unit]), int(market.kin_start[unit + 1])):
            other = names[int(market.kin[at])]
            pairs.setdefault(int(market.kin_row[at]), (name, other))
    return [pairs[row] for row in range(len(market.kin_group))]


def _column(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int64)
