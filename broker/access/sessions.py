"""What somebody holds once they have signed in: a browser's session, or a program's token.

It is told once, of it only a digest is kept, and it ends: a session after half an hour of rest and
ten hours in all, a token after a quarter of an hour, both at once when the account ends.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session

from broker.access.actor import Actor, OrganisationKind, Role
from broker.tables import AccessRow, AccountHomeRow, AccountRow, OrganisationRow

SESSION_IDLE: Final = timedelta(minutes=30)
SESSION_AT_MOST: Final = timedelta(hours=10)
TOKEN_FOR: Final = timedelta(minutes=15)
NOTED_EVERY: Final = timedelta(minutes=1)
"""How often, at most, it is written down that a session was used."""

PROGRAMS: Final = frozenset({"token"})
"""The kinds of access that are for programs; the others are for people."""


@dataclass(frozen=True, slots=True)
class Held:
    """Whoever holds a session or token; `note` says that its use is to be written down again."""

    actor: Actor
    digest: str
    note: bool


def give_access(session: Session, account_id: str, kind: str, at: datetime) -> str:
    """A new session or token; what is given is told once and only its digest is kept.

    Those of the account that have ended are cleared away.
    """
    secret = secrets.token_urlsafe(32)
    lasts = SESSION_AT_MOST if kind == "session" else TOKEN_FOR
    table = AccessRow.__table__
    session.execute(sa.delete(table).where(table.c.account_id == account_id, table.c.ends_at <= at))
    session.execute(
        sa.insert(table),
        {
            "digest": digest_of(secret),
            "kind": kind,
            "account_id": account_id,
            "made_at": at,
            "used_at": at,
            "ends_at": at + lasts,
        },
    )
    return secret


def digest_of(secret: str) -> str:
    """What is kept of a session or token."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def held_by(session: Session, secret: str, kind: str, at: datetime) -> Held | None:
    """Who holds a session or token that has not ended, found by one query that writes nothing."""
    asked = {"secret": digest_of(secret), "of_kind": kind, "at": at}
    rows = [dict(row) for row in session.execute(_HOLDER, asked).mappings()]
    if not rows or rows[0]["ended_at"] is not None:
        return None
    row = rows[0]
    rests = at - row["used_at"]
    if kind == "session" and rests >= SESSION_IDLE:
        return None
    note = kind == "session" and rests >= NOTED_EVERY
    return Held(_actor(rows, kind), row["digest"], note)


def note_use(session: Session, held: Held, at: datetime) -> None:
    """A session was used at this moment; nothing if another request has noted it already."""
    table = AccessRow.__table__
    session.execute(
        sa.update(table)
        .where(table.c.digest == held.digest, table.c.used_at <= at - NOTED_EVERY)
        .values(used_at=at)
    )


def end_access(session: Session, secret: str) -> None:
    """A session or token holds no longer."""
    table = AccessRow.__table__
    session.execute(sa.delete(table).where(table.c.digest == digest_of(secret)))


def end_all_access(session: Session, account_id: str) -> None:
    """Whatever an account has open holds no longer."""
    table = AccessRow.__table__
    session.execute(sa.delete(table).where(table.c.account_id == account_id))


def actor_of_account(session: Session, account_id: str, via: str) -> Actor | None:
    """The actor an account is; None where there is none, or it has ended."""
    query = (
        sa.select(*_WHO).select_from(_WHOLE).where(AccountRow.__table__.c.account_id == account_id)
    )
    rows = [dict(row) for row in session.execute(query).mappings()]
    return _actor(rows, via) if rows and rows[0]["ended_at"] is None else None


def account_of_subject(session: Session, subject: str) -> str | None:
    """The account of somebody the identity provider has named; no program has one."""
    table = AccountRow.__table__
    found: str | None = session.execute(
        sa.select(table.c.account_id).where(table.c.subject == subject, table.c.program.is_(False))
    ).scalar_one_or_none()
    return found


_WHOLE = AccountRow.__table__.join(
    OrganisationRow.__table__,
    OrganisationRow.__table__.c.organisation_id == AccountRow.__table__.c.organisation_id,
).outerjoin(
    AccountHomeRow.__table__,
    AccountHomeRow.__table__.c.account_id == AccountRow.__table__.c.account_id,
)
_WHO = (
    AccountRow.__table__.c.account_id,
    AccountRow.__table__.c.role,
    AccountRow.__table__.c.organisation_id,
    AccountRow.__table__.c.ended_at,
    OrganisationRow.__table__.c.kind,
    AccountHomeRow.__table__.c.home_id,
)
"""An account with its organisation and, a row for each, the homes it manages."""
_AT: sa.BindParameter[datetime] = sa.bindparam("at", type_=AccessRow.__table__.c.ends_at.type)
_HOLDER = (
    sa.select(AccessRow.__table__.c.digest, AccessRow.__table__.c.used_at, *_WHO)
    .select_from(
        AccessRow.__table__.join(
            _WHOLE, AccountRow.__table__.c.account_id == AccessRow.__table__.c.account_id
        )
    )
    .where(
        AccessRow.__table__.c.digest == sa.bindparam("secret"),
        AccessRow.__table__.c.kind == sa.bindparam("of_kind"),
        AccessRow.__table__.c.ends_at
        > sa.bindparam("at", type_=AccessRow.__table__.c.ends_at.type),
    )
)
"""Asked at every request, and therefore put together once."""


def _actor(rows: Sequence[Mapping[str, Any]], via: str) -> Actor:
    row = rows[0]
    return Actor(
        row["account_id"],
        Role(row["role"]),
        row["organisation_id"],
        OrganisationKind(row["kind"]),
        frozenset(each["home_id"] for each in rows if each["home_id"] is not None),
        via,
    )
