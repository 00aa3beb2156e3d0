"""The access list: for everything that can be done, the roles that may do it, and on whose records.

There is no way round it: a step of a referral's life, a route and a command each name an act of
this list, and a test fails for one that does not. A role that may never do a thing is told so; a
record outside somebody's organisation is, to them, not there.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from broker.access.actor import Actor, Role

_BROKER: Final = frozenset({Role.BROKER})
_REFERRERS: Final = frozenset({Role.BROKER, Role.ASSESSOR})
_HOMES: Final = frozenset({Role.PROVIDER, Role.REGISTERED_MANAGER})
_BOROUGHS: Final = frozenset({Role.ASSESSOR, Role.VERIFIER, Role.NOMINATED_OFFICER, Role.DIRECTOR})
_CASEWORK: Final = _BROKER | _BOROUGHS
_CHANGE_HOMES: Final = frozenset({Role.BROKER, Role.COMMISSIONER}) | _HOMES
_OVERSIGHT: Final = frozenset({Role.BROKER, Role.COMMISSIONER, Role.FINANCE})
_PAY: Final = frozenset({Role.COMMISSIONER, Role.FINANCE})
_APPROVE: Final = frozenset({Role.NOMINATED_OFFICER, Role.DIRECTOR})


class Scope(StrEnum):
    """On whose records an act may be done."""

    OWN = "own"  # the central team: all; a borough: its young people; a provider: its homes
    BOROUGH = "borough"  # those of the borough that somebody speaks for; not for the central team
    ANY = "any"  # no record of somebody's in particular


@dataclass(frozen=True, slots=True)
class Permission:
    """Who may do an act, and on whose records."""

    roles: frozenset[Role]
    scope: Scope = Scope.OWN


ACTS: Final[dict[str, Permission]] = {
    # a referral's life, by the kind of step
    "life.open": Permission(_REFERRERS),
    "life.amend": Permission(_REFERRERS),
    "life.submit": Permission(_REFERRERS),
    "life.withdraw": Permission(_REFERRERS),
    "life.band": Permission(_REFERRERS),
    "life.verify": Permission(frozenset({Role.VERIFIER})),
    "life.shortlist": Permission(_BROKER),
    "life.view": Permission(_REFERRERS),
    "life.call": Permission(_BROKER),
    "life.offer": Permission(_BROKER),
    "life.withdraw_offer": Permission(_BROKER),
    "life.impact": Permission(frozenset({Role.REGISTERED_MANAGER})),
    "life.accept": Permission(_HOMES),
    "life.decline": Permission(_HOMES),
    "life.visit": Permission(_REFERRERS),
    "life.approve": Permission(_APPROVE),
    "life.evidence": Permission(_REFERRERS),
    "life.confirm": Permission(_BROKER),
    "life.move_in": Permission(_REFERRERS | {Role.REGISTERED_MANAGER}),
    "life.reband": Permission(_REFERRERS),
    "life.dispute_band": Permission(_HOMES),
    "life.answer_dispute": Permission(_BROKER),
    "life.visited": Permission(_REFERRERS),
    "life.reviewed": Permission(_REFERRERS),
    "life.step_down": Permission(_REFERRERS),
    "life.step_down_back": Permission(_REFERRERS),
    "life.place_lost": Permission(_CHANGE_HOMES),
    "life.end": Permission(_REFERRERS),
    "life.look_back": Permission(_REFERRERS),
    "life.care": Permission(_REFERRERS),
    "life.reported": Permission(_REFERRERS),
    "life.step": Permission(_CASEWORK | _HOMES),
    # looking
    "life.read": Permission(_CASEWORK | _HOMES | {Role.AUDITOR}),
    "life.list": Permission(_CASEWORK | _HOMES | {Role.AUDITOR}),
    "life.tell": Permission(_CASEWORK),
    "approval.list": Permission(_BOROUGHS),
    "borough.costs": Permission(_BOROUGHS | _PAY, Scope.BOROUGH),
    "borough.statement": Permission(_APPROVE | _PAY, Scope.BOROUGH),
    "offer.list": Permission(_CASEWORK | _HOMES | {Role.AUDITOR}),
    "placement.list": Permission(_CASEWORK | _HOMES | _OVERSIGHT | {Role.AUDITOR}),
    "duty.list": Permission(_CASEWORK),
    "register.read": Permission(_CASEWORK | _HOMES | {Role.COMMISSIONER, Role.AUDITOR}),
    "register.write": Permission(_HOMES | {Role.BROKER, Role.COMMISSIONER}),
    "offer.reasons": Permission(_HOMES | {Role.BROKER, Role.COMMISSIONER}),
    "baseline.read": Permission(frozenset({Role.BROKER, Role.COMMISSIONER})),
    "baseline.freeze": Permission(frozenset({Role.COMMISSIONER})),
    "report.read": Permission(frozenset({Role.BROKER, Role.COMMISSIONER, Role.DIRECTOR})),
    # what holds the service to account, and keeps it working
    "audit.read": Permission(frozenset({Role.AUDITOR}), Scope.ANY),
    "audit.amend": Permission(frozenset({Role.ADMINISTRATOR}), Scope.ANY),
    "retention.remove": Permission(frozenset({Role.ADMINISTRATOR}), Scope.ANY),
    "subject.export": Permission(frozenset({Role.ADMINISTRATOR}), Scope.ANY),
    "backup.make": Permission(frozenset({Role.ADMINISTRATOR}), Scope.ANY),
    "backup.restore": Permission(frozenset({Role.ADMINISTRATOR}), Scope.ANY),
    "metrics.read": Permission(frozenset({Role.ADMINISTRATOR, Role.AUDITOR}), Scope.ANY),
    # matching and pricing
    "match.make": Permission(_BROKER),
    "decision.make": Permission(_BROKER),
    "decision.read": Permission(_BROKER),
    "match.read": Permission(frozenset({Role.BROKER, Role.COMMISSIONER, Role.AUDITOR})),
    "job.ask": Permission(_BROKER),
    "job.read": Permission(frozenset({Role.BROKER, Role.COMMISSIONER})),
    "job.cancel": Permission(_BROKER),
    "question.ask": Permission(_BROKER),
    "question.share": Permission(_REFERRERS),
    "price.ask": Permission(frozenset(Role), Scope.ANY),
    "contract.read": Permission(_OVERSIGHT),
    "contract.write": Permission(frozenset({Role.COMMISSIONER})),
    "home.list": Permission(frozenset(Role), Scope.ANY),
    "home.read": Permission(frozenset(Role), Scope.ANY),
    "home.add": Permission(_BROKER),
    "home.change": Permission(_CHANGE_HOMES),
    "home.say": Permission(_HOMES),
    "simulation.ask": Permission(frozenset({Role.COMMISSIONER})),
    "simulation.cancel": Permission(frozenset({Role.COMMISSIONER})),
    "simulation.read": Permission(frozenset({Role.COMMISSIONER, Role.BROKER})),
    "forecast.ask": Permission(_HOMES | _OVERSIGHT),
    # who may sign in
    "account.list": Permission(frozenset({Role.ADMINISTRATOR}), Scope.ANY),
    "account.add": Permission(frozenset({Role.ADMINISTRATOR}), Scope.ANY),
    "account.change": Permission(frozenset({Role.ADMINISTRATOR}), Scope.ANY),
}
"""Every act by name."""


def may(actor: Actor, act: str) -> bool:
    """Whether somebody's role may do an act at all; what is a borough's, where they are of one."""
    allowed = ACTS[act]
    if allowed.scope is Scope.BOROUGH and actor.borough is None:
        return False
    return actor.role in allowed.roles
