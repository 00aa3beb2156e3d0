"""The case as one workbook: out to fill in or look at, in as a case folder again.

`out CASE --out FILE.xlsx`: a sheet a table, lists to choose from, notes on the headers; contracts,
ledgers and agreements of the folder stay there, and are named.
`in SOURCE --out CASE`: SOURCE is .xlsx, .csv or a folder of .csv files, in UTF-8, UTF-16 or
Windows-1252. Sheets and columns that have another name are recognised, shown, and taken only with
--accept or a --mapping; --propose FILE.toml writes what was recognised, to change. Where cells are
wrong nothing is written but --problems FILE.xlsx: a copy with a sheet of every problem.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from broker.commands import parse
from broker.commands.endings import DONE, Refused
from broker.commands.files import check_outputs, write_bytes, write_whole
from broker.commands.output import answer
from broker.commands.progress import Progress

if TYPE_CHECKING:
    from broker.spreadsheets.grid import Book
    from broker.spreadsheets.mapping import Proposal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker workbook`."""
    parser.add_argument("way", choices=("out", "in"), help="out to a workbook, or in from one")
    parser.add_argument("source", metavar="SOURCE", type=Path, help="the case, or the workbook")
    parser.add_argument("--out", metavar="PATH", type=Path, required=True, help="what to write")
    parser.add_argument("--accept", action="store_true", help="take the names recognised as shown")
    parser.add_argument("--mapping", metavar="FILE.toml", type=Path, help="which name is which")
    parser.add_argument(
        "--propose", metavar="FILE.toml", type=Path, help="write what is recognised"
    )
    parser.add_argument("--problems", metavar="FILE.xlsx", type=Path, help="write what is wrong")
    parser.add_argument(
        "--as-of", metavar="DAY", type=parse.day, help="the day, where no sheet holds the policy"
    )
    parser.add_argument("--json", action="store_true", help="what was done, as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Write the workbook, or the case folder."""
    if arguments.way == "out":
        return _out(arguments)
    return _in(arguments)


def _out(arguments: argparse.Namespace) -> int:
    from broker.spreadsheets.out import NotKept, case_sheets, not_of_a_case
    from broker.workbook import write_workbook
    from matching.exchange import read_case

    inside = sorted(arguments.source.iterdir()) if arguments.source.is_dir() else []
    check_outputs({"--out": arguments.out}, inside)
    problem = read_case(arguments.source)
    try:
        left_out = not_of_a_case(path.name for path in inside)
        sheets = case_sheets(problem, f"the case {arguments.source.resolve().name}", left_out)
        write_workbook(arguments.out, sheets)
    except (NotKept, ValueError) as refused:
        raise Refused(f"{arguments.out} was not written: {refused}.") from None
    facts = {sheet.title: len(sheet.rows) for sheet in sheets}
    lines = [f"{arguments.out}: " + ", ".join(f"{t} {n}" for t, n in facts.items()) + " rows."]
    if left_out:
        named = ", ".join(left_out)
        lines.append(f"In the folder and not in the workbook: {named}. Keep the folder for them.")
    answer(
        arguments.json,
        lambda: {"file": str(arguments.out), "sheets": facts, "not_in_it": left_out},
        lambda: "\n".join(lines),
    )
    return DONE


def _in(arguments: argparse.Namespace) -> int:
    from broker.exporting import whole_texts, write_folder
    from broker.spreadsheets.intake import Problems, read_sheets
    from broker.spreadsheets.mapping import mapping_text, propose, read_mapping
    from broker.spreadsheets.problems import problems_book
    from broker.spreadsheets.source import read_source

    given = [] if arguments.mapping is None else read_mapping(arguments.mapping)
    optional = {"--propose": arguments.propose, "--problems": arguments.problems}
    check_outputs(optional, [path for path in (arguments.source, arguments.mapping) if path])
    with Progress(f"reading {arguments.source}"):
        book = read_source(arguments.source)
        proposal = propose(book, given)
    if arguments.propose is not None:
        write_whole(arguments.propose, [mapping_text(proposal.maps)])
    if proposal.doubts or (proposal.guesses and not arguments.accept):
        raise Refused(*_to_confirm(proposal, arguments))
    try:
        problem = read_sheets(book, proposal.maps, arguments.as_of)
    except Problems as problems:
        if arguments.problems is not None:
            write_bytes(arguments.problems, [problems_book(book, problems.located)])
        raise
    texts = whole_texts(problem)
    write_folder(texts, arguments.out)
    facts: dict[str, Any] = {
        "folder": str(arguments.out),
        "files": list(texts),
        "taken_as": list(proposal.guesses),
        "remarks": _remarks(book, proposal),
        "notices": list(problem.notices),
    }
    answer(arguments.json, lambda: facts, lambda: _words(facts))
    return DONE


def _to_confirm(proposal: Proposal, arguments: argparse.Namespace) -> list[str]:
    lines = ["Nothing was written: these names are recognised, and need your yes."]
    lines += [f"  {guess}" for guess in proposal.guesses]
    if proposal.doubts:
        lines.append("These only a mapping file can settle (--mapping):")
        lines += [f"  {doubt}" for doubt in proposal.doubts]
    lines += [f"  sheet “{title}” is none of the tables" for title in proposal.unused]
    if arguments.propose is not None:
        lines.append(f"{arguments.propose} holds them; change it, and give it as --mapping.")
    lines.append("--accept takes them as shown; --propose FILE.toml writes them down to change.")
    return lines


def _remarks(book: Book, proposal: Proposal) -> list[str]:
    made = list(book.remarks)
    for grid in book.grids:
        made += [f"sheet “{grid.title}”: {words}" for words in grid.remarks]
    made += [f"sheet “{title}” is none of the tables and was not read" for title in proposal.unused]
    return made


def _words(facts: dict[str, Any]) -> str:
    lines = [f"{facts['folder']}: {', '.join(facts['files'])}."]
    lines += [f"Taken as you said: {words}." for words in facts["taken_as"]]
    lines += [f"{words[0].upper()}{words[1:]}." for words in facts["remarks"]]
    return "\n".join([*lines, *facts["notices"]])
