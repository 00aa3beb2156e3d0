"""Which agreements are in force: without them nobody acts for a borough, nor takes its data in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from broker.tables import EntryRow
from matching.geography import authority_name


@dataclass(frozen=True, slots=True)
class Held:
    """An agreement as the register holds it: its key, what it says, and its days, half-open."""

    key: str
    told: Mapping[str, Any]
    holds_from: date | None
    holds_to: date | None


def newest(
    session: Session,
    register: str,
    subject: str | None = None,
    *,
    of: Collection[str] | None = None,
    after: str = "",
    limit: int | None = None,
) -> list[EntryRow]:
    """The newest entry of each key of a register, letter by letter in the order of their keys.

    `of` are the subjects that are asked for; `after` is the key of the entry before the first.
    """
    table = EntryRow.__table__
    last = sa.select(sa.func.max(table.c.number)).where(table.c.register_name == register)
    if subject is not None:
        last = last.where(table.c.subject == subject)
    if of is not None:
        last = last.where(table.c.subject.in_(sorted(of)))
    last = last.group_by(table.c.key)
    by_letter = "C" if session.get_bind().dialect.name == "postgresql" else "BINARY"
    key = sa.collate(table.c.key, by_letter)
    query = sa.select(EntryRow).where(table.c.number.in_(last), key > after).order_by(key)
    return list(session.execute(query.limit(limit)).scalars())


def newest_of(session: Session, register: str, key: str) -> EntryRow | None:
    """The newest entry of one key; None where there is none."""
    table = EntryRow.__table__
    query = sa.select(EntryRow).where(table.c.register_name == register, table.c.key == key)
    found: EntryRow | None = (
        session.execute(query.order_by(table.c.number.desc()).limit(1)).scalars().first()
    )
    return found


def hold_key(session: Session, register: str, key: str) -> None:
    """Let nobody else who asks so write an entry of this key until the transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        name = f"{register}\n{key}"
        session.execute(
            sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(name, _ENTRIES)))
        )


_ENTRIES = 2_718_281_828
"""Which locks of the database are those of entries."""


def not_in_force(
    session: Session,
    borough: str,
    kinds: Iterable[str],
    day: date,
    besides: Iterable[Held] = (),
) -> list[str]:
    """A sentence for each kind of agreement that a borough needs and has not in force on a day.

    `besides` are agreements that count as if they stood in the register.
    """
    entries: list[EntryRow | Held] = [*newest(session, "agreements"), *besides]
    sentences = []
    for kind in kinds:
        own = [
            row for row in entries if row.told["kind"] == kind and borough in row.told["parties"]
        ]
        in_force = [
            row
            for row in own
            if row.holds_from is not None
            and row.holds_from <= day
            and (row.holds_to is None or day < row.holds_to)
        ]
        if not in_force:
            sentences.append(_lapsed(borough, kind, own, day))
    return sentences


def _lapsed(borough: str, kind: str, own: list[EntryRow | Held], day: date) -> str:
    words = kind.replace("_", " ")
    name = authority_name(borough)
    if not own:
        return f"no {words} agreement of {name} is on record"
    latest = max(own, key=lambda row: row.holds_to or date.max)
    if latest.holds_from is not None and latest.holds_from > day:
        return f"the {words} agreement {latest.key} of {name} begins on {latest.holds_from}"
    return f"the {words} agreement {latest.key} of {name} ended on {latest.holds_to}"
