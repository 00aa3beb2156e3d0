"""Who may sign in: organisations, accounts, the homes a manager manages, sessions and tokens.

Secrets are never kept: of a password its argon2 hash, of a session or a token a SHA-256 digest.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from broker.access.actor import OrganisationKind, Role
from broker.tables.base import Instant, Stored, not_negative, one_of, rule


class OrganisationRow(Stored, table=True):
    """The partnership's own team, a borough (by its ONS code) or a provider (by its name)."""

    __tablename__ = "organisation"
    __table_args__ = (one_of("kind", (kind.value for kind in OrganisationKind)),)

    organisation_id: str = Field(primary_key=True)
    kind: str
    name: str


class AccountRow(Stored, table=True):
    """Somebody who may sign in, in one role; `program` says that it is no person.

    `subject` is who they are to the boroughs' identity provider, `secret_hash` an argon2 hash.
    """

    __tablename__ = "account"
    __table_args__ = (
        one_of("role", (role.value for role in Role)),
        *not_negative("failures"),
        sa.Index(
            "uq_account_subject", "subject", unique=True,
            sqlite_where=sa.text("subject IS NOT NULL"),
            postgresql_where=sa.text("subject IS NOT NULL"),
        ),
    )  # fmt: skip

    account_id: str = Field(primary_key=True)
    organisation_id: str = Field(foreign_key="organisation.organisation_id")
    role: str
    program: bool
    secret_hash: str | None = None
    subject: str | None = None
    failures: int = 0
    locked_until: datetime | None = Field(default=None, sa_type=Instant)
    made_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)


class AccountHomeRow(Stored, table=True):
    """A home that a registered manager manages."""

    __tablename__ = "account_home"

    account_id: str = Field(primary_key=True, foreign_key="account.account_id")
    home_id: str = Field(primary_key=True, foreign_key="home.home_id")


class AccessRow(Stored, table=True):
    """A session of a browser or a token of a program, by its digest, until it ends."""

    __tablename__ = "access"
    __table_args__ = (
        one_of("kind", ("session", "token")),
        rule("digest", "length(digest) = 64"),
        sa.Index("ix_access_account_id", "account_id"),
    )

    digest: str = Field(primary_key=True)
    kind: str
    account_id: str = Field(foreign_key="account.account_id")
    made_at: datetime = Field(sa_type=Instant)
    used_at: datetime = Field(sa_type=Instant)
    ends_at: datetime = Field(sa_type=Instant)
