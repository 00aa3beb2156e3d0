"""Read every table of statutory returns (SSDA903) with the codes of each year; say what is wrong.

Every row read is kept, refused with its reason, or deleted by a rule of mending: a copy, or one of
which no day is left. With --out what is kept is written again, episodes mended: it differs from
what was read only where the list of repairs and refusals says so.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from broker.commands.endings import DONE
from broker.commands.files import check_outputs, write_whole
from broker.commands.output import answer, say
from broker.commands.progress import Progress

if TYPE_CHECKING:
    from broker.returns.write.again import Again


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker read-903`."""
    parser.add_argument("returns", metavar="DIR", type=Path, help="a folder of returns")
    parser.add_argument("--out", metavar="DIR", type=Path, help="write them again, there")
    parser.add_argument(
        "--years-named-by", choices=("start", "end"),
        help="whether 2019 in a path names the collection that begins or closes in it",
    )  # fmt: skip
    parser.add_argument(
        "--problems", metavar="FILE.csv", type=Path,
        help="write every refused row and every repair there",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="the counts as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Read the returns, and write them again if asked."""
    from broker.exporting import write_folder
    from broker.returns.listed import COLUMNS, listed
    from broker.returns.write.again import read_again
    from matching.tables import table_text

    check_outputs({"--problems": arguments.problems})
    with Progress("reading the returns"):
        made = read_again(arguments.returns, arguments.years_named_by)
        if arguments.out is not None:
            write_folder(made.files, arguments.out)
    if arguments.problems is not None:
        lines = listed(made.refused, made.repairs)
        write_whole(arguments.problems, [table_text(COLUMNS, lines)])
    answer(arguments.json, lambda: _facts(made), lambda: _words(made))
    if arguments.out is not None:
        say(f"Written again in {arguments.out}.")
    return DONE


def _facts(made: Again) -> dict[str, Any]:
    return {
        "tables": [
            {
                "authority": one.file.authority or None,
                "year": one.file.year,
                "table": one.file.table.name,
                "file": one.file.shown,
                "read": one.read,
                "kept": one.kept,
                "refused": one.refused,
                "deleted": one.deleted,
            }
            for one in made.counts
        ],
        "refused": dict(Counter(problem.kind for problem in made.refused)),
        "repairs": dict(Counter(repair.rule for repair in made.repairs)),
        "deleted": len(made.deleted),
        "passed_over": list(made.every.passed_over),
    }


def _words(made: Again) -> str:
    facts = _facts(made)
    lines = ["authority  year  table: rows read, kept, refused, deleted"]
    for one in facts["tables"]:
        lines.append(
            f"  {one['authority'] or 'not told'}  {one['year']}  {one['table']}: "
            f"{one['read']}, {one['kept']}, {one['refused']}, {one['deleted']}"
        )
    for name, words in (("refused", "Problems of refused rows"), ("repairs", "Repairs")):
        told = ", ".join(f"{kind} {number}" for kind, number in sorted(facts[name].items()))
        lines.append(f"{words}: {told or 'none'}.")
    lines.append(f"Rows deleted as a copy, or as no day of them is left: {facts['deleted']}.")
    if facts["passed_over"]:
        lines.append(f"No table of the return: {', '.join(facts['passed_over'])}.")
    return "\n".join(lines)
