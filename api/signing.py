"""Signing in and out on record, what was refused included.

A name that no account has is not written down: it may be a password typed into the wrong field.
"""

from __future__ import annotations

from sqlmodel import Session

from api.problems import ProblemError
from api.records import Records
from api.session_models import SignIn
from broker.access.actor import Actor, Nobody
from broker.access.passwords import Refused, fits, kept_of, settle
from broker.access.sessions import (
    account_of_subject,
    actor_of_account,
    end_access,
    give_access,
)
from broker.audit.chain import Record, add_entry
from broker.store.clock import now

UNKNOWN = "(unknown)"
"""The record of a refused sign-in where there is no such account: no account can be named so."""


def enter(
    records: Records, given: SignIn, kind: str, *, address: str, former: str = ""
) -> tuple[Actor, str]:
    """Who this is by account and password, with a new session or token.

    `former` is the session the browser held before, which ends: nobody goes on with a session that
    was there before they signed in.

    Raises:
        ProblemError: they do not fit, or the account cannot be used; the same in every case.
    """
    kept = records.look(lambda session: kept_of(session, given.account))
    right = fits(kept, given.password)

    def settled(session: Session) -> tuple[Actor, str] | None:
        found = settle(session, kept, right, kind, now())
        if isinstance(found, Refused):
            _refuse(session, found.account_id, kind, address, "password")
            return None
        return found, _begin(session, found, kind, former)

    entered = records.work(settled)
    if entered is None:
        detail = "The account or the password is wrong, or the account cannot be used now."
        raise ProblemError("wrong-password", detail)
    return entered


def enter_by_subject(
    records: Records, subject: str, *, address: str, former: str = ""
) -> tuple[Actor, str]:
    """Who this is by the identity provider's word, with a new session.

    Raises:
        ProblemError: there is no account of theirs, or it has ended. None is made.
    """

    def settled(session: Session) -> tuple[Actor, str] | None:
        account = account_of_subject(session, subject)
        actor = None if account is None else actor_of_account(session, account, "session")
        if actor is None:
            _refuse(session, account, "session", address, "identity provider")
            return None
        return actor, _begin(session, actor, "session", former)

    entered = records.work(settled)
    if entered is None:
        detail = "Ask an administrator of the partnership for an account."
        raise ProblemError("no-account", detail)
    return entered


def _begin(session: Session, actor: Actor, kind: str, former: str) -> str:
    at = now()
    if former:
        end_access(session, former)
    secret = give_access(session, actor.id, kind, at)
    add_entry(session, actor, f"{kind}.begin", Record("account", actor.id), at=at)
    return secret


def _refuse(session: Session, account: str | None, kind: str, address: str, by: str) -> None:
    record = Record("account", account or UNKNOWN)
    after = {"from": address, "by": by}
    add_entry(session, Nobody(kind), f"{kind}.refused", record, at=now(), after=after)


def leave(session: Session, actor: Actor, secret: str) -> None:
    """The session or token holds no longer."""
    end_access(session, secret)
    add_entry(session, actor, f"{actor.via}.end", Record("account", actor.id), at=now())
