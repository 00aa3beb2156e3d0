"""Prices compiled once for all replications, with pricing's own functions, in whole numbers.

Nothing here is a second copy of a rule: fees, periods, payable places, void rates, results and spot
prices are asked of `pricing` for each band, day or number of places, and kept as tables.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from broker.capacity.figures.days import Days, Ints
from broker.capacity.figures.setting import Setting
from pricing.results import Achieved, exact_results, outcomes
from pricing.tariff import fee_in_force
from pricing.terms import BANDS, LOW
from pricing.value.spot import Unknown
from pricing.voids import payable_places, weekly_void


@dataclass(frozen=True)
class Fees:
    """Weekly fees in pence by stretch between price changes and band, and which are known."""

    edges: Ints
    month: Ints
    weekly: Ints
    known: NDArray[np.bool_]

    def amounts(self, part: Ints, band: Ints, days: Ints) -> Ints:
        """Lines of so many days each, a fee × days / 7 rounded half-up; 0 where not known."""
        lines: Ints = (2 * self.weekly[part, band] * days + 7) // 14
        return lines


@dataclass(frozen=True)
class Prices:
    """All tables of a setting.

    `void_numerator[day] / void_denominator` is the exact pence of an unused place on a day;
    `payable[out]` the places paid for with so many out of use; `results` the numerator and
    denominator of what results add to a penny of standard fees, None where that is unknown.
    """

    fees: Fees
    at_start: Fees
    spot: Fees
    void_numerator: Ints
    void_denominator: int
    payable: Ints
    shares: Ints
    results: tuple[int, int] | None


def compiled(setting: Setting, days: Days) -> Prices:
    """The tables of a setting."""
    contract, block = setting.contract, setting.block
    numbers, denominator = _voids(setting, days)
    return Prices(
        fees=_fees(setting, days, uplifted=True),
        at_start=_fees(setting, days, uplifted=False),
        spot=_spot(setting, days),
        void_numerator=numbers,
        void_denominator=denominator,
        payable=np.array([payable_places(block, out) for out in range(block.places + 1)]),
        shares=np.array(
            [block.shares.get(code, 0) for code in setting.all_boroughs], dtype=np.int64
        ),
        results=_results(setting, contract.start, contract.end),
    )


def _fees(setting: Setting, days: Days, *, uplifted: bool) -> Fees:
    contract = setting.contract
    edges = days.edges_with(uplift.start for uplift in contract.uplifts)
    priced = contract if uplifted else replace(contract, uplifts=())
    weekly = [
        [fee_in_force(priced, band, _day(days, edge)) for band in BANDS] for edge in edges[:-1]
    ]
    return _table(days, edges, weekly)


def _spot(setting: Setting, days: Days) -> Fees:
    spot = setting.spot
    edges = days.edges_with(spot.edges())
    weekly = [[spot.weekly(band, _day(days, edge)) for band in BANDS] for edge in edges[:-1]]
    return _table(days, edges, weekly)


def _table(days: Days, edges: Ints, weekly: list[list[int]] | list[list[int | Unknown]]) -> Fees:
    known = [[not isinstance(fee, Unknown) for fee in row] for row in weekly]
    pence = [[0 if isinstance(fee, Unknown) else fee for fee in row] for row in weekly]
    month = np.searchsorted(days.month_edges, edges[:-1], side="right") - 1
    return Fees(edges, month, np.array(pence, dtype=np.int64), np.array(known))


def _voids(setting: Setting, days: Days) -> tuple[Ints, int]:
    """The exact daily charge of one unused place on each day, over one denominator."""
    contract, block = setting.contract, setting.block
    rates = [
        weekly_void(block, fee_in_force(contract, LOW, _day(days, day))) / 7
        for day in range(days.count)
    ]
    denominator = int(np.lcm.reduce([rate.denominator for rate in rates], dtype=np.int64))
    numbers = [rate.numerator * (denominator // rate.denominator) for rate in rates]
    return np.array(numbers, dtype=np.int64), denominator


def _results(setting: Setting, start: date, end: date) -> tuple[int, int] | None:
    contract = setting.contract
    if contract.results is None:
        return 0, 1
    if setting.achieved is None:
        return None
    rows = [
        Achieved(item.code, start, end, setting.achieved, "assumed", True, "assumed")
        for item in contract.results.items
    ]
    factor = exact_results(contract, outcomes(contract, rows, start, end), 1)
    return factor.numerator, factor.denominator


def _day(days: Days, number: int) -> date:
    return days.first + timedelta(days=int(number))
