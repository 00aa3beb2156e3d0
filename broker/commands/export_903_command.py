"""Write the statutory return (SSDA903) of our placements for a collection, a folder a borough.

Year 2026 is 1 April 2025 to 31 March 2026. Written are Episodes, Header, Reviews, Missing and DoLO
of everyone who lived in one of our homes on a day of it, with the codes of that collection: the
whole of their care in it, as their boroughs told it. Whoever's care is not told without a gap is
refused with every reason, and then nothing is written unless --leave-out is given.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from broker.commands.endings import DONE
from broker.commands.output import answer
from broker.commands.progress import Progress

if TYPE_CHECKING:
    from broker.returns.write.records import Returned

FIRST, LAST = 2018, 2027
SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker export-903`."""
    parser.add_argument(
        "--year", metavar="YYYY", type=_year, required=True,
        help=f"the year in which the collection closes, {FIRST} to {LAST}",
    )  # fmt: skip
    parser.add_argument(
        "--borough", metavar="CODE", type=borough_of, help="one borough alone [all]"
    )
    parser.add_argument(
        "--out", metavar="DIR", type=Path, required=True, help="a new or empty folder"
    )
    parser.add_argument(
        "--leave-out", action="store_true",
        help="write the rest, and list whoever is left out and why",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="what was written, as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Write the return, all of it or nothing."""
    from broker.database import engine_from_environment, migrate, reading
    from broker.exporting import write_folder
    from broker.returns.write.records import make_return
    from pricing.problems import BadInput

    engine = engine_from_environment()
    with Progress("writing the return"):
        migrate(engine)
        with reading(engine) as session:
            made = make_return(session, arguments.year, arguments.borough)
        if made.refused and not arguments.leave_out:
            raise BadInput(made.refused)
        write_folder(made.files, arguments.out)
    answer(arguments.json, made.to_json, lambda: _words(made, arguments.out))
    return DONE


def _words(made: Returned, out: Path) -> str:
    from broker.returns.episode import last_day, year_starts
    from matching.geography import authority_name
    from matching.words import count

    lines = [
        f"The return of {year_starts(made.year)} to {last_day(made.year)}: "
        f"{made.written} of {count(made.young_people, 'young person', 'young people')} who lived "
        f"in our homes, in {out}."
    ]
    for code, tables in made.rows.items():
        told = ", ".join(f"{name} {number}" for name, number in tables.items())
        lines.append(f"  {authority_name(code)} ({code}): rows of {told}")
    empty = sorted({name for tables in made.rows.values() for name, n in tables.items() if not n})
    if empty:
        lines.append("A table without a row has no file.")
    if made.refused:
        lines.append(f"Left out, with {count(len(made.refused), 'reason')}:")
        lines += [f"  {problem.key}: {problem.value}" for problem in made.refused[:SHOWN]]
        if len(made.refused) > SHOWN:
            lines.append(f"  and {len(made.refused) - SHOWN} more (--json lists all)")
    if made.notes:
        lines.append("Removed lawfully, and not asked for by this return:")
        lines += [f"  {who}: {words}" for who, words in made.notes[:SHOWN]]
        if len(made.notes) > SHOWN:
            lines.append(f"  and {len(made.notes) - SHOWN} more (--json lists all)")
    return "\n".join(lines)


def _year(text: str) -> int:
    if not (text.isascii() and text.isdigit() and FIRST <= int(text) <= LAST):
        raise argparse.ArgumentTypeError(
            f"“{text}”: allowed: a year from {FIRST} to {LAST}, such as 2026 for 2025-26"
        )
    return int(text)


def borough_of(text: str) -> str:
    """A partner borough by its ONS code."""
    from matching.geography import PARTNER_BOROUGHS

    if text not in PARTNER_BOROUGHS:
        allowed = ", ".join(PARTNER_BOROUGHS)
        raise argparse.ArgumentTypeError(f"“{text}”: allowed: {allowed}")
    return text
