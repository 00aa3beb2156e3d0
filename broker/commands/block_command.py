"""The life of a block contract: whose places, trades, voids, exits, failures, changes, the mix.

The period counts its first day and not its last. Trades, exits and failures change who bears what;
`broker statement` goes by the contract alone.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from broker.commands import parse
from broker.commands.contract import add_period, answer_from
from broker.commands.endings import DONE
from pricing.block.events import Failure
from pricing.block.inputs import Files, life_from_files
from pricing.block.render import render_life


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker block`."""
    parser.add_argument("contract", metavar="CONTRACT.toml", type=Path, help="the contract file")
    for option, words in (
        ("ledger", "who was placed where, from when to when"),
        ("availability", "places out of use"),
        ("trades", "places that boroughs released to each other, and the price"),
        ("events", "exits, failures, changes, what the years are worth, what was told"),
        ("homes", "how many places each home has; a case's homes.csv will do"),
    ):
        parser.add_argument(
            f"--{option}",
            metavar=f"{option.upper()}.{'toml' if option == 'events' else 'csv'}",
            type=Path,
            required=option == "ledger",
            help=words,
        )
    add_period(parser)
    parser.add_argument(
        "--as-of",
        metavar="YYYY-MM-DD",
        type=parse.day,
        help="the day on which notices are looked at; the period's --to unless given",
    )
    parser.add_argument(
        "--on",
        metavar="YYYY-MM-DD",
        type=parse.day,
        help="the day on which the mix is looked at; the period's last day unless given",
    )
    parser.add_argument(
        "--ceiling",
        metavar="PERCENT",
        type=percent,
        help="the most high or specialist need, in percent of places",
    )
    parser.add_argument(
        "--if-fails",
        metavar="PROVIDER=YYYY-MM-DD",
        type=failure,
        action="append",
        default=[],
        help="what if a provider failed on a day; may be repeated, each is looked at alone",
    )
    parser.add_argument("--json", action="store_true", help="the answer as JSON")


def percent(text: str) -> int:
    """A whole percentage."""
    number = parse.whole(text)
    if number > 100:
        raise argparse.ArgumentTypeError(f"“{text}”: allowed: a whole number from 0 to 100")
    return number


def failure(text: str) -> Failure:
    """A provider and a day."""
    provider, _, day = text.rpartition("=")
    if not provider:
        raise argparse.ArgumentTypeError(f"“{text}”: allowed: PROVIDER=DAY, such as P2=2027-01-11")
    return Failure(provider, parse.day(day))


def run(arguments: argparse.Namespace) -> int:
    """Show the life of a block over a period."""
    life = life_from_files(
        Files(
            contract=arguments.contract,
            ledger=arguments.ledger,
            availability=arguments.availability,
            trades=arguments.trades,
            events=arguments.events,
            homes=arguments.homes,
        ),
        arguments.start,
        arguments.end,
        as_of=arguments.as_of,
        mix_on=arguments.on,
        ceiling=arguments.ceiling,
        what_ifs=arguments.if_fails,
    )
    tables = (
        arguments.ledger,
        arguments.availability,
        arguments.trades,
        arguments.events,
        arguments.homes,
    )
    answer_from(tables, arguments.json, life.to_json, lambda: render_life(life))
    return DONE
