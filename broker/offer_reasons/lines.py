"""The recorded reason for each offer of a home, and for each shortlisting without one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from broker.life import steps as said
from broker.life.state import LOOKING, Life, OfferMade, State, what

AGAINST: Final = "young_person_against"
RULE_FAILED: Final = "rule_failed"
ANOTHER_HOME: Final = "another_home_chosen"
WITHDRAWN: Final = "referral_withdrawn"
LEFT_OFF: Final = "left_off_a_later_shortlist"
NOT_YET: Final = "not_decided_yet"
WITHOUT_REASON: Final = "no_reason_recorded"
NOT_OFFERED: Final = (
    AGAINST, RULE_FAILED, ANOTHER_HOME, WITHDRAWN, LEFT_OFF, NOT_YET, WITHOUT_REASON
)  # fmt: skip

WISH_RULE: Final = "R16"
SAFETY_RULES: Final = frozenset({"R06", "R11"})
"""Which of these failed would say where somebody is in danger, or from whom: it is not told."""


@dataclass(frozen=True, slots=True)
class OfferLine:
    """One offer to a home: how it stands and what is on record of why."""

    referral: str
    home: str
    band: str | None
    made_on: date
    state: str
    code: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class NotOffered:
    """A home that was shortlisted and not asked: the class of the reason, and rules by code."""

    referral: str
    home: str
    band: str | None
    shortlisted_on: date
    reason: str
    rules: tuple[str, ...]


def offer_line(life: Life, offer: OfferMade, band: str | None) -> OfferLine:
    """One offer with its recorded reason: the decline's code, or why it was withdrawn."""
    state, code, reason = offer.state, None, None
    answered = None if offer.answered is None else offer.answered.said
    if isinstance(answered, said.Decline):
        code = answered.code
    elif isinstance(answered, said.WithdrawOffer):
        reason = answered.reason
    elif isinstance(answered, said.Confirm):
        reason = "another home was chosen"
    elif life.state is State.WITHDRAWN and state in ("open", "accepted"):
        state, reason = "withdrawn", "the referral was withdrawn"
    return OfferLine(life.referral, offer.home, band, offer.made.on, state, code, reason)


def not_offered(
    life: Life, home: str, shortlisted_on: date, failed_now: tuple[str, ...]
) -> NotOffered:
    """Why a shortlisted home was not asked, by what is on record.

    `failed_now` are the rules that do not hold today, where a place is still looked for. What the
    young person said comes first, then the rules, then what was decided.
    """
    found = life.found(home)
    failed = {*failed_now, *(code for code, _ in found.get("failed", ()))}
    view = life.views.get(home)
    against = view is not None and what(view, said.View).wish == "against"
    if against or WISH_RULE in failed:
        reason = AGAINST
    elif failed:
        reason = RULE_FAILED
    elif life.home is not None:
        reason = ANOTHER_HOME
    elif life.state is State.WITHDRAWN:
        reason = WITHDRAWN
    elif home not in life.shortlisted:
        reason = LEFT_OFF
    else:
        reason = NOT_YET if life.state in LOOKING else WITHOUT_REASON
    told = tuple(sorted(failed - SAFETY_RULES - {WISH_RULE})) if reason == RULE_FAILED else ()
    return NotOffered(life.referral, home, life.band, shortlisted_on, reason, told)
