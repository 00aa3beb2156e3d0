"""The audit: prove that nobody changed, removed or moved an entry.

Write down the hash it prints: given back with --expect, it shows whether the end was cut off since.
"""

from __future__ import annotations

import argparse

from broker.audit.chain import verify
from broker.commands.endings import DONE, VIOLATIONS
from broker.commands.output import show
from broker.database import engine_from_environment, migrate, reading


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker audit`."""
    kinds = parser.add_subparsers(dest="what", metavar="verify", required=True)
    proof = kinds.add_parser("verify", help="walk the whole chain")
    proof.add_argument("--expect", metavar="HASH", help="a hash written down earlier")


def run(arguments: argparse.Namespace) -> int:
    """Verify the chain."""
    engine = engine_from_environment()
    migrate(engine)
    with reading(engine) as session:
        found = verify(session, expected=arguments.expect)
    if found.broken:
        show("\n".join(["The chain does not hold:", *(f"  {one}" for one in found.broken)]))
        return VIOLATIONS
    show(f"{found.entries} entries, unbroken. The last has the hash {found.head}")
    return DONE
