"""What a provider may expect of a contract: income by month for its life, training and break-even.

Fees, voids and results follow the contract, with its uplifts and no others. Three cases stand side
by side. With --costs there is a margin, and the occupancy from which income covers the costs.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Final, TypeVar

from broker.commands import parse
from broker.commands.endings import DONE
from broker.commands.files import check_outputs, write_bytes
from broker.commands.output import answer, say
from pricing.contract import read_contract
from pricing.forecast.answer import forecast_json
from pricing.forecast.asked import ASKED, MIX_ALLOWED, SHARE_ALLOWED, Asked, read_mix, read_share
from pricing.forecast.costs import read_costs
from pricing.forecast.forecast import Forecast, forecast, forecast_problems
from pricing.forecast.render import render_forecast
from pricing.problems import BadInput, Problems, describe
from pricing.quote import read_requirements
from pricing.terms import LOW

T = TypeVar("T")
_SHARES: Final = ("occupancy", "results", "low_occupancy", "high_occupancy")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker forecast`."""
    parser.add_argument("contract", metavar="CONTRACT.toml", type=Path, help="the contract file")
    parser.add_argument(
        "--occupancy",
        metavar="SHARE",
        required=True,
        help="share of the places used on average, such as 0.85",
    )
    parser.add_argument(
        "--mix",
        metavar="BAND=SHARE,...",
        required=True,
        help="share of the used places in each band, summing to 1: low=.2,medium=.35,high=.45",
    )
    parser.add_argument(
        "--require",
        metavar="CODE=UNITS",
        action="append",
        default=[],
        help="a requirement of every placement and its units a week; may be repeated",
    )
    parser.add_argument(
        "--results", metavar="SHARE", help="achieved share of what is paid by results [none]"
    )
    parser.add_argument("--costs", metavar="COSTS.toml", type=Path, help="the provider's own costs")
    parser.add_argument("--provider", metavar="NAME", help="one provider of the contract [all]")
    parser.add_argument(
        "--places",
        metavar="N",
        type=parse.at_least_one,
        help="how many of the contract's places it is about [all]",
    )
    parser.add_argument(
        "--homes",
        metavar="N",
        type=parse.at_least_one,
        help="in how many homes they are [as the contract says]",
    )
    for name, words in (("low", "0.10 less"), ("high", "0.10 more")):
        parser.add_argument(
            f"--{name}-occupancy", metavar="SHARE", help=f"occupancy of the {name} case [{words}]"
        )
    parser.add_argument("--chart", metavar="FILE.svg", type=Path, help="write a chart there")
    parser.add_argument(
        "--workbook", metavar="FILE.xlsx", type=Path, help="write every month to a workbook there"
    )
    parser.add_argument("--json", action="store_true", help="the forecast as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Make the forecast, and write what was asked for."""
    inputs = [path for path in (arguments.contract, arguments.costs) if path is not None]
    check_outputs({"--chart": arguments.chart, "--workbook": arguments.workbook}, inputs)
    made = _forecast(arguments)
    if arguments.chart is not None:
        from broker.charts import svg
        from broker.forecast_chart import forecast_chart

        write_bytes(arguments.chart, [svg(forecast_chart(made))])
    if arguments.workbook is not None:
        from broker.forecast_sheets import forecast_sheets
        from broker.workbook import workbook_bytes

        write_bytes(arguments.workbook, [workbook_bytes(forecast_sheets(made))])
    answer(arguments.json, lambda: forecast_json(made), lambda: render_forecast(made))
    for path in (arguments.chart, arguments.workbook):
        if path is not None:
            say(f"Written to {path}")
    return DONE


def _forecast(arguments: argparse.Namespace) -> Forecast:
    """The forecast, or every problem of the options, the contract and the costs at once."""
    found = Problems()
    asked = _asked(found, arguments)
    contract = _read(found, read_contract, arguments.contract)
    costs = None if arguments.costs is None else _read(found, read_costs, arguments.costs)
    if contract is not None:
        forecast_problems(found, contract, asked, costs)
    if contract is None or found.found:
        raise BadInput(found)
    return forecast(contract, asked, costs)


def _read(found: Problems, reader: Callable[[Path], T], path: Path) -> T | None:
    try:
        return reader(path)
    except BadInput as refused:
        found.extend(refused.problems)
        return None


def _asked(found: Problems, arguments: argparse.Namespace) -> Asked:
    """The question in the options; what cannot be read is noted, and nothing follows from it."""
    shares = {name: _share(found, name, getattr(arguments, name)) for name in _SHARES}
    occupancy = shares["occupancy"]
    mix, bad_parts = read_mix(arguments.mix)
    for part in bad_parts:
        found.add(ASKED, "--mix", describe(part), MIX_ALLOWED, "bad value")
    units, refused = read_requirements(arguments.require)
    for text, allowed in refused:
        found.add(ASKED, "--require", describe(text), allowed, "bad value")
    return Asked(
        occupancy=occupancy or Fraction(),
        mix={LOW: Fraction(1)} if bad_parts else mix,
        requirements=units,
        results=shares["results"],
        low_occupancy=None if occupancy is None else shares["low_occupancy"],
        high_occupancy=None if occupancy is None else shares["high_occupancy"],
        provider=arguments.provider,
        places=arguments.places,
        homes=arguments.homes,
    )


def _share(found: Problems, name: str, text: str | None) -> Fraction | None:
    share = None if text is None else read_share(text)
    if text is not None and share is None:
        option = f"--{name.replace('_', '-')}"
        found.add(ASKED, option, describe(text), SHARE_ALLOWED, "bad value")
    return share
