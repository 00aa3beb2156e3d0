"""Which rules a person may override, who must sign, and how a decision says so.

Only R07 (the director), R12 and R15 (the registered manager, who has assessed the household) and
R16 (a pin whose reason answers the young person's words) can be overridden: nothing else, ever.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from matching.cells import Kind, RefusedCell
from matching.problem import Decision, Home, Problem, Referral

DIRECTOR = "director"
MANAGER = "registered manager"

SIGNERS: Mapping[str, str] = {"R07": DIRECTOR, "R12": MANAGER, "R15": MANAGER, "R16": ""}
"""For each rule that can be overridden, who must sign; R16 needs a reason instead."""

WHO_MAY: Mapping[str, str] = {
    "R07": "a director can override R07 (override: R07=director)",
    "R12": "a registered manager who has assessed it can override R12 "
    "(override: R12=registered manager)",
    "R15": "a registered manager who has assessed it can override R15 "
    "(override: R15=registered manager)",
    "R16": "a pin whose reason answers the young person's words can override R16 (override: R16)",
}

_NOT_THE_ONE = (
    r"(?<!assistant )(?<!deputy )(?<!associate )(?<!managing )"
    r"(?<!to the )(?<!for the )(?<!behalf of the )"
)
_ROLES = {
    DIRECTOR: re.compile(rf"{_NOT_THE_ONE}\bdirector\b"),
    MANAGER: re.compile(rf"{_NOT_THE_ONE}\bregistered ?manager\b"),
}


def roles_in(words: str) -> frozenset[str]:
    """The roles that sign overrides among words such as “J. Director of Children's Services”.

    Case and spacing mean nothing. A deputy, somebody who signs for the director and a provider's
    managing director are not the director.
    """
    plain = re.sub(r"[\W_]+", " ", words).strip().casefold()
    return frozenset(role for role, pattern in _ROLES.items() if pattern.search(plain))


def _parse(cell: str) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for item in (part.strip() for part in cell.split(";")):
        code, given, signer = (part.strip() for part in item.partition("="))
        if code not in SIGNERS:
            raise RefusedCell(f"{code or 'an empty item'} can never be overridden")
        if code in found:
            raise RefusedCell(f"{code} stands twice")
        if given and not SIGNERS[code]:
            raise RefusedCell(f"{code} needs no signer, only a reason in words")
        if given and SIGNERS[code] not in roles_in(signer):
            raise RefusedCell(f"{code} is signed by the {SIGNERS[code]}, nobody else")
        found[code] = SIGNERS[code] if given else ""
    return tuple(sorted(found.items()))


OVERRIDE = Kind(
    _parse,
    "allowed: R07=director, R12=registered manager, R15=registered manager and R16, "
    "with ; between two; no signer where by says the role",
)


def override_text(decision: Decision) -> str:
    """The cell that reads back as the decision's overrides."""
    return ";".join(f"{code}={who}" if who else code for code, who in decision.override)


def signed_by(decision: Decision, code: str) -> str | None:
    """Who signed for overriding a rule; None where the decision does not properly override it.

    R16 is signed by whoever decided, since its reason answers the young person's words.
    """
    if decision.kind != "pin" or code not in dict(decision.override) or code not in SIGNERS:
        return None
    needed = SIGNERS[code]
    if not needed:
        return decision.by if decision.reason.strip() else None
    if needed in roles_in(decision.by):
        return decision.by
    given = dict(decision.override)[code] == needed
    return f"{needed} (recorded by {decision.by})" if given else None


def overridden(problem: Problem, referral: Referral) -> Mapping[str, str]:
    """The rules that a referral's own pin overrides, each with the home it is overridden for."""
    pin = problem.pins.get(referral.id)
    if pin is None:
        return {}
    return {code: pin.home for code, _ in pin.override if signed_by(pin, code) is not None}


def counted_inside(problem: Problem, home: Home) -> frozenset[str]:
    """Referrals that J3 counts among the residents of a home: R15 is overridden for them there.

    So an override takes room from everybody else and never makes any.
    """
    return frozenset(
        who
        for who, pin in problem.pins.items()
        if pin.home == home.id and signed_by(pin, "R15") is not None
    )
