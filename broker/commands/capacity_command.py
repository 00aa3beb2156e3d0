"""How many places are needed, and how to use those there are: `broker capacity WHAT`."""

from __future__ import annotations

import argparse
import importlib
from typing import Final

PARTS: Final = {
    "simulate": "a contract's years played many times over, each week matched by the rules",
    "buy": "which places to buy: portfolios compared on the same simulated young people",
    "replay": "a year replayed under first-come, weekly optimum, look-ahead and hindsight",
}
"""Each part and what it does; `broker.commands.capacity_NAME` holds it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The parts of `broker capacity`, each with options of its own."""
    group = parser.add_subparsers(dest="part", metavar="WHAT", required=True)
    for name, words in PARTS.items():
        module = importlib.import_module(f"broker.commands.capacity_{name}")
        part = group.add_parser(name, help=words, description=module.__doc__)
        module.add_arguments(part)


def run(arguments: argparse.Namespace) -> int:
    """Do the part that was asked for."""
    module = importlib.import_module(f"broker.commands.capacity_{arguments.part}")
    code: int = module.run(arguments)
    return code
