"""Everything held about one young person, as JSON and in plain words, and who looked at it.

Other young people and the names of accounts are left out. That it was given out is on the audit.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from broker.commands.endings import DONE, Refused
from broker.commands.files import write_private
from broker.commands.output import show
from broker.commands.who import operator
from broker.database import engine_from_environment, migrate, writing
from broker.store.clock import now
from broker.subject.access import READ_FIRST, NothingHeld, export
from broker.subject.words import in_words


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker subject-access`."""
    parser.add_argument("young_person", metavar="YOUNG_PERSON_ID", help="their pseudonym")
    parser.add_argument(
        "--out", metavar="DIR", required=True, type=Path, help="a folder that is new or empty"
    )


def run(arguments: argparse.Namespace) -> int:
    """Put together what is held and write it to the folder, for its owner's eyes only."""
    folder: Path = arguments.out
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(f"{folder} is there and not an empty folder; name another. Nothing was done.")
    if not folder.parent.is_dir():
        raise Refused(f"The folder {folder.parent} does not exist; make it first.")
    engine = engine_from_environment()
    migrate(engine)
    try:
        with writing(engine) as session:
            found = export(session, operator(), arguments.young_person, at=now())
    except NothingHeld:
        raise Refused(f"Nothing is held about {arguments.young_person!r}.") from None
    folder.mkdir(mode=0o700, exist_ok=True)
    text = json.dumps(found.to_json(), ensure_ascii=False, indent=1)
    write_private(folder / "subject-access.json", text + "\n")
    write_private(folder / "subject-access.txt", in_words(found))
    rows = sum(len(one) for one in found.records.values())
    show(
        f"{rows} rows of {len(found.records)} tables about {found.young_person} are in {folder}: "
        f"subject-access.json, and subject-access.txt in words.\n{READ_FIRST}"
    )
    return DONE
