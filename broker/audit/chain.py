"""The chain of audit entries: adding to it, and proving that nobody changed it.

Each entry's hash covers its own words, a salted digest of the values beside it, and the hash of the
one before. So a changed, removed or moved entry shows, and so does a changed value; a value that
was lawfully removed leaves its digest, and an entry that says who removed it and why.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import orm
from sqlmodel import Session

from broker.access.actor import Actor, Nobody
from broker.audit.against_steps import untold_steps, wrong_steps
from broker.audit.lawful import Lawful, Taken, lawful_of
from broker.audit.showed import keep_index, saying, wrong_index
from broker.tables import AuditRow, AuditValueRow

FIRST = "0" * 64
NOTHING = "0" * 64
"""The digest of an entry that says nothing beside its own words, such as that somebody looked."""
_CHAIN = 4_208_311_949
_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Record:
    """What an entry is about: a kind of record and its id."""

    kind: str
    id: str


SEAL: Final = re.compile(r"(?:[0-9]{1,18}:)?[0-9a-f]{64}")
"""A seal as verifying shows it, or the hash of it alone."""


@dataclass(frozen=True, slots=True)
class Broken:
    """An entry at which the chain does not hold, and how; 0 where it is about no entry."""

    number: int
    sentence: str

    def __str__(self) -> str:
        return f"entry {self.number}: {self.sentence}" if self.number else self.sentence


@dataclass(frozen=True, slots=True)
class Verified:
    """What verifying found: how many entries, the last one's number and hash, what is broken.

    `taken` are values that were lawfully removed or corrected, each by an entry that says so.
    """

    entries: int
    last: int
    head: str
    broken: tuple[Broken, ...]
    taken: tuple[Taken, ...] = ()

    @property
    def seal(self) -> str:
        """What to write down elsewhere: a later walk proves that nothing before it was changed."""
        return f"{self.last}:{self.head}"


@dataclass(frozen=True, slots=True)
class Told:
    """What an entry says: who did what, of which record, when, why, and what became of it.

    `showed` are the referrals that a list showed to whoever looked at it.
    """

    actor: Actor | Nobody
    act: str
    record: Record
    at: datetime
    why: str | None = None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    showed: Collection[str] = ()


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
    showed: Collection[str] = (),
) -> None:
    """Add an entry with the caller's transaction, when it is committed.

    Entries are added one transaction at a time. They are therefore added last: what waits for the
    chain waits for nothing else, and holds it for as short a time as can be.
    """
    told = Told(actor, act, record, at, why, before, after, showed)
    session.info.setdefault(_TOLD, []).append(told)


def take_told(session: Session) -> list[Told]:
    """The entries that wait for the end of a transaction; whoever takes them sees that they are
    added.
    """
    told: list[Told] = session.info.pop(_TOLD, [])
    return told


def add_entries(session: Session, told: Sequence[Told]) -> int:
    """Add entries now, in their order, those that wait for the end first; the last one's number."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_HOLD_THE_CHAIN)
    last = session.execute(_LAST).first()
    number, previous = (0, FIRST) if last is None else (last.number, last.hash)
    entries, values = [], []
    for one in (*take_told(session), *told):
        number += 1
        beside = _beside(number, one)
        entry: dict[str, Any] = {
            "number": number,
            "at": one.at,
            "actor": one.actor.id,
            "role": one.actor.role.value,
            "organisation": one.actor.organisation,
            "via": one.actor.via,
            "act": one.act,
            "record_kind": one.record.kind,
            "record_id": one.record.id,
            "digest": NOTHING if beside is None else digest_of(**_said(beside)),
            "previous": previous,
        }
        previous = entry["hash"] = hash_of(entry)
        entries.append(entry)
        if beside is not None:
            values.append(beside)
    if entries:
        session.execute(_ADD, entries)
    if values:
        session.execute(_ADD_VALUES, values)
        keep_index(session, values)
    return number


_TOLD = "entries of the audit that wait for the end of the transaction"
_MARKS = "how many entries waited when each savepoint was set"


@sa.event.listens_for(orm.Session, "before_commit")
def _before_the_end(session: Session) -> None:
    if session.info.get(_TOLD) and not session.in_nested_transaction():
        add_entries(session, ())


@sa.event.listens_for(orm.Session, "after_transaction_create")
def _begun(session: Session, transaction: orm.SessionTransaction) -> None:
    if transaction.nested:
        marks = session.info.setdefault(_MARKS, {})
        marks[transaction] = len(session.info.get(_TOLD, ()))


@sa.event.listens_for(orm.Session, "after_soft_rollback")
def _undone(session: Session, transaction: orm.SessionTransaction) -> None:
    """What was done is undone, so what was told of it is: of a savepoint, since it was set."""
    if transaction.nested:
        del session.info.get(_TOLD, [])[session.info[_MARKS].pop(transaction) :]
    elif transaction.parent is None:
        session.info.pop(_TOLD, None)


@sa.event.listens_for(orm.Session, "after_transaction_end")
def _ended(session: Session, transaction: orm.SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(_MARKS, None)


_HOLD_THE_CHAIN = sa.select(sa.func.pg_advisory_xact_lock(_CHAIN))
_LAST = (
    sa.select(AuditRow.__table__.c.number, AuditRow.__table__.c.hash)
    .order_by(AuditRow.__table__.c.number.desc())
    .limit(1)
)
_ADD = sa.insert(AuditRow.__table__)
_ADD_VALUES = sa.insert(AuditValueRow.__table__)


def _beside(number: int, one: Told) -> dict[str, Any] | None:
    """The row of what an entry says beside its own words; None where it says nothing."""
    after = saying(one.after, one.showed)
    if one.why is None and one.before is None and after is None:
        return None
    return {
        "number": number,
        "salt": secrets.token_hex(16),
        "why": one.why,
        "before": None if one.before is None else dict(one.before),
        "after": None if after is None else dict(after),
    }


def _said(beside: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in beside.items() if name != "number"}


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
    """Walk the whole chain, and hold the steps of lives to it.

    `expected` is a hash written down earlier that the chain must still hold, or `NUMBER:HASH`: an
    entry cut off at the end, or a chain written anew, leaves a whole chain that only this shows.
    """
    if session.info.get(_TOLD):
        add_entries(session, ())
    walk = _Walk(lawful_of(session), expected)
    for batch in _entries(session):
        for entry, value in batch:
            walk.meet(entry, value)
        for number, sentence in (
            *wrong_steps(session, batch, walk.lawful),
            *wrong_index(session, batch),
        ):
            walk.broken.append(Broken(number, sentence))
    walk.end()
    walk.broken += [Broken(0, sentence) for sentence in untold_steps(session)]
    broken = sorted(walk.broken, key=lambda one: one.number)
    return Verified(walk.met, walk.last, walk.previous, tuple(broken), tuple(walk.taken))


class _Walk:
    """How far a walk along the chain has come, and what it found."""

    def __init__(self, lawful: Lawful, expected: str | None) -> None:
        self.lawful = lawful
        self.broken: list[Broken] = []
        self.taken: list[Taken] = []
        self.met, self.last, self.previous = 0, 0, FIRST
        at, colon, wanted = (expected or "").rpartition(":")
        self._at = int(at) if colon and at.isdecimal() else None
        self._wanted = wanted or None
        self._found = wanted in ("", FIRST)

    def meet(self, entry: Mapping[str, Any], value: Mapping[str, Any] | None) -> None:
        """Judge the next entry."""
        number: int = entry["number"]
        self.met += 1
        if number == self.last + 2:
            self._say(number - 1, f"is missing; the next one on record is {number}")
        elif number != self.last + 1:
            self._say(self.last + 1, f"is missing, and all up to {number - 1}")
        if entry["previous"] != self.previous:
            self._say(number, "does not follow the one before it")
        if hash_of(entry) != entry["hash"]:
            self._say(number, "was changed")
        self._values(entry, value)
        self.last, self.previous = number, entry["hash"]
        if self._wanted is not None and self._at in (None, number):
            if entry["hash"] == self._wanted:
                self._found = True
            elif self._at == number:
                self._found = True
                self._say(number, f"has not the hash that was written down, {self._wanted}")

    def _values(self, entry: Mapping[str, Any], value: Mapping[str, Any] | None) -> None:
        number: int = entry["number"]
        taken = self.lawful.taking(number, entry["record_kind"], entry["record_id"])
        if entry["digest"] == NOTHING:
            if value is not None:
                self._say(number, "says nothing, and values were put beside it")
        elif value is None:
            if taken is None:
                self._say(number, "the values beside it are gone, and no entry says who did it")
            else:
                self.taken.append(taken)
        elif taken is not None:
            self._say(
                number,
                f"the values beside it were taken away by entry {taken.by_entry}, and are there",
            )
        elif (
            digest_of(value["salt"], value["why"], value["before"], value["after"])
            != (entry["digest"])
        ):
            self._say(number, "the values beside it were changed")

    def end(self) -> None:
        """Say so where the hash written down was not met."""
        if not self._found:
            wanted = f"entry {self._at}" if self._at is not None else "no entry"
            words = "is not there" if self._at is not None else f"has the hash {self._wanted}"
            self._say(self.last, f"is the last one; {wanted} {words}: the end was cut off")

    def _say(self, number: int, sentence: str) -> None:
        self.broken.append(Broken(number, sentence))


def _entries(
    session: Session,
) -> Iterator[list[tuple[Mapping[str, Any], Mapping[str, Any] | None]]]:
    table, values = AuditRow.__table__, AuditValueRow.__table__
    after = -1
    while True:
        found = session.execute(
            sa.select(table).where(table.c.number > after).order_by(table.c.number).limit(_BATCH)
        )
        entries = [dict(row) for row in found.mappings()]
        if not entries:
            return
        last = entries[-1]["number"]
        beside = {
            value["number"]: dict(value)
            for value in session.execute(
                sa.select(values).where(values.c.number > after, values.c.number <= last)
            ).mappings()
        }
        yield [(entry, beside.get(entry["number"])) for entry in entries]
        after = last
