"""Lists that people work from, the most pressing first, a part at a time: offers and duties.

Each is ordered by what must be done next, so that a long past hides nothing that waits. How many
there are in all is counted in the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session

from api.desk_lists import OFFER_SHOWN, due_of, offers_of
from api.lives import today
from api.who import not_allowed
from broker.access.actor import Actor
from broker.audit.chain import Record, add_entry
from broker.audit.showed import ids_in
from broker.life.read import read_lives
from broker.life.scope import within
from broker.store.clock import now
from broker.tables import LifeRow, OfferRow

OPEN: Final = "open"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Which part of a list is asked for: where it begins, and how many rows; None for all."""

    start: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of a part, and how many there are in the whole list."""

    rows: Sequence[dict[str, Any]]
    of: int


def offers_at_work(
    session: Session, actor: Actor, waiting: Stretch, answered: Stretch
) -> tuple[Part, Part]:
    """The offers that concern somebody: those that wait, the first to be answered first, and those
    that do not, the last answered first.
    """
    table = OfferRow.__table__.c
    last = (table.referral_id, table.number)
    parts = (
        _offers(session, actor, table.state == OPEN, (table.answer_by, *last), waiting),
        _offers(
            session,
            actor,
            table.state != OPEN,
            (sa.func.coalesce(table.answered_on, table.made_on).desc(), *last),
            answered,
        ),
    )
    showed = ids_in([row for part in parts for row in part.rows])
    add_entry(session, actor, "offers.list", Record("offers", "list"), at=now(), showed=showed)
    return parts


def _offers(
    session: Session,
    actor: Actor,
    which: sa.ColumnElement[bool],
    order: Sequence[sa.ColumnElement[Any]],
    stretch: Stretch,
) -> Part:
    table, lives = OfferRow.__table__, LifeRow.__table__
    where = (*offers_of(session, actor), which)
    joined = table.join(lives, lives.c.referral_id == table.c.referral_id)
    columns = [table.c[name] for name in OFFER_SHOWN]
    query = sa.select(*columns).select_from(joined).where(*where).order_by(*order)
    found = session.execute(query.offset(stretch.start).limit(stretch.most)).mappings()
    of = session.execute(sa.select(sa.func.count()).select_from(joined).where(*where)).scalar_one()
    return Part([dict(row) for row in found], of)


def duties_at_work(
    session: Session, actor: Actor, until: date, stretch: Stretch
) -> tuple[Part, int]:
    """Duties open and due by a day, of whose turn comes first; and how many people have one late.

    A part is of young people: whoever is in it has all their duties in it.

    Raises:
        ProblemError: a home has no list of duties.
    """
    if actor.provider is not None:
        raise not_allowed(actor, "duty.list")
    table = LifeRow.__table__.c
    whose = (within(session, actor), table.due_on <= until)
    query = sa.select(table.referral_id).where(*whose).order_by(table.due_on, table.referral_id)
    ids = list(session.execute(query.offset(stretch.start).limit(stretch.most)).scalars())
    lives = {life.referral: life for life in read_lives(session, ids)}
    told = due_of((lives[one] for one in ids if one in lives), until)
    record = Record("duties", "list")
    add_entry(session, actor, "duty.list", record, at=now(), showed=ids_in(told))
    late = _count(session, whose[0], table.due_on < today())
    return Part(told, _count(session, *whose)), late


def _count(session: Session, *where: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(LifeRow.__table__).where(*where)
    return int(session.execute(query).scalar_one())
