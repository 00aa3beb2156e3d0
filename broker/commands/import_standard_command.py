"""Begin referrals from a file of the Placements Data Standard v2, JSON or CSV, as drafts.

Every record is read or refused with its reasons; all of them begin, or none. A draft then lacks
what the standard lacks. What no form holds (when it was referred, an actual placement) is kept with
its source as what the other system says: nobody lives anywhere by it until a named person decides
it here. Of a young person whose referral is open it is added to that one. Of several records of one
young person the one referred last is open; those before it are kept, closed. With --check nothing
is written.
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
    from broker.standard.intake import TakenIn, Told


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
    """Read the file whole, then take its records."""
    from broker.standard.files import read_standard
    from broker.standard.intake import told_by
    from pricing.problems import BadInput

    read = read_standard(arguments.file)
    told, problems = told_by(read.records, arguments.borough, arguments.file.name, read.sha256)
    if read.problems or problems:
        raise BadInput([*read.problems, *problems])
    taken = [] if arguments.check else _take(told)
    facts: dict[str, Any] = {
        "read": read.read,
        "remarks": list(read.remarks),
        "begun": [_named(one) for one in taken if one.how == "begun"],
        "added": [_named(one) for one in taken if one.how == "added"],
        "as_before": [_named(one) for one in taken if one.how == "as before"],
        "closed": [_named(one) for one in taken if one.later is not None],
        "placements_to_decide": [
            {
                "record": one.number,
                "home": one.word.placement.urn,
                "home_on_record": known.get(one.number),
            }
            for known in [{one.number: one.home_known for one in taken}]
            for one in told
            if one.word.placement is not None and one.later is None
        ],
    }
    answer(arguments.json, lambda: facts, lambda: _words(facts, arguments.check))
    return DONE


def _named(one: TakenIn) -> dict[str, str]:
    return {"young_person": one.young_person, "referral": one.referral}


def _take(told: list[Told]) -> list[TakenIn]:
    from broker.access.actor import PARTNERSHIP, Actor, OrganisationKind, Role
    from broker.commands.endings import Refused
    from broker.commands.who import account
    from broker.database import engine_from_environment, migrate, writing
    from broker.life import desk
    from broker.standard.intake import take_in
    from broker.store.clock import now, today

    who = Actor(
        account(), Role.BROKER, PARTNERSHIP, OrganisationKind.PARTNERSHIP, via="command line"
    )
    engine = engine_from_environment()
    with Progress("taking the records"):
        migrate(engine)
        with writing(engine) as session:
            try:
                return take_in(session, who, told, desk.Moment(now(), today()))
            except desk.Shut as shut:
                sentences = "; ".join(gap.sentence for gap in shut.gaps)
                raise Refused(f"{sentences}. Nothing was begun.") from None


def _words(facts: dict[str, Any], check: bool) -> str:
    lines = [f"{facts['read']} records read.", *(f"{words}." for words in facts["remarks"])]
    if check:
        lines.append("Nothing was written (--check).")
    for key, words in (
        ("begun", "begun as"),
        ("added", "what the other system says is added to"),
        ("as_before", "says what is on record already, of"),
        ("closed", "a later record tells of another referral; closed is"),
    ):
        lines += [f"  {one['young_person']}: {words} {one['referral']}" for one in facts[key]]
    for one in facts["placements_to_decide"]:
        unknown = "" if one["home_on_record"] is not False else " (no such home is on record here)"
        lines.append(
            f"  record {one['record']} tells of a placement in {one['home']}{unknown}: it is kept "
            "as what the other system says, and decided here by a named person"
        )
    return "\n".join(lines)
