"""Writing to the registers and reading what holds on a day, with what follows from it.

A completed module with the registered manager's word adds a need to what the home supports. Nine
areas of due diligence, each in force, say Y of a provider's homes; one failed or run out says N
(rule R17), from the day it runs out: every judgement and every match asks anew.
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
from broker.registers.contract_entries import OfContract
from broker.registers.contracts import check_fits
from broker.registers.diligence import refresh_diligence
from broker.registers.entries import (
    Assessment,
    Diligence,
    Entry,
    Training,
    days_of,
    key_of,
)
from broker.store.history import Author
from broker.store.put import change_row, rows_of
from broker.store.shelves import SHELVES
from broker.tables import EntryRow

WRITERS: Mapping[str, frozenset[Role]] = {
    "agreements": frozenset({Role.COMMISSIONER}),
    "assessments": frozenset(
        {Role.COMMISSIONER, Role.BROKER, Role.REGISTERED_MANAGER, Role.PROVIDER}
    ),
    "training": frozenset({Role.COMMISSIONER, Role.REGISTERED_MANAGER, Role.PROVIDER}),
    "due_diligence": frozenset({Role.COMMISSIONER}),
    "trades": frozenset({Role.COMMISSIONER}),
    "exits": frozenset({Role.COMMISSIONER}),
    "results": frozenset({Role.COMMISSIONER}),
}


class NoSuchHome(ValueError):
    """The home is not on record, or not one of theirs."""


class NotTheirWord(ValueError):
    """An entry says what only somebody else may say, or what has not happened yet."""

    def __init__(self, field: str, allowed: str, value: object) -> None:
        self.field, self.allowed, self.value = field, allowed, str(value)
        super().__init__(allowed)


def write_entry(session: Session, actor: Actor, entry: Entry, author: Author) -> int:
    """Write an entry and what follows from it; its number. The caller commits.

    Raises:
        NoSuchHome: the home it is about is not on record, or not of whoever writes.
        NotTheirWord: it gives the registered manager's word for them, or tells what is to come.
        AgainstContract: the contract it is about forbids it.
    """
    home = getattr(entry, "home_id", None)
    if home is not None:
        _check_home(session, actor, home)
    if isinstance(entry, Assessment) and actor.provider is not None:
        _check_reply(session, entry)
    if isinstance(entry, Training):
        _check_training(actor, entry, author.when.date())
    key, subject = key_of(entry)
    if isinstance(entry, OfContract):
        _check_of_contract(session, actor, entry, key)
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
    if isinstance(entry, Training) and entry.manager_agrees:
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


def _check_of_contract(session: Session, actor: Actor, entry: OfContract, key: str) -> None:
    if not actor.central:
        allowed = "what a commissioner of the partnership writes, for all eight boroughs"
        raise NotTheirWord("contract", allowed, entry.contract)
    check_fits(session, entry, key)


REPLY = frozenset({"reply", "replied_on", "changed"})
"""What of an assessment is the provider's to write."""


def _check_reply(session: Session, entry: Assessment) -> None:
    """A provider replies, and says what it changed; what the panel found is not its to alter."""
    found = [
        row for row in newest(session, "assessments", entry.home_id) if row.key == key_of(entry)[0]
    ]
    before = found[0].told if found else None
    for name, value in entry.model_dump(mode="json", by_alias=True).items():
        if name not in REPLY and (before is None or before.get(name) != value):
            allowed = "as the panel of young people found it: a provider adds reply and changed"
            raise NotTheirWord(name, allowed, value)


def _check_training(actor: Actor, entry: Training, day: date) -> None:
    if entry.manager_agrees and actor.role is not Role.REGISTERED_MANAGER:
        allowed = "false: only the home’s registered manager agrees that it may support a need"
        raise NotTheirWord("manager_agrees", allowed, True)
    if entry.completed_on is not None and entry.completed_on > day:
        allowed = f"a day up to {day}: a module is complete when it has been"
        raise NotTheirWord("completed_on", allowed, entry.completed_on)
    if entry.manager_agrees and entry.expires_on is not None and entry.expires_on <= day:
        allowed = f"a day after {day}: a module that has run out adds no need"
        raise NotTheirWord("expires_on", allowed, entry.expires_on)


def _add_need(session: Session, entry: Training, author: Author) -> None:
    shelf = SHELVES["homes"]
    home = rows_of(session, "homes", {"home_id": entry.home_id})[0]
    record = shelf.record(home)
    supports = {tag for tag in record["supports"].split(";") if tag}
    record["supports"] = ";".join(sorted(supports | {str(entry.adds_need)}))
    reason = f"module {entry.module} is complete and the registered manager agrees"
    change_row(session, "homes", record, author, reason)


def overdue(told: Mapping[str, Any], day: date) -> bool:
    """Whether a module is compulsory and not complete after its day, or has run out."""
    late = told["completed_on"] is None and told["due_on"] and told["due_on"] < day.isoformat()
    gone = told["expires_on"] is not None and told["expires_on"] <= day.isoformat()
    return bool(told["compulsory"] and (late or gone))
