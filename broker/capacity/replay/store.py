"""A replay's folder: what it is of (`run.json`) and its years, a file for each.

A year is written whole or not at all, so that an interrupted replay goes on where it stopped. A
folder of other inputs is refused, never mixed.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from broker.capacity.lookahead.values import digest_of
from broker.capacity.replay.hindsight import Hindsight
from broker.capacity.replay.run import LEVELS, WAYS, Question, Replayed
from broker.capacity.simulation.store import SpoiltRun, open_run, write_part
from matching.digest import case_sha256

RUN: Final = "replay-run/1"
YEAR: Final = "replay-year/1"


def facts(question: Question) -> dict[str, Any]:
    """What a replay is of: its inputs by digest, and what it assumes."""
    return {
        "schema": RUN,
        "inputs": {
            "case": case_sha256(question.problem),
            "demand": digest_of(question.demand),
            "weeks": question.weeks,
            "seed": question.seed,
            "lookahead": asdict(question.asked),
            "refresh": question.refresh,
            "settings": question.settings.as_json(),
            "hindsight_effort": question.effort,
        },
    }


def open_folder(folder: Path, question: Question) -> None:
    """Make the folder ready for a question's years.

    Raises:
        OtherRun: it holds a run of other inputs.
        SpoiltRun: its run.json cannot be read.
    """
    open_run(folder, facts(question))


def year_path(folder: Path, number: int) -> Path:
    """The file of a year."""
    return folder / f"year-{number:06d}.json"


def write_year(folder: Path, one: Replayed) -> None:
    """Write a year, whole or not at all."""
    told = {"schema": YEAR, **asdict(one)}
    write_part(year_path(folder, one.number), json.dumps(told, indent=1).encode() + b"\n")


def read_year(folder: Path, number: int) -> Replayed | None:
    """A year as it was written; None where it is not there.

    Raises:
        SpoiltRun: the file cannot be read.
    """
    path = year_path(folder, number)
    if not path.exists():
        return None
    try:
        told = json.loads(path.read_bytes())
        if told.pop("schema") != YEAR or told["number"] != number:
            raise ValueError("it is of another kind or number")
        made = told["hindsight"]
        four = {key: _whole(made[key], len(LEVELS)) for key in ("bounds", "found")}
        told["hindsight"] = Hindsight(four["bounds"], four["found"], str(made["why"]))
        told["ways"] = {way: _whole(told["ways"][way], len(LEVELS)) for way in WAYS}
        return Replayed(**told)
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise SpoiltRun(f"{path.name} is no year of a replay: {problem}") from None


def _whole(values: Any, number: int) -> tuple[int, int, int, int]:
    if len(values) != number or any(type(value) is not int for value in values):
        raise ValueError(f"{values}; allowed: {number} whole numbers")
    first, second, third, fourth = values
    return first, second, third, fourth
