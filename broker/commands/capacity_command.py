"""How many block places, of which kind, where: simulated over the years of a contract.

`broker capacity simulate CASE --demand DEMAND.json --contract CONTRACT.toml --out DIR` plays the
contract many times over, each week matched by the real rules. What is simulated and what is assumed:
docs/capacity.md.
"""

from __future__ import annotations

import argparse
import importlib
from typing import Final

PARTS: Final = {"simulate": "play a contract's years many times over"}
"""Each part and what it does; `broker.commands.capacity_NAME` holds it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The parts, each with its options."""
    parts = parser.add_subparsers(dest="part", metavar="PART", required=True)
    for name, words in PARTS.items():
        module = importlib.import_module(f"broker.commands.capacity_{name}")
        part = parts.add_parser(name, help=words, description=module.__doc__)
        module.add_arguments(part)


def run(arguments: argparse.Namespace) -> int:
    """Run the part asked for."""
    module = importlib.import_module(f"broker.commands.capacity_{arguments.part}")
    code: int = module.run(arguments)
    return code
