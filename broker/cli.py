"""The command line of the brokerage: `broker COMMAND`, and what its exit code says.

0 done; 1 the check found violations; 2 bad input; 3 the solver failed; 70 a fault of this program;
130 interrupted. Only the command asked for is loaded, so that `broker --help` answers at once.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from collections.abc import Sequence
from types import ModuleType
from typing import NoReturn

from broker.commands import endings, output

COMMANDS = {
    "match": "find the best plan for a case, and say why",
    "check": "prove a plan against its case, without the solver",
    "evaluate": "what any plan breaks and is worth, a person's included",
    "fairness": "how a plan shares out: by borough, provider, sex, age and band",
    "options": "the homes for one young person, best first, or who fits one home",
    "explain": "why the plan has, or has not, a home for one young person",
    "alternatives": "the next best plans and what each gives up",
    "worth": "what one more place in each home would change",
    "sensitivity": "how far each weight can move before the plan changes",
    "frontier": "distance, stability and cost: the plans worth choosing between",
    "band": "the need band of a young person's scores, and why",
    "price": "what a placement costs under a contract",
    "statement": "what each borough owes under a contract for a period",
    "adjust": "what changed bands cost or give back, after the bill",
    "ledger": "the ledger and places out of use of a contract on record",
    "results": "what was achieved on evidence, and what it pays",
    "value": "block against spot: cost, saving or loss, break-even, the margin",
    "parity": "whether the same home and band cost every borough the same",
    "savings": "a register of savings, checked, with totals by kind",
    "prices": "published prices, beside a contract's fees",
    "block": "the life of a block contract: trades, voids, exits, failures, changes, the mix",
    "baseline": "the year before, counted and frozen, so that change can be shown",
    "why-me": "why a provider's homes were asked, and why not",
    "rates": "the rates of a case, from a contract",
    "forecast": "what a provider may expect of a contract, month by month",
    "workbook": "the case as one workbook, out and in again",
    "import": "take a case folder into the database",
    "export": "write the database's open case as a folder",
    "export-903": "write the statutory return of our placements, a folder a borough",
    "read-903": "read every table of statutory returns, mend them and write them again",
    "export-standard": "write referrals and placements in the Placements Data Standard",
    "import-standard": "begin referrals from a file of the Placements Data Standard",
    "events": "events told to other systems: who is told, what waits, what is dead",
    "inbox": "files from case-management systems: each row kept, or waiting for a person",
    "runs": "the matches on record",
    "users": "accounts: add one, list them, end one",
    "audit": "prove that nobody changed who saw and did what; show, correct, remove",
    "retention": "what is due to go by the schedule, and remove it",
    "subject-access": "everything held about one young person",
    "backup": "write the whole database to a file, while work goes on",
    "restore": "put a backup back, and prove that it is whole",
    "report": "flow, outcomes, sufficiency, equality, providers, change, the board's page",
    "warehouse": "facts and dimensions from the records, under pseudonyms",
    "demand": "who will need a place, estimated from statutory returns",
    "scenario": "named assumptions applied to a demand",
    "capacity": "how many places to buy: a contract's years simulated, and look-ahead replayed",
    "sample-returns": "write invented statutory returns whose truth is known",
    "sample": "write an invented case to try things on",
    "demo": "show the product on the invented sample region",
    "serve": "open the service on this machine",
    "worker": "do the jobs that wait, such as matches of what is on record",
}
"""Each command and what it does; `broker.commands.NAME_command` holds it (- is _ there)."""

SEARCHING = {"match", "alternatives", "worth", "sensitivity", "frontier"}
"""Commands that always search: the process for it gets ready while the rest is loaded."""

EPILOG = """\
exit codes: 0 done; 1 the check found violations; 2 bad input; 3 the solver failed;
70 a fault of this program (BROKER_DEBUG=1 shows where); 130 interrupted.

It proposes; a person decides. Start with: broker demo"""


class _Parser(argparse.ArgumentParser):
    """A parser that knows no abbreviated options and keeps the help's lines as written."""

    def __init__(self, *args: object, **options: object) -> None:
        options.setdefault("allow_abbrev", False)
        options.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(*args, **options)  # type: ignore[arg-type]

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and how to see what is allowed, then end with 2."""
        self.exit(2, f"{self.prog}: {message}\nSee: {self.prog} --help\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; no traceback reaches the user."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        with output.substituting():
            return _run(words)
    except SystemExit as ending:
        return ending.code if isinstance(ending.code, int) else 0
    except (Exception, KeyboardInterrupt) as problem:
        return endings.end(problem)


def _run(words: list[str]) -> int:
    began = time.monotonic()
    chosen = next((word for word in words if not word.startswith("-")), "")
    parser, commands = _parser()
    if chosen in SEARCHING and not {"-h", "--help"} & set(words):
        importlib.import_module("broker.apart.process").prepare()
    if chosen in COMMANDS:
        module = _load(chosen)
        commands[chosen].description = module.__doc__
        module.add_arguments(commands[chosen])
    if not words:
        parser.print_help()
        return endings.BAD_INPUT
    arguments = parser.parse_args(words)
    arguments.began = began
    code: int = _load(arguments.command).run(arguments)
    return code


def _load(name: str) -> ModuleType:
    return importlib.import_module(f"broker.commands.{name.replace('-', '_')}_command")


def _parser() -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    parser = _Parser(
        prog="broker",
        description="Find places for young people who need one, and say why. All in words.",
        epilog=EPILOG,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="say which version this is")
    group = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    parsers: dict[str, argparse.ArgumentParser] = {}
    for name, words in COMMANDS.items():
        parsers[name] = group.add_parser(name, help=words)
    return parser, parsers


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"broker {version('broker')}")
        parser.exit(0)


if __name__ == "__main__":
    sys.exit(main())
