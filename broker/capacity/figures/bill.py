"""What a replication costs under the contract and at spot, to the penny, month by month.

Bills are of calendar months, as a statement of each month has them: a line for each placement and
stretch between uplifts, the void charge of the month, its results, and the split among boroughs.
Tests hold every penny to `pricing.statement` and to spot quotes of the same placements.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import lcm

import numpy as np
from numpy.typing import NDArray

from broker.capacity.figures.days import Ints, Parts, cut
from broker.capacity.figures.prices import Fees, Prices
from broker.capacity.figures.scene import Ground, Scene
from broker.capacity.figures.split import MOST, rounded_ratio, split
from broker.capacity.record import EMPTY_REASONS

PROVIDER_SIDE = (EMPTY_REASONS.index("provider"), EMPTY_REASONS.index("closed"))


@dataclass(frozen=True)
class Lines:
    """Lines of placements: of which spell, in which month, the pence, and whether it is known."""

    of: Ints
    month: Ints
    days: Ints
    pence: Ints
    known: NDArray[np.bool_]


@dataclass(frozen=True)
class Bill:
    """A replication's bills by borough (in order of code) and month, in pence.

    `results` is None where what is achieved is unknown; `unused` has the guaranteed place-days of
    each month that nobody used.
    """

    lines: Lines
    placements: Ints
    voids: Ints
    results: Ints | None
    unused: Ints


def bill(scene: Scene) -> Bill:
    """The bills of a replication's places under the contract."""
    ground = scene.ground
    rows = scene.placed[scene.column["block"][scene.placed] == 1]
    lines = priced(scene, rows, ground.prices.fees)
    names = len(ground.setting.all_boroughs)
    fees = np.zeros((names, len(ground.days.months)), dtype=np.int64)
    np.add.at(fees, (scene.column["borough"][lines.of], lines.month), lines.pence)
    voids, unused = _voids(scene, rows, names)
    return Bill(lines, fees, voids, _results(ground.prices, fees), unused)


def priced(scene: Scene, rows: Ints, fees: Fees) -> Lines:
    """The lines of some spells under a table of fees."""
    column = scene.column
    parts: Parts = cut(fees.edges, column["start"][rows], column["end"][rows])
    of = rows[parts.of]
    band = column["band"][of]
    pence = fees.amounts(parts.part, band, parts.days)
    return Lines(of, fees.month[parts.part], parts.days, pence, fees.known[parts.part, band])


def out_of_use(scene: Scene) -> Ints:
    """Places out of use on each day: those empty on the provider's side, on a week's last days."""
    ground, empty = scene.ground, scene.replication.empty
    counted = np.isin(empty["reason"], PROVIDER_SIDE) & ground.under_contract[empty["home"]]
    rows = empty[counted]
    whole, rest = np.divmod(rows["place_days"].astype(np.int64), 7)
    week = rows["week"].astype(np.int64) * 7
    steps = np.zeros(ground.days.count + 1, dtype=np.int64)
    np.add.at(steps, week, whole)
    np.add.at(steps, week + 7 - rest, 1)
    np.add.at(steps, week + 7, -whole - 1)
    out: Ints = np.cumsum(steps[:-1])
    return out


def _voids(scene: Scene, rows: Ints, names: int) -> tuple[Ints, Ints]:
    """The void charge of each month split among boroughs, and the places paid for in vain."""
    ground, prices = scene.ground, scene.ground.prices
    days = ground.days
    steps = np.zeros((names, days.count + 1), dtype=np.int64)
    borough = scene.column["borough"][rows]
    np.add.at(steps, (borough, np.maximum(scene.column["start"][rows], 0)), 1)
    np.add.at(steps, (borough, scene.column["end"][rows]), -1)
    used = np.cumsum(steps[:, :-1], axis=1)
    in_use = used.sum(axis=0)
    _check_places(scene, in_use)
    payable = prices.payable[np.minimum(out_of_use(scene), len(prices.payable) - 1)]
    unused = np.maximum(payable - in_use, 0)
    starts = days.month_edges[:-1]
    unused_by_month: Ints = np.add.reduceat(unused, starts)
    numerator = unused * prices.void_numerator
    charge = rounded_ratio(np.add.reduceat(numerator, starts), np.array([prices.void_denominator]))
    parts = np.maximum(prices.shares[:, None] - used, 0)
    whole = parts.sum(axis=0)
    by_shares = whole == 0
    parts[:, by_shares] = prices.shares[:, None]
    whole[by_shares] = prices.shares.sum()
    whole[unused == 0] = 1
    return _split_voids(ground, charge, numerator, parts, whole), unused_by_month


def _split_voids(ground: Ground, charge: Ints, numerator: Ints, parts: Ints, whole: Ints) -> Ints:
    """Each borough's pence of each month: day by day by its part of the whole, added exactly.

    The denominator of a month is the least common multiple of its days' wholes; where 64 bits might
    not hold the sums, the same is done in numbers of any length.
    """
    starts, edges = ground.days.month_edges[:-1], ground.days.month_edges
    common = [lcm(*set(map(int, whole[a:b]))) for a, b in pairwise(edges)]
    longest = int(max(np.diff(edges)))
    highest = int(numerator.max(initial=0)) * int(parts.max(initial=0)) * max(common) * longest
    wide = highest >= MOST or ground.prices.void_denominator * max(common) >= MOST
    kind = object if wide else np.int64
    factor = np.array(common, dtype=kind)[np.repeat(np.arange(len(common)), np.diff(edges))]
    factor = factor // whole.astype(kind)
    exact = np.add.reduceat(parts.astype(kind) * (numerator.astype(kind) * factor), starts, axis=1)
    denominator = np.array(common, dtype=kind) * ground.prices.void_denominator
    return split(charge, exact, denominator)


def _results(prices: Prices, fees: Ints) -> Ints | None:
    if prices.results is None:
        return None
    part, whole = prices.results
    kind = object if int(fees.sum(axis=0).max(initial=0)) * max(part, 1) >= MOST else np.int64
    exact = fees.astype(kind) * part
    denominator = np.full(fees.shape[1], whole, dtype=kind)
    return split(rounded_ratio(exact.sum(axis=0), denominator), exact, denominator)


def _check_places(scene: Scene, in_use: Ints) -> None:
    places = scene.ground.setting.block.places
    if len(in_use) and in_use.max() > places:
        raise ValueError(
            f"replication {scene.replication.number}: {in_use.max()} places in use on day"
            f" {in_use.argmax()}, more than the contract's {places}"
        )
