"""Agreements that stand beside a case, in `agreements.toml`: the register's, before it has any.

Whoever keeps the case folder brings with it the agreements under which it may be taken in. A file
adds what the register does not hold and never changes what it does: an agreement that was ended in
the register does not come into force again by an old file.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from sqlmodel import Session

from broker.access.actor import PARTNERSHIP, Actor, OrganisationKind, Role
from broker.registers.agreements import Held, newest
from broker.registers.book import write_entry
from broker.registers.entries import ENTRY, Agreement
from broker.store.history import Author
from matching.faults import Fault
from matching.tables import OUTSIDE, leads_out
from pricing.problems import BadInput
from pricing.text_file import read_file
from pricing.toml_file import parse_toml

FILE: Final = "agreements.toml"
TABLE: Final = "agreement"
_REGISTER: Final = "agreements"


def read_agreements(folder: Path, faults: list[Fault]) -> list[Agreement]:
    """The agreements beside a case; what is wrong with them is added to `faults`."""
    path = folder / FILE
    if not path.exists():
        return []
    if leads_out(path, folder):
        faults.append(Fault(FILE, None, "", "", OUTSIDE, "link"))
        return []
    try:
        table = parse_toml(read_file(path), FILE, "a file of agreements")
    except BadInput as refused:
        faults += [_fault(one.key, one.value, one.allowed, one.kind) for one in refused.problems]
        return []
    for key in table:
        if key != TABLE:
            faults.append(_fault(key, "", f"[[{TABLE}]] tables and nothing else", "unknown key"))
    told = table.get(TABLE, [])
    if not isinstance(told, list):
        faults.append(_fault(TABLE, "", f"[[{TABLE}]], once for each agreement", "bad value"))
        return []
    found: dict[str, Agreement] = {}
    for number, one in enumerate(told, start=1):
        agreement = _agreement(one, number, faults)
        if agreement is None:
            continue
        if agreement.agreement in found:
            allowed = "stands here already; one table for each agreement"
            faults.append(_fault(f"{TABLE} {number}", agreement.agreement, allowed, "key twice"))
        found[agreement.agreement] = agreement
    return list(found.values())


def _agreement(told: Any, number: int, faults: list[Fault]) -> Agreement | None:
    where = f"{TABLE} {number}"
    if not isinstance(told, dict):
        faults.append(_fault(where, "", "a table", "bad value"))
        return None
    try:
        text = json.dumps({**told, "register": _REGISTER}, default=_plain)
        made = ENTRY.validate_json(text)
    except ValidationError as refused:
        for error in refused.errors(include_url=False):
            within = " ".join(str(part) for part in error["loc"][1:])
            missing = error["type"] == "missing"
            value = error["input"] if isinstance(error["input"], str | int) else ""
            words = "required" if missing else str(error["msg"]).removeprefix("Value error, ")
            kind = "missing" if missing else "bad value"
            faults.append(_fault(f"{where} {within}".strip(), str(value), words, kind))
        return None
    assert isinstance(made, Agreement)
    return made


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _fault(key: str, value: str, allowed: str, kind: str) -> Fault:
    return Fault(FILE, None, key, value, allowed, kind)


@dataclass(frozen=True, slots=True)
class Brought:
    """The agreements that came with a case: `new` to the register, the `same`, and `others`.

    `others` are held by the register in other words: what it holds, holds.
    """

    new: tuple[Agreement, ...] = ()
    same: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def held(self) -> tuple[Held, ...]:
        """The new ones as the register will hold them."""
        return tuple(
            Held(one.agreement, one.model_dump(mode="json"), one.holds_from, one.holds_to)
            for one in self.new
        )


def compare_with_register(session: Session, agreements: Sequence[Agreement]) -> Brought:
    """What a file's agreements add to the register."""
    if not agreements:
        return Brought()
    register = {row.key: row.told for row in newest(session, _REGISTER)}
    new, same, others = [], [], []
    for one in agreements:
        if one.agreement not in register:
            new.append(one)
        elif register[one.agreement] == one.model_dump(mode="json", by_alias=True):
            same.append(one.agreement)
        else:
            others.append(one.agreement)
    return Brought(tuple(new), tuple(same), tuple(others))


def record_agreements(session: Session, brought: Brought, author: Author) -> None:
    """Put the new ones into the register, as whoever takes in the case at the command line."""
    actor = Actor(
        author.by, Role.COMMISSIONER, PARTNERSHIP, OrganisationKind.PARTNERSHIP, via="command line"
    )
    for one in brought.new:
        write_entry(session, actor, one, author)
