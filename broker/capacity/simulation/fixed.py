"""What every replication of a run shares, as flat arrays for the compiled loops.

Days count from the run's first Monday. Homes, boroughs, contracts, bands and invented young people
are indices; sizes are H homes, P invented young people, B boroughs, C contracts, K cells of
arrivals, N young people of the case. Times are days.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

NEVER: Final = 1 << 50
"""Later than any day, more than any limit; as in the compiled loops of matching."""
SOLO, OLDER, YOUNGER = 1, 2, 3
"""Living companions: nobody else, only older, only younger; 0 puts no condition."""
PREFERRED, TOGETHER, APART_OK = 1, 2, 3
"""What siblings say of living together; 0 nothing."""


class Homes(NamedTuple):
    """By home. `arrivals` is most in one plan, `provider` an index within its contract."""

    places: Ints
    arrivals: Ints
    max_high: Ints
    load_limit: Ints
    max_age: Ints
    opens: Ints
    trained: Ints
    contract: Ints
    provider: Ints
    key: NDArray[np.uint64]
    block: Flags


class Tables(NamedTuple):
    """Judged by matching's own rules and points (`tables.Judged`), with what else is fixed.

    `metres` and `local` by young person and home, `local_of_borough` as far as a borough tells;
    `period` by day; `planned` months, `band` and `borough` by young person. `birthday[born - born_base, age]`; `month` and `month_day` by day -
    day_base.
    """

    fits: Flags
    fits_trained: Flags
    of_age: Flags
    points: Ints
    metres: Ints
    local: NDArray[np.int8]
    local_of_borough: NDArray[np.int8]
    fee_points: Ints
    marginal: Ints
    period: Ints
    planned: Ints
    band: Ints
    borough: Ints
    companions: Ints
    moves: Ints
    birthday: Ints
    born_base: int
    month: Ints
    month_day: Ints
    day_base: int


class Policy(NamedTuple):
    """Weights of the policy, loads and high need by band, and what ties homes together.

    `share[c, b]` -1 where the borough has none of the contract; `parts[c, q]` places of provider q.
    """

    age: int
    unsettled: int
    sibling: int
    caution: int
    apart: int
    short: int
    balance: int
    wait_5: int
    wait_over: int
    per_day: int
    cap: int
    load: Ints
    high: Flags
    share: Ints
    parts: Ints
    places: Ints
    balanced: Flags
    guaranteed: int


class Coming(NamedTuple):
    """Who comes, by cell of arrivals, and how long they stay.

    `stratum` where a cell's invented young people begin, `size` how many; `spent[k, w]` years of
    arrivals at the cell's rate by week w's begin, the course's factors counted; `ages` the youngest
    and, exclusive, oldest in days. `moves` and `endings` are shares added up.
    """

    stratum: Ints
    size: Ints
    borough: Ints
    group: Ints
    route: Ints
    sex: Ints
    ages: Ints
    spent: Floats
    moves: Floats
    endings: Floats
    again: float
    tabled: Flags
    table: Floats
    left: Floats


class Known(NamedTuple):
    """The young people of the case: residents (`home` >= 0), then referrals.

    `pool` -1: a resident of a borough outside the demand, who does not come back. `end` NEVER where
    no day of leaving is confirmed; `related[i, j]` 1 must not live together, 2 with caution.
    """

    name: Ints
    pool: Ints
    born: Ints
    band: Ints
    sex: Ints
    borough: Ints
    group: Ints
    companions: Ints
    family: Ints
    siblings: Ints
    home: Ints
    end: Ints
    needed: Ints
    since: Ints
    moves: Ints
    related: NDArray[np.int8]


class Chances(NamedTuple):
    """The settings as chances and days."""

    elsewhere_after: int
    emergency: float
    sibling: float
    related: float
    must_not: float
    decline: float
    step_down: float
    step_first: float
    step_last: float
    closures_per_day: float
    closed_days: int


class Fixed(NamedTuple):
    """All of it."""

    homes: Homes
    tables: Tables
    policy: Policy
    coming: Coming
    known: Known
    chances: Chances
    weeks: int


class Life(NamedTuple):
    """The young people of one replication, by number, those of the case first, then by day.

    `enters` is the first weekly round with them; `needed` the day the place is needed; `name`
    what chance knows them by; `solo`, `older`, `younger` as the compiled household rules take them.
    """

    name: Ints
    pool: Ints
    born: Ints
    band: Ints
    sex: Ints
    borough: Ints
    group: Ints
    route: Ints
    family: Ints
    siblings: Ints
    moves: Ints
    needed: Ints
    since: Ints
    enters: Ints
    solo: Ints
    older: Ints
    younger: Ints


def flat(values: Any) -> Ints:
    """Whole numbers as an array."""
    return np.ascontiguousarray(np.array(values, dtype=np.int64))
