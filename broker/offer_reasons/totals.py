"""What a provider may be told of a consortium's totals, so that no other's own numbers show.

A total less one's own is the others' part. Totals by band are told all or none: all where the
others' part of each is at least five, for hiding only the small ones gives them away to whoever
knows the rule. They are told where the others are two providers or more, and for one whole quarter
that is over, since two periods that overlap give away what lies between them (decision 0018).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from pricing.calendar_months import add_months

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
SMALL: Final = f"Totals are hidden where the others’ part of one of them is under {FEWEST}."


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
    others = [total - own[band] for band, total in totals.items()]
    nothing: Mapping[str, int | None] = dict.fromkeys(totals)
    if providers < 3:
        return Totals(nothing, None, ALONE if providers < 2 else TWO)
    if sum(others) < FEWEST:
        return Totals(nothing, None, SMALL)
    if min(others) < FEWEST:
        return Totals(nothing, sum(totals.values()), SMALL)
    return Totals(totals, sum(totals.values()), None)


def beside_share(own: int, others: int, share: Fraction) -> str:
    """Whether a provider was offered more or fewer than its share of the places would give.

    Nothing is said where the others' part is under five or all together under ten. More and fewer
    need a difference of two offers and of a quarter of what the share gives.
    """
    total = own + others
    if others < FEWEST or total < FEWEST_TO_COMPARE:
        return TOO_FEW
    expected = total * share.numerator  # both sides times the denominator, in whole numbers
    mine = own * share.denominator
    difference = abs(mine - expected)
    if difference < 2 * share.denominator or difference * 4 < expected:
        return ABOUT
    return MORE if mine > expected else FEWER


def both_beside_share(
    own: tuple[int, int], others: tuple[int, int], share: Fraction
) -> tuple[str, str]:
    """The words for (all offers, those of high and specialist need) where no total is told.

    They are told only where whoever knows the rule is left with at least five possible numbers of
    the other provider for each; else nothing is said.
    """
    words = beside_share(own[0], others[0], share), beside_share(own[1], others[1], share)
    # No word changes any more beyond so many offers of the others.
    tried = range(
        FEWEST_TO_COMPARE + FEWEST + (math.ceil(2 * (own[0] + 2) / share) if share else 0)
    )
    every, high = (
        [number for number in tried if beside_share(mine, number, share) == word]
        for mine, word in zip(own, words, strict=True)
    )
    if every[-1] != tried[-1]:  # high and specialist are among all
        high = [number for number in high if number <= every[-1]]
    every = [number for number in every if high and number >= high[0]]
    if len(every) < FEWEST or len(high) < FEWEST:
        return TOO_FEW, TOO_FEW
    return words
