"""What each borough owes under a contract for a period: placements, voids and results.

The period counts its first day and not its last.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from broker.commands.endings import DONE
from broker.commands.options_command import json_text
from broker.commands.output import show
from broker.commands.price_command import add_period
from pricing.inputs import statement_from_files
from pricing.render import render_statement


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker statement`."""
    parser.add_argument("contract", metavar="CONTRACT.toml", type=Path, help="the contract file")
    parser.add_argument(
        "--ledger",
        metavar="LEDGER.csv",
        type=Path,
        required=True,
        help="who was placed where, from when to when",
    )
    add_period(parser)
    parser.add_argument(
        "--availability", metavar="AVAILABILITY.csv", type=Path, help="places out of use"
    )
    parser.add_argument("--results", metavar="RESULTS.csv", type=Path, help="what was achieved")
    parser.add_argument("--json", action="store_true", help="the statement as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Make the statement of a period."""
    made = statement_from_files(
        arguments.contract,
        arguments.ledger,
        arguments.start,
        arguments.end,
        arguments.availability,
        arguments.results,
    )
    show(json_text(made.to_json()) if arguments.json else render_statement(made))
    return DONE
