"""Put a backup back, whole or not at all, and prove it row by row against its manifest.

The database named by BROKER_DATABASE_URL must be empty, or --replace given: then what it holds is
gone. Stop the service first; a SQLite file that is open elsewhere is replaced in one step.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from broker.backup.manifest import BadBackup
from broker.backup.restore import put_back
from broker.commands.endings import DONE, Refused
from broker.commands.output import show
from broker.commands.who import operator
from broker.database import engine_from_environment
from broker.store.clock import now


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker restore`."""
    parser.add_argument("file", metavar="FILE", type=Path, help="a backup; its manifest beside it")
    parser.add_argument(
        "--replace", action="store_true", help="let the records that are there go, all of them"
    )


def run(arguments: argparse.Namespace) -> int:
    """Put the backup back."""
    try:
        found = put_back(
            engine_from_environment(), arguments.file, operator(), now(), replace=arguments.replace
        )
    except BadBackup as refused:
        raise Refused(str(refused)) from None
    rows = sum(one.rows for one in found.tables.values())
    show(
        f"{rows} rows of {len(found.tables)} tables are back, each as the manifest says, and the "
        f"audit holds to its seal {found.seal}"
    )
    return DONE
