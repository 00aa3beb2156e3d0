"""Each week's compiled answer is the engine's, in every level; and what is recorded adds up."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broker.capacity.record import PATHS, WAITING
from broker.capacity.simulation.engine import Asked
from broker.capacity.simulation.replicate import replicate
from broker.capacity.simulation.world import World
from matching.check import check_plan
from matching.evaluate import evaluate
from matching.solve import Options, match_pairs
from tests.integration.simulation.worlds import case_world


def held_to_the_engine(world: World, number: int) -> Counter[str]:
    """Solve every round of a replication again; how many by path."""
    seen: Counter[str] = Counter()

    def watch(asked: Asked) -> None:
        pairs = asked.pairs()
        engine = match_pairs(pairs, Options(), judged=0.0)
        assert engine.status != "feasible"
        assert not check_plan(pairs, engine)
        counted = evaluate(pairs, asked.plan).levels
        assert asked.levels == counted, f"week {asked.week}: counts its own plan wrongly"
        assert counted == engine.levels, f"week {asked.week}, {PATHS[asked.path]}"
        seen[PATHS[asked.path]] += 1

    replicate(world, number, watch)
    return seen


def test_every_round_of_a_run_is_the_engines_in_every_level() -> None:
    seen = held_to_the_engine(case_world(1, 60), 0)
    assert seen["certified"] > 10
    assert seen["branch_and_bound"] > 5


def test_long_queues_homes_that_close_and_many_relations_are_the_engines_too() -> None:
    world = case_world(
        4, 40, elsewhere_after=5, related_percent=20.0, sibling_percent=25.0,
        closures_per_100_home_years=60.0, reopens_after_weeks=6, decline_percent=20.0,
    )  # fmt: skip
    seen = held_to_the_engine(world, 1)
    assert seen["branch_and_bound"] > 5


def test_homes_that_open_and_train_are_the_engines_too() -> None:
    supply = {
        "opening": [{"homes": 2, "places": 3, "every_months": 2}],
        "training": [{"need": "fire_setting", "homes": 2, "months": 3}],
        "prices": [],
    }
    assert held_to_the_engine(case_world(2, 30, changes={"supply": supply}), 0).total() > 10


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 500),
    homes=st.integers(9, 14),
    sibling=st.sampled_from([0.0, 30.0]),
    related=st.sampled_from([0.0, 3.0, 30.0]),
    patience=st.integers(1, 4),
    weights=st.fixed_dictionaries(
        {
            "siblings_apart": st.integers(0, 90),
            "sibling_elsewhere": st.integers(0, 60),
            "caution": st.integers(0, 400),
            "short_of_share": st.integers(0, 60),
            "provider_balance": st.integers(0, 60),
            "per_100_pounds": st.integers(0, 3),
            "unsettled": st.integers(0, 20),
            "ages_out_per_month": st.integers(0, 9),
        }
    ),
)
def test_rounds_of_any_world_are_the_engines(
    seed: int, homes: int, sibling: float, related: float, patience: int, weights: dict[str, int]
) -> None:
    world = case_world(
        seed, 9, referrals=8, homes=homes, policy=weights, sibling_percent=sibling,
        related_percent=related, elsewhere_after=patience, people_each=6,
    )  # fmt: skip
    held_to_the_engine(world, seed)


@pytest.mark.parametrize("number", [0, 3])
def test_used_and_empty_place_days_are_all_place_days(number: int) -> None:
    world = case_world(3, 80, closures_per_100_home_years=30.0)
    made = replicate(world, number)
    places = np.array([home.places for home in world.supply.homes])
    used = np.zeros((len(places), 7 * world.weeks), dtype=np.int64)
    for spell in made.spells:
        if spell["where"] >= 0:
            used[spell["where"], spell["start"] : spell["end"]] += 1
    empty = np.zeros((len(places), world.weeks), dtype=np.int64)
    np.add.at(empty, (made.empty["home"], made.empty["week"]), made.empty["place_days"])
    free = np.maximum(0, places[:, None] - used).reshape(len(places), world.weeks, 7).sum(axis=2)
    assert (empty == free).all()
    over = used.max(axis=1) > places
    assert not over.any()


def test_nobody_is_in_two_places_or_waits_past_eighteen_and_spells_join_up() -> None:
    world = case_world(3, 120)
    for number in range(3):
        spells = replicate(world, number).spells
        for person in np.unique(spells["person"]):
            own = spells[spells["person"] == person]
            assert (own["end"] > own["start"]).all()
            assert (own["start"][1:] >= own["end"][:-1]).all()
            assert (own["age_days"] + own["end"] - own["start"] <= 18 * 365.25 + 1).all()
            waits = np.flatnonzero(own["where"] == WAITING)
            for at in waits[waits + 1 < len(own)]:
                assert own["end"][at] == own["start"][at + 1]
