"""A register of savings: checked, with totals by kind, beneficiary and year.

Cashable, avoided and social savings are never added to each other. What has no baseline, unit cost,
source or owner is not a saving yet and is in no total; a quoted ratio is worked out again from its
own figures and flagged where they do not give it. The form of the file is in docs/savings.md.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from broker.commands.endings import DONE
from broker.commands.output import answer
from pricing.value.register_file import read_register
from pricing.value.show_register import register_json, render_register


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker savings`."""
    parser.add_argument("register", metavar="REGISTER.toml", type=Path, help="the register file")
    parser.add_argument("--json", action="store_true", help="the report as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Check a register and add it up."""
    made = read_register(arguments.register)
    answer(arguments.json, lambda: register_json(made), lambda: render_register(made))
    return DONE
