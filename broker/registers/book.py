"""Writing to the registers and reading what holds on a day, with what follows from it.

A completed module with the manager's word adds a need to what the home supports. Nine areas of due
diligence, each in force, say Y of a provider's homes; one failed or run out says N (rule R17).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from broker.access.actor import Actor, Role
from broker.audit.chain import Record, add_entry
from broker.life.scope import homes_of
from broker.registers.agreements import newest
from broker.registers.entries import (
    DILIGENCE_AREAS,
    Diligence,
    Entry,
    Training,
    days_of,
    key_of,
)
from broker.store.history import Author
from broker.store.put import put_row, rows_of
from broker.store.shelves import SHELVES
from broker.tables import EntryRow

WRITERS: Mapping[str, frozenset[Role]] = {
    "agreements": frozenset({Role.COMMISSIONER}),
    "assessments": frozenset({Role.COMMISSIONER, Role.BROKER}),
    "training": frozenset({Role.COMMISSIONER, Role.REGISTERED_MANAGER, Role.PROVIDER}),
    "due_diligence": frozenset({Role.COMMISSIONER}),
}


class NoSuchHome(ValueError):
    """The home is not on record, or not one of theirs."""


def write_entry(session: Session, actor: Actor, entry: Entry, author: Author) -> int:
    """Write an entry and what follows from it; its number. The caller commits.

    Raises:
        NoSuchHome: the home it is about is not on record, or not of whoever writes.
    """
    home = getattr(entry, "home_id", None)
    if home is not None:
        _check_home(session, actor, home)
    key, subject = key_of(entry)
    start, end = days_of(entry)
    told = entry.model_dump(mode="json", by_alias=True)
    number: int = session.execute(
        sa.insert(EntryRow.__table__).returning(EntryRow.__table__.c.number),
        {
            "register_name": entry.register_,
            "key": key,
            "subject": subject,
            "made_at": author.when,
            "made_by": author.by,
            "holds_from": start,
            "holds_to": end,
            "told": told,
        },
    ).scalar_one()
    if isinstance(entry, Training) and entry.manager_agrees and actor.role is not Role.PROVIDER:
        _add_need(session, entry, author)
    if isinstance(entry, Diligence):
        refresh_diligence(session, entry.provider, author.when.date(), author)
    add_entry(
        session, actor, "register.write", Record(entry.register_, key), at=author.when, after=told
    )
    return number


def _check_home(session: Session, actor: Actor, home: str) -> None:
    if actor.provider is not None and home not in homes_of(session, actor):
        raise NoSuchHome(home)
    if not rows_of(session, "homes", {"home_id": home}):
        raise NoSuchHome(home)


def _add_need(session: Session, entry: Training, author: Author) -> None:
    shelf = SHELVES["homes"]
    home = rows_of(session, "homes", {"home_id": entry.home_id})[0]
    record = shelf.record(home)
    supports = {tag for tag in record["supports"].split(";") if tag}
    record["supports"] = ";".join(sorted(supports | {str(entry.adds_need)}))
    put_row(session, "homes", record, author)


def refresh_diligence(session: Session, provider: str, day: date, author: Author) -> None:
    """Say of every home of a provider whether its due diligence holds on a day."""
    holds = diligence_on(session, provider, day)
    if holds is None:
        return
    shelf = SHELVES["homes"]
    for home in rows_of(session, "homes", {"provider": provider}):
        if home["closed_at"] is None and home["due_diligence"] is not holds:
            record = shelf.record(home)
            record["due_diligence"] = "Y" if holds else "N"
            put_row(session, "homes", record, author)


def diligence_on(session: Session, provider: str, day: date) -> bool | None:
    """Whether all nine areas hold; None where none was ever checked here."""
    entries = {row.told["area"]: row for row in newest(session, "due_diligence", provider)}
    if not entries:
        return None
    return all(
        area in entries
        and entries[area].told["passed"]
        and entries[area].holds_to is not None
        and day < entries[area].holds_to  # type: ignore[operator]
        for area in DILIGENCE_AREAS
    )


def refresh_all_diligence(session: Session, day: date, author: Author) -> None:
    """Let every check that has run out say so, as before each match."""
    table = EntryRow.__table__
    query = sa.select(table.c.subject).where(table.c.register_name == "due_diligence").distinct()
    for provider in sorted(session.execute(query).scalars()):
        refresh_diligence(session, provider, day, author)


def overdue_training(session: Session, day: date) -> list[dict[str, Any]]:
    """Compulsory modules that are not complete after their day, or have run out."""
    found = []
    for row in newest(session, "training"):
        told = row.told
        late = told["completed_on"] is None and told["due_on"] and told["due_on"] < day.isoformat()
        gone = told["expires_on"] is not None and told["expires_on"] <= day.isoformat()
        if told["compulsory"] and (late or gone):
            found.append(told)
    return found
