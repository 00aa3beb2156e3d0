"""How long stays last by age group and route, thin groups lending each other their stays.

A stay ends at 18 whatever else happens: one that reached the birthday counts as not ended there, so
that the curve says how long a stay would last; whoever uses it ends stays at 18 themselves. A stay
whose end is not told (no later return has the young person) counts as seen so far.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from broker.capacity.demand.asked import Asked
from broker.capacity.demand.lengths import (
    Curve,
    Lengths,
    Weibull,
    fit_exponential,
    fit_weibull,
    kaplan_meier,
    lengths,
)
from broker.capacity.demand.population import Population, Seen

LEAST_ENDINGS: Final = 20
"""A group with fewer endings takes in its age group's other routes, then all stays."""
LEAST_OF_ALL: Final = 5
"""With fewer endings in all, nothing is fitted."""
SHAPE_TEST: Final = 3.841
"""Twice the gain in log likelihood from which the shape is not 1 (5% level, one degree)."""
SHOWN_MONTHS: Final = (1, 3, 6, 12, 24, 36)


@dataclass(frozen=True, slots=True)
class Group:
    """The lengths of one age group's stays by one route: the curve seen and the curve fitted.

    `own` and `own_endings` count the group itself; `pooled` says whose stays were fitted.
    """

    group: int
    route: str
    own: int
    own_endings: int
    pooled: str
    data: Lengths
    curve: Curve
    fitted: Weibull
    weibull: Weibull
    exponential: Weibull

    @property
    def family(self) -> str:
        return "exponential" if self.fitted is self.exponential else "weibull"

    def largest_gap(self) -> float:
        """The largest difference between the two curves at any length at which somebody left."""
        return float(np.abs(self.curve.share - self.fitted.at(self.curve.months)).max())


def observed(seen: Iterable[Seen], people: Population) -> list[tuple[float, float, bool]]:
    """Each stay whose first day is known: days before it was seen, days seen until, and ended."""
    rows = []
    for each in seen:
        stay = each.stay
        first, after = people.windows[stay.key[0]]
        if not stay.whole:
            continue
        last = min(stay.end or after, after, each.adult_on)
        ended = stay.end == last and stay.end_known and stay.end < each.adult_on
        since = max(0, (first - stay.start).days)
        rows.append((float(since), float((last - stay.start).days), ended))
    return rows


def fit_groups(
    seen: Sequence[Seen], people: Population, asked: Asked, routes: Sequence[str]
) -> list[Group]:
    """A fit for every age group and route; none where all stays together are too few."""
    everything = lengths(observed(seen, people))
    if everything.endings < LEAST_OF_ALL:
        return []
    return [
        _fit(seen, people, asked, index, route)
        for index in range(len(asked.age_groups))
        for route in routes
    ]


def _fit(seen: Sequence[Seen], people: Population, asked: Asked, index: int, route: str) -> Group:
    def taken(fits: Callable[[Seen], bool]) -> Lengths:
        return lengths(observed(filter(fits, seen), people))

    first, last = asked.age_groups[index]
    own = taken(lambda each: each.group == index and each.stay.route == route)
    data, pooled = own, "own stays"
    if data.endings < LEAST_ENDINGS:
        data, pooled = taken(lambda each: each.group == index), f"all stays from {first} to {last}"
    if data.endings < LEAST_ENDINGS:
        data, pooled = taken(lambda _: True), "all stays"
    weibull, exponential = fit_weibull(data), fit_exponential(data)
    gain = 2 * (weibull.log_likelihood - exponential.log_likelihood)
    return Group(
        group=index,
        route=route,
        own=len(own),
        own_endings=own.endings,
        pooled=pooled,
        data=data,
        curve=kaplan_meier(data),
        fitted=weibull if gain > SHAPE_TEST else exponential,
        weibull=weibull,
        exponential=exponential,
    )
