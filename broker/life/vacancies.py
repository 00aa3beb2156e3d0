"""What a home says of its free places, and when: the word that brokers ring up for."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from broker.access.actor import Actor
from broker.audit.chain import Record, add_entry
from broker.life.read import NotThere
from broker.life.scope import homes_of
from broker.tables import VacancyRow


def record_vacancy(session: Session, home: str, at: datetime, by: str, free: int) -> None:
    """Put on record what a home says is free; nothing else follows from it."""
    told = {"home_id": home, "said_at": at, "said_by": by, "free_places": free}
    session.execute(sa.insert(VacancyRow.__table__), told)


def say_vacancy(session: Session, actor: Actor, home: str, free: int, at: datetime) -> None:
    """A home says by itself how many places are free; the caller commits.

    Raises:
        NotThere: it is not theirs to speak for.
    """
    if home not in homes_of(session, actor):
        raise NotThere(home)
    record_vacancy(session, home, at, actor.id, free)
    said = {"free_places": free}
    add_entry(session, actor, "home.say", Record("home", home), at=at, after=said)
