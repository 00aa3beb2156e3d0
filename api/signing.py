"""Signing in and out on record."""

from __future__ import annotations

from sqlmodel import Session

from api.session_models import SignIn
from broker.access.accounts import end_access, give_access, sign_in
from broker.access.actor import Actor
from broker.audit.chain import Record, add_entry
from broker.store.clock import now


def enter(session: Session, given: SignIn, kind: str) -> tuple[Actor, str] | None:
    """Who this is, with a new session or token; None where account and password do not fit."""
    at = now()
    actor = sign_in(session, given.account, given.password, at)
    if actor is None:
        return None
    secret = give_access(session, actor.id, kind, at)
    add_entry(session, actor, f"{kind}.begin", Record("account", actor.id), at=at)
    return actor, secret


def leave(session: Session, actor: Actor, secret: str) -> None:
    """The session holds no longer."""
    end_access(session, secret)
    add_entry(session, actor, "session.end", Record("account", actor.id), at=now())
