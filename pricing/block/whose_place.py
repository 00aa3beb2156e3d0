"""Whose place a borough uses that has more in use than its share: derived for each day, exactly.

First come agreed trades: what a borough uses beyond the share it kept is in places released to it,
spread over those trades in proportion to their places. What it uses beyond that is spread over the
places that other boroughs' shares leave idle, in proportion to how many each leaves, so that two
such users side by side are treated alike. Parts of a place are exact fractions; nothing depends on
an order (docs/block-contract.md, "Trades").
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from pricing.block.shares import SharePeriod, shares_on
from pricing.block.trades import Trade, moved, released
from pricing.occupancy import Stretch


@dataclass(frozen=True, slots=True)
class Standing:
    """A stretch of days with the shares in force: `own` before agreed trades, `held` after them."""

    stretch: Stretch
    own: Mapping[str, int]
    held: Mapping[str, int]

    def idle(self, borough: str) -> int:
        """Places a borough holds and does not use."""
        return max(0, self.held.get(borough, 0) - self.stretch.in_use_by.get(borough, 0))

    def beyond(self, borough: str) -> int:
        """Places a borough uses beyond those it holds."""
        return max(0, self.stretch.in_use_by.get(borough, 0) - self.held.get(borough, 0))


@dataclass(frozen=True, slots=True)
class Use:
    """Places of `owner` that `user` uses on each day of [start, end), exact parts included.

    `trade` is the agreed trade that released them, or None where nothing was agreed.
    """

    user: str
    owner: str
    start: date
    end: date
    places: Fraction
    trade: Trade | None

    @property
    def place_days(self) -> Fraction:
        return self.places * (self.end - self.start).days


def standings(
    days: Iterable[Stretch], periods: Sequence[SharePeriod], trades: Sequence[Trade]
) -> tuple[Standing, ...]:
    """Each stretch with its shares; neither shares nor trades may change inside one."""
    made = []
    for stretch in days:
        own = shares_on(periods, stretch.start)
        change = moved(trades, stretch.start)
        held = {code: own.get(code, 0) + change.get(code, 0) for code in sorted({*own, *change})}
        made.append(Standing(stretch, own, held))
    return tuple(made)


def uses(standing: Standing, trades: Sequence[Trade]) -> list[Use]:
    """Whose place is used by whom on each day of one stretch."""
    return [*_agreed(standing, trades), *_not_agreed(standing)]


def _agreed(standing: Standing, trades: Sequence[Trade]) -> Iterable[Use]:
    stretch = standing.stretch
    holding = [trade for trade in trades if trade.on(stretch.start)]
    given = released(holding, stretch.start)
    for user in sorted({trade.used_by for trade in holding}):
        own = sorted(
            (trade for trade in holding if trade.used_by == user), key=lambda each: each.trade_id
        )
        taken = sum(trade.places for trade in own)
        kept = standing.own.get(user, 0) - given.get(user, 0)
        used = min(taken, max(0, stretch.in_use_by.get(user, 0) - kept))
        for trade in own:
            if used:
                places = Fraction(used * trade.places, taken)
                yield Use(user, trade.released_by, stretch.start, stretch.end, places, trade)


def _not_agreed(standing: Standing) -> Iterable[Use]:
    stretch = standing.stretch
    boroughs = sorted({*standing.held, *stretch.in_use_by})
    idle = {code: places for code in boroughs if (places := standing.idle(code))}
    for user in boroughs:
        if beyond := standing.beyond(user):
            for owner, places in idle.items():
                part = Fraction(beyond * places, sum(idle.values()))
                yield Use(user, owner, stretch.start, stretch.end, part, None)
