"""Rate parity: the same home, band and day must cost every borough the same.

Every deviation is listed with both rows, the days they share and the difference; then the range of
rates by band and provider. Give tables of what boroughs pay, or contracts each with its ledger, or
both. A deviation is a finding, not a fault: the exit code is 0.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from broker.commands import parse
from broker.commands.contract import answer_from
from broker.commands.endings import DONE, Refused
from pricing.problems import Problems, describe
from pricing.value.parity import Paid, parity
from pricing.value.parity_file import read_contract_and_ledger, read_paid
from pricing.value.show_parity import parity_json, render_parity


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker parity`."""
    parser.add_argument(
        "paid", metavar="PAID.csv", nargs="*", type=Path, help="what boroughs pay a week"
    )
    parser.add_argument(
        "--contract",
        metavar="CONTRACT.toml",
        type=Path,
        action="append",
        default=[],
        help="a contract, its ledger in the --ledger at the same place; may be repeated",
    )
    parser.add_argument(
        "--ledger",
        metavar="LEDGER.csv",
        type=Path,
        action="append",
        default=[],
        help="the ledger of a --contract; may be repeated",
    )
    parser.add_argument(
        "--from", dest="start", metavar="YYYY-MM-DD", type=parse.day, help="first day [any]"
    )
    parser.add_argument(
        "--to", dest="end", metavar="YYYY-MM-DD", type=parse.day, help="day after the last [any]"
    )
    parser.add_argument("--json", action="store_true", help="the answer as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Compare what boroughs pay."""
    contracts, ledgers = len(arguments.contract), len(arguments.ledger)
    if contracts != ledgers:
        raise Refused(
            f"--contract {contracts} times, --ledger {ledgers} times; allowed: a ledger for each"
            " contract, in the same order. Nothing was done."
        )
    if not arguments.paid and not contracts:
        raise Refused("Name a PAID.csv, or a --contract with its --ledger. Nothing was done.")
    found = Problems()
    start, end = arguments.start, arguments.end
    if start and end and end <= start:
        found.add("parity", "to", describe(end), f"a day after from, {start}", "wrong order")
    paid: list[Paid] = []
    for path in arguments.paid:
        paid += read_paid(path, found)
    read = []
    for contract, ledger in zip(arguments.contract, arguments.ledger, strict=True):
        if (placed := read_contract_and_ledger(contract, ledger, found)) is not None:
            read.append(placed[0])
            paid += placed[1]
    found.raise_if_any()
    made = parity(paid, start, end, read)
    answer_from(
        [*arguments.paid, *arguments.ledger],
        arguments.json,
        lambda: parity_json(made),
        lambda: render_parity(made),
    )
    return DONE
