"""Cost by year and borough: fees, uplifts, voids, results, and the same young people at spot."""

from __future__ import annotations

import numpy as np

from broker.capacity.figures.bill import Bill, Lines, bill, priced
from broker.capacity.figures.days import Ints
from broker.capacity.figures.scene import Scene
from broker.capacity.figures.setting import ALL, BAND, BOROUGH
from broker.capacity.figures.tally import Rows, Tally


def count_cost(scene: Scene, tally: Tally) -> None:
    """All amounts of a replication, in pence."""
    made = bill(scene)
    fees = _rows(scene, made.lines)
    tally.ratio("placements", fees)
    _count_uplifts(scene, tally, made.lines)
    _count_charges(scene, tally, made)
    under = scene.placed[scene.column["block"][scene.placed] == 1]
    others = scene.placed[scene.column["block"][scene.placed] != 1]
    _count_spot(scene, tally, "spot_same", under)
    _count_spot(scene, tally, "other_placements", others)
    for by in (ALL, BOROUGH):
        block, known = tally.above["block_total", by], tally.below["block_total", by]
        spot, priced_all = tally.above["spot_same", by], tally.below["spot_same", by]
        both = known & priced_all
        tally.amount("saving", by, spot - block, both)
        tally.put("block_cheaper", by, ((block < spot) & (both > 0)).astype(np.int64), both)
    lived = tally.above["living_there", ALL], tally.above["living_there", BOROUGH]
    for by, days in zip((ALL, BOROUGH), lived, strict=True):
        for figure, source in (("block_per_week", "block_total"), ("spot_per_week", "spot_same")):
            amount, known = tally.above[source, by], tally.below[source, by]
            tally.put(figure, by, amount, np.where(known > 0, days, 0))
    _count_over_limit(scene, tally)


def _rows(scene: Scene, lines: Lines) -> Rows:
    year = scene.ground.days.year_of_month[lines.month]
    return Rows(scene.groups(lines.of, homes=True), year, lines.pence)


def _count_uplifts(scene: Scene, tally: Tally, lines: Lines) -> None:
    """Line by line: the same stretches at the prices of the contract's start, rounded alike."""
    before = priced(scene, np.unique(lines.of), scene.ground.prices.at_start)
    rows = _rows(scene, before)
    tally.ratio("uplifts", rows)
    for by in rows.groups:
        tally.above["uplifts", by] = tally.above["placements", by] - tally.above["uplifts", by]


def _count_charges(scene: Scene, tally: Tally, made: Bill) -> None:
    voids = by_year(scene, made.voids)
    _put(tally, "voids", voids)
    results = None if made.results is None else by_year(scene, made.results)
    total = tally.above["placements", BOROUGH] + voids
    known = np.full_like(voids, int(results is not None))
    paid = np.zeros_like(voids) if results is None else results
    for figure, table in (("results", paid), ("block_total", total + paid)):
        tally.amount(figure, BOROUGH, table, known)
        tally.amount(figure, ALL, table.sum(axis=0, keepdims=True), known[:1])
    tally.put("void_weeks", ALL, by_year(scene, made.unused[None, :]))


def _put(tally: Tally, figure: str, table: Ints) -> None:
    tally.put(figure, BOROUGH, table)
    tally.put(figure, ALL, table.sum(axis=0, keepdims=True))


def _count_spot(scene: Scene, tally: Tally, figure: str, rows: Ints) -> None:
    """What days in some places cost at spot: unknown as soon as one day's price is."""
    lines = priced(scene, rows, scene.ground.prices.spot)
    costs = _rows(scene, lines)
    unknown = Rows(costs.groups, costs.year, (~lines.known).astype(np.int64))
    tally.ratio(figure, costs, unknown)
    for by in costs.groups:
        known = (tally.below[figure, by] == 0).astype(np.int64)
        tally.amount(figure, by, tally.above[figure, by], known)
    if figure == "spot_same":
        days = Rows({BAND: costs.groups[BAND]}, costs.year, lines.days)
        tally.ratio("spot_per_week", Rows(days.groups, costs.year, costs.amount), days)
        known = tally.below[figure, BAND]
        tally.below["spot_per_week", BAND] = tally.below["spot_per_week", BAND] * known


def _count_over_limit(scene: Scene, tally: Tally) -> None:
    limit = scene.ground.setting.void_limit
    voids = tally.above["voids", ALL]
    if limit is None:
        tally.put("voids_over_limit", ALL, np.zeros_like(voids), np.zeros_like(voids))
        return
    over = (voids > limit).astype(np.int64)
    over[:, -1] = over[:, :-1].max(axis=1)
    tally.put("voids_over_limit", ALL, over)


def by_year(scene: Scene, table: Ints) -> Ints:
    """A table by month added up by financial year, with all years last."""
    days = scene.ground.days
    made = np.zeros((len(table), len(days.years) + 1), dtype=np.int64)
    np.add.at(made.T, days.year_of_month, table.T)
    made[:, -1] = table.sum(axis=1)
    return made
