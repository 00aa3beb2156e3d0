"""Replications seen with their setting: which spells are placements, moves in, whose they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from broker.capacity.figures.days import Days, Ints, Parts, cut, days_of, part_of
from broker.capacity.figures.prices import Prices, compiled
from broker.capacity.figures.setting import ALL, BAND, BOROUGH, HOME, PROVIDER, Setting
from broker.capacity.figures.tally import Rows
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
    """Some replications' spells as columns of whole numbers, with what follows from them.

    The columns are those of the record, in its order, with `of`, the replication's place among
    those of the scene; `person` is a number of its own for everybody. A placement is a spell that
    is no waiting. A move in is a placement that begins on a simulated day, of somebody who does not
    live there from before.
    """

    ground: Ground
    replications: Sequence[Replication]

    @cached_property
    def column(self) -> Mapping[str, Ints]:
        spells = np.concatenate([each.spells for each in self.replications])
        made = {name: spells[name].astype(np.int64) for name in spells.dtype.names or ()}
        lengths = [len(each.spells) for each in self.replications]
        of = np.repeat(np.arange(len(lengths)), lengths)
        person = made["person"] + of * (made["person"].max(initial=0) + 1)
        borough = self.ground.borough_of[made["borough"]]
        return {**made, "of": of, "person": person, "borough": borough}

    @cached_property
    def empty(self) -> Mapping[str, Ints]:
        """The empty place-days of homes of the contract, as columns, with `of` as above."""
        rows = np.concatenate([each.empty for each in self.replications])
        lengths = [len(each.empty) for each in self.replications]
        kept = self.ground.under_contract[rows["home"]]
        made = {name: rows[name][kept].astype(np.int64) for name in rows.dtype.names or ()}
        return {**made, "of": np.repeat(np.arange(len(lengths)), lengths)[kept]}

    @cached_property
    def waits(self) -> NDArray[np.bool_]:
        """Which rows are spells of waiting."""
        return np.asarray(self.column["where"] == WAITING)

    @cached_property
    def begins(self) -> NDArray[np.bool_]:
        """Which rows are moves in."""
        from_before = (self.column["arrived"] < 0) & (self.column["start"] <= 0)
        return ~self.waits & ~from_before

    @cached_property
    def placed(self) -> Ints:
        """The rows of the placements."""
        return np.flatnonzero(~self.waits)

    @cached_property
    def under_contract(self) -> Ints:
        """The rows of the placements in places under the contract."""
        return np.flatnonzero(self.column["block"] == 1)

    @cached_property
    def parts(self) -> Parts:
        """The days of all spells by financial year."""
        return cut(self.ground.days.year_edges, self.column["start"], self.column["end"])

    def year(self, day: Ints) -> Ints:
        """The financial year of days, the first year for days before it."""
        return part_of(self.ground.days.year_edges, np.maximum(day, 0))

    def lived(self) -> Rows:
        """All spells' days by financial year, in the order of `parts`."""
        return self.rows(self.parts.of, self.parts.part, self.parts.days)

    def rows(self, rows: Ints, year: Ints, amount: Ints | None = None) -> Rows:
        """Rows of spells, each counting once or so much in a year.

        A place elsewhere is of no home and no provider: -1.
        """
        home = np.maximum(self.column["where"][rows], -1)
        groups = {
            ALL: np.zeros(len(rows), dtype=np.int64),
            BOROUGH: self.column["borough"][rows],
            BAND: self.column["band"][rows],
            HOME: home,
            PROVIDER: np.where(home < 0, -1, self.ground.provider_of[home]),
        }
        if amount is None:
            amount = np.ones(len(rows), dtype=np.int64)
        return Rows(self.column["of"][rows], groups, year, amount)


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
