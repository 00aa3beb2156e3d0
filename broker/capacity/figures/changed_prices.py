"""Prices under a scenario: all fees of one side changed by so many per cent, rounded half-up.

The change is made at the prices of the start, so that uplifts compound on it; requirement prices of
the block change alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from broker.capacity.figures.setting import Assumption, Setting
from pricing.money import Pence, round_half_up
from pricing.terms import Contract
from pricing.value.spot import SpotContract, SpotFees, SpotPrices

BLOCK_SIDE, SPOT_SIDE = "block", "spot"


def with_changed_prices(
    setting: Setting, changes: Iterable[Mapping[str, Any]], source: str
) -> Setting:
    """The setting under the `prices` of a demand's `supply`: each has `side` and `percent`.

    `source` names the scenario. Each change is told among the setting's assumptions.

    Raises:
        ValueError: a side that is neither block nor spot.
    """
    for change in changes:
        side, percent = str(change["side"]), Fraction(str(change["percent"]))
        if side == BLOCK_SIDE:
            setting = replace(setting, contract=_contract(setting.contract, percent))
        elif side == SPOT_SIDE:
            setting = replace(setting, spot=_spot(setting.spot, percent))
        else:
            raise ValueError(f"prices of {side!r}: only block and spot prices can change")
        told = Assumption(
            f"{side} prices changed", f"{float(percent):+g}% from the start", source, "assumption"
        )
        setting = replace(setting, assumptions=(*setting.assumptions, told))
    return setting


def _contract(contract: Contract, percent: Fraction) -> Contract:
    return replace(
        contract,
        fees=_fees(contract.fees, percent),
        requirements=tuple(
            replace(each, price=_changed(each.price, percent)) for each in contract.requirements
        ),
    )


def _spot(spot: SpotPrices, percent: Fraction) -> SpotPrices:
    if isinstance(spot, SpotContract):
        return SpotContract(_contract(spot.contract, percent))
    if isinstance(spot, SpotFees):
        return replace(spot, fees=_fees(spot.fees, percent))
    return spot


def _fees(fees: Mapping[str, Pence], percent: Fraction) -> dict[str, Pence]:
    return {band: _changed(fee, percent) for band, fee in fees.items()}


def _changed(amount: Pence, percent: Fraction) -> Pence:
    return round_half_up(amount * (1 + percent / 100))
