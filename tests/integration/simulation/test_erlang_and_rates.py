"""What comes, stays and is lost follows the demand, and Erlang where Erlang has a formula."""

from __future__ import annotations

import numpy as np

from broker.capacity.record import ELSEWHERE
from broker.capacity.simulation.runner import simulate
from broker.capacity.simulation.world import World
from tests.integration.simulation.worlds import case_world, demand, one_home_world


def erlang_b(places: int, offered: float) -> float:
    """The share lost: Erlang's recursion (Erlang, 1917)."""
    lost = 1.0
    for number in range(1, places + 1):
        lost = offered * lost / (number + offered * lost)
    return lost


def test_loss_and_occupancy_of_one_home_without_a_queue_are_erlangs() -> None:
    places, per_year, months = 5, 12.0, 4.0
    world = one_home_world(places, per_year, months, 400, elsewhere_after=1)
    runs = simulate(world, 60)
    warm = 7 * 52
    lost, used = [], []
    for run in runs:
        spells = run.spells[run.spells["arrived"] >= warm]
        first = spells[spells["start"] == spells["arrived"]]
        lost.append((first["where"] == ELSEWHERE).mean())
        own = run.spells[run.spells["where"] == 0]
        days = np.minimum(own["end"], run.horizon) - np.maximum(own["start"], warm)
        used.append(np.maximum(days, 0).sum() / (run.horizon - warm))
    # Stays are whole days, rounded up: half a day longer than the curve.
    stay = months * 365.25 / 12 + 0.5
    offered = per_year / 365.25 * stay
    share = erlang_b(places, offered)
    for seen, told in ((lost, share), (used, offered * (1 - share))):
        error = np.std(seen, ddof=1) / np.sqrt(len(seen))
        assert abs(np.mean(seen) - told) < 3.5 * error, (np.mean(seen), told, error)
        assert error < 0.05 * told


def test_rates_of_arrival_are_those_of_the_demand() -> None:
    world = case_world(7, 100, referrals=0, parameters=False)
    told = sum(cell["per_year"] for cell in demand()["arrivals"]) * 700 / 365.25
    came = [
        len(set(run.spells["person"][run.spells["arrived"] >= 0])) for run in simulate(world, 40)
    ]
    # Some residents of the case come back and count here as well, once each.
    back = [_returned(world, run.spells) for run in simulate(world, 40)]
    mean = np.mean(np.array(came) - np.array(back))
    assert abs(mean - told) < 4 * np.sqrt(told / 40)


def _returned(world: World, spells: np.ndarray) -> int:
    old = len(world.residents)
    return len(set(spells["person"][(spells["person"] < old) & (spells["arrived"] >= 0)]))


def test_rates_drawn_for_a_replication_spread_as_the_posterior_says() -> None:
    world = case_world(7, 20)
    held = case_world(7, 20, parameters=False)
    generators = [np.random.default_rng(seed) for seed in range(400)]
    drawn = np.array([world.rates.drawn(random, True) for random in generators])
    means = np.array([cell["per_year"] for cell in demand()["arrivals"]])
    shapes = np.array([cell["shape"] for cell in demand()["arrivals"]])
    error = means / np.sqrt(shapes) / np.sqrt(400)
    assert (np.abs(drawn.mean(axis=0) - means) < 5 * error + 1e-6 * means).all()
    assert np.allclose(held.rates.drawn(generators[0], False), means)


def test_a_factor_of_the_course_moves_the_same_arrivals() -> None:
    course = [
        {"from": "2026-04-01", "to": None, "factor": 0.5, "boroughs": None, "age_groups": None,
         "routes": None, "why": "practice"},
    ]  # fmt: skip
    half = case_world(7, 100, referrals=0, changes={"course": course}, parameters=False)
    told = sum(cell["per_year"] for cell in demand()["arrivals"]) * 350 / 365.25
    runs = simulate(half, 40)
    came = [
        len(set(r.spells["person"][r.spells["arrived"] >= 0])) - _returned(half, r.spells)
        for r in runs
    ]
    assert abs(np.mean(came) - told) < 4 * np.sqrt(told / 40)
