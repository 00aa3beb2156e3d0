"""Arrivals counted by authority, year, route, age group and sex, and their estimated rates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from broker.capacity.demand.arrivals import Rates, estimate_rates
from broker.capacity.demand.asked import SEXES, Asked
from broker.capacity.demand.courses import ROUTES
from broker.capacity.demand.population import Population, Seen
from broker.returns.episode import year_starts

LIMITS: Final = (0.025, 0.975)


@dataclass(frozen=True, slots=True)
class Cell:
    """The rate of arrival of one kind in one authority: mean and 95% limits, a year.

    `shape` and `rate` are of the gamma distribution with the same mean and variance.
    """

    authority: str
    route: str
    group: int
    sex: str
    entries: int
    years: int
    mean: float
    low: float
    high: float
    shape: float
    rate: float


@dataclass(frozen=True, slots=True)
class Growth:
    """Growth of arrivals a year, 0.02 for 2%, with 95% limits; 0 where `fixed`.

    `by_year` counts arrivals by closing year; `dispersion` is Pearson's chi-squared of those counts
    about the fitted growth, over its degrees of freedom: near 1 where they are Poisson.
    """

    mean: float
    low: float
    high: float
    fixed: bool
    by_year: dict[int, int]
    dispersion: float | None


@dataclass(frozen=True, slots=True)
class Counted:
    """Counts by authority, year and kind (B, T, K), and which years each authority returned."""

    authorities: tuple[str, ...]
    years: tuple[int, ...]
    counts: NDArray[np.int64]
    seen: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The rates of every cell, growth, and the draws they were taken from."""

    cells: tuple[Cell, ...]
    growth: Growth
    draws: Rates


def kinds(asked: Asked) -> list[tuple[str, int, str]]:
    """Every kind: route, age group, sex; the order of the last axis of counts."""
    groups = range(len(asked.age_groups))
    return [(route, group, sex) for route in ROUTES for group in groups for sex in SEXES]


def count_arrivals(people: Population, asked: Asked, years: dict[str, tuple[int, ...]]) -> Counted:
    """The arrivals from outside such homes, of the authorities whose returns show everybody."""
    authorities = tuple(code for code in years if code not in people.draining)
    every = [year for code in authorities for year in years[code]]
    span = tuple(range(min(every), max(every) + 1)) if every else ()
    order = {kind: index for index, kind in enumerate(kinds(asked))}
    counts = np.zeros((len(authorities), len(span), len(order)), dtype=np.int64)
    seen = np.array([[y in years[code] for y in span] for code in authorities], dtype=np.bool_)
    for each in people.stays:
        code = each.stay.key[0]
        kind = order.get((each.stay.route, each.group, each.child.sex))
        if kind is None or code not in authorities:
            continue
        year = closing_year(each)
        if year in years[code]:
            counts[authorities.index(code), year - span[0], kind] += 1
    return Counted(authorities, span, counts, seen.reshape(len(authorities), len(span)))


def closing_year(each: Seen) -> int:
    """The closing year of the collection in which a stay began."""
    day = each.stay.start
    return day.year + (day >= year_starts(day.year + 1))


def estimate_arrivals(counted: Counted, asked: Asked) -> Arrivals:
    """The rates of every cell at the level of the last year, with their limits."""
    draws = estimate_rates(counted.counts, counted.seen)
    mean = draws.rates.mean(axis=0)
    low, high = np.quantile(draws.rates, LIMITS, axis=0)
    shape, rate = draws.gamma()
    entries = counted.counts.sum(axis=1)
    cells = [
        Cell(
            authority=code,
            route=route,
            group=group,
            sex=sex,
            entries=int(entries[b, k]),
            years=int(counted.seen[b].sum()),
            mean=float(mean[b, k]),
            low=float(low[b, k]),
            high=float(high[b, k]),
            shape=float(shape[b, k]),
            rate=float(rate[b, k]),
        )
        for b, code in enumerate(counted.authorities)
        for k, (route, group, sex) in enumerate(kinds(asked))
    ]
    return Arrivals(tuple(cells), _growth(counted, draws), draws)


def _growth(counted: Counted, draws: Rates) -> Growth:
    by_year = counted.counts.sum(axis=(0, 2))
    drawn = np.expm1(draws.growth)
    low, high = (float(limit) for limit in np.quantile(drawn, LIMITS))
    return Growth(
        mean=float(drawn.mean()),
        low=low,
        high=high,
        fixed=draws.fixed,
        by_year={year: int(n) for year, n in zip(counted.years, by_year, strict=True)},
        dispersion=_dispersion(counted, float(draws.growth.mean())),
    )


def _dispersion(counted: Counted, growth: float) -> float | None:
    """Pearson's chi-squared of the yearly counts about growth, over its degrees of freedom."""
    back = np.arange(len(counted.years)) - (len(counted.years) - 1)
    weights = np.exp(growth * back) * counted.seen
    totals = counted.counts.sum(axis=(1, 2))
    expected = (totals[:, None] * weights / weights.sum(axis=1, keepdims=True)).sum(axis=0)
    free = len(counted.years) - 2
    if free < 1 or expected.min(initial=1.0) <= 0:
        return None
    observed = counted.counts.sum(axis=(0, 2))
    return float(((observed - expected) ** 2 / expected).sum() / free)


def total(cells: Sequence[Cell], draws: Rates) -> tuple[float, float, float]:
    """The rate of all cells together: mean and 95% limits, from the joint draws."""
    whole = draws.rates.sum(axis=(1, 2))
    low, high = np.quantile(whole, LIMITS)
    return float(sum(cell.mean for cell in cells)), float(low), float(high)
