"""What a placement costs under a contract: each line with the rule it came from.

Units in --require are totals a week; those inside the band's fee are taken off by the contract.
The period counts its first day and not its last.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from broker.commands.contract import add_period, say_assumptions
from broker.commands.endings import DONE
from broker.commands.output import answer
from pricing.contract import read_contract
from pricing.problems import BadInput, Problems, describe
from pricing.quote import Quote, quote, read_requirements
from pricing.render import render_quote


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker price`."""
    parser.add_argument("contract", metavar="CONTRACT.toml", type=Path, help="the contract file")
    parser.add_argument("--band", required=True, help="low, medium, high or specialist")
    parser.add_argument(
        "--require",
        metavar="CODE=UNITS",
        action="append",
        default=[],
        help="a requirement and its units a week, such as one_to_one=14; may be repeated",
    )
    add_period(parser)
    parser.add_argument("--json", action="store_true", help="the price as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Price one placement."""
    priced = _quote(arguments)
    answer(arguments.json, priced.to_json, lambda: render_quote(priced))
    if arguments.json:
        say_assumptions(priced.contract)
    return DONE


def _quote(arguments: argparse.Namespace) -> Quote:
    units, refused = read_requirements(arguments.require)
    found = Problems()
    for text, allowed in refused:
        found.add("quote", "--require", describe(text), allowed, "bad value")
    try:
        contract = read_contract(arguments.contract)
        priced = quote(contract, arguments.band, dict(units), arguments.start, arguments.end)
    except BadInput as problem:
        found.extend(problem.problems)
        raise BadInput(found) from None
    found.raise_if_any()
    return priced
