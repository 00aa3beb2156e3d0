"""The need band of one young person's scores: why, what would change it, by which thresholds.

--show prints the published thresholds, --form a scores file to fill in. The band follows from the
scores and the thresholds alone, in every borough the same. Whether the scores are right is for
people to say.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from broker.commands import output
from broker.commands.endings import DONE, Refused
from pricing.bands.answer import answer
from pricing.bands.form import blank_scores
from pricing.bands.published import published_json, render_published
from pricing.bands.scores_file import read_scores
from pricing.bands.threshold_file import read_thresholds, shipped_thresholds
from pricing.bands.thresholds import Thresholds
from pricing.bands.words import render_answer


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker band`."""
    parser.add_argument(
        "scores", metavar="SCORES.toml", type=Path, nargs="?", help="one young person's scores"
    )
    other = parser.add_mutually_exclusive_group()
    other.add_argument("--show", action="store_true", help="the thresholds, in plain words")
    other.add_argument("--form", action="store_true", help="a scores file to fill in")
    parser.add_argument(
        "--thresholds", metavar="FILE", type=Path, help="the threshold file [the one shipped]"
    )
    parser.add_argument("--json", action="store_true", help="the answer as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Band one young person, or show what bands are made of."""
    _check(arguments)
    named: Path | None = arguments.thresholds
    thresholds = shipped_thresholds() if named is None else read_thresholds(named)
    if arguments.form:
        output.show(blank_scores(thresholds))
    elif arguments.show:
        output.answer(
            arguments.json,
            lambda: published_json(thresholds),
            lambda: render_published(thresholds),
        )
    else:
        _band(arguments, thresholds)
    return DONE


def _check(arguments: argparse.Namespace) -> None:
    asked = "--show" if arguments.show else "--form" if arguments.form else None
    if asked is None and arguments.scores is None:
        raise Refused("Name a scores file, or ask for --show (the thresholds) or --form (a blank).")
    if asked is not None and arguments.scores is not None:
        raise Refused(f"{asked} is about the thresholds: leave out {arguments.scores}.")
    if arguments.form and arguments.json:
        raise Refused("--form is a TOML file: leave out --json.")


def _band(arguments: argparse.Namespace, thresholds: Thresholds) -> None:
    found = answer(thresholds, read_scores(arguments.scores, thresholds, fault_of_id))
    output.answer(arguments.json, found.to_json, lambda: render_answer(found))


def fault_of_id(text: str) -> str | None:
    """Why a text may not stand for a young person, by the rule that case folders keep."""
    from matching.cells import PSEUDONYM, RefusedCell

    try:
        PSEUDONYM.parse(text)
    except RefusedCell as refused:
        return str(refused)
    return None
