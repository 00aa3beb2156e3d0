"""Signing in as it goes in and comes out."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.models import Strict
from broker.access.actor import OrganisationKind, Role

_ROLES = tuple(role.value for role in Role)
_KINDS = tuple(kind.value for kind in OrganisationKind)


class SignIn(Strict):
    """An account's name and its password or secret."""

    account: str = Field(min_length=1, max_length=64)
    password: str = Field(min_length=1, max_length=256)


class SessionRead(Strict):
    """Who is signed in."""

    account: str
    role: Literal[_ROLES]  # type: ignore[valid-type]
    organisation: str
    organisation_kind: Literal[_KINDS]  # type: ignore[valid-type]
    homes: list[str]


class TokenRead(Strict):
    """A token, told once."""

    token: str
    token_type: Literal["Bearer"]
    expires_in: int


_Name = Annotated[str, Field(min_length=1, max_length=64)]
_HomeId = Annotated[str, Field(min_length=1, max_length=64)]
_Secret = Annotated[str, Field(min_length=1, max_length=256)]
_Homes = Annotated[list[_HomeId], Field(max_length=100)]


class AccountNew(Strict):
    """An account to be made, with a password, or with who they are to the identity provider."""

    account: _Name
    role: Literal[_ROLES]  # type: ignore[valid-type]
    organisation: str = Field(min_length=1, max_length=200)
    homes: _Homes = Field(default_factory=list, description="of a registered manager")
    password: _Secret | None = Field(None, description="or a program's secret")
    subject: str | None = Field(None, min_length=1, max_length=255)
    program: bool = False


class AccountChange(Strict):
    """What is to change of an account; what is left out stays."""

    ended: Literal[True] | None = Field(None, description="nobody signs in by it again")
    unlock: Literal[True] | None = Field(None, description="after too many wrong passwords")
    homes: _Homes | None = Field(None, description="all that the manager manages from now on")
    password: _Secret | None = Field(None, description="a new one; what is open ends")


class AccountRead(Strict):
    """An account: never its password."""

    account: str
    version: str = Field(description="for `If-Match`, as `ETag` has it")
    role: Literal[_ROLES]  # type: ignore[valid-type]
    organisation: str
    homes: list[str]
    program: bool
    subject: str | None
    has_password: bool
    locked_until: str | None
    made_at: str
    ended_at: str | None


class AccountsPage(Strict):
    """A page of accounts, and where the next one starts."""

    accounts: list[AccountRead]
    next: str | None
