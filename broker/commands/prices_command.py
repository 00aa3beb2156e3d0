"""Published prices of places in children's homes, each with its source, year and mark.

With a contract, its fees stand beside them. Prices are shown as printed; with --index and --to-year
they are also adjusted by that index, those as printed beside them. No index comes with the product.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from broker.commands import parse
from broker.commands.endings import DONE, Refused
from broker.commands.output import answer
from pricing.inputs import contract_if_good
from pricing.problems import BadInput, Problems, describe
from pricing.terms import Contract
from pricing.value.published import Index
from pricing.value.published_file import read_index, shipped_prices
from pricing.value.show_published import Published, published_json, render_published


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker prices`."""
    parser.add_argument(
        "contract", metavar="CONTRACT.toml", nargs="?", type=Path, help="a contract to set beside"
    )
    parser.add_argument(
        "--day",
        metavar="YYYY-MM-DD",
        type=parse.day,
        help="the day of the contract's fees [its start]",
    )
    parser.add_argument("--index", metavar="INDEX.toml", type=Path, help="an index of prices")
    parser.add_argument(
        "--to-year", metavar="YEAR", default="", help="the index's year to adjust to"
    )
    parser.add_argument("--json", action="store_true", help="the prices as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Show the published prices."""
    _check_options(arguments)
    found = Problems()
    contract = _contract(arguments, found)
    index = _index(arguments, found)
    found.raise_if_any()
    made = Published(shipped_prices(), contract, arguments.day, index, arguments.to_year)
    answer(arguments.json, lambda: published_json(made), lambda: render_published(made))
    return DONE


def _check_options(arguments: argparse.Namespace) -> None:
    faults = []
    if (arguments.index is None) != (not arguments.to_year):
        faults.append("--index and --to-year go together.")
    if arguments.day is not None and arguments.contract is None:
        faults.append("--day is for a contract's fees: name the contract.")
    if faults:
        raise Refused(*faults, "Nothing was done.")


def _contract(arguments: argparse.Namespace, found: Problems) -> Contract | None:
    if arguments.contract is None:
        return None
    contract = contract_if_good(arguments.contract, found)
    if contract is None or arguments.day is None:
        return contract
    if not contract.start <= arguments.day < contract.end:
        term = f"a day inside the term of {contract.id}, {contract.start} to {contract.end}"
        found.add("prices", "day", describe(arguments.day), term, "outside the term")
    return contract


def _index(arguments: argparse.Namespace, found: Problems) -> Index | None:
    if arguments.index is None:
        return None
    try:
        index = read_index(arguments.index)
    except BadInput as refused:
        found.extend(refused.problems)
        return None
    if arguments.to_year not in index.values:
        years = ", ".join(sorted(index.values))
        found.add(index.file, "--to-year", describe(arguments.to_year), years, "unknown year")
    return index
