"""The least that portfolios can cost in a replication: a floor below every exact simulation.

It leaves out who gets on with whom, arrivals at once, notice and points, and lets everybody know
the future. On stretches of days (a week or four, cut where prices change) as many person-days as
possible are covered by homes that could have the young person, in the order of what a covered day
saves; all others are bought at spot; guaranteed places left over are paid. So it is at or below
what the simulation makes of the portfolio, with four allowances:

- a line of an account is rounded, so a day may cost half a penny less than its price;
- a home that shuts may end stays: of those who could live there, as many as it has places, at spot
  prices the dearest, are taken to need nothing from that day on;
- places empty because a home is shut, or declined somebody, may not be paid for as voids;
- somebody who came late may fill a guaranteed place on days on which they need not be there: a
  void never counts for more than the cheapest covered day.

All is worked out in whole numbers, thousandths of a penny, rounded down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, NamedTuple

import numpy as np

from broker.capacity.buying.needs import Closure, Needs
from broker.capacity.figures.days import Ints
from broker.capacity.figures.prices import Fees, Prices
from broker.capacity.simulation.fixed import NEVER

FINE: Final = 1000
WEEK: Final = 7
MANY: Final = 200
"""Replications from which on stretches are four weeks instead of one: the floor is a little lower.
"""
MOST_SUBSETS: Final = 32
"""Sets of kinds whose places are held together; with fewer than all the floor is lower, not wrong.
"""


class Priced(NamedTuple):
    """A day's prices under one of the terms, in thousandths of a penny, never above the true ones.

    `spot[band, day]` of all simulated days; `block[band, day]` and `void[day]` of those of the
    terms; `lines` is what rounding each month's results and voids may take off a replication.
    """

    spot: Ints
    block: Ints
    void: Ints
    edges: Ints
    lines: int


def priced(block: Prices, whole: Prices, covered: int, weeks: int, replications: int) -> Priced:
    """The prices of one of the terms; `covered` of the `weeks` are before their end."""
    step = WEEK if replications < MANY else 4 * WEEK
    days = WEEK * covered
    own, spot = _by_day(block.fees), _by_day(whole.spot)
    assert block.results is not None
    part, base = block.results
    own = (own * (base + part)) // base
    void = (FINE * block.void_numerator) // block.void_denominator
    edges = {0, days, *range(0, days, step)}
    for table in (block.fees.edges, whole.spot.edges):
        edges |= {int(edge) for edge in table if 0 < edge < days}
    months = len(np.unique(block.fees.month))
    return Priced(
        spot[:, : WEEK * weeks], own[:, :days], np.minimum(void[:days], own[:, :days].min(axis=0)),
        np.array(sorted(edges), dtype=np.int64), FINE * months,
    )  # fmt: skip


def _by_day(fees: Fees) -> Ints:
    """Half a penny below the price of each day, by band and day, rounded down."""
    low = (FINE * (2 * fees.weekly - WEEK)) // (2 * WEEK)
    made: Ints = np.repeat(low, np.diff(fees.edges), axis=0).T
    return made


@dataclass(frozen=True)
class Kinds:
    """The homes that could be bought, by kind: places of one, and their numbers in the world.

    `others` are the homes that stay whatever is bought; `places` are by home of the world.
    """

    homes: Sequence[Sequence[int]]
    each: Ints
    others: frozenset[int]
    places: Ints


@dataclass(frozen=True)
class Floor:
    """Everything about some replications under one of the terms that a floor is made of.

    `base` what all days cost at spot; `short[prefix, subset, replication, stretch]` the person-days
    of the bands that save most which kinds outside a subset could cover; `gain` what a day of the
    band at each place saves; `void` and `days` of each stretch; `lost[kind][n, replication]` the
    allowances for the first n homes of a kind (closures, and voids not paid).
    """

    base: Ints
    subsets: Ints
    short: Ints
    gain: Ints
    void: Ints
    days: Ints
    each: Ints
    shut: Sequence[Ints]
    unpaid: Sequence[Ints]
    lines: int

    def least(self, low: Sequence[int], high: Sequence[int], guaranteed: int) -> Ints:
        """Pence by replication, not above any portfolio's with counts from `low` to `high`.

        `guaranteed` are the places that all of them guarantee at least.
        """
        room = (self.subsets * (self.each * np.array(high, dtype=np.int64))).sum(axis=1)
        reach = self.short + room[None, :, None, None] * self.days
        covered = reach.min(axis=1)
        amounts = np.diff(covered, axis=0, prepend=0)
        gain = self.gain[:, None, :]
        worth = (np.maximum(gain, 0) * amounts).sum(axis=(0, 2))
        plain = self.base - worth
        promised = guaranteed * self.days
        used = np.where(gain >= 0, amounts, 0).sum(axis=0)
        filled = plain.copy()
        for at in range(len(gain)):
            eager = (gain[at] < 0) & (gain[at] > -self.void)
            more = np.where(eager, np.clip(promised - used, 0, amounts[at]), 0)
            filled -= (gain[at] * more).sum(axis=1)
            used = used + more
        filled += (self.void * np.maximum(promised - used, 0)).sum(axis=1)
        shut = sum((self.shut[k][n] for k, n in enumerate(high)), self.shut[-1][0])
        unpaid = sum((self.unpaid[k][n] for k, n in enumerate(high)), np.zeros_like(plain))
        made: Ints = (np.maximum(filled - unpaid, plain) - shut - self.lines) // FINE
        return made


def floor(found: Sequence[Needs], kinds: Kinds, prices: Priced) -> Floor:
    """The floor of some replications under one of the terms."""
    cost = np.concatenate(
        [np.zeros((len(prices.spot), 1), dtype=np.int64), np.cumsum(prices.spot, axis=1)], axis=1
    )
    starts, lengths = prices.edges[:-1], np.diff(prices.edges)
    gain = prices.spot[:, starts] - prices.block[:, starts]
    order = np.argsort(-gain, axis=0, kind="stable")
    sets = _subsets(len(kinds.homes))
    short = np.stack([_short(one, prices.edges, sets, order) for one in found], axis=2)
    return Floor(
        base=np.array([_at_spot(one, cost) for one in found], dtype=np.int64),
        subsets=np.array([[kind in one for kind in range(len(kinds.homes))] for one in sets]),
        short=short,
        gain=np.take_along_axis(gain, order, axis=0),
        void=prices.void[starts],
        days=lengths,
        each=kinds.each,
        shut=_shut(found, kinds, cost),
        unpaid=_unpaid(found, kinds, prices),
        lines=prices.lines,
    )


def _at_spot(one: Needs, cost: Ints) -> int:
    return int((cost[one.band, one.end] - cost[one.band, one.start]).sum())


def _subsets(kinds: int) -> list[frozenset[int]]:
    """All sets of kinds, or where they are many the smallest and the largest of them."""
    every = [frozenset(one) for n in range(kinds + 1) for one in combinations(range(kinds), n)]
    if len(every) <= MOST_SUBSETS:
        return every
    half = MOST_SUBSETS // 2
    return [*every[:half], *every[-half:]]


def _short(one: Needs, edges: Ints, sets: Sequence[frozenset[int]], order: Ints) -> Ints:
    """Person-days by prefix of the bands' order, set of kinds and stretch, that others can cover.

    Counted are those whom some kind outside the set could have.
    """
    bands, last = order.shape[0], int(edges[-1])
    made = np.zeros((bands, len(sets), len(edges) - 1), dtype=np.int64)
    for at, held in enumerate(sets):
        free = [kind for kind in range(one.able.shape[1]) if kind not in held]
        if not free:
            continue
        begins = one.able[:, free].min(axis=1)
        for band in range(bands):
            rows = (one.band == band) & (begins < NEVER)
            begin, end = np.minimum(begins[rows], last), np.minimum(one.end[rows], last)
            over = np.minimum(end[:, None], edges[1:]) - np.maximum(begin[:, None], edges[:-1])
            made[band, at] = np.maximum(over, 0).sum(axis=0)
    ordered = np.take_along_axis(made, order[:, None, :], axis=0)
    return np.cumsum(ordered, axis=0).astype(np.int32)


def _shut(found: Sequence[Needs], kinds: Kinds, cost: Ints) -> list[Ints]:
    """What closures may end, by kind and number of its homes; last, of homes that stay anyway."""
    made = []
    for kind, homes in enumerate(kinds.homes):
        table = np.zeros((len(homes) + 1, len(found)), dtype=np.int64)
        for n, home in enumerate(homes):
            own = [_ended(one, one.able[:, kind], home, kinds, cost) for one in found]
            table[n + 1] = table[n] + own
        made.append(table)
    stay = [
        sum(_ended(one, one.cover, home, kinds, cost) for home in sorted(kinds.others))
        for one in found
    ]
    return [*made, np.array([stay], dtype=np.int64)]


def _ended(one: Needs, begins: Ints, home: int, kinds: Kinds, cost: Ints) -> int:
    """The dearest rest of needs that a home's closures may end: as many as it has places."""
    total = 0
    for closure in _of(one, home):
        rows = (begins <= closure.day) & (one.end > closure.day)
        band, end = one.band[rows], one.end[rows]
        rest = np.sort(cost[band, end] - cost[band, closure.day])
        total += int(rest[max(0, len(rest) - int(kinds.places[home])) :].sum())
    return total


def _unpaid(found: Sequence[Needs], kinds: Kinds, prices: Priced) -> list[Ints]:
    """Voids that may not be paid, by kind and number of its homes: shut, or somebody declined."""
    days = prices.block.shape[1]
    dearest = int(prices.void.max(initial=0))
    made = []
    for homes in kinds.homes:
        table = np.zeros((len(homes) + 1, len(found)), dtype=np.int64)
        for n, home in enumerate(homes):
            for at, one in enumerate(found):
                shut = sum(max(0, min(days, each.reopens) - each.day) for each in _of(one, home))
                out = shut + WEEK * int(one.declining[home])
                table[n + 1, at] = table[n, at] + dearest * int(kinds.places[home]) * out
        made.append(table)
    return made


def _of(one: Needs, home: int) -> list[Closure]:
    return [closure for closure in one.closures if closure.home == home]
