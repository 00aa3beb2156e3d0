"""Take a case folder into the database: new rows added, changed rows updated, with history.

The same folder a second time changes nothing. What is on record and gone from the folder is
listed, and stays, until --close-missing gives a reason.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from broker.commands.case import add_safety
from broker.commands.endings import DONE
from broker.commands.output import json_text, show
from broker.commands.progress import Progress
from broker.commands.who import add_by
from broker.database import engine_from_environment, migrate, writing
from broker.importing import import_intake, read_intake
from broker.store.clock import now


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker import`."""
    parser.add_argument("case", metavar="CASE", type=Path, help="the case folder")
    parser.add_argument(
        "--close-missing", metavar="REASON", help="close what is gone from the folder, and say why"
    )
    add_by(parser, "who imports, for the history")
    parser.add_argument(
        "--hold-day",
        action="store_true",
        help="ask every question of the case's own day from now on, not of the day on which it is "
        "asked: for an invented case, or to look back",
    )
    parser.add_argument("--json", action="store_true", help="the report as JSON")
    add_safety(parser)


def run(arguments: argparse.Namespace) -> int:
    """Import, all of it or nothing, and say what changed; a bad folder makes no database."""
    with Progress(f"importing {arguments.case}"):
        intake = read_intake(arguments.case, require_safety=arguments.require_safety)
        engine = engine_from_environment()
        migrate(engine)
        with writing(engine) as session:
            report = import_intake(
                session,
                intake,
                by=arguments.by,
                when=now(),
                close_missing=arguments.close_missing,
                hold_day=arguments.hold_day,
            )
    show(json_text(report.to_json()) if arguments.json else report.render())
    return DONE
