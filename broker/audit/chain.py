"""The chain of audit entries: adding to it, and proving that nobody changed it.

Each entry's hash covers its own words, a salted digest of the values beside it, and the hash of the
one before. So a changed, removed or moved entry shows, and so does a changed value; a value that
was lawfully removed leaves its digest, and an entry that says who removed it and why.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from broker.access.actor import Actor, Nobody
from broker.tables import AuditRow, AuditValueRow

FIRST = "0" * 64
NOTHING = "0" * 64
"""The digest of an entry that says nothing beside its own words, such as that somebody looked."""
REMOVED = "audit.remove_value"
_CHAIN = 4_208_311_949
_BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Record:
    """What an entry is about: a kind of record and its id."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Broken:
    """An entry at which the chain does not hold, and how."""

    number: int
    sentence: str

    def __str__(self) -> str:
        return f"entry {self.number}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Verified:
    """What verifying found: how many entries, the last hash, and where the chain is broken."""

    entries: int
    head: str
    broken: tuple[Broken, ...]


def add_entry(
    session: Session,
    actor: Actor | Nobody,
    act: str,
    record: Record,
    *,
    at: datetime,
    why: str | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> int:
    """Add an entry in the caller's transaction; its number.

    Entries are added one transaction at a time, so add it last: what waits for the chain waits for
    nothing else.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_CHAIN)))
    last = session.execute(
        sa.select(AuditRow.__table__.c.number, AuditRow.__table__.c.hash)
        .order_by(AuditRow.__table__.c.number.desc())
        .limit(1)
    ).first()
    number, previous = (1, FIRST) if last is None else (last.number + 1, last.hash)
    salt = secrets.token_hex(16)
    told_before = None if before is None else dict(before)
    told_after = None if after is None else dict(after)
    told = not (why is None and told_before is None and told_after is None)
    entry: dict[str, Any] = {
        "number": number,
        "at": at,
        "actor": actor.id,
        "role": actor.role.value,
        "organisation": actor.organisation,
        "via": actor.via,
        "act": act,
        "record_kind": record.kind,
        "record_id": record.id,
        "digest": digest_of(salt, why, told_before, told_after) if told else NOTHING,
        "previous": previous,
    }
    entry["hash"] = hash_of(entry)
    session.execute(sa.insert(AuditRow.__table__), entry)
    if told:
        values = {
            "number": number,
            "salt": salt,
            "why": why,
            "before": told_before,
            "after": told_after,
        }
        session.execute(sa.insert(AuditValueRow.__table__), values)
    return number


def digest_of(
    salt: str,
    why: str | None,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> str:
    """The salted digest of what an entry says: SHA-256 over canonical JSON."""
    return _sha256([salt, why, before, after])


def hash_of(entry: Mapping[str, Any]) -> str:
    """The hash of an entry: everything it says, and the hash of the one before."""
    at: datetime = entry["at"]
    told = [
        entry["number"],
        at.astimezone(UTC).isoformat(timespec="microseconds"),
        *(
            entry[name]
            for name in (
                "actor",
                "role",
                "organisation",
                "via",
                "act",
                "record_kind",
                "record_id",
                "digest",
                "previous",
            )
        ),
    ]
    return _sha256(told)


def _sha256(told: Any) -> str:
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def verify(session: Session, *, expected: str | None = None) -> Verified:
    """Walk the whole chain; `expected` is a hash written down earlier that it must still hold.

    An entry cut off at the end leaves a whole chain: only a hash kept elsewhere shows it.
    """
    broken: list[Broken] = []
    previous, number, met = FIRST, 0, expected in (None, FIRST)
    removed = _removed(session)
    for entry, value in _entries(session):
        number += 1
        if entry["number"] != number:
            broken.append(
                Broken(number, "is missing; the next one on record is " + str(entry["number"]))
            )
            number = entry["number"]
        if entry["previous"] != previous:
            broken.append(Broken(number, "does not follow the one before it"))
        if hash_of(entry) != entry["hash"]:
            broken.append(Broken(number, "was changed"))
        broken.extend(_value(entry, value, removed))
        previous = entry["hash"]
        met = met or previous == expected
    if not met:
        broken.append(Broken(number, f"no entry has the hash {expected}: the end was cut off"))
    return Verified(number, previous, tuple(broken))


def _value(
    entry: Mapping[str, Any], value: Mapping[str, Any] | None, removed: frozenset[int]
) -> Iterator[Broken]:
    number = entry["number"]
    if value is not None:
        found = digest_of(value["salt"], value["why"], value["before"], value["after"])
        if found != entry["digest"]:
            yield Broken(number, "the values beside it were changed")
    elif entry["digest"] != NOTHING and number not in removed:
        yield Broken(number, "the values beside it are gone, and no entry says who removed them")


def _removed(session: Session) -> frozenset[int]:
    query = sa.select(AuditRow.__table__.c.record_id).where(AuditRow.__table__.c.act == REMOVED)
    return frozenset(int(found) for found in session.execute(query).scalars())


def _entries(session: Session) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any] | None]]:
    table, values = AuditRow.__table__, AuditValueRow.__table__
    after = 0
    while True:
        entries = (
            session.execute(
                sa.select(table)
                .where(table.c.number > after)
                .order_by(table.c.number)
                .limit(_BATCH)
            )
            .mappings()
            .all()
        )
        if not entries:
            return
        last = entries[-1]["number"]
        beside = {
            value["number"]: value
            for value in session.execute(
                sa.select(values).where(values.c.number > after, values.c.number <= last)
            ).mappings()
        }
        for entry in entries:
            found = beside.get(entry["number"])
            yield dict(entry), None if found is None else dict(found)
        after = last
