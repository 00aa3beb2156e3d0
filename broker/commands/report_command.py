"""A report from the warehouse: flow, outcomes, sufficiency, equality, providers, change, board.

The warehouse is as it was built: `broker warehouse refresh` brings it up to date. Without
--quarter, or --from and --to, it is of the last whole quarter. --borough shows what somebody of
that borough may see. The board pack is one page to print (--html).
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from broker.access.actor import Actor, OrganisationKind, Role
from broker.commands import parse
from broker.commands.endings import DONE, Refused
from broker.commands.files import check_outputs, write_whole
from broker.commands.output import answer
from broker.commands.who import account, operator
from broker.database import engine_from_environment, migrate, writing
from broker.reports.figures import quarter_period
from broker.reports.form import Period
from matching.geography import PARTNER_BOROUGHS

NAMES = ("flow", "outcomes", "sufficiency", "equality", "providers", "change", "board")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker report`."""
    parser.add_argument("name", choices=NAMES, help="which report")
    parser.add_argument("--quarter", metavar="YYYY-Qn", help="a calendar quarter, such as 2026-Q3")
    parser.add_argument("--from", metavar="YYYY-MM-DD", type=parse.day, dest="start")
    parser.add_argument("--to", metavar="YYYY-MM-DD", type=parse.day, dest="end")
    parser.add_argument("--borough", metavar="CODE", help="as somebody of a borough may see it")
    parser.add_argument("--workbook", metavar="FILE.xlsx", type=Path, help="write a workbook too")
    parser.add_argument("--csv", metavar="FILE.csv", type=Path, help="write the figures as CSV too")
    parser.add_argument("--html", metavar="FILE.html", type=Path, help="board: write the page")
    parser.add_argument("--json", action="store_true", help="the answer as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Make the report."""
    from broker.reports.board import page
    from broker.reports.make import read_report
    from broker.reports.star import NotBuilt
    from broker.workbook import write_workbook

    _check(arguments)
    engine = engine_from_environment()
    migrate(engine)
    with writing(engine) as session:
        try:
            found = read_report(
                session, _actor(arguments.borough), arguments.name, _period(arguments)
            )
        except NotBuilt:
            raise Refused(
                "There is no warehouse in this database yet. Make it: broker warehouse build"
            ) from None
    if arguments.workbook is not None:
        write_workbook(arguments.workbook, found.sheets())
    if arguments.csv is not None:
        write_whole(arguments.csv, [found.csv()])
    if arguments.html is not None:
        write_whole(arguments.html, [page(found)])
    answer(arguments.json, found.to_json, found.words)
    return DONE


def _check(arguments: argparse.Namespace) -> None:
    faults = []
    if arguments.quarter is not None and (arguments.start or arguments.end):
        faults.append("--quarter says from and to already; give one or the other.")
    if (arguments.start is None) != (arguments.end is None):
        faults.append("--from and --to go together.")
    if arguments.start and arguments.end and arguments.start >= arguments.end:
        faults.append(f"--to {arguments.end}: allowed: a day after --from {arguments.start}.")
    if arguments.html is not None and arguments.name != "board":
        faults.append(f"--html is for the board pack; {arguments.name} has none.")
    if arguments.borough is not None and arguments.borough not in PARTNER_BOROUGHS:
        allowed = ", ".join(f"{code} ({name})" for code, name in PARTNER_BOROUGHS.items())
        faults.append(f"--borough {arguments.borough}: allowed: {allowed}.")
    if arguments.quarter is not None and quarter_period(arguments.quarter) is None:
        faults.append(f"--quarter {arguments.quarter}: allowed: a quarter such as 2026-Q3.")
    if faults:
        raise Refused(*faults, "Nothing was done.")
    outputs = {"--workbook": arguments.workbook, "--csv": arguments.csv, "--html": arguments.html}
    check_outputs(outputs)


def _period(arguments: argparse.Namespace) -> Period | None:
    if arguments.quarter is not None:
        return quarter_period(arguments.quarter)
    return None if arguments.start is None else Period(arguments.start, arguments.end)


def _actor(borough: str | None) -> Actor:
    if borough is None:
        return replace(operator(), role=Role.COMMISSIONER)
    return Actor(account(), Role.DIRECTOR, borough, OrganisationKind.BOROUGH, via="command line")
