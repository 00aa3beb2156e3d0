"""What each borough owes under a contract for a period: placements, voids and results.

The period counts its first day and not its last. A bill written with --bill is what `broker adjust`
compares with the ledger once bands have changed.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from broker.commands.billing import add_issue, check_new, issued_on, write_rows
from broker.commands.contract import add_period, answer_from, say_assumptions
from broker.commands.endings import DONE, Refused
from broker.commands.output import json_text, say, show
from matching.words import count
from pricing.bill import bill_rows
from pricing.inputs import by_month_from_files, statement_from_files
from pricing.render import render_statement
from pricing.render_months import render_by_month
from pricing.statement import Statement


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
    parser.add_argument(
        "--by-month",
        action="store_true",
        help="each month too, their sum, and what rounding makes the whole differ by",
    )
    parser.add_argument(
        "--bill",
        metavar="BILL.csv",
        type=Path,
        help="write the bill there, as rows; with --by-month a bill for each month",
    )
    add_issue(parser, "bill")
    parser.add_argument("--json", action="store_true", help="the statement as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Make the statement of a period."""
    files = (arguments.ledger, arguments.availability, arguments.results)
    inputs = [arguments.contract, *(path for path in files if path is not None)]
    check_new(arguments, {"--bill": arguments.bill}, inputs)
    if arguments.by_month and arguments.id:
        raise Refused("--id names one bill; with --by-month each bill has a number of its own.")
    asked = (arguments.contract, arguments.ledger, arguments.start, arguments.end, *files[1:])
    if arguments.by_month:
        by_month = by_month_from_files(*asked)
        answer_from(files, arguments.json, by_month.to_json, lambda: render_by_month(by_month))
        _write_bills(arguments, by_month.months)
    else:
        made = statement_from_files(*asked)
        if arguments.json:
            show(json_text(made.to_json()))
            say_assumptions(made.contract)
        else:
            answer_from(files, False, made.to_json, lambda: render_statement(made))
        _write_bills(arguments, [made])
    return DONE


def _write_bills(arguments: argparse.Namespace, statements: Sequence[Statement]) -> None:
    if arguments.bill is None:
        return
    issued = issued_on(arguments)
    rows = [row for each in statements for row in bill_rows(each, issued, arguments.id)]
    write_rows(arguments.bill, rows)
    say(f"{count(len(rows), 'row')} written to {arguments.bill}")
