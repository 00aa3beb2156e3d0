"""The ledger and the places out of use of a contract on record, for `broker statement`.

Written from the placements, re-bandings, refusals and rooms out of use on record; proven by the
reader of contracts before anything is written.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from broker.commands.endings import DONE, Refused
from broker.commands.files import check_outputs, write_whole
from broker.commands.output import json_text, say, show
from broker.database import engine_from_environment, migrate, reading
from broker.ledgers import NoSuchContract, tables_of
from matching.words import count


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker ledger`."""
    parser.add_argument("contract", metavar="CONTRACT_ID", help="a contract on record")
    parser.add_argument(
        "--out", metavar="LEDGER.csv", type=Path, required=True, help="who is placed where"
    )
    parser.add_argument(
        "--availability", metavar="AVAILABILITY.csv", type=Path, help="places out of use"
    )
    parser.add_argument("--json", action="store_true", help="what was written, as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Write the tables of a contract that its own reader accepts."""
    outputs = {"--out": arguments.out, "--availability": arguments.availability}
    check_outputs(outputs)
    engine = engine_from_environment()
    migrate(engine)
    with reading(engine) as session:
        try:
            made = tables_of(session, arguments.contract)
        except NoSuchContract as refused:
            known = ", ".join(refused.known) or "none; take one in with a case: broker import CASE"
            raise Refused(f"No contract {refused} is on record. On record: {known}.") from None
    write_whole(arguments.out, [made.ledger])
    if arguments.availability is not None:
        write_whole(arguments.availability, [made.availability])
    for notice in made.notices:
        say(notice)
    told = {
        "contract": arguments.contract,
        "stretches": made.stretches,
        "out_of_use": made.out_of_use,
        "notices": list(made.notices),
    }
    if arguments.json:
        show(json_text(told))
        return DONE
    lines = [f"{count(made.stretches, 'stretch', 'stretches')} written to {arguments.out}."]
    if arguments.availability is not None:
        rows = count(made.out_of_use, "row")
        lines.append(f"{rows} of places out of use written to {arguments.availability}.")
    show("\n".join(lines))
    return DONE
