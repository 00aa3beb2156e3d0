"""What `make bench` sets beside hindsight solves the same years to the same optimum."""

import pytest

from benchmarks.replay import by_highs
from broker.capacity.replay.options import options_of
from tests.unit.capacity.test_replay_hindsight import ROUNDS, WEIGHT, hindsight, invented


@pytest.mark.parametrize("seed", [0, 3, 4, 5])
def test_highs_comes_to_the_same_on_the_same_rows(seed: int) -> None:
    world = invented(seed)
    value, _ = by_highs(options_of(world, ROUNDS), WEIGHT, 60)
    assert value == hindsight(world).bounds[3]
