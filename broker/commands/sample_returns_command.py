"""Write invented statutory returns of eight authorities into a new or empty folder.

The truth they were drawn from stands beside them in truth.json: rates of arrival with growth and
thin cells, lengths of stay, endings, moves. The same seed always gives the same files.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from broker.commands import parse
from broker.commands.endings import DONE, Refused
from broker.commands.output import show


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker sample-returns`."""
    parser.add_argument("folder", metavar="DIR", type=Path, help="a new or empty folder")
    parser.add_argument("--years", metavar="N", type=parse.at_least_one, default=8, help="[8]")
    parser.add_argument("--seed", metavar="S", type=parse.whole, default=0, help="which chance [0]")


def run(arguments: argparse.Namespace) -> int:
    """Write the returns and say what to do with them."""
    from broker.sample.returns import MOST_YEARS, write_returns

    if arguments.years > MOST_YEARS:
        raise Refused(f"--years {arguments.years}: allowed: 1 to {MOST_YEARS}. Nothing was done.")
    write_returns(arguments.folder, arguments.years, arguments.seed)
    folder = arguments.folder
    show(
        f"Invented returns are in {folder}, their truth in {folder / 'truth.json'}. Then: "
        f"broker demand {folder} --out demand.json"
    )
    return DONE
