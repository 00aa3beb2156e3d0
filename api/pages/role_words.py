"""Roles and acts as people say them, for pages that say who may do what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from api.pages.asked import TITLES
from broker.access.actor import Role
from broker.access.allowed import ACTS

_NAMED: Final = {Role.FINANCE: "finance officer", Role.REGISTERED_MANAGER: "manager of a home"}
_SEVERAL: Final = {Role.REGISTERED_MANAGER: "managers of homes"}

_OTHERS: Final[Mapping[str, str]] = {
    "life.open": "Begin a referral",
    "life.amend": "Write or change a referral",
    "life.place_lost": "Write down that a place is lost",
    "life.reported": "Write down what a return said",
    "life.step": "Take a step in a referral",
    "life.read": "Read a referral",
    "life.list": "See the list of referrals",
    "life.tell": "See a sheet or a letter for a young person",
    "approval.list": "See the approvals of a borough",
    "borough.costs": "See what a borough's places cost",
    "borough.statement": "See what a borough owes",
    "offer.list": "See offers",
    "placement.list": "See the list of placements",
    "duty.list": "See duties",
    "register.read": "Read the registers",
    "register.write": "Write in a register",
    "offer.reasons": "See why homes were asked and not asked",
    "baseline.read": "See the figures of the year before",
    "baseline.freeze": "Freeze the figures of the year before",
    "report.read": "Read reports",
    "audit.read": "Read the audit",
    "audit.amend": "Take words out of the audit",
    "retention.remove": "Take out what is kept no longer",
    "subject.export": "Take out all that is kept about somebody",
    "backup.make": "Back up the records",
    "backup.restore": "Bring back a backup",
    "metrics.read": "See the measures of the service",
    "match.make": "Run a match",
    "decision.make": "Pin or ban a home",
    "decision.read": "See pins and bans",
    "match.read": "See matches",
    "job.ask": "Ask for a job",
    "job.read": "See how a job stands",
    "job.cancel": "Cancel a job",
    "question.ask": "Ask about a match or a home",
    "question.share": "Ask which homes fit a young person",
    "price.ask": "Check a price",
    "contract.read": "See contracts",
    "contract.write": "Write down what happens in a contract",
    "home.list": "See the list of homes",
    "home.read": "See a home",
    "home.add": "Add a home",
    "home.change": "Change what is on record of a home",
    "home.say": "Say what is free in a home",
    "simulation.ask": "Ask for a simulation",
    "simulation.cancel": "Cancel a simulation",
    "simulation.read": "See simulations",
    "forecast.ask": "Ask for an income forecast",
    "account.list": "See the accounts",
    "account.add": "Add an account",
    "account.change": "Change an account",
}

ACT_WORDS: Final[Mapping[str, str]] = {
    **{f"life.{kind}": title for kind, title in TITLES.items()},
    **_OTHERS,
}
"""Every act of the access list, as what somebody would like to do."""

if set(ACT_WORDS) != set(ACTS):
    raise RuntimeError(f"acts without words: {sorted(set(ACTS) ^ set(ACT_WORDS))}")


def role_words(role: Role) -> str:
    """One who has a role, such as `nominated officer`."""
    return _NAMED.get(role, role.value.replace("_", " "))


def roles_words(roles: Iterable[Role]) -> list[str]:
    """All who have these roles, such as `nominated officers`."""
    return [_SEVERAL.get(role, f"{role_words(role)}s") for role in roles]


def who_may(act: str) -> list[str]:
    """Those whose role may do an act, in the order of the list of roles."""
    return roles_words(role for role in Role if role in ACTS[act].roles)
