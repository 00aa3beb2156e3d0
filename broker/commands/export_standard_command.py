"""Write what is on record in the Placements Data Standard v2: referrals, and actual placements.

Referrals are those submitted here, and those of which another system told. JSON or CSV, by the name
of the file. The standard wants a number for a young person; --numbers writes which number is whose,
to be kept apart. What we hold and the standard lacks stays behind; docs/placements-standard.md
lists it. A life that lacks what the standard must have is refused, and then nothing is written
unless --leave-out is given.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from broker.commands.endings import DONE, Refused
from broker.commands.export_903_command import borough_of
from broker.commands.files import check_outputs, write_private, write_whole
from broker.commands.output import answer
from broker.commands.progress import Progress

if TYPE_CHECKING:
    from broker.standard.lives import Exported

SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker export-standard`."""
    parser.add_argument("--out", metavar="FILE", type=Path, required=True, help=".json or .csv")
    parser.add_argument("--borough", metavar="CODE", type=borough_of, help="one alone [all]")
    parser.add_argument(
        "--numbers", metavar="FILE.csv", type=Path,
        help="a new file: which number is which young person, readable by its owner alone",
    )  # fmt: skip
    parser.add_argument("--leave-out", action="store_true", help="write the rest, and list why")
    parser.add_argument("--json", action="store_true", help="what was written, as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Write the records of the standard, all of them or none."""
    from broker.database import engine_from_environment, migrate, reading
    from broker.standard.files import KINDS, as_csv, as_json
    from broker.standard.lives import export
    from matching.tables import table_text
    from pricing.problems import BadInput

    kind = arguments.out.suffix.lower()
    if kind not in KINDS:
        raise Refused(f"--out {arguments.out}: allowed: a name that ends in .json or .csv.")
    check_outputs({"--out": arguments.out, "--numbers": arguments.numbers})
    engine = engine_from_environment()
    with Progress("writing the standard"):
        migrate(engine)
        with reading(engine) as session:
            made = export(session, arguments.borough)
        if made.problems and not arguments.leave_out:
            raise BadInput(made.problems)
        if arguments.numbers is not None:
            rows = sorted((str(number), who) for number, who in made.numbers.items())
            write_private(arguments.numbers, table_text(("childId", "young_person_id"), rows))
        text = as_csv(made.records) if kind == ".csv" else as_json(made.records)
        write_whole(arguments.out, [text])
    answer(arguments.json, lambda: _facts(made), lambda: _words(made, arguments.out))
    return DONE


def _facts(made: Exported) -> dict[str, object]:
    from broker.standard.record import has_placement

    return {
        "lives": made.lives,
        "records": len(made.records),
        "placements": sum(has_placement(record) for record in made.records),
        "placements_as_another_system_tells": made.reported,
        "refused": [{"field": one.key, "why": one.value} for one in made.problems],
    }


def _words(made: Exported, out: Path) -> str:
    facts = _facts(made)
    lines = [
        f"{facts['records']} of {made.lives} referrals written to {out}, "
        f"{facts['placements']} with their placement."
    ]
    if made.reported:
        lines.append(f"  {made.reported} of these as another system tells: not decided here")
    lines += [f"  left out: {one.key}: {one.value}" for one in made.problems[:SHOWN]]
    if len(made.problems) > SHOWN:
        lines.append(f"  and {len(made.problems) - SHOWN} more (--json lists all)")
    return "\n".join(lines)
