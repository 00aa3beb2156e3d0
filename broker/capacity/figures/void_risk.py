"""How much voids cost a year, and how often they cost more than somebody is ready to bear."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from broker.capacity.figures.days import Ints
from broker.capacity.figures.summarise import Estimate, rank
from broker.capacity.figures.whole import ALL_YEARS, Run
from pricing.money import Pence

PERCENTILES = (5, 25, 50, 75, 90, 95, 99)
_BARS = 12
_ROUND = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Bracket:
    """So many years of all replications cost from `low` up to, and not including, `high` pence."""

    low: Pence
    high: Pence
    years: int


@dataclass(frozen=True, slots=True)
class VoidRisk:
    """The void cost of a financial year over years and replications.

    `by_year` has the percentiles of each year, then of all years together; a year that is cut by
    the run's first or last day is in it as far as it was simulated. `over` is the probability of a
    year above the limit, for each year and for at least one of them; None without a limit.
    """

    limit: Pence | None
    by_year: dict[str, dict[int, Pence]]
    years: int
    brackets: tuple[Bracket, ...]
    over: dict[str, Estimate] | None


def void_risk(run: Run) -> VoidRisk:
    """The distribution of void cost in a run."""
    voids = run.above["voids", "all"][:, 0, :-1]
    by_year = {year: _percentiles(voids[:, place]) for place, year in enumerate(run.years)}
    by_year[ALL_YEARS] = _percentiles(voids.reshape(-1))
    limit = run.setting.void_limit
    over = None
    if limit is not None:
        over = {year: run.estimate("voids_over_limit", year=year) for year in run.columns}
    return VoidRisk(limit, by_year, voids.size, _brackets(voids.reshape(-1)), over)


def _percentiles(voids: Ints) -> dict[int, Pence]:
    ordered = np.sort(voids)
    return {percent: int(ordered[rank(percent, len(ordered))]) for percent in PERCENTILES}


def _brackets(voids: Ints) -> tuple[Bracket, ...]:
    """At most twelve equal brackets of a round width from 0 on."""
    width = _width(int(voids.max()))
    counts = np.bincount(voids // width)
    return tuple(
        Bracket(place * width, (place + 1) * width, int(count))
        for place, count in enumerate(counts)
    )


def _width(highest: Pence) -> Pence:
    """The smallest of 1, 2, 5, 10, ... pounds that needs no more than twelve brackets."""
    power = 100
    while True:
        for factor in _ROUND:
            if highest // (factor * power) < _BARS:
                return factor * power
        power *= 10
