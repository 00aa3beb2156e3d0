"""Who is at work: fifty accounts of the roles that bring a young person from a form to a home.

Four in five are people with a session of a browser; the others are programs with a bearer token.
All is invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import cycle, islice

from broker.access.actor import PARTNERSHIP, Role
from matching.geography import PARTNER_BOROUGHS

SECRET = "a secret of this benchmark alone"
ONE_IN = 5
"""Every so many-th account is a program's."""

PROVIDERS = ("LOAD-1", "LOAD-2", "LOAD-3", "LOAD-4", "LOAD-5")
_OF_A_BOROUGH = (
    Role.ASSESSOR,
    Role.ASSESSOR,
    Role.VERIFIER,
    Role.NOMINATED_OFFICER,
    Role.DIRECTOR,
)
EVERYBODY = (
    *((role, borough) for borough in PARTNER_BOROUGHS for role in _OF_A_BOROUGH),
    *[(Role.BROKER, PARTNERSHIP)] * 5,
    *((Role.REGISTERED_MANAGER, provider) for provider in PROVIDERS),
)
"""The fifty; whoever asks for more has them again under other names."""


@dataclass(frozen=True, slots=True)
class User:
    """One account: `homes` are those a registered manager manages."""

    account: str
    role: str
    organisation: str
    program: bool
    homes: tuple[str, ...] = ()


def users(number: int, homes_of: Mapping[str, tuple[str, ...]]) -> list[User]:
    """So many accounts; `homes_of` are the homes of each provider."""
    return [
        User(
            f"user-{at}",
            role.value,
            organisation,
            at % ONE_IN == ONE_IN - 1,
            homes_of.get(organisation, ()),
        )
        for at, (role, organisation) in enumerate(islice(cycle(EVERYBODY), number))
    ]
