"""Whether a provider's due diligence holds on a day, and what the homes' rows say of it (rule R17).

Nine areas, each in force, say Y; one that failed, is missing or has run out says N, from the day it
runs out: every judgement asks the register, and every match first lets the rows say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from broker.database import reading, writing
from broker.registers.agreements import newest
from broker.registers.entries import DILIGENCE_AREAS
from broker.store.clock import now, today
from broker.store.history import Author
from broker.store.put import change_row, rows_of
from broker.store.shelves import SHELVES
from broker.tables import EntryRow

BY = "register of due diligence"


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


def diligence_now(session: Session, homes: Sequence[dict[str, Any]], day: date) -> None:
    """Put into rows of homes what the register says of their providers on a day."""
    providers = sorted({str(home["provider"]) for home in homes if home["provider"]})
    found = {provider: diligence_on(session, provider, day) for provider in providers}
    for home in homes:
        holds = found.get(str(home["provider"]))
        if holds is not None:
            home["due_diligence"] = holds


def refresh_diligence(session: Session, provider: str, day: date, author: Author) -> None:
    """Let the row of every home of a provider say whether its due diligence holds on a day."""
    holds = diligence_on(session, provider, day)
    if holds is None:
        return
    reason = "all nine areas hold" if holds else "an area failed, is missing or has run out"
    for home in _saying_otherwise(session, provider, holds):
        record = SHELVES["homes"].record(home)
        record["due_diligence"] = "Y" if holds else "N"
        change_row(session, "homes", record, author, f"due diligence: {reason}")


def refresh_before_a_match(engine: Engine) -> None:
    """Let every home's row say what the register says today; nothing is written where it does.

    Raises:
        DatabaseProblem: the database cannot be used.
    """
    day = today()
    with reading(engine) as session:
        late = [one for one in _checked(session) if _says_otherwise(session, one, day)]
    if late:
        with writing(engine) as session:
            for provider in late:
                refresh_diligence(session, provider, day, Author(BY, now()))


def _checked(session: Session) -> list[str]:
    table = EntryRow.__table__
    query = sa.select(table.c.subject).where(table.c.register_name == "due_diligence").distinct()
    return sorted(session.execute(query).scalars())


def _says_otherwise(session: Session, provider: str, day: date) -> bool:
    holds = diligence_on(session, provider, day)
    return holds is not None and bool(_saying_otherwise(session, provider, holds))


def _saying_otherwise(session: Session, provider: str, holds: bool) -> list[dict[str, Any]]:
    return [
        home
        for home in rows_of(session, "homes", {"provider": provider})
        if home["closed_at"] is None and home["due_diligence"] is not holds
    ]
