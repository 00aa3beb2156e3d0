"""What replications cost under the contract and at spot, to the penny, month by month.

Bills are of calendar months, as a statement of each month has them: a line for each placement and
stretch between uplifts, the void charge of the month, its results, and the split among boroughs.
Tests hold every penny to `pricing.statement` and to spot quotes of the same placements.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import lcm

import numpy as np
from numpy.typing import NDArray

from broker.capacity.figures.days import Ints, Parts, cut
from broker.capacity.figures.prices import Fees, Prices
from broker.capacity.figures.scene import Ground, Scene
from broker.capacity.figures.split import MOST, Table, rounded_ratio, split
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
    """Some replications' bills in pence, by replication, borough (in order of code) and month.

    `results` is None where what is achieved is unknown; `unused` has the guaranteed place-days of
    each replication and month that nobody used.
    """

    lines: Lines
    placements: Ints
    voids: Ints
    results: Ints | None
    unused: Ints


def bill(scene: Scene) -> Bill:
    """The bills of the places under the contract."""
    ground = scene.ground
    rows = scene.under_contract
    lines = priced(scene, rows, ground.prices.fees)
    names, months = len(ground.setting.all_boroughs), len(ground.days.months)
    fees = np.zeros((len(scene.replications), names, months), dtype=np.int64)
    column = scene.column
    place = (column["of"][lines.of] * names + column["borough"][lines.of]) * months + lines.month
    np.add.at(fees.reshape(-1), place, lines.pence)
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
    """Places out of use by replication and day.

    They are those empty on the provider's side or in a home that is not open, on the last days of
    their week.
    """
    empty = scene.empty
    counted = np.isin(empty["reason"], PROVIDER_SIDE)
    of, week = empty["of"][counted], empty["week"][counted] * 7
    whole, rest = np.divmod(empty["place_days"][counted], 7)
    steps = np.zeros((len(scene.replications), scene.ground.days.count + 1), dtype=np.int64)
    np.add.at(steps, (of, week), whole)
    np.add.at(steps, (of, week + 7 - rest), 1)
    np.add.at(steps, (of, week + 7), -whole - 1)
    out: Ints = np.cumsum(steps[:, :-1], axis=1)
    return out


def _voids(scene: Scene, rows: Ints, names: int) -> tuple[Ints, Ints]:
    """The void charge of each month split among boroughs, and the places paid for in vain."""
    prices, days, column = scene.ground.prices, scene.ground.days, scene.column
    steps = np.zeros((len(scene.replications), names, days.count + 1), dtype=np.int64)
    of, borough = column["of"][rows], column["borough"][rows]
    np.add.at(steps, (of, borough, np.maximum(column["start"][rows], 0)), 1)
    np.add.at(steps, (of, borough, column["end"][rows]), -1)
    used = np.cumsum(steps[..., :-1], axis=-1)
    in_use = used.sum(axis=1)
    _check_places(scene, in_use)
    payable = prices.payable[np.minimum(out_of_use(scene), len(prices.payable) - 1)]
    unused = np.maximum(payable - in_use, 0)
    starts = days.month_edges[:-1]
    unused_by_month: Ints = np.add.reduceat(unused, starts, axis=1)
    # Shares sum to places, so where a payable place is unused some borough has a share unused.
    parts = np.maximum(prices.shares[:, None] - used, 0)
    whole = np.where(unused == 0, 1, parts.sum(axis=1))
    return _split_voids(scene.ground, unused * prices.void_numerator, parts, whole), unused_by_month


def _split_voids(ground: Ground, numerator: Ints, parts: Ints, whole: Ints) -> Ints:
    """Each borough's pence of each month: day by day by its part of the whole, added exactly.

    A month has one denominator, the least common multiple of its days' wholes; where 64 bits might
    not hold the sums, the same is done in numbers of any length.
    """
    edges, denominator = ground.days.month_edges, ground.prices.void_denominator
    starts, lengths = edges[:-1], np.diff(edges)
    charge = rounded_ratio(
        np.add.reduceat(numerator, starts, axis=1), np.array([denominator], dtype=np.int64)
    )
    most = lcm(*range(1, int(whole.max(initial=1)) + 1))
    kind: type = object if most >= MOST else np.int64
    common = np.lcm.reduceat(whole.astype(kind), starts, axis=1)
    most = int(common.max(initial=1))
    highest = int(numerator.max(initial=0)) * int(parts.max(initial=0)) * most * int(max(lengths))
    if max(highest, denominator * most) >= MOST:
        kind = object
    common = common.astype(kind)
    factor = np.repeat(common, lengths, axis=1) // whole.astype(kind)
    weight = (numerator.astype(kind) * factor)[:, None, :]
    exact = np.add.reduceat(parts.astype(kind) * weight, starts, axis=-1)
    return _split(charge, exact, common * denominator)


def _results(prices: Prices, fees: Ints) -> Ints | None:
    if prices.results is None:
        return None
    part, whole = prices.results
    kind = object if int(fees.sum(axis=1).max(initial=0)) * max(part, 1) >= MOST else np.int64
    exact = fees.astype(kind) * part
    denominator = np.full((len(fees), fees.shape[-1]), whole, dtype=kind)
    return _split(rounded_ratio(exact.sum(axis=1), denominator), exact, denominator)


def _split(charge: Ints, exact: Table, denominator: Table) -> Ints:
    """Pence by replication, borough and month that add up to charges by replication and month."""
    names = exact.shape[1]
    flat = exact.swapaxes(0, 1).reshape(names, -1)
    made = split(charge.reshape(-1), flat, denominator.reshape(-1))
    return made.reshape(names, len(exact), -1).swapaxes(0, 1)


def _check_places(scene: Scene, in_use: Ints) -> None:
    places = scene.ground.setting.block.places
    over = np.argwhere(in_use > places)
    if len(over):
        of, day = over[0]
        raise ValueError(
            f"replication {scene.replications[of].number}: {in_use[of, day]} places in use on day"
            f" {day}, more than the contract's {places}"
        )
