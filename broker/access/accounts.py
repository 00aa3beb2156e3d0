"""Accounts: who may sign in, in which role, of which organisation. There is no default account."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from broker.access.actor import PARTNERSHIP, PLACES_OF_ROLES, OrganisationKind, Role
from broker.access.passwords import hashed, wrong_password
from broker.access.sessions import end_all_access
from broker.tables import AccountHomeRow, AccountRow, HomeRow, OrganisationRow
from matching.geography import PARTNER_BOROUGHS

_ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{1,63}")
_SUBJECT = re.compile(r"[\x21-\x7e]{1,255}")


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


def organisations(session: Session) -> list[str]:
    """The organisations that have or had an account: the central team, boroughs, providers."""
    table = OrganisationRow.__table__
    query = sa.select(table.c.organisation_id).order_by(table.c.kind, table.c.name)
    return list(session.execute(query).scalars())


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
            "secret_hash": None if new.secret is None else hashed(new.secret),
            "subject": new.subject,
            "failures": 0,
            "made_at": at,
        },
    )
    _add_homes(session, new.account_id, new.homes)


def _add_homes(session: Session, account_id: str, homes: Iterable[str]) -> None:
    for home in dict.fromkeys(homes):
        session.execute(
            sa.insert(AccountHomeRow.__table__), {"account_id": account_id, "home_id": home}
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
    yield from _wrong_homes(session, new.role, new.organisation, new.homes)
    if new.secret is None and new.subject is None:
        yield "a password is needed, or who they are to the identity provider"
    if new.secret is not None and new.subject is not None:
        yield "either a password, or who they are to the identity provider, not both"
    if new.program and new.subject is not None:
        yield "a program has a secret; the identity provider names people"
    if new.subject is not None:
        if not _SUBJECT.fullmatch(new.subject):
            yield "who they are to the identity provider is 1 to 255 visible letters of ASCII"
        elif _subject_taken(session, new.subject):
            yield "somebody has an account by this name at the identity provider already"
    if new.secret is not None:
        yield from wrong_password(new.secret, new.account_id)


def _subject_taken(session: Session, subject: str) -> bool:
    table = AccountRow.__table__
    query = sa.select(table.c.account_id).where(table.c.subject == subject)
    return session.execute(query).first() is not None


def _wrong_homes(
    session: Session, role: Role, organisation: str, homes: Iterable[str]
) -> Iterable[str]:
    named = list(homes)
    if named and role is not Role.REGISTERED_MANAGER:
        yield "homes are named for a registered manager only"
    if role is Role.REGISTERED_MANAGER and not named:
        yield "a registered manager manages at least one home: name it"
    table = HomeRow.__table__
    for home in named:
        provider = session.execute(
            sa.select(table.c.provider).where(table.c.home_id == home)
        ).scalar_one_or_none()
        if provider != organisation:
            yield f"{home} is no home of {organisation}"


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to change of an account; None and False leave it as it is."""

    end: bool = False
    unlock: bool = False
    homes: tuple[str, ...] | None = None
    secret: str | None = None


@dataclass(frozen=True, slots=True)
class AccountSeen:
    """An account as an administrator sees it: never its password."""

    account_id: str
    role: Role
    organisation: str
    homes: tuple[str, ...]
    program: bool
    subject: str | None
    password: bool
    locked_until: datetime | None
    made_at: datetime
    ended_at: datetime | None
    version: str


def version_of(session: Session, account_id: str) -> str | None:
    """A word that changes whenever what an administrator set of an account does; None for none.

    Nobody else changes the account until the transaction ends. Attempts to sign in, and locks that
    come of them, change nothing of it.
    """
    table = AccountRow.__table__
    if session.get_bind().dialect.name == "postgresql":
        own = sa.select(table.c.account_id).where(table.c.account_id == account_id)
        session.execute(own.with_for_update())
    found = accounts_on_record(session, only=account_id)
    return found[0].version if found else None


def _version(row: sa.RowMapping, homes: Iterable[str]) -> str:
    ended = row["ended_at"]
    told = [row["role"], row["organisation_id"], list(homes), row["subject"], row["secret_hash"]]
    text = json.dumps([*told, None if ended is None else ended.isoformat()])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def change_account(session: Session, account_id: str, changes: Changes, at: datetime) -> bool:
    """Change an account; False where there is none. A new password or an end closes what is open.

    Raises:
        BadAccount: with everything that is wrong; nothing is changed then.
    """
    table, homes = AccountRow.__table__, AccountHomeRow.__table__
    row = session.execute(sa.select(table).where(table.c.account_id == account_id)).mappings()
    account = row.first()
    if account is None:
        return False
    wrong = []
    if account["ended_at"] is not None:
        wrong.append(f"{account_id} has ended; an account that has ended is not changed")
    if changes.homes is not None:
        wrong += _wrong_homes(
            session, Role(account["role"]), account["organisation_id"], changes.homes
        )
    if changes.secret is not None:
        wrong += wrong_password(changes.secret, account_id)
        if account["subject"] is not None:
            wrong.append(f"{account_id} signs in by the identity provider and has no password")
    if wrong:
        raise BadAccount(*wrong)
    values: dict[str, object] = {}
    if changes.end:
        values["ended_at"] = at
    if changes.unlock or changes.secret is not None:
        values |= {"failures": 0, "locked_until": None}
    if changes.secret is not None:
        values["secret_hash"] = hashed(changes.secret)
    if values:
        session.execute(sa.update(table).where(table.c.account_id == account_id).values(**values))
    if changes.homes is not None:
        session.execute(sa.delete(homes).where(homes.c.account_id == account_id))
        _add_homes(session, account_id, changes.homes)
    if changes.end or changes.secret is not None:
        end_all_access(session, account_id)
    return True


def accounts_on_record(
    session: Session, *, after: str = "", limit: int | None = None, only: str | None = None
) -> list[AccountSeen]:
    """Accounts by their name, from after one on."""
    table, homes = AccountRow.__table__, AccountHomeRow.__table__
    by_letter = "C" if session.get_bind().dialect.name == "postgresql" else "BINARY"
    name = sa.collate(table.c.account_id, by_letter)
    query = sa.select(table).where(name > after).order_by(name).limit(limit)
    if only is not None:
        query = query.where(table.c.account_id == only)
    rows = session.execute(query).mappings().all()
    managed: dict[str, list[str]] = {row["account_id"]: [] for row in rows}
    found = session.execute(
        sa.select(homes).where(homes.c.account_id.in_(list(managed))).order_by(homes.c.home_id)
    ).mappings()
    for one in found:
        managed[one["account_id"]].append(one["home_id"])
    return [
        AccountSeen(
            account_id=row["account_id"],
            role=Role(row["role"]),
            organisation=row["organisation_id"],
            homes=tuple(managed[row["account_id"]]),
            program=row["program"],
            subject=row["subject"],
            password=row["secret_hash"] is not None,
            locked_until=row["locked_until"],
            made_at=row["made_at"],
            ended_at=row["ended_at"],
            version=_version(row, managed[row["account_id"]]),
        )
        for row in rows
    ]
