"""What commands on a contract share: the period they ask about, what its prices are."""

from __future__ import annotations

import argparse

from broker.commands import parse
from broker.commands.output import say
from pricing.assumed import assumptions
from pricing.terms import Contract


def add_period(parser: argparse.ArgumentParser) -> None:
    """The options of a half-open period."""
    for name, words in (("from", "first day"), ("to", "day after the last")):
        parser.add_argument(
            f"--{name}",
            dest={"from": "start", "to": "end"}[name],
            metavar="YYYY-MM-DD",
            type=parse.day,
            required=True,
            help=words,
        )


def say_assumptions(contract: Contract) -> None:
    """Say beside an answer whose fields are fixed that its prices are assumptions, if they are."""
    for sentence in assumptions(contract):
        say(sentence)
