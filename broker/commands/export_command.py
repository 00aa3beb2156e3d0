"""Write the open records of the database as a case folder that reads back as the same case."""

from __future__ import annotations

import argparse
from pathlib import Path

from broker.commands.endings import DONE
from broker.commands.output import show
from broker.commands.progress import Progress
from broker.database import engine_from_environment, migrate, reading
from broker.exporting import export_case, notes_of_export
from matching.words import count


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker export`."""
    parser.add_argument("folder", metavar="DIR", type=Path, help="a new or empty folder")


def run(arguments: argparse.Namespace) -> int:
    """Export, all of it or nothing."""
    engine = engine_from_environment()
    with Progress(f"exporting to {arguments.folder}"):
        migrate(engine)
        with reading(engine) as session:
            files = export_case(session, arguments.folder)
            notes = notes_of_export(session)
    show(f"{count(len(files), 'file')} written to {arguments.folder}: {', '.join(files)}.")
    for note in notes:
        show(note)
    return DONE
