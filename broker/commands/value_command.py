"""Value for money: what a block cost over a period against the same placements at spot.

With --ledger the period is --from to --to, its last day not counted. With --plan and --case it is
one week once everyone has moved in, from the last day of the referrals or from --from. Without spot
prices (--spot or --spot-fees) every spot cost is unknown, and unknown is never zero.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from broker.commands import parse
from broker.commands.contract import answer_from
from broker.commands.endings import DONE, Refused
from broker.commands.spot import add_spot, spot_asked
from pricing.inputs import read_statement_inputs
from pricing.problems import BadInput, Problems
from pricing.value.against_spot import value_for_money
from pricing.value.show_plan import plan_value_json, render_plan_value
from pricing.value.show_value import render_value, value_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker value`."""
    parser.add_argument("contract", metavar="CONTRACT.toml", type=Path, help="the block contract")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "--ledger", metavar="LEDGER.csv", type=Path, help="who was placed where, when"
    )
    source.add_argument("--plan", metavar="PLAN.json", type=Path, help="what a match proposes")
    parser.add_argument(
        "--case", metavar="CASE", type=Path, help="the case folder that --plan belongs to"
    )
    parser.add_argument(
        "--from", dest="start", metavar="YYYY-MM-DD", type=parse.day, help="first day"
    )
    parser.add_argument(
        "--to", dest="end", metavar="YYYY-MM-DD", type=parse.day, help="day after the last"
    )
    add_spot(parser)
    parser.add_argument(
        "--availability", metavar="AVAILABILITY.csv", type=Path, help="places out of use"
    )
    parser.add_argument("--results", metavar="RESULTS.csv", type=Path, help="what was achieved")
    parser.add_argument("--json", action="store_true", help="the answer as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Compare a block with spot."""
    _check_options(arguments)
    found = Problems()
    spot = spot_asked(arguments, found)
    if arguments.plan is not None:
        from broker.commands.value_of_plan import value_of_plan

        planned = value_of_plan(arguments, spot, found)
        answer_from(
            (arguments.plan, arguments.availability),
            arguments.json,
            lambda: plan_value_json(planned),
            lambda: render_plan_value(planned),
        )
        return DONE
    read = read_statement_inputs(
        found,
        arguments.contract,
        arguments.ledger,
        arguments.start,
        arguments.end,
        arguments.availability,
        arguments.results,
    )
    if read is None:
        raise BadInput(found)
    made = value_for_money(
        read.contract,
        read.ledger,
        arguments.start,
        arguments.end,
        spot,
        read.availability,
        read.results,
    )
    answer_from(
        (arguments.ledger, arguments.availability, arguments.results),
        arguments.json,
        lambda: value_json(made),
        lambda: render_value(made),
    )
    return DONE


def _check_options(arguments: argparse.Namespace) -> None:
    faults = []
    if arguments.ledger is not None:
        if arguments.start is None or arguments.end is None:
            faults.append("--ledger needs --from and --to.")
        if arguments.case is not None:
            faults.append("--case goes with --plan, not with --ledger.")
    else:
        if arguments.case is None:
            faults.append("--plan needs --case: the folder that says who needs a place.")
        given = {"--to": arguments.end, "--results": arguments.results}
        faults += [
            f"{name} goes with --ledger: a plan is one week." for name, of in given.items() if of
        ]
    if faults:
        raise Refused(*faults, "Nothing was done.")
