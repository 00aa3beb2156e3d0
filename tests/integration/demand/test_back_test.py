"""Fitted to the first seven years, the last year's counts lie within the intervals given for it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from broker.capacity.demand.asked import Asked
from broker.capacity.demand.cells import count_arrivals
from broker.capacity.demand.estimate import Demand, estimate
from broker.capacity.demand.forecast import arrivals_after, residents_after, residents_now
from broker.returns.whole import read_returns
from broker.sample.folder import write_files
from broker.sample.returns import returns_files

SEEDS = (11, 12, 13, 14)


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Demand, Demand]]:
    """The demand of the first seven years and that of all eight, for each seed."""
    made = []
    for seed in SEEDS:
        folder = tmp_path_factory.mktemp(f"seed{seed}")
        files = returns_files(8, seed)
        write_files(folder / "whole", files)
        write_files(folder / "part", {n: t for n, t in files.items() if "/2025-26-" not in n})
        part, whole = (
            estimate(read_returns(Path(folder / name)), Asked()) for name in ("part", "whole")
        )
        made.append((part, whole))
    return made


def test_last_years_arrivals_lie_within_their_intervals(
    fitted: list[tuple[Demand, Demand]],
) -> None:
    inside = total = 0
    ours = naive = 0.0
    for part, whole in fitted:
        counted = count_arrivals(whole.people, whole.asked, dict(whole.returns.years))
        came = counted.counts[:, -1]
        drawn = arrivals_after(part)
        low, high = np.quantile(drawn, (0.025, 0.975), axis=0)
        inside += int(((low <= came) & (came <= high)).sum())
        total += came.size
        ours += float(np.abs(drawn.mean(axis=0) - came).sum())
        naive += float(np.abs(counted.counts[:, -2] - came).sum())
    # Counts are whole numbers, so intervals hold a little more than they say.
    assert 0.93 < inside / total <= 1
    assert ours < naive


def test_how_many_live_there_a_year_on_lies_within_its_interval(
    fitted: list[tuple[Demand, Demand]],
) -> None:
    inside = 0
    for part, whole in fitted:
        low, high = np.quantile(residents_after(part), (0.025, 0.975))
        inside += low <= residents_now(whole) <= high
    assert inside >= len(SEEDS) - 1


def test_a_forecast_is_the_same_each_time_and_can_leave_growth_out(
    fitted: list[tuple[Demand, Demand]],
) -> None:
    part, _ = fitted[0]
    assert np.array_equal(residents_after(part), residents_after(part))
    assert part.arrivals is not None
    flat = arrivals_after(part, growth=False).mean(axis=0)
    assert flat == pytest.approx(part.arrivals.draws.rates.mean(axis=0), abs=0.15)
