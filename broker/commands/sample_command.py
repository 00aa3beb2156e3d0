"""Write an invented case into a new or empty folder: the hand-made region, or one of any size.

Without sizes it is the hand-made region: 30 young people and 23 homes, each a situation worth
trying. With --referrals and --homes a case is made by chance, always the same for the same seed.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from broker.commands import parse
from broker.commands.endings import DONE, Refused
from broker.commands.output import show
from broker.sample import write_generated, write_region


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker sample`."""
    parser.add_argument("folder", metavar="DIR", type=Path, help="a new or empty folder")
    parser.add_argument("--referrals", metavar="N", type=parse.whole, help="young people")
    parser.add_argument("--homes", metavar="M", type=parse.at_least_one, help="homes")
    parser.add_argument("--seed", metavar="S", type=parse.whole, help="which chance [0]")


def run(arguments: argparse.Namespace) -> int:
    """Write the sample and say what to do with it."""
    sizes = (arguments.referrals, arguments.homes)
    if None in sizes and sizes != (None, None):
        raise Refused("Name both --referrals and --homes, or neither. Nothing was done.")
    if sizes == (None, None) and arguments.seed is not None:
        raise Refused("--seed chooses among made cases; name --referrals and --homes too.")
    if arguments.referrals is None:
        write_region(arguments.folder)
        what = "The invented sample region"
    else:
        write_generated(arguments.folder, arguments.referrals, arguments.homes, arguments.seed or 0)
        what = "An invented case"
    folder = arguments.folder
    show(f"{what} is in {folder}. See {folder / 'README.md'}; then: broker match {folder}")
    return DONE
