"""Whose places they are: the contract's shares, re-normalised on each day a borough leaves.

On the day a borough leaves, those who stay take its places in proportion to their own shares, in
whole places by largest remainder (ties by borough code), so that shares always add up to places.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from pricing.block.events import Exit
from pricing.money import split_exactly
from pricing.terms import Block, Contract


@dataclass(frozen=True, slots=True)
class SharePeriod:
    """Days [start, end) on which each borough has the same share; shares add up to places."""

    start: date
    end: date
    shares: Mapping[str, int]

    def to_json(self) -> dict[str, object]:
        """The period with its shares by borough."""
        return {
            "from": self.start.isoformat(),
            "to": self.end.isoformat(),
            "shares": dict(self.shares),
        }


def share_periods(
    contract: Contract, block: Block, exits: Iterable[Exit]
) -> tuple[SharePeriod, ...]:
    """The shares of the whole term, in order of time; boroughs that left have a share of 0.

    Nobody leaves on the contract's first day or before.
    """
    leaving: dict[date, set[str]] = {}
    for leaver in exits:
        leaving.setdefault(leaver.leaves_on, set()).add(leaver.borough)
    periods = []
    start, shares = contract.start, dict(block.shares)
    for day in sorted(leaving):
        periods.append(SharePeriod(start, day, shares))
        start, shares = day, without(shares, leaving[day])
    periods.append(SharePeriod(start, contract.end, shares))
    return tuple(periods)


def without(shares: Mapping[str, int], leavers: Iterable[str]) -> dict[str, int]:
    """The shares after some boroughs have left: theirs are 0, and the rest add up as before.

    Raises:
        ValueError: nobody with a share would stay.
    """
    gone = set(leavers)
    rest = {code: share for code, share in shares.items() if code not in gone}
    kept = sum(rest.values())
    if not kept:
        raise ValueError("nobody with a share would stay")
    places = sum(shares.values())
    taken = split_exactly(
        places, {code: Fraction(places * share, kept) for code, share in rest.items()}
    )
    return {code: taken.get(code, 0) for code in shares}


def shares_on(periods: Sequence[SharePeriod], day: date) -> Mapping[str, int]:
    """The shares in force on a day; before the term the first, after it the last."""
    in_force = periods[0].shares
    for period in periods:
        if period.start <= day:
            in_force = period.shares
    return in_force
