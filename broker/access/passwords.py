"""Passwords and programs' secrets: what one must be, and what becomes of wrong ones.

Five wrong ones in a row lock an account for a quarter of an hour. The same answer is given, after
the same work, whether the account is unknown, locked, ended, of another kind, or the password is
wrong.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final

import sqlalchemy as sa
from pwdlib import PasswordHash
from pwdlib.exceptions import PwdlibError
from sqlmodel import Session

from broker.access.actor import Actor
from broker.access.sessions import PROGRAMS, actor_of_account
from broker.tables import AccountRow

MOST_FAILURES: Final = 5
LOCKED_FOR: Final = timedelta(minutes=15)
SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 256
_FEWEST_CHARACTERS = 5


def wrong_password(password: str, account_id: str) -> Iterable[str]:
    """What is wrong with a password; length counts, not signs."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        yield f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters"
    if len(set(password)) < _FEWEST_CHARACTERS or account_id.lower() in password.lower():
        yield "a password has at least five different characters and not the account's name in it"
    if any("\ud800" <= sign <= "\udfff" or sign == "\0" for sign in password):
        yield "a password is text: no NUL and no half of a character"


def hashed(password: str) -> str:
    """What is kept of a password: its argon2 hash."""
    return _hasher().hash(password)


@dataclass(frozen=True, slots=True)
class Kept:
    """What a password is held against: an account's hash, or one that no password has."""

    account_id: str
    hash: str


def kept_of(session: Session, account_id: str) -> Kept:
    """What to hold a password of this account against, whether there is such an account or not."""
    table = AccountRow.__table__
    found: str | None = session.execute(
        sa.select(table.c.secret_hash).where(table.c.account_id == account_id)
    ).scalar_one_or_none()
    nobody = _nobody()
    return Kept(account_id, found or nobody)


def fits(kept: Kept, password: str) -> bool:
    """Whether a password is the one kept. This takes time, and holds no transaction meanwhile."""
    try:
        return _hasher().verify(password[: LONGEST_PASSWORD + 1], kept.hash)
    except (PwdlibError, UnicodeEncodeError):
        return False


@dataclass(frozen=True, slots=True)
class Refused:
    """A sign-in that was refused; `account_id` is None where there is no such account."""

    account_id: str | None


def settle(session: Session, kept: Kept, right: bool, kind: str, at: datetime) -> Actor | Refused:
    """Who signs in for a session or a token, if the password is right and the account may be used.

    A failure is counted, and the count starts anew with a success; the caller commits in either
    case. Attempts at once are counted one after another, so that none slips past the fifth.
    """
    table = AccountRow.__table__
    query = sa.select(table).where(table.c.account_id == kept.account_id)
    if session.get_bind().dialect.name == "postgresql":
        query = query.with_for_update()
    row = session.execute(query).mappings().first()
    if row is None:
        return Refused(None)
    unusable = (
        row["secret_hash"] is None
        or row["ended_at"] is not None
        or (row["locked_until"] is not None and row["locked_until"] > at)
        or row["program"] is not (kind in PROGRAMS)
    )
    if unusable:
        return Refused(kept.account_id)
    if not right or row["secret_hash"] != kept.hash:
        failures = row["failures"] + 1
        locked = at + LOCKED_FOR if failures >= MOST_FAILURES else None
        _count(session, kept.account_id, 0 if locked else failures, locked)
        return Refused(kept.account_id)
    if row["failures"] or row["locked_until"]:
        _count(session, kept.account_id, 0, None)
    return actor_of_account(session, kept.account_id, kind) or Refused(kept.account_id)


def _count(session: Session, account_id: str, failures: int, locked: datetime | None) -> None:
    table = AccountRow.__table__
    session.execute(
        sa.update(table)
        .where(table.c.account_id == account_id)
        .values(failures=failures, locked_until=locked)
    )


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _nobody() -> str:
    """A hash that no password has, so that an unknown account takes as long as a known one."""
    return _hasher().hash(secrets.token_urlsafe(24))
