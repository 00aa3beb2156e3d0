"""What one simulated run of a contract leaves behind: who lived where, which places were empty.

A `Replication` is one possible course of the contract's years. Days count from `first`, a Monday,
which is day 0; ends are exclusive; -1 where something is not known. Whoever counts or prices a run
reads these tables and nothing else of the simulation (docs/capacity.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Table = NDArray[Any]

ENDINGS: Final = (
    "going_on", "planned", "unplanned", "step_down", "turned_18", "home_closed", "care_ended",
    "placed", "withdrawn",
)  # fmt: skip
"""How a spell ended; `placed` and `withdrawn` end waiting only, `going_on` none."""

EMPTY_REASONS: Final = (
    "nobody_waiting", "nobody_eligible", "mix", "arrivals", "provider", "closed", "fits_better",
    "between_rounds",
)  # fmt: skip
"""Why a place stood empty. `fits_better`: somebody waiting could live there, and the best plan has
them wait or live elsewhere. `between_rounds`: somebody left without notice since the round."""

PATHS: Final = ("trivial", "certified", "branch_and_bound", "engine")
"""How a week's matching was solved (docs/capacity.md, Exactness)."""

REFUSAL_REASONS: Final = ("declined",)

WAITING: Final = -1
ELSEWHERE: Final = -2
NOT_KNOWN: Final = -1
IN_BOROUGH, IN_PARTNERSHIP, WITHIN_20_MILES, FARTHER = range(4)
"""`local`: in the young person's borough, elsewhere in the partnership, outside it within 20 miles,
farther."""

SPELLS: Final = np.dtype(
    [
        ("person", "i4"), ("borough", "i2"), ("band", "i1"), ("sex", "i1"), ("age_days", "i4"),
        ("arrived", "i4"), ("start", "i4"), ("end", "i4"), ("where", "i2"), ("block", "i1"),
        ("ended", "i1"), ("distance_m", "i4"), ("local", "i1"),
    ]
)  # fmt: skip
"""A row for each spell of a young person in one home or waiting, ordered by person, then day.

`person` within the replication; `borough` an index into the run's boroughs; `band` 0 low to 3
specialist; `sex` an index into SEXES; `age_days` at the spell's first day; `arrived` the day of
the referral (negative: lived there before the start); `where` an index into the run's homes,
WAITING or ELSEWHERE (a place bought outside the modelled homes); `block` 1 for a place under the
contract; `ended` an index into ENDINGS, -1 where still going on at the horizon, with end = horizon.
"""

EMPTY: Final = np.dtype([("home", "i2"), ("week", "i4"), ("reason", "i1"), ("place_days", "i4")])
"""A row for each home, week and reason with empty places: place-days of that week."""

REFUSALS: Final = np.dtype([("person", "i4"), ("home", "i2"), ("week", "i4"), ("reason", "i1")])
"""A row for each young person whom a home's provider declined though every rule allowed it."""

SEXES: Final = ("M", "F", "U")


@dataclass(frozen=True)
class Replication:
    """One possible course: its number, its seed, its days and its tables.

    `rounds` counts the weekly rounds by path (PATHS).
    """

    number: int
    seed: tuple[int, ...]
    weeks: int
    first: date
    spells: Table
    empty: Table
    refusals: Table
    rounds: Mapping[str, int] = field(default_factory=dict)

    @property
    def horizon(self) -> int:
        """The day after the last."""
        return 7 * self.weeks
