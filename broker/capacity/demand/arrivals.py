"""Yearly rates of arrival by authority and kind, thin cells leaning on what the others tell.

Counts are Poisson. A cell's rate is the product of its authority's level, its kind's share (a kind
is a route, age group and sex) and its own departure from that product, a gamma variable of mean 1
whose spread is estimated from all cells: where the cells follow the product, thin ones are drawn
to it; where they do not, each is left to itself. All years share one rate of growth; a cell's rate
is that at the level of the last year of the returns. A gamma-Poisson model, estimated in full
(Gibbs sampling, all draws conjugate) rather than with its spread plugged in, so that the intervals
also hold what is not known about level, share, spread and growth. The form is that of Gelman and
others, Bayesian Data Analysis, section 2.6, with multiplicative means.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

DRAWS: Final = 2000
WARM_UP: Final = 400
SEED: Final = 903
GROWTH_GRID: Final = np.linspace(-0.5, 0.5, 401)
"""Growth a year, as a natural logarithm: from -39% to +65%, each as likely before the counts."""
SPREAD_GRID: Final = np.exp(np.linspace(np.log(0.5), np.log(500), 32))
"""Shapes of the departures: 0.5 is cells that have nothing in common, 500 is none at all."""
LEVEL_SHAPE: Final = 0.5
SHARE_SHAPE: Final = 0.5
"""Shapes of the priors of level and share (Jeffreys' for a Poisson rate)."""
LEAST_YEARS_FOR_GROWTH: Final = 4


@dataclass(frozen=True, slots=True)
class Rates:
    """Draws of every cell's yearly rate at the last year's level, and of growth.

    `rates` is draws by authorities by kinds; `growth` is draws, 0 throughout where `fixed`.
    """

    rates: Floats
    growth: Floats
    fixed: bool

    def gamma(self) -> tuple[Floats, Floats]:
        """Shape and rate of the gamma distribution with each cell's mean and variance."""
        mean, variance = self.rates.mean(axis=0), self.rates.var(axis=0)
        return mean * mean / variance, mean / variance


def estimate_rates(
    counts: Counts, seen: NDArray[np.bool_], *, draws: int = DRAWS, seed: int = SEED
) -> Rates:
    """The rates of counts by authority, year and kind, where `seen` says which years are there.

    Shapes: counts (B, T, K), seen (B, T). Years are in order and one apart.
    """
    many = estimate_many(counts[None], seen, draws=draws, seed=seed)
    return Rates(many.rates[:, 0], many.growth[:, 0], many.fixed)


def estimate_many(
    counts: Counts, seen: NDArray[np.bool_], *, draws: int = DRAWS, seed: int = SEED
) -> Rates:
    """As `estimate_rates`, for many sets of counts (R, B, T, K) at once, each on its own."""
    random = np.random.default_rng(seed)
    number = len(counts)
    fixed = int(seen.any(axis=0).sum()) < LEAST_YEARS_FOR_GROWTH
    growth = np.zeros((draws + WARM_UP, number))
    if not fixed:
        growth = _draw_growth(counts, seen, draws + WARM_UP, random)
    back = np.arange(seen.shape[1]) - (seen.shape[1] - 1)
    in_all: Floats = counts.sum(axis=2).astype(np.float64)
    table = _rising(in_all)
    level = np.maximum(in_all.sum(axis=2, keepdims=True), 0.5)
    share = np.full((number, 1, counts.shape[3]), 1 / counts.shape[3])
    kept = np.empty((draws, number, counts.shape[1], counts.shape[3]))
    for step in range(draws + WARM_UP):
        weights = np.exp(growth[step][:, None] * back)
        years = (weights[:, None, :] * seen).sum(axis=2)[:, :, None]
        spread = _draw_spread(table, in_all, years * level * share, random)
        own = random.gamma(spread + in_all) / (spread + years * level * share)
        level = random.gamma(LEVEL_SHAPE + in_all.sum(axis=2, keepdims=True)) / (
            years * (share * own).sum(axis=2, keepdims=True)
        )
        share = random.gamma(SHARE_SHAPE + in_all.sum(axis=1, keepdims=True)) / (
            SHARE_SHAPE + (years * level * own).sum(axis=1, keepdims=True)
        )
        if step >= WARM_UP:
            kept[step - WARM_UP] = level * share * own
    return Rates(kept, growth[WARM_UP:], fixed)


def _draw_growth(
    counts: Counts, seen: NDArray[np.bool_], draws: int, random: np.random.Generator
) -> Floats:
    """Draws of growth, which depends on the counts by authority and year alone.

    With the authorities' levels integrated out, what is left of the likelihood is, for each, the
    exponential of growth times the count's years, over the weighted years to the power of the
    count and a half.
    """
    by_year = counts.sum(axis=3).astype(np.float64)
    back = np.arange(seen.shape[1]) - (seen.shape[1] - 1)
    weighted = np.exp(GROWTH_GRID[:, None] * back) @ seen.T.astype(np.float64)
    reach = (by_year * back).sum(axis=(1, 2))
    power = by_year.sum(axis=2) + LEVEL_SHAPE
    log = reach[:, None] * GROWTH_GRID - power @ np.log(weighted).T
    found = np.exp(log - log.max(axis=1, keepdims=True)).cumsum(axis=1)
    found /= found[:, -1:]
    step = GROWTH_GRID[1] - GROWTH_GRID[0]
    drawn = np.empty((draws, len(counts)))
    for index, each in enumerate(found):
        drawn[:, index] = GROWTH_GRID[np.searchsorted(each, random.random(draws))]
    jitter: Floats = drawn + step * (random.random(drawn.shape) - 0.5)
    return jitter


def _rising(in_all: Floats) -> Floats:
    """The logarithm of shape (shape+1) ... (shape+n-1) of each cell's count n, for each spread."""
    most = int(in_all.max(initial=0))
    sums = np.zeros((len(SPREAD_GRID), most + 1))
    sums[:, 1:] = np.log(SPREAD_GRID[:, None] + np.arange(most)).cumsum(axis=1)
    rising: Floats = sums[:, in_all.astype(np.int64)]
    return rising


def _draw_spread(
    table: Floats, in_all: Floats, mean: Floats, random: np.random.Generator
) -> Floats:
    """A draw of the spread given level and share, with the departures integrated out."""
    shape = SPREAD_GRID[:, None, None, None]
    log = (table - shape * np.log1p(mean / shape) - in_all * np.log(shape + mean)).sum(axis=(2, 3))
    found = np.exp(log - log.max(axis=0)).cumsum(axis=0)
    at = (found / found[-1] < random.random(log.shape[1])).sum(axis=0)
    drawn: Floats = SPREAD_GRID[np.minimum(at, len(SPREAD_GRID) - 1)][:, None, None]
    return drawn
