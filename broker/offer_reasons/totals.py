"""What a provider may be told of a consortium's totals, so that no other's own numbers show.

A total less one's own is the others' part. It is told only where that part is of two providers or
more and at least five, where no other total gives it away by subtraction, and for one whole quarter
that is over, since two periods that overlap give away what lies between them (decision 0018).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from broker.life.years import add_months

FEWEST: Final = 5
"""The others' part is hidden under this number."""

FEWEST_TO_COMPARE: Final = 10
"""Under so many offers nothing is said of more or fewer than the share: our starting assumption."""

MORE, ABOUT, FEWER, TOO_FEW = "more", "about", "fewer", "too_few_to_say"
COMPARED: Final = (MORE, ABOUT, FEWER, TOO_FEW)

NO_CONTRACT: Final = (
    "These homes are in no contract, so that there is no consortium to compare with."
)
ALONE: Final = "No other provider has a home under this contract."
TWO: Final = (
    "One other provider has homes under this contract: a total less your own would be its own "
    "number. Only whether you had more or fewer than your share is said."
)
NOT_A_QUARTER: Final = (
    "Totals are told for one whole quarter that is over (from 1 January, April, July or October): "
    "two periods that overlap would give away what lies between them."
)
SMALL: Final = (
    f"A total is hidden where the others’ part of it is under {FEWEST}, or could be worked out "
    "from the other totals."
)


@dataclass(frozen=True, slots=True)
class Totals:
    """The totals that may be told, None for a hidden one; `why` says why something is hidden."""

    bands: Mapping[str, int | None]
    all: int | None
    why: str | None


def a_quarter_that_is_over(start: date, end: date, today: date) -> bool:
    """Whether [start, end) is one whole calendar quarter before `today`."""
    first = start.day == 1 and start.month in (1, 4, 7, 10)
    return first and end <= today and end == add_months(start, 3)


def tellable(own: Mapping[str, int], totals: Mapping[str, int], providers: int) -> Totals:
    """The totals by band and in all that give no other provider away; same bands in both.

    `own` are the provider's part of `totals`; `providers` counts all with homes in the contract.
    """
    others = {band: total - own[band] for band, total in totals.items()}
    nothing: Mapping[str, int | None] = dict.fromkeys(totals)
    if providers < 3:
        return Totals(nothing, None, ALONE if providers < 2 else TWO)
    together = sum(others.values())
    hidden = {band for band, number in others.items() if number < FEWEST}
    if together < FEWEST:
        return Totals(nothing, None, SMALL)
    while hidden and len(hidden) < len(others):
        covered = sum(others[band] for band in hidden)
        if len(hidden) > 1 and covered >= FEWEST:
            break
        hidden.add(min(others.keys() - hidden, key=lambda band: (others[band], band)))
    shown = {band: None if band in hidden else total for band, total in totals.items()}
    return Totals(shown, sum(totals.values()), SMALL if hidden else None)


def beside_share(own: int, total: int, share: Fraction) -> str:
    """Whether a provider was offered more or fewer than its share of the places would give.

    More and fewer need a difference of two offers and of a quarter of what the share gives.
    """
    if total < FEWEST_TO_COMPARE:
        return TOO_FEW
    expected = total * share
    difference = abs(own - expected)
    if difference < 2 or difference * 4 < expected:
        return ABOUT
    return MORE if own > expected else FEWER
