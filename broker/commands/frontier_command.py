"""Distance, stability and cost: the plans worth choosing between, and where this policy stands."""

from __future__ import annotations

import argparse

from broker.commands.question import add_question, answer_question
from matching.frontier import frontier_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker frontier`."""
    add_question(parser)


def run(arguments: argparse.Namespace) -> int:
    """Solve again and again, and say what was found."""
    return answer_question(arguments, frontier_of)
