"""Whoever asks: a person or a program, in one role, of one organisation.

A role says what may be done, the organisation on whose records. The central brokerage team acts for
all eight boroughs; everybody else sees their own borough's, or their own homes', young people.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is here to do; an account has one."""

    BROKER = "broker"
    ASSESSOR = "assessor"
    VERIFIER = "verifier"
    NOMINATED_OFFICER = "nominated_officer"
    DIRECTOR = "director"
    REGISTERED_MANAGER = "registered_manager"
    PROVIDER = "provider"
    COMMISSIONER = "commissioner"
    FINANCE = "finance"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class OrganisationKind(StrEnum):
    """What an organisation is: the partnership's own team, a borough, or a provider of homes."""

    PARTNERSHIP = "partnership"
    BOROUGH = "borough"
    PROVIDER = "provider"


PARTNERSHIP = "partnership"
"""The id of the central team's organisation; a borough's is its ONS code, a provider's its name."""

PLACES_OF_ROLES: dict[Role, frozenset[OrganisationKind]] = {
    Role.BROKER: frozenset({OrganisationKind.PARTNERSHIP}),
    Role.ASSESSOR: frozenset({OrganisationKind.BOROUGH}),
    Role.VERIFIER: frozenset({OrganisationKind.BOROUGH}),
    Role.NOMINATED_OFFICER: frozenset({OrganisationKind.BOROUGH}),
    Role.DIRECTOR: frozenset({OrganisationKind.BOROUGH}),
    Role.REGISTERED_MANAGER: frozenset({OrganisationKind.PROVIDER}),
    Role.PROVIDER: frozenset({OrganisationKind.PROVIDER}),
    Role.COMMISSIONER: frozenset({OrganisationKind.PARTNERSHIP, OrganisationKind.BOROUGH}),
    Role.FINANCE: frozenset({OrganisationKind.PARTNERSHIP, OrganisationKind.BOROUGH}),
    Role.AUDITOR: frozenset({OrganisationKind.PARTNERSHIP}),
    Role.ADMINISTRATOR: frozenset({OrganisationKind.PARTNERSHIP}),
}
"""In which kinds of organisation a role can be held."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: an account's id, its role, its organisation, and the homes a manager manages.

    `via` says by which way: a session of a browser, a token of a program, or the command line.
    """

    id: str
    role: Role
    organisation: str
    kind: OrganisationKind
    homes: frozenset[str] = frozenset()
    via: str = "session"

    @property
    def central(self) -> bool:
        """Whether the organisation is the partnership's own team."""
        return self.kind is OrganisationKind.PARTNERSHIP

    @property
    def borough(self) -> str | None:
        """The borough somebody speaks for; None for the central team and providers."""
        return self.organisation if self.kind is OrganisationKind.BOROUGH else None

    @property
    def provider(self) -> str | None:
        """The provider somebody speaks for; None for everybody else."""
        return self.organisation if self.kind is OrganisationKind.PROVIDER else None


class NoRole(StrEnum):
    """The role of whoever could not say who they are."""

    NONE = "none"


@dataclass(frozen=True, slots=True)
class Nobody:
    """Whoever asks without having shown who they are, as the audit writes them down."""

    via: str
    id: str = "nobody"
    role: NoRole = NoRole.NONE
    organisation: str = "none"
