"""Why places stood empty, once more: days from the record, reasons from the written rule.

The round's case is written as tables and read by the oracle's own reader; who may live where and
why a place is left are the oracle's (tests/oracle), the days are counted from the spells.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from broker.capacity.record import EMPTY_REASONS, ENDINGS, Replication
from broker.capacity.simulation.engine import Asked, problem
from broker.capacity.simulation.replicate import replicate
from broker.capacity.simulation.world import World
from matching.exchange import case_texts
from tests.integration.simulation.worlds import case_world
from tests.oracle.answer import why_empty
from tests.oracle.pairs import all_pairs
from tests.oracle.read import read_case

UNKNOWN_ENDS = [ENDINGS.index(name) for name in ("unplanned", "home_closed", "care_ended")]
RECORD = {"others_fit_better": "fits_better"}


class Seen:
    """Of each round: why each home has a place left by its plan; and when homes open again."""

    def __init__(self, world: World) -> None:
        self.homes = world.homes
        self.why: dict[tuple[int, int], str] = {}
        self.shut: set[tuple[int, int]] = set()
        self.last: Any = None

    def __call__(self, asked: Asked) -> None:
        """See a round: only weeks in which somebody asks have one."""
        case = read_case(case_texts(problem(asked)))
        pairs = all_pairs(case)
        for at, home in enumerate(case["homes"]):
            assert home["home_id"] == self.homes[at]
            why = why_empty(case, pairs, asked.plan, home)
            self.why[asked.week, at] = RECORD.get(why, why)
        self.last = asked.state.shut
        self.note()

    def note(self) -> None:
        """Take down the days on which shut homes open again."""
        self.shut |= {(at, int(day)) for at, day in enumerate(self.last) if day}


def expected(world: World, made: Replication, seen: Seen) -> Counter[tuple[int, int, str]]:
    """Place-days by home, week and reason."""
    found: Counter[tuple[int, int, str]] = Counter()
    spells = made.spells[made.spells["where"] >= 0]
    declined = {(int(row["home"]), int(row["week"])) for row in made.refusals}
    closed_days = 7 * world.settings.reopens_after_weeks
    for at, home in enumerate(world.supply.homes):
        own = spells[spells["where"] == at]
        shut = [day for home_at, day in seen.shut if home_at == at]
        for week in range(world.weeks):
            rest = 0
            for day in range(7 * week, 7 * week + 7):
                if world.supply.opens_on[at] > day:
                    continue
                there = int(((own["start"] <= day) & (day < own["end"])).sum())
                coming = int(((own["start"] > day) & (own["start"] < 7 * week + 7)).sum())
                gone = own[(own["end"] <= day) & (own["end"] >= 7 * week)]
                unseen = int(np.isin(gone["ended"], UNKNOWN_ENDS).sum())
                free = max(0, home.places - there)
                if any(again - closed_days <= day < again for again in shut):
                    found[at, week, "closed"] += free
                    continue
                kept = min(free, coming)
                left = min(free - kept, unseen)
                found[at, week, "arrivals"] += kept
                found[at, week, "between_rounds"] += left
                rest += free - kept - left
            why = seen.why.get((week, at), "nobody_waiting")
            found[at, week, "provider" if (at, week) in declined else why] += rest
    return +found


def told(made: Replication) -> Counter[tuple[int, int, str]]:
    """The same, from the record."""
    found: Counter[tuple[int, int, str]] = Counter()
    for row in made.empty:
        key = int(row["home"]), int(row["week"]), EMPTY_REASONS[row["reason"]]
        found[key] += int(row["place_days"])
    return found


@pytest.mark.parametrize(
    ("number", "settings"),
    [
        (0, {}),
        (1, {"elsewhere_after": 0, "decline_percent": 25.0, "sibling_percent": 25.0}),
        (2, {"closures_per_100_home_years": 80.0, "reopens_after_weeks": 4, "related_percent": 25.0,
             "must_not_percent": 90.0, "elsewhere_after": 4}),
    ],
)  # fmt: skip
def test_empty_place_days_and_reasons_are_those_of_the_written_rule(
    number: int, settings: dict[str, Any]
) -> None:
    world = case_world(number, 50, **settings)
    seen = Seen(world)
    made = replicate(world, number, seen)
    seen.note()
    wanted, found = expected(world, made, seen), told(made)
    assert {key: (n, found[key]) for key, n in wanted.items() if n != found[key]} == {}
    assert set(found) == set(wanted)
    reasons = {reason for _, _, reason in found}
    assert {"nobody_waiting", "nobody_eligible", "arrivals", "between_rounds"} <= reasons
    if number == 1:
        assert "provider" in reasons
    if number == 2:
        assert {"closed", "mix"} <= reasons
