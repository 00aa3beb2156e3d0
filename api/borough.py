"""A borough's own page: where its young people stand, approvals to give, and what places cost."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from api.placed import week_of
from api.who import not_allowed
from broker.access.actor import Actor
from broker.access.allowed import may
from broker.audit.chain import Record, add_entry
from broker.audit.showed import ids_in
from broker.life import steps as said
from broker.life.gates_of_placing import APPROVERS, approvals_needed
from broker.life.read import read_lives
from broker.life.scope import within
from broker.life.state import LIVING, Life, State, what
from broker.store.clock import now
from broker.tables import LifeRow
from pricing.terms import Contract

ACT = "approval.list"
_ASKING = (State.OFFERED.value, State.ACCEPTED.value)


def approvals(session: Session, actor: Actor, *, limit: int, after: str) -> dict[str, Any]:
    """The approvals that homes which were asked still need, by referral, a page at a time.

    An officer is told those that are theirs to give, others of the borough all of them.
    """
    lives, more = _lives(session, actor, _ASKING, limit, after)
    told = [row for life in lives for row in _open(life, actor)]
    record = Record("approvals", "list")
    add_entry(session, actor, ACT, record, at=now(), showed=ids_in(told))
    return {"approvals": told, "next": more}


def places(session: Session, actor: Actor, *, limit: int, after: str) -> dict[str, Any]:
    """Where the borough's young people live and what it costs a week, by referral.

    `total` is of those listed whose fee is known; `unknown` how many are not.
    """
    states = [State.CONFIRMED.value, *(state.value for state in sorted(LIVING))]
    lives, more = _lives(session, actor, states, limit, after)
    contracts: dict[str, Contract | None] = {}
    told = []
    for life in lives:
        week = week_of(session, life, contracts)
        told.append(
            {
                "referral_id": life.referral,
                "home_id": life.home,
                "state": life.state.value,
                "band": life.band,
                "starts_on": life.starts_on,
                "weekly": week.fee,
                "source": week.source,
            }
        )
    known = [row["weekly"] for row in told if row["weekly"] is not None]
    record = Record("borough", actor.organisation)
    add_entry(session, actor, ACT, record, at=now(), showed=ids_in(told))
    return {
        "places": told,
        "next": more,
        "total": sum(known) if known else None,
        "unknown": len(told) - len(known),
    }


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
                    "starts_on": offer.starts_on,
                    "home_says": offer.state,
                    "refused": granted is False,
                    "mine": APPROVERS[kind] == actor.role.value,
                }
            )
    return told


def _gives(actor: Actor) -> bool:
    return actor.role.value in APPROVERS.values()
