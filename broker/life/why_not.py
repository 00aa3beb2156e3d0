"""Why a home that was thought of is not a young person's, from the record: our words, and quotes.

A home's own words of refusal are not passed on; its code is. What people who work here wrote stands
as a quote of theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from broker.life import steps as said
from broker.life.against import RULE
from broker.life.quoted import Quote, quote
from broker.life.state import Life, Taken, what
from broker.life.young_words import SAID_NO, YOUNG_OFFICERS
from matching.rules import RULE_BY_CODE

NOT_CHOSEN: Final = "It could have been your home too. We chose the other one for the reason above."
NOT_ASKED: Final = "We do not ask this home any more."
PLACE_LOST: Final = "The place was lost."
CHECKED: Final = "We had to check your plan again, so we stopped asking this home."


@dataclass(frozen=True, slots=True)
class Other:
    """A home that was thought of and is not the one decided for: why not, and what was written."""

    name: str
    why: tuple[str, ...]
    quotes: tuple[Quote, ...] = ()


def why_not(life: Life, home: str, name: str) -> Other:
    """All that is known of why a home is not to be, each reason once; perhaps nothing."""
    why, quotes = _of_offer(life, home)
    view = life.views.get(home)
    if view is not None and what(view, said.View).wish == "against":
        why.insert(0, RULE_BY_CODE[RULE].plain)
    why += [
        RULE_BY_CODE[code].plain
        for code, _ in life.found(home).get("failed", ())
        if code in RULE_BY_CODE
    ]
    for (where, kind), step in life.approvals.items():
        approval = what(step, said.Approve)
        if where == home and not approval.granted:
            why.append(f"{YOUNG_OFFICERS[kind]} said no.")
            quotes.append(quote(step, approval.reason))
    return Other(name, tuple(dict.fromkeys(why)), tuple(quotes))


def _of_offer(life: Life, home: str) -> tuple[list[str], list[Quote]]:
    offer = life.offers.get(home)
    answer: Taken | None = None if offer is None else offer.answered
    if answer is None:
        return [], []
    match answer.said:
        case said.Decline(code=code):
            return [SAID_NO[code]], []
        case said.WithdrawOffer(reason=reason):
            return [NOT_ASKED], [quote(answer, reason)]
        case said.PlaceLost():
            return [PLACE_LOST], []
        case said.Verify():
            return [CHECKED], []
        case _:
            return [], []
