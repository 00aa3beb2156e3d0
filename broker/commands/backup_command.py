"""Write the whole database to a file, while work goes on, with a manifest beside it.

SQLite is copied by its own online backup; PostgreSQL by pg_dump, which must be installed. A backup
holds everything about everybody: keep it encrypted, and away from the database.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from broker.backup.make import back_up
from broker.backup.manifest import BadBackup, manifest_path
from broker.commands.endings import DONE, Refused
from broker.commands.output import show
from broker.commands.who import operator
from broker.database import engine_from_environment, migrate
from broker.store.clock import now


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker backup`."""
    parser.add_argument("file", metavar="FILE", type=Path, help="a file that is not there yet")


def run(arguments: argparse.Namespace) -> int:
    """Make the backup."""
    engine = engine_from_environment()
    migrate(engine)
    try:
        made = back_up(engine, arguments.file, operator(), now())
    except BadBackup as refused:
        raise Refused(str(refused)) from None
    rows = sum(one.rows for one in made.tables.values())
    show(
        f"{rows} rows of {len(made.tables)} tables are in {arguments.file}; "
        f"{manifest_path(arguments.file)} says what they are.\n"
        f"The audit has {made.entries} entries and the seal {made.seal}"
    )
    return DONE
