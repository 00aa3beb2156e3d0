"""How much cheaper any portfolio could be, also one that was never simulated.

Portfolios are looked at in boxes: terms, and for each kind a lowest and a highest number of homes.
A box has a floor (`floor.py`) that none of its portfolios undercuts: the homes of the highest
numbers, the guarantee of the lowest. A box whose floor is not below the best portfolio's cost holds
nothing cheaper and is ruled out; the box of lowest floor is split, until portfolios alone are left.

On the replications that chose, that is a fact about them. Of the long run: the least floor of a
group of fresh replications is, on average, at or below the least mean cost of all portfolios (who
chooses for each group anew does better than who chooses once); what the best portfolio costs there
less that floor is, on average, at or above its true distance from the best of all. Over independent
groups that has a mean and a one-sided interval by Student's t.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import heappop, heappush
from typing import Final

import numpy as np

from broker.capacity.buying.options import Options, Portfolio
from broker.capacity.buying.paired import mean
from broker.capacity.figures.days import Ints

LOOKS: Final = 4000
"""Boxes looked at before the search for the least floor stops: what is left open is told."""
GROUPS: Final = 10
STUDENT: Final = tuple(
    Fraction(t, 1000) for t in (6314, 2920, 2354, 2132, 2016, 1944, 1895, 1860, 1834)
)
"""The 95% point of Student's t with 1 to 9 degrees of freedom, rounded up."""

Counts = tuple[int, ...]
Floors = Callable[[int, Counts, Counts], Ints]
"""Pence by replication that no portfolio undercuts: of some terms, from some counts to others."""


@dataclass(frozen=True)
class Least:
    """What is known of all portfolios beside a target, the cost of the best.

    `value` no portfolio that is not simulated in full is cheaper than; the target itself where none
    can be. `left` are the portfolios that are neither simulated in full nor ruled out, None where
    there were too many boxes to tell. `allowed` counts all portfolios within the limit of places.
    """

    target: Fraction
    value: Fraction
    left: tuple[Portfolio, ...] | None
    looks: int
    allowed: int

    @property
    def gap(self) -> Fraction:
        """How much cheaper a portfolio could at most be."""
        return self.target - self.value


@dataclass(frozen=True)
class Gap:
    """The mean over groups of what the best could be undercut by, and the end of its interval.

    `most` is the upper end of the one-sided 95% interval, None of a single group.
    """

    value: Fraction
    most: Fraction | None
    groups: int


def least(
    options: Options, floors: Floors, known: Mapping[Portfolio, Fraction | None], target: Fraction,
    looks: int = LOOKS,
) -> Least:  # fmt: skip
    """The least that an allowed portfolio could cost on average, given a target that one costs.

    `known` has the mean costs of portfolios simulated in full, None for those that keep the limits
    of the options not.
    """
    open_boxes: list[tuple[Fraction, int, Counts, Counts]] = []
    looked = 0

    def look(terms: int, low: Counts, high: Counts) -> None:
        nonlocal looked
        box = _shrunk(options, low, high)
        if box is None:
            return
        looked += 1
        value = mean(floors(terms, *box)).value
        if value < target:
            heappush(open_boxes, (value, terms, *box))

    for terms, one in enumerate(options.terms):
        most = tuple(k.most if not k.terms or one.id in k.terms else 0 for k in options.kinds)
        look(terms, (0,) * len(most), most)
    left: list[Portfolio] = []
    value = target
    cheaper = [cost for cost in known.values() if cost is not None]
    value = min([value, *cheaper])
    while open_boxes and looked < looks:
        bound, terms, low, high = heappop(open_boxes)
        if low == high:
            portfolio = Portfolio(terms, low)
            if portfolio not in known and options.allowed(portfolio):
                left.append(portfolio)
                value = min(value, bound)
            continue
        for part in _halves(options, low, high):
            look(terms, *part)
    if open_boxes:
        return Least(target, min(value, open_boxes[0][0]), None, looked, number_allowed(options))
    return Least(target, value, tuple(sorted(left)), looked, number_allowed(options))


def gap(
    options: Options, floors: Floors, costs: Ints, known: Mapping[Portfolio, Ints | None],
    looks: int = LOOKS,
) -> Gap:  # fmt: skip
    """How much cheaper than a portfolio of these costs any other could be in the long run.

    `known` has the costs of portfolios simulated in the same replications, None for those that do
    not keep the limits; `floors` are of the same replications, in the same order.
    """
    size = -(-len(costs) // GROUPS)
    found = []
    for start in range(0, len(costs) // size * size, size):
        part = slice(start, start + size)

        def of(terms: int, low: Counts, high: Counts, part: slice = part) -> Ints:
            return floors(terms, low, high)[part]

        own = {
            one: None if table is None else mean(table[part]).value for one, table in known.items()
        }
        found.append(least(options, of, own, mean(costs[part]).value, looks).gap)
    return gap_of(found)


def gap_of(found: Sequence[Fraction]) -> Gap:
    """The mean of independent groups' gaps with its one-sided interval."""
    number = len(found)
    middle = sum(found, Fraction()) / number
    if number < 2:
        return Gap(middle, None, number)
    rounded = np.array([round(one) for one in found], dtype=np.int64)
    error = mean(rounded).error
    assert error is not None
    return Gap(middle, middle + STUDENT[number - 2] * error + 1, number)


def number_allowed(options: Options) -> int:
    """How many portfolios keep the counts, the limit of places and the terms of their kinds."""
    total = 0
    for terms in options.terms:
        ways = {0: 1}
        for kind in options.kinds:
            most = kind.most if not kind.terms or terms.id in kind.terms else 0
            grown: dict[int, int] = {}
            for places, number in ways.items():
                for n in range(most + 1):
                    at = places + n * kind.places
                    if at <= options.limits.places:
                        grown[at] = grown.get(at, 0) + number
            ways = grown
        total += sum(number for places, number in ways.items() if places)
    return total


def _shrunk(options: Options, low: Counts, high: Counts) -> tuple[Counts, Counts] | None:
    """The box without counts that the limit of places forbids; None where nothing is left."""
    room = options.limits.places - sum(
        k.places * n for k, n in zip(options.kinds, low, strict=True)
    )
    if room < 0:
        return None
    top = tuple(
        min(b, a + room // k.places) for k, a, b in zip(options.kinds, low, high, strict=True)
    )
    return (low, top) if any(top) else None


def _halves(options: Options, low: Counts, high: Counts) -> Iterator[tuple[Counts, Counts]]:
    """The box cut in two where it is widest, by places."""
    widths = [k.places * (b - a) for k, a, b in zip(options.kinds, low, high, strict=True)]
    at = widths.index(max(widths))
    middle = (low[at] + high[at]) // 2
    yield low, (*high[:at], middle, *high[at + 1 :])
    yield (*low[:at], middle + 1, *low[at + 1 :]), high
