"""One replication seen with its setting: which spells are placements, moves in, whose they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from broker.capacity.figures.days import Days, Ints, Parts, cut, days_of, part_of
from broker.capacity.figures.prices import Prices, compiled
from broker.capacity.figures.setting import ALL, BAND, BOROUGH, HOME, PROVIDER, Setting
from broker.capacity.record import WAITING, Replication

HALF_YEAR, YEAR = 6, 12


@dataclass(frozen=True)
class Ground:
    """What is the same in every replication, worked out once."""

    setting: Setting
    days: Days
    prices: Prices
    provider_of: Ints
    borough_of: Ints
    under_contract: NDArray[np.bool_]
    marks: Mapping[int, Ints]
    sizes: Mapping[str, int]


def ground(setting: Setting) -> Ground:
    """The ground that a setting's replications share."""
    days = days_of(setting.first, setting.weeks)
    providers = setting.providers
    return Ground(
        setting=setting,
        days=days,
        prices=compiled(setting, days),
        provider_of=np.array(
            [providers.index(home.provider) for home in setting.homes], dtype=np.int64
        ),
        borough_of=np.array(
            [setting.all_boroughs.index(code) for code in setting.boroughs], dtype=np.int64
        ),
        under_contract=np.array([home.id in setting.contract.homes for home in setting.homes]),
        marks={number: days.marks(number) for number in (HALF_YEAR, YEAR)},
        sizes={by: len(groups) for by, groups in setting.groups().items()},
    )


@dataclass(frozen=True)
class Scene:
    """A replication's spells as columns of whole numbers, with what follows from them.

    A placement is a spell that is no waiting. A move in is a placement that begins on a simulated
    day, of somebody who does not live there from before.
    """

    ground: Ground
    replication: Replication

    @cached_property
    def column(self) -> Mapping[str, Ints]:
        spells = self.replication.spells
        made = {name: spells[name].astype(np.int64) for name in spells.dtype.names or ()}
        return {**made, "borough": self.ground.borough_of[made["borough"]]}

    @cached_property
    def placed(self) -> Ints:
        """The rows of the placements."""
        return np.flatnonzero(self.column["where"] != WAITING)

    @cached_property
    def waiting(self) -> Ints:
        """The rows of the spells of waiting."""
        return np.flatnonzero(self.column["where"] == WAITING)

    @cached_property
    def moved_in(self) -> Ints:
        """The rows of the moves in."""
        start, arrived = self.column["start"], self.column["arrived"]
        from_before = (arrived < 0) & (start <= 0)
        return self.placed[~from_before[self.placed]]

    @cached_property
    def parts(self) -> Parts:
        """The days of all spells by financial year."""
        return cut(self.ground.days.year_edges, self.column["start"], self.column["end"])

    def year(self, day: Ints) -> Ints:
        """The financial year of days."""
        return part_of(self.ground.days.year_edges, day)

    def groups(self, rows: Ints, *, homes: bool = False) -> dict[str, Ints]:
        """The groups of rows by all, borough and band, and by home and provider if asked for.

        A place elsewhere is of no home and no provider: -1.
        """
        made = {
            ALL: np.zeros(len(rows), dtype=np.int64),
            BOROUGH: self.column["borough"][rows],
            BAND: self.column["band"][rows],
        }
        if homes:
            home = np.maximum(self.column["where"][rows], -1)
            made[HOME] = home
            made[PROVIDER] = np.where(home < 0, -1, self.ground.provider_of[home])
        return made


def check(ground: Ground, replication: Replication) -> None:
    """Refuse a replication that is not of the setting.

    Raises:
        ValueError: other days, a borough, band or home that the setting does not have, or a place
            under the contract in a home that is not in it.
    """
    setting, spells = ground.setting, replication.spells
    told = f"replication {replication.number}"
    if (replication.first, replication.weeks) != (setting.first, setting.weeks):
        raise ValueError(
            f"{told}: {replication.weeks} weeks from {replication.first}, and the setting has"
            f" {setting.weeks} from {setting.first}"
        )
    limits = {"borough": len(setting.boroughs), "band": ground.sizes[BAND]}
    for name, size in {**limits, "where": len(setting.homes)}.items():
        lowest = -2 if name == "where" else 0
        if len(spells) and not lowest <= spells[name].min() <= spells[name].max() < size:
            raise ValueError(f"{told}: {name} {spells[name].max()} is not below {size}")
    empty = replication.empty["home"]
    if len(empty) and not 0 <= empty.min() <= empty.max() < len(setting.homes):
        raise ValueError(f"{told}: an empty place of home {empty.max()}, which is none")
    if len(spells) and (spells["end"] > replication.horizon).any():
        raise ValueError(f"{told}: a spell ends after day {replication.horizon}, the horizon")
    where = spells["where"][spells["block"] == 1]
    if (where < 0).any() or not ground.under_contract[where].all():
        raise ValueError(
            f"{told}: a place under {setting.contract.id} in a home that is not in the contract"
        )
