"""The occupancy at which a block costs what spot does: exact by band, and as runs bear it out.

By band: every young person of one band, prices of every day of the terms, results as assumed.
`pricing.value.break_even` has the lines and where they meet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

import numpy as np

from broker.capacity.buying.evaluate import column
from broker.capacity.buying.paired import Mean, mean, ratio
from broker.capacity.figures.days import Ints, days_of
from broker.capacity.figures.prices import compiled
from broker.capacity.figures.setting import Setting
from pricing.tariff import fee_in_force
from pricing.terms import BANDS, LOW
from pricing.value.break_even import BreakEven, Curve, break_even
from pricing.value.spot import Unknown
from pricing.voids import payable_places, weekly_void


@dataclass(frozen=True, slots=True)
class AtBand:
    """Where block equals spot for one band; `occupancy` of the contract's places, None if nowhere.

    The lines meet at the guaranteed places or below, so never above their share of all places.
    """

    band: str
    curve: Curve
    found: BreakEven
    occupancy: Fraction | None


@dataclass(frozen=True, slots=True)
class Borne:
    """What simulated runs show of it.

    `occupancy` and `cheaper` (the share of runs in which the block costs less than its own days at
    spot); `at_mix` the break-even of each run's own mix of bands; `agree` in how many runs the
    block is cheaper just where occupancy is above that, of `runs`.
    """

    occupancy: Mean
    cheaper: Mean
    at_mix: Mean | None
    agree: int
    runs: int


def by_band(setting: Setting) -> tuple[AtBand, ...]:
    """The exact break-even of each band."""
    return tuple(_by_band(setting))


def _by_band(setting: Setting) -> Iterator[AtBand]:
    contract, block = setting.contract, setting.block
    days = [setting.first + timedelta(days=at) for at in range(setting.horizon)]
    results = compiled(setting, days_of(setting.first, setting.weeks)).results
    assert results is not None
    factor = 1 + Fraction(*results)
    voids = _voids(setting)
    for band in BANDS:
        own = Fraction(sum(fee_in_force(contract, band, day) for day in days), 7 * len(days))
        outside = [setting.spot.weekly(band, day) for day in days]
        known = [fee for fee in outside if not isinstance(fee, Unknown)]
        if len(known) < len(days):
            continue
        curve = Curve(
            own * factor,
            Fraction(sum(known), 7 * len(days)),
            voids,
            payable_places(block) * len(days),
        )
        found = break_even(curve)
        used = None if found.used is None else found.used / (block.places * len(days))
        yield AtBand(band, curve, found, used)


def _voids(setting: Setting) -> Fraction:
    """What the voids of the terms come to with nobody placed."""
    contract, block = setting.contract, setting.block
    whole = Fraction()
    for at in range(setting.horizon):
        day = setting.first + timedelta(days=at)
        whole += payable_places(block) * weekly_void(block, fee_in_force(contract, LOW, day)) / 7
    return whole


def borne_out(setting: Setting, table: Ints) -> Borne:
    """What the outcomes of a portfolio show of its break-even."""
    voids, guaranteed = _voids(setting), payable_places(setting.block) * setting.horizon
    used, places = column(table, "used_days"), column(table, "place_days")
    block, spot = column(table, "block"), column(table, "spot_same")
    agree, met = 0, []
    for row in range(len(table)):
        days = int(used[row])
        cheaper = int(block[row]) <= int(spot[row])
        if not days:
            agree += cheaper == (not voids)
            continue
        own = Fraction(int(block[row]) - int(column(table, "voids")[row]), days)
        curve = Curve(own, Fraction(int(spot[row]), days), voids, guaranteed)
        found = break_even(curve)
        if found.used is not None:
            met.append(round(found.used * 10**6 / int(places[row])))
        above = found.case in ("always_cheaper", "always_equal") or (
            found.used is not None and days >= found.used
        )
        agree += above == cheaper
    at_mix = mean(np.array(met, dtype=np.int64)) if met else None
    if at_mix is not None:
        error = None if at_mix.error is None else at_mix.error / 10**6
        at_mix = Mean(at_mix.value / 10**6, error, at_mix.n)
    cheaper_runs = (block < spot).astype(np.int64)
    return Borne(ratio(used, places), mean(cheaper_runs), at_mix, agree, len(table))
