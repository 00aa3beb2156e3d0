"""Who will need a place: arrivals, stays, endings and distances, estimated from statutory returns.

RETURNS_DIR holds SSDA903 episodes and header files of several years, those of an authority in a
folder named by its ONS code. Rows that cannot be placed are refused, counted and listed with the
reason; a file that cannot be read as a whole ends the command. Formats, rules and methods:
docs/demand.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from broker.commands.endings import DONE
from broker.commands.files import check_outputs, write_whole
from broker.commands.output import say, show, tell
from matching.words import count

T = TypeVar("T")

SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker demand`."""
    from broker.capacity.demand import asked

    parser.add_argument("returns", metavar="RETURNS_DIR", type=Path, help="a folder of returns")
    parser.add_argument("--out", metavar="DEMAND.json", type=Path, help="write the demand there")
    parser.add_argument(
        "--places", metavar="CODES", type=_checked(asked.read_places), default=asked.PLACES,
        help="the codes of PLACE that count [K2,R1]",
    )  # fmt: skip
    parser.add_argument(
        "--ages", metavar="GROUPS", type=_checked(asked.read_ages), default=asked.AGE_GROUPS,
        help="age groups [11-13,14-15,16-17]",
    )  # fmt: skip
    parser.add_argument(
        "--bands", metavar="MIX", type=_checked(asked.read_bands), default=asked.BAND_MIX,
        help="the assumed mix of need [low=.2,medium=.35,high=.3,specialist=.15]",
    )  # fmt: skip
    parser.add_argument(
        "--years-named-by", choices=("start", "end"),
        help="whether 2019 in a path names the collection that begins or closes in it",
    )  # fmt: skip
    parser.add_argument(
        "--problems", metavar="FILE.csv", type=Path,
        help="write every refused row and every repair there",
    )  # fmt: skip
    parser.add_argument(
        "--strict", action="store_true", help="refuse the whole where any row is refused"
    )
    parser.add_argument("--json", action="store_true", help="the demand as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Estimate demand from a folder of returns."""
    from broker.capacity.demand.as_json import demand_json
    from broker.capacity.demand.asked import Asked
    from broker.capacity.demand.estimate import estimate
    from broker.capacity.demand.render import render_demand
    from broker.commands.output import json_text
    from broker.commands.progress import Progress
    from broker.returns.whole import read_returns
    from pricing.problems import BadInput

    check_outputs({"--out": arguments.out, "--problems": arguments.problems})
    with Progress("reading the returns") as progress:
        returns = read_returns(arguments.returns, arguments.years_named_by)
        if arguments.strict and returns.refused:
            raise BadInput(returns.refused)
        progress.say("estimating demand")
        asked = Asked(arguments.places, arguments.ages, arguments.bands)
        demand = estimate(returns, asked)
    if arguments.problems is not None:
        from broker.returns.listed import COLUMNS, listed
        from matching.tables import table_text

        lines = listed(returns.refused, returns.repairs)
        write_whole(arguments.problems, [table_text(COLUMNS, lines)])
    _say_refused(returns.refused, arguments.problems)
    answer = demand_json(demand)
    if arguments.out is not None:
        write_whole(arguments.out, [json_text(answer) + "\n"])
        say(f"The demand is in {arguments.out}.")
    if arguments.json:
        show(json_text(answer))
    else:
        tell(render_demand(demand))
    return DONE


def _checked(read: Callable[[str], T]) -> Callable[[str], T]:
    def checked(text: str) -> T:
        from broker.capacity.demand.asked import BadAsking

        try:
            return read(text)
        except BadAsking as problem:
            raise argparse.ArgumentTypeError(str(problem)) from None

    return checked


def _say_refused(refused: Iterable[object], listed: Path | None) -> None:
    problems = list(refused)
    if not problems:
        return
    say(f"{count(len(problems), 'problem')} in rows that are left out of every figure:")
    for problem in problems[:SHOWN]:
        say(f"  {problem}")
    if len(problems) > SHOWN:
        where = f"in {listed}" if listed else "written with --problems FILE.csv"
        say(f"  and {len(problems) - SHOWN} more, {where}")
