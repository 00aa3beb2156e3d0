"""What a demand expects of the time after its returns: arrivals, and how many live in such homes.

Draws, so that intervals hold what is not known of the rates and the chance of the counts. Lengths
are taken as fitted. It serves to hold an estimate to what came (a back-test); a contract is
simulated week by week elsewhere.
"""

from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from broker.capacity.demand.asked import AgeGroup
from broker.capacity.demand.cells import kinds
from broker.capacity.demand.estimate import Demand
from broker.capacity.demand.lengths import MONTH_DAYS
from broker.capacity.demand.population import Seen
from broker.capacity.demand.stay_groups import Group

Counts = NDArray[np.int64]

YEAR_DAYS: Final = 365
STEPS: Final = 73
SEED: Final = 903


def arrivals_after(
    demand: Demand, years: int = 1, *, growth: bool = True, seed: int = SEED
) -> Counts:
    """Draws of the arrivals in the `years`-th year after the returns, by authority and kind.

    Growth goes on as drawn unless it is left out; needs a demand with rates. Shape (draws, B, K).
    """
    assert demand.arrivals is not None
    draws = demand.arrivals.draws
    step = np.exp(draws.growth * years) if growth else np.ones(len(draws.growth))
    drawn: Counts = np.random.default_rng(seed).poisson(draws.rates * step[:, None, None])
    return drawn


def residents_after(demand: Demand, *, growth: bool = True, seed: int = SEED) -> Counts:
    """Draws of how many live in such homes a year after the returns, all authorities together."""
    random = np.random.default_rng(seed)
    spells = {(group.group, group.route): group for group in demand.spells}
    arrivals = arrivals_after(demand, growth=growth, seed=seed)
    draws = len(arrivals)
    total: Counts = np.zeros(draws, dtype=np.int64)
    for each, after in _now(demand):
        gone = (after - each.stay.start).days / MONTH_DAYS
        group = spells.get((each.group, each.stay.route))
        if group is None or (each.adult_on - after).days <= YEAR_DAYS:
            continue
        at = group.fitted.at(np.array([gone, gone + YEAR_DAYS / MONTH_DAYS]))
        total += random.random(draws) < at[1] / at[0]
    for kind, (route, index, _) in enumerate(kinds(demand.asked)):
        if (index, route) in spells:
            share = _still_there(spells[index, route], demand.asked.age_groups[index])
            total += random.binomial(arrivals[:, :, kind].sum(axis=1), share)
    return total


def residents_now(demand: Demand) -> int:
    """How many live in such homes as the returns end."""
    return len(_now(demand))


def _now(demand: Demand) -> list[tuple[Seen, date]]:
    """The spells going on as the returns end, each with the day after its authority's last."""
    found = []
    for each in demand.people.spells:
        after = demand.people.windows[each.stay.key[0]][1]
        end = each.stay.end
        if (end is None or end >= after) and each.adult_on > after:
            found.append((each, after))
    return found


def _still_there(group: Group, ages: AgeGroup) -> float:
    """The share of a year's arrivals still there at its end: by length, and not yet 18.

    They arrive evenly over the year, at ages even over their group.
    """
    first, last = ages
    months = (np.arange(STEPS) + 0.5) / STEPS * YEAR_DAYS / MONTH_DAYS
    to_youngest, to_oldest = 12 * (18 - first), 12 * (18 - last - 1)
    child = np.clip((to_youngest - months) / (to_youngest - to_oldest), 0, 1)
    return float((group.fitted.at(months) * child).mean())
