"""Begin referrals from a file of the Placements Data Standard v2, JSON or CSV, as drafts.

Every record is read or refused with its reasons; all of them begin, or none. A draft then lacks
what the standard lacks. An actual placement is not taken over: who lives where is decided here by a
named person, so it is only told. With --check nothing is written.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from broker.commands.endings import DONE
from broker.commands.export_903_command import borough_of
from broker.commands.output import answer
from broker.commands.progress import Progress

if TYPE_CHECKING:
    from broker.life.form import Form


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker import-standard`."""
    parser.add_argument("file", metavar="FILE", type=Path, help=".json or .csv")
    parser.add_argument(
        "--borough", metavar="CODE", type=borough_of, required=True,
        help="whose young people they are: the standard does not say",
    )  # fmt: skip
    parser.add_argument("--check", action="store_true", help="read and say, write nothing")
    parser.add_argument("--json", action="store_true", help="what was read, as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Read the file whole, then begin its referrals."""
    from broker.standard.files import read_standard
    from broker.standard.forms import form_of
    from broker.standard.record import has_placement
    from pricing.problems import BadInput, InputProblem

    read = read_standard(arguments.file)
    problems: list[InputProblem] = list(read.problems)
    forms: list[Form] = []
    placements = []
    for number, record in read.records:
        made = form_of(record, arguments.borough, arguments.file.name, number)
        if isinstance(made, list):
            problems += made
        else:
            forms.append(made)
            if has_placement(record):
                placements.append({"record": number, "home": record["ActualPlacement.providerURN"]})
    if problems:
        raise BadInput(problems)
    begun = [] if arguments.check else _begin(forms)
    facts: dict[str, Any] = {
        "read": read.read,
        "begun": begun,
        "placements_not_taken_over": placements,
    }
    answer(arguments.json, lambda: facts, lambda: _words(facts, arguments.check))
    return DONE


def _begin(forms: list[Form]) -> list[dict[str, str]]:
    from broker.access.actor import PARTNERSHIP, Actor, OrganisationKind, Role
    from broker.commands.endings import Refused
    from broker.commands.who import account
    from broker.database import engine_from_environment, migrate, writing
    from broker.life import desk
    from broker.life import steps as said
    from broker.store.clock import now, today

    who = Actor(
        account(), Role.BROKER, PARTNERSHIP, OrganisationKind.PARTNERSHIP, via="command line"
    )
    engine = engine_from_environment()
    begun = []
    with Progress("beginning referrals"):
        migrate(engine)
        with writing(engine) as session:
            for form in forms:
                one = said.Open(kind="open", form=form)
                try:
                    life = desk.open_life(session, who, one, desk.Moment(now(), today()))
                except desk.Shut as shut:
                    told = "; ".join(gap.sentence for gap in shut.gaps)
                    raise Refused(f"{form.young_person_id}: {told}. Nothing was begun.") from None
                begun.append({"young_person": form.young_person_id, "referral": life.referral})
    return begun


def _words(facts: dict[str, Any], check: bool) -> str:
    lines = [f"{facts['read']} records read."]
    if check:
        lines.append("Nothing was written (--check).")
    lines += [f"  {one['young_person']}: begun as {one['referral']}" for one in facts["begun"]]
    lines += [
        f"  record {one['record']}: its placement in {one['home']} is not taken over: decide it"
        for one in facts["placements_not_taken_over"]
    ]
    return "\n".join(lines)
