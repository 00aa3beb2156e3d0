"""What else the returns tell of stays: endings, moves before, distance, moves between homes."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from broker.capacity.demand.courses import BETWEEN
from broker.capacity.demand.endings import Ending
from broker.capacity.demand.population import Population, Seen
from broker.returns.distance import distance, in_own_area
from broker.returns.whole import Returns
from pricing.outcomes.poisson import poisson_limits

MOVES: Final = ("0", "1", "2", "3+")
QUANTILES: Final = (10, 25, 50, 75, 90)
NEAR_TENTHS: Final = 200
"""20 miles, in tenths: the line of the statutory return's tables and of the main source."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Unplanned endings over the days lived there, a thousand, with 95% limits.

    The limits are the exact ones of a Poisson count; None where nobody lived there a day.
    """

    endings: int
    days: int
    mean: float | None
    low: float
    high: float | None


@dataclass(frozen=True, slots=True)
class Endings:
    """How stays ended: counts of each kind, and the unplanned rate by moves in the year before."""

    counts: Counter[Ending]
    overall: Rate
    by_moves: dict[str, Rate]
    to_another_home: int
    ended: int


@dataclass(frozen=True, slots=True)
class Distances:
    """How far from home placements were: those known, those not known, those left blank.

    `in_area` of `area_known` lie in the responsible authority.
    """

    tenths: tuple[int, ...]
    unknown: int
    unaccompanied: int
    in_area: int
    area_known: int

    def quantile(self, percent: int) -> int:
        """The smallest distance that so many of a hundred do not pass, in tenths of a mile."""
        ordered = sorted(self.tenths)
        return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]

    @property
    def near(self) -> int:
        return sum(tenths <= NEAR_TENTHS for tenths in self.tenths)


def moves_key(moves: int) -> str:
    """Which row of a table by moves somebody belongs to."""
    return MOVES[min(moves, 3)]


def count_endings(people: Population) -> Endings:
    """The endings of stays within the returns' days, up to 18."""
    counts: Counter[Ending] = Counter()
    to_another = ended = 0
    for each in people.stays:
        if _ended_inside(each, people) and each.stay.ending is not None:
            counts[each.stay.ending] += 1
            ended += 1
            to_another += each.stay.next_asked
    by_moves = {
        name: _rate(people, lambda each, name=name: _moves(each) == name)  # type: ignore[misc]
        for name in MOVES
    }
    return Endings(counts, _rate(people, lambda _: True), by_moves, to_another, ended)


def count_moves(people: Population) -> Counter[str]:
    """Arrivals from outside such homes, by changes of placement in the year before."""
    return Counter(
        moves_key(each.stay.moves_before)
        for each in _begun(people)
        if each.stay.route != BETWEEN and each.stay.moves_before is not None
    )


def count_distances(people: Population, returns: Returns) -> Distances:
    """The distances of placements begun within the returns' days."""
    tenths = []
    unknown = blank = in_area = area_known = 0
    for each in _begun(people):
        found = distance(each.stay.first, each.stay.key in returns.unaccompanied)
        area = in_own_area(each.stay.first)
        area_known += area is not None
        in_area += area is True
        if found.unaccompanied:
            blank += 1
        elif found.tenths is None:
            unknown += 1
        else:
            tenths.append(found.tenths)
    return Distances(tuple(tenths), unknown, blank, in_area, area_known)


def _begun(people: Population) -> Iterable[Seen]:
    for each in people.stays:
        first, after = people.windows[each.stay.key[0]]
        if first <= each.stay.start < after:
            yield each


def _ended_inside(each: Seen, people: Population) -> bool:
    first, after = people.windows[each.stay.key[0]]
    end = each.stay.end
    return end is not None and first <= end < after and end < each.adult_on and each.stay.end_known


def _moves(each: Seen) -> str | None:
    return None if each.stay.moves_before is None else moves_key(each.stay.moves_before)


def _rate(people: Population, fits: Callable[[Seen], bool]) -> Rate:
    days = endings = 0
    for each in filter(fits, people.stays):
        first, after = people.windows[each.stay.key[0]]
        start = max(each.stay.start, first)
        last = min(each.stay.end or after, after, each.adult_on)
        days += max(0, (last - start).days)
        endings += _ended_inside(each, people) and each.stay.ending is Ending.DISRUPTED
    low, high = poisson_limits(endings)
    if not days:
        return Rate(endings, 0, None, 0.0, None)
    thousand = 1000 / days
    return Rate(endings, days, endings * thousand, float(low) * thousand, float(high) * thousand)
