"""What each results item of a contract achieved in a period, why, and what it pays.

Proposals are agreed beforehand; without evidence nothing is paid; stability is measured against the
mix received and never shown without the refusals beside it. The period counts its first day and not
its last. Formats: docs/results.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from broker.commands.contract import add_period, answer_from
from broker.commands.endings import DONE
from broker.commands.files import check_outputs, write_whole
from broker.commands.output import say
from matching.tables import table_text
from matching.words import count
from pricing.money import decimal_text
from pricing.outcomes.as_json import results_json
from pricing.outcomes.assess import Results
from pricing.outcomes.inputs import ResultsFiles, results_from_files
from pricing.outcomes.render import render_results
from pricing.tables import RESULTS_COLUMNS

_OPTIONAL = (
    ("ledger", "LEDGER.csv", "who was placed where: for the money, and for stability"),
    ("moves", "ENDINGS.csv", "the moves before each placement, and how it ended"),
    ("refusals", "REFUSALS.csv", "whom the provider refused"),
    ("reference", "REFERENCE.toml", "the reference rates that a stability proposal names"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker results`."""
    parser.add_argument("contract", metavar="CONTRACT.toml", type=Path, help="the contract file")
    for name, words in (
        ("proposals.toml", "what was agreed beforehand"),
        ("evidence.csv", "what shows it"),
    ):
        option, _, kind = name.partition(".")
        parser.add_argument(
            f"--{option}", metavar=f"{option.upper()}.{kind}", type=Path, required=True, help=words
        )
    add_period(parser)
    for option, metavar, words in _OPTIONAL:
        parser.add_argument(f"--{option}", metavar=metavar, type=Path, help=words)
    parser.add_argument(
        "--out",
        metavar="RESULTS.csv",
        type=Path,
        help="write the justified rows there, as `broker statement --results` reads them",
    )
    parser.add_argument("--json", action="store_true", help="the results as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Work out the results of a period."""
    files = ResultsFiles(
        arguments.contract,
        arguments.proposals,
        arguments.evidence,
        arguments.ledger,
        arguments.moves,
        arguments.refusals,
        arguments.reference,
    )
    check_outputs({"--out": arguments.out}, files.given())
    results = results_from_files(files, arguments.start, arguments.end)
    if arguments.out is not None:
        write_whole(arguments.out, [table_text(RESULTS_COLUMNS, _rows(results))])
        say(f"{count(len(results.rows), 'justified row')} written to {arguments.out}")
    answer_from(
        files.given()[1:],
        arguments.json,
        lambda: results_json(results),
        lambda: render_results(results),
    )
    return DONE


def _rows(results: Results) -> Iterator[list[str]]:
    for row in results.rows:
        yield [
            row.code,
            row.start.isoformat(),
            row.end.isoformat(),
            decimal_text(row.achieved),
            row.evidence,
            "Y" if row.by_young_people else "N",
            row.proposal,
        ]
