"""Spot prices that a command is given: a spot contract, or a table of weekly fees."""

from __future__ import annotations

import argparse
from pathlib import Path

from pricing.inputs import contract_if_good
from pricing.problems import BadInput, Problems
from pricing.value.spot import NoSpotPrices, SpotPrices, spot_contract
from pricing.value.spot_file import read_spot_fees


def add_spot(parser: argparse.ArgumentParser) -> None:
    """The options for spot prices; without one of them every spot cost is unknown."""
    spot = parser.add_mutually_exclusive_group()
    spot.add_argument("--spot", metavar="SPOT.toml", type=Path, help="a spot contract")
    spot.add_argument("--spot-fees", metavar="FEES.toml", type=Path, help="weekly fees at spot")


def spot_asked(arguments: argparse.Namespace, found: Problems) -> SpotPrices:
    """The spot prices asked for; with a problem noted, a stand-in that nothing is computed from."""
    try:
        if arguments.spot_fees is not None:
            return read_spot_fees(arguments.spot_fees)
    except BadInput as refused:
        found.extend(refused.problems)
    if arguments.spot is not None:
        contract = contract_if_good(arguments.spot, found)
        if contract is not None:
            return spot_contract(contract, found)
    return NoSpotPrices()
