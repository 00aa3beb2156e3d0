"""Where nobody is placed elsewhere, one home is a queue: Erlang's, but for rounds once a week.

No formula is known for weekly rounds, so the simulation is held to a queue played out on its own;
that one, with a round every day, is held to Erlang's formula first.
"""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from broker.capacity.record import WAITING, Replication
from broker.capacity.simulation.runner import simulate
from tests.integration.simulation.queue_by_hand import Played, erlang_c, play
from tests.integration.simulation.worlds import one_home_world

YEAR = 365.25
WARM = 7 * 52
WEEKS = 400
RUNS = 80


def mean_and_error(values: list[float]) -> tuple[float, float]:
    return float(np.mean(values)), float(np.std(values, ddof=1) / np.sqrt(len(values)))


@pytest.mark.parametrize(("places", "per_year", "months"), [(4, 36.0, 1.0), (6, 16.0, 3.5)])
def test_the_queue_by_hand_with_daily_rounds_is_erlangs(
    places: int, per_year: float, months: float
) -> None:
    stay = months * YEAR / 12
    runs = [
        play(Random(seed), places, per_year / YEAR, stay, 7 * WEEKS, WARM, 1) for seed in range(300)
    ]
    # Whole days: a stay is half a day longer; part of a day waited is not seen.
    offered = per_year / YEAR * (stay + 0.5)
    waits = erlang_c(places, offered)
    days = waits * (stay + 0.5) / (places - offered)
    used, error = mean_and_error([run.used for run in runs])
    assert abs(used - offered) < 4 * error
    seen, error = mean_and_error([run.days for run in runs])
    assert abs(seen - days) < 4 * error + 0.5
    seen, error = mean_and_error([run.waited for run in runs])
    assert abs(seen - waits) < 4 * error + 0.5 / stay


@pytest.mark.parametrize(("places", "per_year", "months"), [(4, 36.0, 1.0), (3, 20.0, 1.2)])
def test_one_home_with_a_queue_is_the_queue_by_hand_with_weekly_rounds(
    places: int, per_year: float, months: float
) -> None:
    world = one_home_world(places, per_year, months, WEEKS, elsewhere_after=0)
    simulated = [_of(run) for run in simulate(world, RUNS)]
    stay = months * YEAR / 12
    by_hand = [
        play(Random(seed), places, per_year / YEAR, stay, 7 * WEEKS, WARM, 7)
        for seed in range(4 * RUNS)
    ]
    for name in ("waited", "days", "used"):
        seen, error = mean_and_error([getattr(run, name) for run in simulated])
        told, other = mean_and_error([getattr(run, name) for run in by_hand])
        noise = float(np.hypot(error, other))
        assert abs(seen - told) < 3.5 * noise, (name, seen, told, noise)
        assert noise < 0.1 * told, (name, told, noise)


def test_rounds_once_a_week_make_people_wait_longer_than_erlang_so_they_are_seen_at_all() -> None:
    places, per_year, stay = 4, 36.0, YEAR / 12
    offered = per_year / YEAR * (stay + 0.5)
    erlang = erlang_c(places, offered) * (stay + 0.5) / (places - offered)
    runs = simulate(one_home_world(places, per_year, 1.0, WEEKS, elsewhere_after=0), RUNS)
    seen, error = mean_and_error([_of(run).days for run in runs])
    assert seen - erlang > 3 * error


def _of(run: Replication) -> Played:
    """Waits of those who came after the warm-up and were placed, and places in use."""
    spells = run.spells
    placed = spells[(spells["where"] == 0) & (spells["arrived"] >= WARM)]
    waits = placed["start"] - placed["arrived"]
    own = spells[spells["where"] == 0]
    days = np.minimum(own["end"], run.horizon) - np.maximum(own["start"], WARM)
    assert set(np.unique(spells["where"])) <= {0, WAITING}
    return Played(
        waited=float((waits > 0).mean()),
        days=float(waits.mean()),
        used=float(np.maximum(days, 0).sum() / (run.horizon - WARM)),
    )
