"""The next best plans, each different enough from all before it, and what each gives up."""

from __future__ import annotations

import argparse

from broker.commands import parse
from broker.commands.question import add_question, answer_question
from matching.alternatives import alternatives_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker alternatives`."""
    parser.add_argument(
        "-k", metavar="K", type=parse.at_least_one, default=3, help="how many plans [3]"
    )
    parser.add_argument(
        "--differ",
        metavar="D",
        type=parse.at_least_one,
        default=1,
        help="in each at least so many young people live otherwise than in those before [1]",
    )
    add_question(parser)


def run(arguments: argparse.Namespace) -> int:
    """Solve again and again, and say what was found."""
    return answer_question(arguments, alternatives_of, number=arguments.k, differ=arguments.differ)
