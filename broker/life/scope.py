"""Whose young people and homes somebody may see: the central team all, the others their own."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session

from broker.access.actor import Actor, Role
from broker.life.state import Life
from broker.tables import HomeRow, LifeRow, OfferRow, PlacementRow


def homes_of(session: Session, actor: Actor) -> frozenset[str]:
    """The homes on record that somebody of a provider may act for: a manager's own, else all."""
    table = HomeRow.__table__
    found = frozenset(
        session.execute(
            sa.select(table.c.home_id).where(table.c.provider == actor.organisation)
        ).scalars()
    )
    return found & actor.homes if actor.role is Role.REGISTERED_MANAGER else found


def located(session: Session, actor: Actor, homes: Collection[str], day: date) -> frozenset[str]:
    """Those of these homes whose exact place somebody sees.

    The brokers see all, a provider its own, a borough those where its young people are to live or
    live, from the decision until the placement ends. Elsewhere the borough must do.
    """
    if actor.role is Role.BROKER:
        return frozenset(homes)
    if actor.provider is not None:
        return homes_of(session, actor) & frozenset(homes)
    if actor.borough is None:
        return frozenset()
    table = PlacementRow.__table__
    query = sa.select(table.c.home_id).where(
        table.c.home_id.in_(list(homes)),
        table.c.borough == actor.borough,
        sa.or_(table.c.ends_on.is_(None), table.c.ends_on > day),
    )
    return frozenset(session.execute(query).scalars())


def concerns(session: Session, actor: Actor, life: Life) -> bool:
    """Whether a life is of those whom somebody may see at all."""
    if actor.central:
        return True
    if actor.borough is not None:
        return life.form is not None and life.form.borough == actor.borough
    homes = homes_of(session, actor)
    asked = {*life.offers, *life.shortlisted, *([life.home] if life.home else [])}
    return bool(homes & asked)


def within(session: Session, actor: Actor) -> sa.ColumnElement[bool]:
    """The lives on record that somebody may see, as a condition on `life`."""
    table = LifeRow.__table__
    if actor.central:
        return sa.true()
    if actor.borough is not None:
        return table.c.borough == actor.borough
    homes = sorted(homes_of(session, actor))
    offers = OfferRow.__table__
    asked = sa.select(offers.c.referral_id).where(offers.c.home_id.in_(homes))
    return sa.or_(table.c.referral_id.in_(asked), table.c.home_id.in_(homes))
