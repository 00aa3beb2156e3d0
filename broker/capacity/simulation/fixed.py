"""What every replication of a run shares, as flat arrays for the compiled loops.

Days count from the run's first Monday. Homes, boroughs, contracts, bands and invented young people
are indices; sizes are H homes, P invented young people, B boroughs, C contracts, K cells of
arrivals, N young people of the case. Times are days.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple, TypeVar, cast

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


class Invented(NamedTuple):
    """By invented young person: `planned` months, and what else is not in a table."""

    planned: Ints
    band: Ints
    borough: Ints
    companions: Ints
    moves: Ints


class Calendar(NamedTuple):
    """By day: months since the year 0, and the day of the month."""

    month: Ints
    month_day: Ints


class Tables(NamedTuple):
    """Judged by matching's own rules and points (`tables.Judged`), with what else is fixed.

    `fits[trained, urgency, p, h]`; `metres` and `local` by young person and home,
    `local_of_borough` as far as a borough tells; `period` by day. `birthday[born - born_base,
    age]`; `calendar` by day - day_base.
    """

    fits: Flags
    of_age: Flags
    points: Ints
    metres: Ints
    local: NDArray[np.int8]
    local_of_borough: NDArray[np.int8]
    fee_points: Ints
    marginal: Ints
    period: Ints
    pool: Invented
    birthday: Ints
    born_base: int
    calendar: Calendar
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


class Cells(NamedTuple):
    """By cell of arrivals. `stratum` is where its invented young people begin, `many` how many."""

    stratum: Ints
    many: Ints
    borough: Ints
    group: Ints
    route: Ints
    sex: Ints


class Coming(NamedTuple):
    """Who comes, and how long they stay.

    `spent[k, w]` years of
    arrivals at the cell's rate by week w's begin, the course's factors counted; `ages` the youngest
    and, exclusive, oldest in days. `moves` and `endings` are shares added up.
    """

    cells: Cells
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


class Law(NamedTuple):
    """What the rules of a round need: `related[i, j]` among the case's young people, 1 must not
    live together, 2 only with caution.
    """

    homes: Homes
    policy: Policy
    related: NDArray[np.int8]
    chances: Chances


class Fixed(NamedTuple):
    """All of it."""

    law: Law
    tables: Tables
    coming: Coming
    known: Known
    weeks: int


class Life(NamedTuple):
    """The young people of one replication, by number, those of the case first, then by day.

    `enters` is the first weekly round with them; `needed` the day the place is needed; `name`
    what chance knows them by; `solo`, `older`, `younger` as the compiled household rules take
    them. Then where they are: `place` a home or below 0, since `start`; the day and way the stay
    ends, `told` that day where it is known ahead; `stay` how many ended before; `tries` rounds
    without a place.
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
    place: Ints
    start: Ints
    end: Ints
    how: Ints
    told: Ints
    stay: Ints
    tries: Ints


Columns = TypeVar("Columns", bound=tuple[Any, ...])


def rows(columns: Columns) -> Columns:
    """Columns of one length as one table with the same names: one argument to a compiled loop.

    The columns of the answer are views of the table.
    """
    names = columns._fields  # type: ignore[attr-defined]
    kinds = [(name, column.dtype) for name, column in zip(names, columns, strict=True)]
    table = np.zeros(len(columns[0]), dtype=kinds).view(np.recarray)
    for name, column in zip(names, columns, strict=True):
        table[name] = column
    return cast(Columns, table)


def flat(values: Any) -> Ints:
    """Whole numbers as an array."""
    return np.ascontiguousarray(np.array(values, dtype=np.int64))
