"""A borough's young people: where their referrals stand, and the approvals that are to be given."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from api.home_desk import names_of
from api.who import not_allowed
from broker.access.actor import Actor
from broker.access.allowed import may
from broker.audit.chain import Record, add_entry
from broker.audit.showed import ids_in
from broker.life import steps as said
from broker.life.gates_of_placing import APPROVERS, approvals_needed
from broker.life.read import read_lives
from broker.life.scope import within
from broker.life.state import Life, State, what
from broker.store.clock import now
from broker.tables import LifeRow
from matching.shared_words import distance_band

ACT = "approval.list"
_ASKING = (State.OFFERED.value, State.ACCEPTED.value)


def approvals(session: Session, actor: Actor, *, limit: int, after: str) -> dict[str, Any]:
    """The approvals that homes which were asked still need, by referral, a page at a time.

    An officer is told those that are theirs to give, others of the borough all of them. With each
    stands how far away the home is, as when it was shortlisted, and as far as a record tells it.
    """
    lives, more = _lives(session, actor, _ASKING, limit, after)
    told = [row for life in lives for row in _open(life, actor)]
    names = names_of(session, (row["home_id"] for row in told))
    told = [{**row, "home": names[row["home_id"]]} for row in told]
    record = Record("approvals", "list")
    add_entry(session, actor, ACT, record, at=now(), showed=ids_in(told))
    return {"approvals": told, "next": more}


def standing(session: Session, actor: Actor) -> dict[str, int]:
    """How many of the borough's referrals stand where, in the order of a life."""
    _check(actor)
    table = LifeRow.__table__
    query = (
        sa.select(table.c.state, sa.func.count())
        .where(within(session, actor))
        .group_by(table.c.state)
    )
    found = {state: number for state, number in session.execute(query).tuples()}  # noqa: C416
    return {state.value: found[state.value] for state in State if state.value in found}


def _check(actor: Actor) -> None:
    if not may(actor, ACT):
        raise not_allowed(actor, ACT)


def _lives(
    session: Session, actor: Actor, states: tuple[str, ...] | list[str], limit: int, after: str
) -> tuple[list[Life], str | None]:
    _check(actor)
    table = LifeRow.__table__
    query = (
        sa.select(table.c.referral_id)
        .where(within(session, actor), table.c.state.in_(states), table.c.referral_id > after)
        .order_by(table.c.referral_id)
        .limit(limit + 1)
    )
    ids = list(session.execute(query).scalars())
    return list(read_lives(session, ids[:limit])), ids[limit - 1] if len(ids) > limit else None


def _open(life: Life, actor: Actor) -> list[dict[str, Any]]:
    told = []
    for offer in (*life.accepted, *life.open_offers):
        area = life.found(offer.home).get("area")
        needed = approvals_needed(life, offer.home, area, offer.starts_on)
        for kind, sentence in needed.items():
            given = life.approvals.get((offer.home, kind))
            granted = None if given is None else what(given, said.Approve).granted
            if granted or (APPROVERS[kind] != actor.role.value and _gives(actor)):
                continue
            told.append(
                {
                    "referral_id": life.referral,
                    "home_id": offer.home,
                    "kind": kind,
                    "who": APPROVERS[kind],
                    "why": sentence,
                    "area": area,
                    "distance": distance_band(life.found(offer.home).get("tenths_of_miles")),
                    "starts_on": offer.starts_on,
                    "home_says": offer.state,
                    "refused": granted is False,
                    "mine": APPROVERS[kind] == actor.role.value,
                }
            )
    return told


def _gives(actor: Actor) -> bool:
    return actor.role.value in APPROVERS.values()
