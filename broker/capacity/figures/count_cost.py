"""Cost by year and borough: fees, uplifts, voids, results, and the same young people at spot."""

from __future__ import annotations

import numpy as np

from broker.capacity.figures.bill import Bill, Lines, bill, priced
from broker.capacity.figures.days import Ints
from broker.capacity.figures.scene import Scene
from broker.capacity.figures.setting import ALL, BAND, BOROUGH
from broker.capacity.figures.tally import Rows, Tally


def count_cost(scene: Scene, tally: Tally) -> None:
    """All amounts of some replications, in pence."""
    made = bill(scene)
    tally.ratio("placements", _rows(scene, made.lines))
    _count_uplifts(scene, tally)
    _count_charges(scene, tally, made)
    _count_spot(scene, tally, "spot_same", scene.under_contract)
    others = scene.placed[scene.column["block"][scene.placed] != 1]
    _count_spot(scene, tally, "other_placements", others)
    for by in (ALL, BOROUGH):
        block, known = tally.above["block_total", by], tally.below["block_total", by]
        spot, priced_all = tally.above["spot_same", by], tally.below["spot_same", by]
        both = known & priced_all
        tally.amount("saving", by, spot - block, both)
        cheaper = ((block < spot) & (both > 0)).astype(np.int64)
        tally.put("block_cheaper", by, cheaper, both)
        days = tally.above["living_there", by]
        for figure, source in (("block_per_week", "block_total"), ("spot_per_week", "spot_same")):
            amount, known = tally.above[source, by], tally.below[source, by]
            tally.put(figure, by, amount, days * known)
    _count_over_limit(scene, tally)


def _rows(scene: Scene, lines: Lines) -> Rows:
    return scene.rows(lines.of, scene.ground.days.year_of_month[lines.month], lines.pence)


def _count_uplifts(scene: Scene, tally: Tally) -> None:
    """Line by line: the same stretches at the prices of the contract's start, rounded alike."""
    before = _rows(scene, priced(scene, scene.under_contract, scene.ground.prices.at_start))
    for by in before.groups:
        tally.put("uplifts", by, tally.above["placements", by] - tally.total(before, by))


def _count_charges(scene: Scene, tally: Tally, made: Bill) -> None:
    voids = by_year(scene, made.voids)
    results = None if made.results is None else by_year(scene, made.results)
    total = tally.above["placements", BOROUGH] + voids
    known = np.full_like(voids, int(results is not None))
    paid = np.zeros_like(voids) if results is None else results
    tally.put("voids", BOROUGH, voids)
    tally.put("voids", ALL, voids.sum(axis=1, keepdims=True))
    for figure, table in (("results", paid), ("block_total", total + paid)):
        tally.amount(figure, BOROUGH, table, known)
        tally.amount(figure, ALL, table.sum(axis=1, keepdims=True), known[:, :1])
    tally.put("void_weeks", ALL, by_year(scene, made.unused[:, None, :]))


def _count_spot(scene: Scene, tally: Tally, figure: str, rows: Ints) -> None:
    """What days in some places cost at spot: unknown as soon as one day's price is."""
    lines = priced(scene, rows, scene.ground.prices.spot)
    costs = _rows(scene, lines)
    unknown = costs.only(~lines.known)
    for by in costs.groups:
        known = (tally.total(unknown.counted(), by) == 0).astype(np.int64)
        tally.amount(figure, by, tally.total(costs, by), known)
    if figure == "spot_same":
        days = tally.above["living_there", BAND]
        amount, known = tally.above[figure, BAND], tally.below[figure, BAND]
        tally.put("spot_per_week", BAND, amount, days * known)


def _count_over_limit(scene: Scene, tally: Tally) -> None:
    limit = scene.ground.setting.void_limit
    voids = tally.above["voids", ALL]
    if limit is None:
        tally.put("voids_over_limit", ALL, np.zeros_like(voids), np.zeros_like(voids))
        return
    over = (voids > limit).astype(np.int64)
    over[..., -1] = over[..., :-1].max(axis=-1)
    tally.put("voids_over_limit", ALL, over)


def by_year(scene: Scene, table: Ints) -> Ints:
    """A table with months last, added up by financial year, with all years at the end."""
    of_month = scene.ground.days.year_of_month
    starts = np.flatnonzero(np.append(True, np.diff(of_month) > 0))
    years = np.add.reduceat(table, starts, axis=-1)
    return np.append(years, table.sum(axis=-1, keepdims=True), axis=-1)
