"""Where each proposal of a match stands on record, and the step a broker takes next from there.

A match proposes; the steps put it to the home: shortlist, offer, chase. Each link leads to the form
of that step with what is known filled in; whether the step may be taken, its own gates say.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlencode

from sqlmodel import Session

from api.asked_for import AskedFor, asked_for
from api.pages.asked import kinds_from
from broker.life.state import LOOKING, State
from matching.words import day_words


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a proposal stands in words, and the next step: its address and what it is called."""

    words: str
    href: str | None = None
    text: str = ""


def standings(
    session: Session, run: int, proposals: Iterable[tuple[str, str]], today: date
) -> dict[str, Standing]:
    """By referral, where each proposal (a referral and a home) of a match stands."""
    homes = dict(proposals)
    found = asked_for(session, homes)
    return {who: _standing(run, who, home, found, today) for who, home in homes.items()}


def _standing(
    run: int,
    who: str,
    home: str,
    found: AskedFor,
    today: date,
) -> Standing:
    state, asked, shortlisted = found.states.get(who), found.offers, found.shortlisted
    if state is None:
        return Standing("Taken in from a file; no step is on record")
    if state not in LOOKING:
        return Standing(_ELSEWHERE.get(state, "Decided"), f"/referrals/{_in_path(who)}", "See it")
    offer = asked.get((who, home))
    if offer is not None and offer["state"] == "open":
        late = ", which is past" if offer["answer_by"] < today else ""
        words = f"Asked on {day_words(offer['made_on'])}, to answer by "
        words += f"{day_words(offer['answer_by'])}{late}"
        return _step(who, state, "call", "Chase: log a call", words, home_id=home)
    if offer is not None and offer["state"] in _ANSWERED:
        return Standing(_ANSWERED[offer["state"]], f"/referrals/{_in_path(who)}", "See it")
    others = any(one == who and row["state"] == "open" for (one, _), row in asked.items())
    also = ". Another home is asked" if others else ""
    if (who, home) in shortlisted:
        words = f"On the shortlist{also}"
        return _step(who, state, "offer", "Make an offer", words, home_id=home)
    words, text = f"Not on the shortlist{also}", "Put on the shortlist"
    if any(one == who for one, _ in shortlisted):
        text = "Write a new shortlist, which takes the place of the one there is"
    known = {"home_id": home, "source": "match", "run_id": str(run)}
    return _step(who, state, "shortlist", text, words, **known)


_ANSWERED = {"accepted": "The home said yes", "declined": "The home said no"}
_ELSEWHERE = dict.fromkeys(
    (State.DRAFT, State.RECEIVED, State.BANDED), "Not checked by the borough yet"
) | {State.WITHDRAWN: "Withdrawn", State.ENDED: "Ended"}


def _step(who: str, state: State, kind: str, text: str, words: str, **known: str) -> Standing:
    """The step, where a life may take it from where it stands; else the record."""
    if kind not in kinds_from(state):
        return Standing(words, f"/referrals/{_in_path(who)}", "See it")
    return Standing(words, f"/referrals/{_in_path(who)}/{kind}?{urlencode(known)}", text)


def _in_path(who: str) -> str:
    return quote(who, safe="")
