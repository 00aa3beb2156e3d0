"""Look-ahead is not worse than the weekly optimum beyond noise: 95% limits, paired replications.

On the sample region and on a stressed invented case, in which every other week somebody who needs a
place that day has none, with shorter years than the product replays. Hindsight is bounds only: to
find it exactly takes minutes, and changes nothing of what is compared. A failure says that
look-ahead does harm there.
"""

import json
from pathlib import Path

import pytest

from broker.capacity.lookahead.values import Asked
from broker.capacity.replay.compare import WORSE, compare
from broker.capacity.replay.hindsight import BOUNDS
from broker.capacity.replay.run import Question, replay
from broker.sample import write_generated, write_region
from matching.exchange import read_case
from tests.unit.capacity.invented import demand

LONG = 10.0
BUSY = {"region": 55.0, "stressed": 90.0}
STRAINED = {"region": 0, "stressed": 13}
"""Weeks a year, at least, in which somebody needed a place that day and had none."""


@pytest.mark.parametrize("name", ["region", "stressed"])
def test_look_ahead_is_not_worse_than_the_weekly_optimum_beyond_noise(
    tmp_path: Path, name: str
) -> None:
    folder = tmp_path / name
    if name == "region":
        write_region(folder)
    else:
        write_generated(folder, 12, 12, 4)
    question = Question(
        read_case(folder),
        demand(BUSY[name], LONG),
        weeks=26,
        seed=7,
        asked=Asked(weeks=26, futures=5),
        refresh=6,
        effort=BOUNDS,
    )
    found = list(replay(question, 12, 2))
    comparison = compare(found)
    assert comparison.verdict != WORSE, comparison.words
    for one in found:
        best = one.hindsight.values
        assert best[0] is not None
        for levels in one.ways.values():
            assert best[0] <= levels[0]
            assert best[3] <= levels[3]
    assert sum(one.changed for one in found) > 0, json.dumps(comparison.words)
    assert sum(one.ways["weekly_optimum"][0] for one in found) > STRAINED[name] * len(found)
