"""Apply named assumptions to a demand: another demand, and what differs between the two.

SCENARIOS.toml holds the assumptions (docs/demand.md). Without --demand it is checked and listed;
with --demand and --id the scenario is applied, shown beside the demand, and written to --out.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from broker.commands.endings import DONE, Refused
from broker.commands.files import check_outputs, write_whole
from broker.commands.output import say, show, tell


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker scenario`."""
    parser.add_argument("scenarios", metavar="SCENARIOS.toml", type=Path, help="the assumptions")
    parser.add_argument("--demand", metavar="DEMAND.json", type=Path, help="what to change")
    parser.add_argument("--id", metavar="ID", help="which scenario")
    parser.add_argument("--out", metavar="DEMAND.json", type=Path, help="write the other demand")
    parser.add_argument("--json", action="store_true", help="the other demand as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Apply a scenario, or list what a file holds."""
    from broker.capacity.scenarios.apply import apply
    from broker.capacity.scenarios.file import read_scenarios
    from broker.capacity.scenarios.render import render_list, render_scenario
    from broker.commands.output import json_text

    given = (arguments.demand, arguments.id)
    if None in given and (given != (None, None) or arguments.out or arguments.json):
        raise Refused("Name both --demand and --id to apply a scenario. Nothing was done.")
    inputs = [path for path in (arguments.scenarios, arguments.demand) if path is not None]
    check_outputs({"--out": arguments.out}, inputs)
    file = read_scenarios(arguments.scenarios)
    if arguments.id is None:
        tell(render_list(file))
        return DONE
    scenario = next((each for each in file.scenarios if each.id == arguments.id), None)
    if scenario is None:
        known = ", ".join(each.id for each in file.scenarios)
        raise Refused(f"--id {arguments.id}: {file.file} has {known}. Nothing was done.")
    before = read_demand(arguments.demand)
    _refuse_twice(arguments.demand, before)
    after = apply(before, scenario, file)
    if arguments.out is not None:
        write_whole(arguments.out, [json_text(after) + "\n"])
        say(f"The demand under {scenario.id} is in {arguments.out}.")
    if arguments.json:
        show(json_text(after))
    else:
        tell(render_scenario(scenario, before, after))
    return DONE


def read_demand(path: Path) -> dict[str, Any]:
    """A demand file; refused where it is none, or not whole."""
    from broker.capacity.demand.as_json import SCHEMA
    from broker.commands.json_file import read_json

    read = read_json(path)
    if not isinstance(read, dict) or read.get("schema") != SCHEMA:
        raise Refused(f"{path}: is not a demand: its schema is not {SCHEMA}. Nothing was done.")
    missing = [key for key in ("source", "arrivals", "stays", "assumptions") if key not in read]
    if missing:
        raise Refused(f"{path}: is not a whole demand: {', '.join(missing)} missing.")
    return read


def _refuse_twice(path: Path, read: dict[str, Any]) -> None:
    if "scenario" in read:
        name = read["scenario"].get("id")
        raise Refused(f"{path}: is a demand under scenario {name} already; name the one before it.")
