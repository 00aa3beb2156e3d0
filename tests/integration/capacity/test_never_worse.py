"""Look-ahead is not worse than the weekly optimum beyond noise.

The rule: years are paired with themselves, and the mean difference a year has 95% limits by
Student's t. Look-ahead is worse beyond noise where they lie above 0, in weeks without a place or in
all in points. So that a pass says something, there are as many years as make the limits narrow: a
harm of a tenth of the weekly optimum's own weeks without a place would lie outside them.

On the sample region and on a stressed invented case, in which every other week somebody who needs a
place that day has none, with shorter years than the product replays. Hindsight is not looked for:
it changes nothing of what is compared. A failure says that look-ahead does harm there.
"""

from pathlib import Path

import pytest

from broker.capacity.lookahead.values import Asked
from broker.capacity.replay.compare import WORSE, compare
from broker.capacity.replay.run import Question
from broker.capacity.replay.runner import replay
from broker.sample import write_generated, write_region
from matching.exchange import read_case
from tests.unit.capacity.invented import demand

LONG = 10.0
BUSY = {"region": 90.0, "stressed": 90.0}
YEARS = 20
STRAINED = {"region": 5, "stressed": 13}
"""Weeks a year, at least, in which somebody needed a place that day and had none."""
SEEN = 0.1
"""The harm that must show, as a share of the weekly optimum's mean."""


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
        effort=0.0,
    )
    found = replay(question, YEARS, 2)
    comparison = compare(found)
    assert comparison.verdict != WORSE, comparison.words
    first = comparison.levels[0]
    plain = first.means["weekly_optimum"].mean
    assert plain > STRAINED[name]
    assert first.difference.high is not None
    assert first.difference.high - first.difference.mean < SEEN * plain, comparison.words
    assert sum(one.changed for one in found) > len(found), comparison.words
