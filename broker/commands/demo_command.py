"""Show the product on the invented sample region, from the case to the price of a placement.

Everything is made anew each time, in out/demo under this folder, and prints the same each time.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from broker.commands.endings import DONE
from broker.commands.output import show
from broker.commands.progress import Progress
from broker.demo import FOLDER, demonstrate


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker demo`."""
    parser.add_argument(
        "--folder",
        metavar="DIR",
        type=Path,
        default=FOLDER,
        help=f"where its files go; a folder of an earlier demonstration is replaced [{FOLDER}]",
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the demonstration and show what came of it."""
    with Progress("matching the sample region") as progress:
        text = demonstrate(arguments.folder, progress.say)
    show(text)
    return DONE
