"""What changed bands, or a ledger put right, cost or give back: due less billed, line by line.

What was billed stays as it is. An adjustment written with --out counts as billed the next time:
name it beside the bills (--billed bills.csv --billed adjustments.csv).
"""

from __future__ import annotations

import argparse
from pathlib import Path

from broker.commands.billing import add_issue, check_new, issued_on, write_rows
from broker.commands.contract import answer_from
from broker.commands.endings import DONE, Refused
from broker.commands.output import say
from matching.words import count
from pricing.billed import next_adjustment_id
from pricing.billing_inputs import adjustment_from_files
from pricing.render_adjustment import render_adjustment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker adjust`."""
    parser.add_argument("contract", metavar="CONTRACT.toml", type=Path, help="the contract file")
    parser.add_argument(
        "--billed",
        metavar="BILLED.csv",
        type=Path,
        action="append",
        required=True,
        help="bills, and adjustments issued after them; may be repeated",
    )
    parser.add_argument(
        "--ledger",
        metavar="LEDGER.csv",
        type=Path,
        required=True,
        help="who was placed where, from when to when, at which band, as it now stands",
    )
    parser.add_argument(
        "--availability",
        metavar="AVAILABILITY.csv",
        type=Path,
        help="places out of use; with it the voids are compared too",
    )
    parser.add_argument(
        "--results",
        metavar="RESULTS.csv",
        type=Path,
        help="what was achieved; with it the results are compared too",
    )
    parser.add_argument(
        "--out", metavar="ADJUSTMENTS.csv", type=Path, help="write the adjustment there, as rows"
    )
    add_issue(parser, "adjustment")
    parser.add_argument("--json", action="store_true", help="the adjustment as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Compare what was billed with what is due."""
    tables = [arguments.ledger, arguments.availability, arguments.results]
    check_new(
        arguments,
        {"--out": arguments.out},
        [arguments.contract, *arguments.billed, *(path for path in tables if path is not None)],
    )
    made, billed = adjustment_from_files(
        arguments.contract,
        arguments.ledger,
        arguments.billed,
        arguments.availability,
        arguments.results,
    )
    if arguments.id in {row.bill_id for row in billed}:
        raise Refused(
            f"--id {arguments.id}: is billed already; name a number that is not.",
            "Nothing was written.",
        )
    answer_from(
        [*arguments.billed, *tables], arguments.json, made.to_json, lambda: render_adjustment(made)
    )
    if arguments.out is not None:
        number = arguments.id or next_adjustment_id(made.contract.id, billed)
        rows = made.rows(number, issued_on(arguments))
        write_rows(arguments.out, rows)
        say(f"{count(len(rows), 'row')} written to {arguments.out}")
    return DONE
