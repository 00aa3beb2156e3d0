"""What the commands that write bills and adjustments share: their number, their day, their rows."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from broker.commands import parse
from broker.commands.endings import Refused
from broker.commands.files import check_outputs, write_whole
from broker.store.clock import now
from matching.tables import table_text
from pricing.billed import BILLED_COLUMNS, Billed


def add_issue(parser: argparse.ArgumentParser, what: str) -> None:
    """The options that say which number a bill or adjustment has, and when it was issued."""
    parser.add_argument(
        "--id", metavar="ID", type=parse.name, help=f"the number of the {what} [one of its own]"
    )
    parser.add_argument(
        "--issued",
        metavar="YYYY-MM-DD",
        type=parse.day,
        help=f"the day the {what} is issued [today]",
    )


def issued_on(arguments: argparse.Namespace) -> date:
    """The day that was given, or today."""
    given: date | None = arguments.issued
    return given or now().date()


def check_new(
    arguments: argparse.Namespace, outputs: Mapping[str, Path | None], inputs: Iterable[Path]
) -> None:
    """Refuse outputs that cannot be written, and files that are there: no bill is rewritten."""
    if (arguments.id or arguments.issued) and not any(outputs.values()):
        raise Refused(f"--id and --issued are for what {' or '.join(outputs)} writes; name a file.")
    check_outputs(outputs, inputs)
    refused = [
        f"{option} {path}: is there already, and what was billed is never rewritten;"
        " name a new file."
        for option, path in outputs.items()
        if path is not None and path.is_file() and path.stat().st_size
    ]
    if refused:
        raise Refused(*refused, "Nothing was done.")


def write_rows(path: Path, rows: Iterable[Billed]) -> None:
    """Write billed rows as a table, whole or not at all."""
    write_whole(path, [table_text(BILLED_COLUMNS, (row.cells() for row in rows))])
