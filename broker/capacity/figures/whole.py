"""All figures of a run: counted replication by replication, kept so that runs can be compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from broker.capacity.figures.count_cost import count_cost
from broker.capacity.figures.count_places import (
    count_places,
    count_placing,
    count_stability,
    count_waiting,
)
from broker.capacity.figures.days import Ints
from broker.capacity.figures.definitions import BY_ID, FIGURES, Figure
from broker.capacity.figures.scene import Ground, Scene, check, ground
from broker.capacity.figures.setting import Setting
from broker.capacity.figures.summarise import Estimate, estimate, unknown, values
from broker.capacity.figures.tally import Tally
from broker.capacity.record import Replication

ALL_YEARS = "all"
_AT_A_TIME = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of one group and financial year (or all of them) over the replications."""

    figure: Figure
    by: str
    group: str
    year: str
    estimate: Estimate


@dataclass(frozen=True)
class Run:
    """A run counted: `above` and `below` are by (replication, group, year), the last year all.

    `numbers` and `seeds` name the replications, in order of their number.
    """

    setting: Setting
    years: tuple[str, ...]
    numbers: tuple[int, ...]
    seeds: tuple[tuple[int, ...], ...]
    above: Mapping[tuple[str, str], Ints]
    below: Mapping[tuple[str, str], Ints]
    rounds: Mapping[str, int]

    @property
    def columns(self) -> tuple[str, ...]:
        """The financial years, and all of them."""
        return (*self.years, ALL_YEARS)

    @cached_property
    def groups(self) -> Mapping[str, tuple[str, ...]]:
        return {by: tuple(groups) for by, groups in self.setting.groups().items()}

    def splits(self, figure: str) -> tuple[str, ...]:
        """What a figure is split by."""
        return tuple(by for name, by in self.above if name == figure)

    def values(self, figure: str, by: str, group: str, year: str) -> NDArray[Any]:
        """A figure's value in each replication (see `summarise.values`)."""
        place = self.groups[by].index(group), self.columns.index(year)
        above, below = self.above[figure, by], self.below[figure, by]
        return values(BY_ID[figure], above[:, *place], below[:, *place])

    def estimate(
        self, figure: str, by: str = "all", group: str = "all", year: str = ALL_YEARS
    ) -> Estimate:
        """A figure over the replications; unknown where what it needs is unknown in one of them."""
        place = self.groups[by].index(group), self.columns.index(year)
        below = self.below[figure, by][:, *place]
        needs = BY_ID[figure].needs
        if needs and (self.below[needs, by][:, *place] == 0).any():
            return unknown(BY_ID[figure], below)
        return estimate(BY_ID[figure], self.values(figure, by, group, year), below)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Every figure of every group and year, in the order of the definitions."""
        return tuple(self._rows())

    def _rows(self) -> Iterator[Row]:
        for figure in FIGURES:
            for by in self.splits(figure.id):
                for group in self.groups[by]:
                    for year in self.columns:
                        made = self.estimate(figure.id, by, group, year)
                        yield Row(figure, by, group, year, made)


def measure(setting: Setting, replications: Iterable[Replication]) -> Run:
    """Count all replications; they may come from an iterator, some are kept at a time.

    Raises:
        ValueError: no replication, one twice, or one that is not of the setting.
    """
    shared = ground(setting)
    named: list[tuple[int, tuple[int, ...]]] = []
    tallies: list[Tally] = []
    rounds: Counter[str] = Counter()
    rest = iter(replications)
    while batch := list(islice(rest, _AT_A_TIME)):
        named += [(each.number, tuple(each.seed)) for each in batch]
        tallies.append(tally(shared, batch))
        for replication in batch:
            rounds.update(replication.rounds)
    if not named:
        raise ValueError("there is no replication to count")
    order = sorted(range(len(named)), key=lambda place: named[place][0])
    numbers = tuple(named[place][0] for place in order)
    if len(set(numbers)) != len(numbers):
        raise ValueError("a replication is there twice")
    return Run(
        setting=setting,
        years=shared.days.years,
        numbers=numbers,
        seeds=tuple(named[place][1] for place in order),
        above=_joined([each.above for each in tallies], order),
        below=_joined([each.below for each in tallies], order),
        rounds=dict(rounds),
    )


def tally(shared: Ground, replications: Sequence[Replication]) -> Tally:
    """The counts of some replications."""
    for replication in replications:
        check(shared, replication)
    scene = Scene(shared, replications)
    made = Tally(len(replications), len(shared.days.years), shared.sizes)
    count_places(scene, made)
    count_placing(scene, made)
    count_waiting(scene, made)
    count_stability(scene, made)
    count_cost(scene, made)
    return made


def _joined(
    tables: Sequence[Mapping[tuple[str, str], Ints]], order: Sequence[int]
) -> dict[tuple[str, str], Ints]:
    """The tables of all batches by figure, in the order of the replications' numbers."""
    return {
        key: np.concatenate([table[key] for table in tables])[np.array(order)] for key in tables[0]
    }
