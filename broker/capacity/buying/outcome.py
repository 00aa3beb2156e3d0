"""What a portfolio comes to in each replication, in whole numbers.

The whole cost is what the partnership pays for the same young people over all simulated days: the
block to the end of its terms, days in any other place at spot, and days of waiting at spot too, so
that nothing is saved by leaving somebody without a place. After the terms end the homes are taken
to go on at spot, with no guarantee and no void.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final

import numpy as np

from broker.capacity.buying.built import Built
from broker.capacity.figures.bill import Lines, bill, priced
from broker.capacity.figures.count_cost import by_year
from broker.capacity.figures.days import Ints
from broker.capacity.figures.from_run import setting_from
from broker.capacity.figures.scene import Ground, Scene, check, ground
from broker.capacity.figures.setting import Setting
from broker.capacity.record import (
    ELSEWHERE,
    IN_BOROUGH,
    IN_PARTNERSHIP,
    NOT_KNOWN,
    Replication,
)
from broker.capacity.simulation.world import World
from pricing.money import Pence
from pricing.terms import BANDS
from pricing.value.spot import SpotPrices, Unknown

COLUMNS: Final = (
    "cost", "block", "other", "waiting", "after", "voids", "worst_year", "over", "local", "moves",
    "used_days", "place_days", "spot_same", "elsewhere_days",
)  # fmt: skip
"""By replication: pence (`worst_year` the highest void cost of a financial year, `over` whether it
is above the limit), moves in and those within the partnership, place-days used under the contract
and of the contract to the end of its terms, the block's own days at spot, days in places bought
outside the modelled homes."""


class NotPriced(ValueError):
    """A spot price is missing, so no whole cost is known; says of which band and day."""


@dataclass(frozen=True)
class Pricing:
    """How replications are priced, whatever the portfolio."""

    spot: SpotPrices
    achieved: Fraction | None
    void_limit: Pence
    demand_file: str


def setting_of(
    world: World, built: Built, pricing: Pricing, stated: Sequence[Mapping[str, Any]] = ()
) -> Setting:
    """The setting of a portfolio's block, to the end of its terms."""
    return setting_from(
        contract=built.priced,
        spot=pricing.spot,
        first=world.first,
        weeks=built.covered,
        boroughs=world.boroughs,
        homes=world.homes,
        demand=world.demand,
        demand_file=pricing.demand_file,
        stated=stated,
        achieved=pricing.achieved,
        void_limit=pricing.void_limit,
    )


def check_spot(spot: SpotPrices, first: date, weeks: int) -> None:
    """Refuse spot prices that do not price every band on every simulated day.

    Raises:
        NotPriced: with the first day and band that has no price, and why.
    """
    after = first + timedelta(weeks=weeks)
    days = [first, *sorted(day for day in spot.edges() if first < day < after)]
    for day in days:
        for band in BANDS:
            found = spot.weekly(band, day)
            if isinstance(found, Unknown):
                raise NotPriced(f"{band} on {day}: {found.why}")


@dataclass(frozen=True)
class Pricer:
    """A portfolio's prices compiled: of its block, and of all simulated days."""

    block: Ground
    whole: Ground
    covered: int

    def outcomes(self, replications: Sequence[Replication]) -> Ints:
        """A row of COLUMNS for each replication."""
        edge = 7 * self.covered
        for one in replications:
            check(self.whole, one)
        inside = Scene(self.block, [clipped(one, self.covered) for one in replications])
        whole = Scene(self.whole, list(replications))
        made = bill(inside)
        if made.results is None:
            raise NotPriced("results: nobody says what is achieved")
        voids = by_year(inside, made.voids).sum(axis=1)
        block = (made.placements + made.results).sum(axis=(1, 2)) + voids[:, -1]
        column = whole.column
        outside = whole.placed[column["block"][whole.placed] != 1]
        waits = np.flatnonzero(whole.waits)
        other, waiting = self._spot(whole, outside), self._spot(whole, waits)
        after = np.zeros_like(other)
        if edge < self.whole.days.count:
            rest = Scene(self.whole, [_rest(one, edge) for one in replications])
            after = self._spot(rest, rest.under_contract)
        same = priced(inside, inside.under_contract, self.block.prices.spot)
        local, moves = _local(whole)
        size = len(replications)
        worst = voids[:, :-1].max(axis=1)
        limit = self.block.setting.void_limit
        assert limit is not None
        places = self.block.setting.block.places
        away = np.flatnonzero(column["where"] == ELSEWHERE)
        table = {
            "cost": block + other + waiting + after,
            "block": block,
            "other": other,
            "waiting": waiting,
            "after": after,
            "voids": voids[:, -1],
            "worst_year": worst,
            "over": (worst > limit).astype(np.int64),
            "local": local,
            "moves": moves,
            "used_days": _added(inside, inside.under_contract, _days(inside)),
            "place_days": np.full(size, places * edge, dtype=np.int64),
            "spot_same": _summed(inside, same),
            "elsewhere_days": _added(whole, away, _days(whole)),
        }
        return np.stack([table[name] for name in COLUMNS], axis=1).astype(np.int64)

    def _spot(self, scene: Scene, rows: Ints) -> Ints:
        return _summed(scene, priced(scene, rows, self.whole.prices.spot))


def pricer(world: World, built: Built, pricing: Pricing) -> Pricer:
    """The compiled prices of a portfolio in its world."""
    setting = setting_of(world, built, pricing)
    whole = replace(
        setting,
        weeks=world.weeks,
        contract=replace(setting.contract, end=built.contract.end),
    )
    return Pricer(ground(setting), ground(whole), built.covered)


def _summed(scene: Scene, lines: Lines) -> Ints:
    """Lines added up by replication."""
    if not lines.known.all():
        raise NotPriced("a simulated day")
    made = np.zeros(len(scene.replications), dtype=np.int64)
    np.add.at(made, scene.column["of"][lines.of], lines.pence)
    return made


def clipped(one: Replication, weeks: int) -> Replication:
    """A replication cut off after so many weeks."""
    edge = 7 * weeks
    if weeks == one.weeks:
        return one
    spells = one.spells[one.spells["start"] < edge].copy()
    late = spells["end"] > edge
    spells["ended"][late] = -1
    spells["end"][late] = edge
    return replace(
        one,
        weeks=weeks,
        spells=spells,
        empty=one.empty[one.empty["week"] < weeks],
        refusals=one.refusals[one.refusals["week"] < weeks],
    )


def _rest(one: Replication, edge: int) -> Replication:
    """What is left of its spells from a day on."""
    spells = one.spells[one.spells["end"] > edge].copy()
    spells["start"] = np.maximum(spells["start"], edge)
    return replace(one, spells=spells)


def _days(scene: Scene) -> Ints:
    column = scene.column
    days: Ints = np.maximum(column["end"] - np.maximum(column["start"], 0), 0)
    return days


def _added(scene: Scene, rows: Ints, amount: Ints) -> Ints:
    made = np.zeros(len(scene.replications), dtype=np.int64)
    np.add.at(made, scene.column["of"][rows], amount[rows])
    return made


def _local(scene: Scene) -> tuple[Ints, Ints]:
    """Moves in within the partnership, and all whose place is known; elsewhere is not local."""
    column, ones = scene.column, np.ones(len(scene.column["of"]), dtype=np.int64)
    begins = scene.begins
    near = begins & np.isin(column["local"], (IN_BOROUGH, IN_PARTNERSHIP))
    near &= column["where"] != ELSEWHERE
    known = begins & ((column["where"] == ELSEWHERE) | (column["local"] != NOT_KNOWN))
    return _added(scene, np.flatnonzero(near), ones), _added(scene, np.flatnonzero(known), ones)
