"""Signing in as it goes in and comes out."""

from __future__ import annotations

from typing import Literal

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
