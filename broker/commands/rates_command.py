"""The rates of a case (rates.csv) from a contract: what a placement costs, and what it adds.

While guaranteed places stand empty a placement adds its fee less the void it saves; above the
guarantee, and under a spot contract, it adds its fee.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from broker.commands import parse
from broker.commands.contract import say_assumptions
from broker.commands.endings import DONE
from broker.commands.files import check_outputs, write_whole
from broker.commands.output import say, show
from matching.tables import table_text
from matching.words import count
from pricing.contract import read_contract
from pricing.rates import RATES_COLUMNS, case_rates


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker rates`."""
    parser.add_argument("contract", metavar="CONTRACT.toml", type=Path, help="the contract file")
    parser.add_argument(
        "--in-use",
        metavar="N",
        type=parse.whole,
        required=True,
        help="places of the contract in use on the day of the question",
    )
    parser.add_argument(
        "--out-of-use",
        metavar="N",
        type=parse.whole,
        default=0,
        help="places out of use on the provider's side [0]",
    )
    parser.add_argument(
        "--out", metavar="RATES.csv", type=Path, help="write them there [to stdout]"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the rates."""
    check_outputs({"--out": arguments.out}, [arguments.contract])
    contract = read_contract(arguments.contract)
    rows = case_rates(contract, arguments.in_use, arguments.out_of_use)
    cells = (row.cells() for row in rows)
    text = table_text(RATES_COLUMNS, ([row[name] for name in RATES_COLUMNS] for row in cells))
    if arguments.out is None:
        show(text)
    else:
        write_whole(arguments.out, [text])
        say(f"{count(len(rows), 'rate')} written to {arguments.out}")
    say_assumptions(contract)
    return DONE
