"""A replay of years has the young people of the simulation: the same seed, the same number."""

from dataclasses import replace

import numpy as np
import pytest

from broker.capacity.simulation.drawing import make_drawing
from broker.capacity.simulation.engine import Asked
from broker.capacity.simulation.engine import problem as round_of
from broker.capacity.simulation.replicate import replicate
from broker.capacity.simulation.settings import Settings
from broker.capacity.simulation.world import make_world
from broker.sample.folder import write_files
from broker.sample.generate import generate
from matching.exchange import read_case
from matching.problem import Problem
from pricing.contract import read_contract
from tests.small_demand import demand

FEW = Settings(people_each=6)


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Problem, list[Problem]]:
    """A case, and the rounds that the simulation asks of replication 3 in which nobody lives on."""
    folder = tmp_path_factory.mktemp("case")
    write_files(folder, generate(12, 9, 1))
    case, contract = read_case(folder), read_contract(folder / "contract.toml")
    case = replace(case, decisions=())
    world = make_world(case, contract, demand(), weeks=30, seed=5, settings=FEW)
    rounds: list[Problem] = []

    def watch(asked: Asked) -> None:
        rounds.append(round_of(asked))

    replicate(world, 3, watch)
    first = replace(case, policy=replace(case.policy, as_of=world.first))
    return first, rounds


def test_the_simulation_asks_about_the_same_young_people(
    simulated: tuple[Problem, list[Problem]],
) -> None:
    case, rounds = simulated
    scene = make_drawing(case, demand(), 5, FEW).at(case, 30)
    ours = {
        (one.referral.born, one.referral.needed_by, one.referral.band, one.referral.location)
        for one in scene.drawn(5, 3, "T").people
    }
    theirs = {
        (one.born, one.needed_by, one.band, one.location)
        for each in rounds
        for one in each.referrals
    }
    assert len(ours) > 10
    assert ours <= theirs
    assert np.mean([one in ours for one in theirs]) > 0.6
