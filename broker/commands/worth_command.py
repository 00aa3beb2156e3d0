"""What one more place of each kind in each home would change, what gains most first."""

from __future__ import annotations

import argparse

from broker.commands.question import add_question, answer_question
from matching.explain import find_home
from matching.pairs import Pairs
from matching.worth import worth_of_places


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker worth`."""
    parser.add_argument("--home", metavar="ID", help="only this home")
    add_question(parser)


def run(arguments: argparse.Namespace) -> int:
    """Solve again and again, and say what was found."""

    def check(pairs: Pairs) -> None:
        if arguments.home is not None:
            find_home(pairs, arguments.home)

    return answer_question(arguments, worth_of_places, check=check, home_id=arguments.home)
