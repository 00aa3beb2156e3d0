"""How far each weight of the policy can move before the plan changes, and what changes then."""

from __future__ import annotations

import argparse

from broker.commands.question import add_question, answer_question
from matching.sensitivity import sensitivity_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker sensitivity`."""
    add_question(parser)


def run(arguments: argparse.Namespace) -> int:
    """Solve again and again, and say what was found."""
    return answer_question(arguments, sensitivity_of)
