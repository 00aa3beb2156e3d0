"""Whose young people and homes somebody may see: the central team all, the others their own."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Session

from broker.access.actor import Actor, Role
from broker.life.state import LOOKING, Life, State
from broker.tables import HomeRow, LifeRow, OfferRow, ShortlistedRow


def homes_of(session: Session, actor: Actor) -> frozenset[str]:
    """The homes on record that somebody of a provider may act for: a manager's own, else all."""
    table = HomeRow.__table__
    found = frozenset(
        session.execute(
            sa.select(table.c.home_id).where(table.c.provider == actor.organisation)
        ).scalars()
    )
    return found & actor.homes if actor.role is Role.REGISTERED_MANAGER else found


def concerns(session: Session, actor: Actor, life: Life) -> bool:
    """Whether a life is of those whom somebody may see at all.

    A provider those of whom a home of its own was asked or that was decided for it; and while a
    place is looked for, those for whom it is shortlisted.
    """
    if actor.central:
        return True
    if actor.borough is not None:
        return life.form is not None and life.form.borough == actor.borough
    homes = homes_of(session, actor)
    listed = life.shortlisted if life.sought else ()
    return bool(homes & {*life.offers, *listed, *([life.home] if life.home else [])})


def within(session: Session, actor: Actor) -> sa.ColumnElement[bool]:
    """The lives on record that somebody may see, as a condition on `life`."""
    table = LifeRow.__table__
    if actor.central:
        return sa.true()
    if actor.borough is not None:
        return table.c.borough == actor.borough
    homes = sorted(homes_of(session, actor))
    offers, listed = OfferRow.__table__, ShortlistedRow.__table__
    asked = sa.select(offers.c.referral_id).where(offers.c.home_id.in_(homes))
    shortlisted = sa.select(listed.c.referral_id).where(listed.c.home_id.in_(homes))
    return sa.or_(
        table.c.referral_id.in_(asked),
        table.c.home_id.in_(homes),
        sa.and_(table.c.referral_id.in_(shortlisted), _SOUGHT),
    )


_LIFE = LifeRow.__table__.c
_SOUGHT = sa.or_(
    _LIFE.state.in_(sorted(LOOKING)),
    sa.and_(_LIFE.emergency, _LIFE.state == State.BANDED.value),
)


def state_as_told(session: Session, actor: Actor) -> sa.ColumnElement[str]:
    """Where a life on record stands as somebody is told it: as `show` tells a provider."""
    table = LifeRow.__table__
    if actor.provider is None:
        return table.c.state
    homes = sorted(homes_of(session, actor))

    def answered(state: str) -> sa.ColumnElement[bool]:
        offers = OfferRow.__table__
        own = sa.and_(
            offers.c.referral_id == table.c.referral_id,
            offers.c.home_id.in_(homes),
            offers.c.state == state,
        )
        return sa.and_(
            table.c.state.in_(sorted(LOOKING)), sa.exists(sa.select(offers.c.number).where(own))
        )

    return sa.case(
        (table.c.home_id.in_(homes), table.c.state),
        (answered("accepted"), State.ACCEPTED.value),
        (answered("open"), State.OFFERED.value),
        (_SOUGHT, State.SHORTLISTED.value),
        else_=State.WITHDRAWN.value,
    )
