"""All figures of a run: counted replication by replication, kept so that runs can be compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

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
from broker.capacity.figures.summarise import Estimate, estimate, values
from broker.capacity.figures.tally import Tally
from broker.capacity.record import Replication

ALL_YEARS = "all"


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

    def values(self, figure: str, by: str, group: str, year: str) -> NDArray[np.generic]:
        """A figure's value in each replication (see `summarise.values`)."""
        place = self.groups[by].index(group), self.columns.index(year)
        above, below = self.above[figure, by], self.below[figure, by]
        return values(BY_ID[figure], above[:, *place], below[:, *place])

    def estimate(
        self, figure: str, by: str = "all", group: str = "all", year: str = ALL_YEARS
    ) -> Estimate:
        """A figure over the replications."""
        place = self.groups[by].index(group), self.columns.index(year)
        below = self.below[figure, by][:, *place]
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
    """Count all replications; they may come from an iterator, one is kept at a time.

    Raises:
        ValueError: no replication, one twice, or one that is not of the setting.
    """
    shared = ground(setting)
    counted: list[tuple[int, tuple[int, ...], Tally]] = []
    rounds: dict[str, int] = {}
    for replication in replications:
        counted.append((replication.number, tuple(replication.seed), tally(shared, replication)))
        for path, number in replication.rounds.items():
            rounds[path] = rounds.get(path, 0) + number
    if not counted:
        raise ValueError("there is no replication to count")
    counted.sort(key=lambda each: each[0])
    numbers = tuple(number for number, _, _ in counted)
    if len(set(numbers)) != len(numbers):
        raise ValueError("a replication is there twice")
    tallies = [each for _, _, each in counted]
    keys = list(tallies[0].above)
    return Run(
        setting=setting,
        years=shared.days.years,
        numbers=numbers,
        seeds=tuple(seed for _, seed, _ in counted),
        above={key: np.stack([each.above[key] for each in tallies]) for key in keys},
        below={key: np.stack([each.below[key] for each in tallies]) for key in keys},
        rounds=rounds,
    )


def tally(shared: Ground, replication: Replication) -> Tally:
    """The counts of one replication."""
    check(shared, replication)
    scene = Scene(shared, replication)
    made = Tally(len(shared.days.years), shared.sizes)
    count_places(scene, made)
    count_placing(scene, made)
    count_waiting(scene, made)
    count_stability(scene, made)
    count_cost(scene, made)
    return made
