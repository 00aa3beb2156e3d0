"""Asking for a plan that changes little against one told before: `--previous` and `--stay`."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from broker.commands import parse
from broker.commands.endings import Refused
from broker.commands.json_file import read_json
from matching.problem import Problem
from matching.replan import previous_in, previous_of


def add_previous(parser: argparse.ArgumentParser, *, stay: bool) -> None:
    """The options that name a previous plan; without `stay` only the plan itself."""
    parser.add_argument(
        "--previous", metavar="PLAN.json", type=Path, help="the plan that was told before"
    )
    if stay:
        parser.add_argument(
            "--stay",
            metavar="N",
            type=parse.whole,
            help="points for each proposal of --previous that changes; 0 only tells the changes",
        )


def with_previous(arguments: argparse.Namespace, problem: Problem) -> Problem:
    """The problem with the previous plan and what changing it costs."""
    if (arguments.previous is None) != (arguments.stay is None):
        raise Refused(
            "--previous names the plan told before and --stay the points for each proposal of it "
            "that changes; give both or neither. Nothing was done."
        )
    if arguments.previous is None:
        return problem
    told = previous_of(read_json(arguments.previous), arguments.stay, str(arguments.previous))
    return replace(problem, previous=told)


def against_previous(path: Path | None, plan: Any, problem: Problem) -> Problem:
    """The problem with the previous plan that a plan to be proved was made against."""
    if path is None:
        return problem
    told = previous_in(plan) if isinstance(plan, dict) else None
    if told is None:
        raise Refused(f"--previous {path}: the plan to prove was not made against another one.")
    return replace(problem, previous=previous_of(read_json(path), told.stay, str(path)))
