"""Accounts: who may sign in, with what proof, and what becomes of wrong passwords.

There is no default account and no default password. Five wrong passwords in a row lock an account
for a quarter of an hour; the same answer is given, in the same time, whether the account is
unknown, locked, ended or the password is wrong.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final

import sqlalchemy as sa
from pwdlib import PasswordHash
from sqlmodel import Session

from broker.access.actor import PARTNERSHIP, PLACES_OF_ROLES, Actor, OrganisationKind, Role
from broker.tables import AccessRow, AccountHomeRow, AccountRow, HomeRow, OrganisationRow
from matching.geography import PARTNER_BOROUGHS

MOST_FAILURES: Final = 5
LOCKED_FOR: Final = timedelta(minutes=15)
SESSION_IDLE: Final = timedelta(minutes=30)
SESSION_AT_MOST: Final = timedelta(hours=10)
TOKEN_FOR: Final = timedelta(minutes=15)
SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 256
_ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{1,63}")
_USED_EVERY = timedelta(minutes=1)


class BadAccount(ValueError):
    """The account cannot be made so; a sentence for each reason."""

    def __init__(self, *sentences: str) -> None:
        self.sentences = sentences
        super().__init__("\n".join(sentences))


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be made. `secret` is a password, or a program's secret; None with a subject."""

    account_id: str
    role: Role
    organisation: str
    homes: tuple[str, ...] = ()
    secret: str | None = None
    subject: str | None = None
    program: bool = False


def add_account(session: Session, new: NewAccount, at: datetime) -> None:
    """Make an account, and its organisation where it is a borough or provider that is known.

    Raises:
        BadAccount: with everything that is wrong.
    """
    wrong = list(_wrong(session, new))
    if wrong:
        raise BadAccount(*wrong)
    kind = kind_of(session, new.organisation)
    assert kind is not None
    if session.get(OrganisationRow, new.organisation) is None:
        name = PARTNER_BOROUGHS.get(new.organisation, new.organisation)
        session.execute(
            sa.insert(OrganisationRow.__table__),
            {"organisation_id": new.organisation, "kind": kind.value, "name": name},
        )
    session.execute(
        sa.insert(AccountRow.__table__),
        {
            "account_id": new.account_id,
            "organisation_id": new.organisation,
            "role": new.role.value,
            "program": new.program,
            "secret_hash": None if new.secret is None else _hasher().hash(new.secret),
            "subject": new.subject,
            "failures": 0,
            "made_at": at,
        },
    )
    for home in new.homes:
        session.execute(
            sa.insert(AccountHomeRow.__table__), {"account_id": new.account_id, "home_id": home}
        )


def kind_of(session: Session, organisation: str) -> OrganisationKind | None:
    """What an organisation is: the central team, a partner borough, or a provider on record."""
    if organisation == PARTNERSHIP:
        return OrganisationKind.PARTNERSHIP
    if organisation in PARTNER_BOROUGHS:
        return OrganisationKind.BOROUGH
    table = HomeRow.__table__
    known = session.execute(
        sa.select(table.c.home_id).where(table.c.provider == organisation).limit(1)
    ).first()
    return None if known is None else OrganisationKind.PROVIDER


def _wrong(session: Session, new: NewAccount) -> Iterable[str]:
    if not _ACCOUNT.fullmatch(new.account_id):
        yield (
            f"{new.account_id!r} cannot be an account's name; allowed: 2 to 64 letters, digits, "
            ". _ @ or -"
        )
    elif session.get(AccountRow, new.account_id) is not None:
        yield f"there is an account {new.account_id} already"
    kind = kind_of(session, new.organisation)
    if kind is None:
        boroughs = ", ".join(PARTNER_BOROUGHS)
        yield (
            f"{new.organisation!r} is no organisation here; allowed: {PARTNERSHIP}, a partner "
            f"borough ({boroughs}), or a provider with a home on record"
        )
    elif kind not in PLACES_OF_ROLES[new.role]:
        where = " or ".join(sorted(place.value for place in PLACES_OF_ROLES[new.role]))
        yield f"the role {new.role.value} is held in a {where}, not in a {kind.value}"
    if new.homes and new.role is not Role.REGISTERED_MANAGER:
        yield "homes are named for a registered manager only"
    if new.role is Role.REGISTERED_MANAGER and not new.homes:
        yield "a registered manager manages at least one home: name it"
    table = HomeRow.__table__
    for home in new.homes:
        provider = session.execute(
            sa.select(table.c.provider).where(table.c.home_id == home)
        ).scalar_one_or_none()
        if provider != new.organisation:
            yield f"{home} is no home of {new.organisation}"
    if new.secret is None and new.subject is None:
        yield "a password is needed, or who they are to the identity provider"
    if new.secret is not None:
        yield from wrong_password(new.secret, new.account_id)


def wrong_password(password: str, account_id: str) -> Iterable[str]:
    """What is wrong with a password; length counts, not signs."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        yield f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters"
    if len(set(password)) < 5 or account_id.lower() in password.lower():
        yield "a password has at least five different characters and not the account's name in it"


def sign_in(session: Session, account_id: str, password: str, at: datetime) -> Actor | None:
    """Who this is, if the password is right and the account may be used; a failure is counted.

    The caller commits in either case.
    """
    table = AccountRow.__table__
    query = sa.select(table).where(table.c.account_id == account_id)
    if session.get_bind().dialect.name == "postgresql":
        query = query.with_for_update()
    row = session.execute(query).mappings().first()
    kept = row["secret_hash"] if row is not None and row["secret_hash"] else _nobody()
    right = _verified(password[:LONGEST_PASSWORD], kept)
    if row is None or row["secret_hash"] is None or row["ended_at"] is not None:
        return None
    if row["locked_until"] is not None and row["locked_until"] > at:
        return None
    if not right:
        failures = row["failures"] + 1
        locked = at + LOCKED_FOR if failures >= MOST_FAILURES else None
        values = {"failures": 0 if locked else failures, "locked_until": locked}
        session.execute(sa.update(table).where(table.c.account_id == account_id).values(**values))
        return None
    if row["failures"] or row["locked_until"]:
        session.execute(
            sa.update(table)
            .where(table.c.account_id == account_id)
            .values(failures=0, locked_until=None)
        )
    return actor_of_account(session, account_id, "session", at)


def _verified(password: str, kept: str) -> bool:
    try:
        return _hasher().verify(password, kept)
    except Exception:  # a hash this program cannot read is no password
        return False


def actor_of_account(session: Session, account_id: str, via: str, at: datetime) -> Actor | None:
    """The actor an account is; None where it has ended or is locked."""
    accounts, organisations = AccountRow.__table__, OrganisationRow.__table__
    row = (
        session.execute(
            sa.select(
                accounts.c.role,
                accounts.c.organisation_id,
                accounts.c.ended_at,
                organisations.c.kind,
            )
            .join(organisations, organisations.c.organisation_id == accounts.c.organisation_id)
            .where(accounts.c.account_id == account_id)
        )
        .mappings()
        .first()
    )
    if row is None or row["ended_at"] is not None:
        return None
    homes = AccountHomeRow.__table__
    managed = session.execute(
        sa.select(homes.c.home_id).where(homes.c.account_id == account_id)
    ).scalars()
    return Actor(
        account_id,
        Role(row["role"]),
        row["organisation_id"],
        OrganisationKind(row["kind"]),
        frozenset(managed),
        via,
    )


def account_of_subject(session: Session, subject: str) -> str | None:
    """The account of somebody the identity provider has named."""
    table = AccountRow.__table__
    found: str | None = session.execute(
        sa.select(table.c.account_id).where(table.c.subject == subject)
    ).scalar_one_or_none()
    return found


def give_access(session: Session, account_id: str, kind: str, at: datetime) -> str:
    """A new session or token; what is given is told once and only its digest is kept."""
    secret = secrets.token_urlsafe(32)
    lasts = SESSION_AT_MOST if kind == "session" else TOKEN_FOR
    session.execute(
        sa.insert(AccessRow.__table__),
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


def actor_of_access(session: Session, secret: str, kind: str, at: datetime) -> Actor | None:
    """Who holds a session or token that has not ended; an idle session ends."""
    table = AccessRow.__table__
    row = (
        session.execute(
            sa.select(table).where(table.c.digest == digest_of(secret), table.c.kind == kind)
        )
        .mappings()
        .first()
    )
    if row is None or row["ends_at"] <= at:
        return None
    if kind == "session":
        if row["used_at"] + SESSION_IDLE <= at:
            return None
        if row["used_at"] + _USED_EVERY <= at:
            session.execute(
                sa.update(table).where(table.c.digest == row["digest"]).values(used_at=at)
            )
    return actor_of_account(session, row["account_id"], kind, at)


def end_access(session: Session, secret: str) -> None:
    """A session or token holds no longer."""
    table = AccessRow.__table__
    session.execute(sa.delete(table).where(table.c.digest == digest_of(secret)))


def end_account(session: Session, account_id: str, at: datetime) -> bool:
    """Nobody signs in by this account again, and what is open ends; False where there is none."""
    accounts, access = AccountRow.__table__, AccessRow.__table__
    changed = session.execute(
        sa.update(accounts)
        .where(accounts.c.account_id == account_id, accounts.c.ended_at.is_(None))
        .values(ended_at=at)
    )
    session.execute(sa.delete(access).where(access.c.account_id == account_id))
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def accounts_on_record(session: Session) -> Sequence[AccountRow]:
    """Every account, by its name."""
    return list(session.execute(sa.select(AccountRow).order_by(AccountRow.account_id)).scalars())


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _nobody() -> str:
    """A hash that no password has, so that an unknown account takes as long as a known one."""
    return _hasher().hash(secrets.token_urlsafe(24))
