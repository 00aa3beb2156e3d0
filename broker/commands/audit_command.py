"""The audit: prove that nobody changed, removed or moved an entry; show, correct or remove values.

Write down what `verify` prints at its end: given back with --expect, it shows whether the end was
cut off, or the chain written anew, since. The entries themselves never change: what is corrected or
removed lies beside them, by an entry that says who and why.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from broker.audit.amend import (
    SAYS,
    CannotAmend,
    correct_value,
    entry_with_values,
    remove_value,
    says_of,
)
from broker.audit.chain import SEAL, Record, Verified, add_entry, verify
from broker.audit.lawful import ENTRY
from broker.commands import parse
from broker.commands.endings import DONE, VIOLATIONS, Refused
from broker.commands.files import read_text
from broker.commands.output import show
from broker.commands.who import operator
from broker.database import engine_from_environment, migrate, reading, writing
from broker.store.clock import now


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker audit`."""
    kinds = parser.add_subparsers(dest="what", metavar="verify|show|remove|correct", required=True)
    proof = kinds.add_parser("verify", help="walk the whole chain, and hold the steps to it")
    proof.add_argument(
        "--expect", metavar="SEAL", type=_seal, help="what an earlier verify printed at its end"
    )
    proof.add_argument("--json", action="store_true", help="as JSON")
    one = kinds.add_parser("show", help="what an entry says, as JSON to be corrected")
    gone = kinds.add_parser("remove", help="remove what an entry says, and what its step said")
    right = kinds.add_parser("correct", help="put right what an entry says")
    for sub in (one, gone, right):
        sub.add_argument("entry", metavar="ENTRY", type=parse.at_least_one, help="its number")
    for sub in (gone, right):
        sub.add_argument("--reason", metavar="TEXT", required=True, type=parse.reason, help="why")
    right.add_argument(
        "--values",
        metavar="FILE.json",
        required=True,
        type=Path,
        help="what `show` printed, as it should read",
    )


def _seal(text: str) -> str:
    if not SEAL.fullmatch(text):
        raise argparse.ArgumentTypeError("allowed: NUMBER:HASH or HASH, as verify prints it")
    return text


def run(arguments: argparse.Namespace) -> int:
    """Verify, show, remove or correct."""
    engine = engine_from_environment()
    migrate(engine)
    if arguments.what == "verify":
        with reading(engine) as session:
            found = verify(session, expected=arguments.expect)
        show(json.dumps(_json(found), indent=1) if arguments.json else _words(found))
        return VIOLATIONS if found.broken else DONE
    try:
        with writing(engine) as session:
            if arguments.what == "show":
                entry = entry_with_values(session, arguments.entry)
                told = Record(ENTRY, str(entry.number))
                add_entry(session, operator(), "audit.read", told, at=now())
                answer = json.dumps(says_of(entry), ensure_ascii=False, indent=1)
            elif arguments.what == "remove":
                made = remove_value(
                    session, operator(), arguments.entry, at=now(), why=arguments.reason
                )
                answer = f"What entry {arguments.entry} says is removed; entry {made} tells it."
            else:
                corrected = _values(arguments.values)
                made = correct_value(
                    session, operator(), arguments.entry, corrected, at=now(), why=arguments.reason
                )
                answer = f"What entry {arguments.entry} says is put right by entry {made}."
    except CannotAmend as refused:
        raise Refused(*refused.sentences, "Nothing was done.") from None
    show(answer)
    return DONE


def _values(file: Path) -> dict[str, Any]:
    try:
        told = json.loads(read_text(file))
    except (ValueError, RecursionError) as problem:
        raise Refused(f"{file}: is not JSON: {problem}.") from None
    if not isinstance(told, dict):
        raise Refused(f"{file}: allowed: an object with {', '.join(SAYS)}.")
    return told


def _words(found: Verified) -> str:
    lines = []
    if found.broken:
        lines += ["The chain does not hold:", *(f"  {one}" for one in found.broken)]
    else:
        lines.append(f"{found.entries} entries, unbroken, and every step agrees with its entry.")
    if found.taken:
        lines += [
            f"Lawfully removed or corrected beside {len(found.taken)} of them:",
            *(f"  {one}" for one in found.taken),
        ]
    lines.append(f"Write this down, away from this database: {found.seal}")
    return "\n".join(lines)


def _json(found: Verified) -> dict[str, Any]:
    return {
        "entries": found.entries,
        "seal": found.seal,
        "broken": [{"entry": one.number, "sentence": one.sentence} for one in found.broken],
        "taken": [
            {
                "entry": one.number,
                "by_entry": one.by_entry,
                "act": one.act,
                "actor": one.actor,
                "why": one.why,
            }
            for one in found.taken
        ],
    }
