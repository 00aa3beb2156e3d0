"""Figures of simulated runs equal a slow second count, and their money the statements, always."""

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from broker.capacity.figures import Run, measure
from broker.capacity.figures.definitions import BY_ID
from tests.oracle.capacity.figures import COUNTS, Told
from tests.oracle.capacity.invent import Invented, invent
from tests.oracle.capacity.money import Costs, costs

seeds = st.integers(0, 2**24)


def counted(seed: int, weeks: int, people: int) -> tuple[Invented, Run]:
    invented = invent(seed, weeks, people)
    return invented, measure(invented.setting, invented.replications)


@given(seeds, st.integers(1, 70), st.integers(0, 14))
@settings(max_examples=8, deadline=None)
@example(0, 60, 14)
def test_every_count_is_what_the_definition_says(seed: int, weeks: int, people: int) -> None:
    invented, run = counted(seed, weeks, people)
    for place, replication in enumerate(invented.replications):
        told = Told(invented, replication)
        for name, count in COUNTS.items():
            for by in run.splits(name):
                for row, group in enumerate(run.groups[by]):
                    for column, year in enumerate(run.columns):
                        own = count(told, by, group, None if year == "all" else year)
                        found = (
                            int(run.above[name, by][place, row, column]),
                            int(run.below[name, by][place, row, column]),
                        )
                        assert found == own, (name, by, group, year)


@given(seeds, st.integers(1, 60), st.integers(0, 16))
@settings(max_examples=8, deadline=None)
@example(1, 60, 16)
def test_a_replication_costs_what_its_statements_say(seed: int, weeks: int, people: int) -> None:
    invented, run = counted(seed, weeks, people)
    setting = invented.setting
    for place, replication in enumerate(invented.replications):
        own = costs(Told(invented, replication), setting.achieved)
        unsaid = setting.contract.results is not None and setting.achieved is None
        for by in ("all", "borough"):
            for row, group in enumerate(run.groups[by]):
                for column, year in enumerate(run.columns):
                    at = (place, row, column)
                    _same_money(run, own, by, at, (group, year), unsaid)


def _same_money(
    run: Run, own: Costs, by: str, at: tuple[int, int, int], key: tuple[str, str], unsaid: bool
) -> None:
    def money(name: str) -> int | None:
        known = run.below[name, by][at] > 0
        return int(run.above[name, by][at]) if known else None

    block = own.placements[key] + own.voids[key] + own.results[key]
    spot = None if own.unknown[key] else own.spot[key]
    assert money("placements") == own.placements[key]
    assert money("voids") == own.voids[key]
    assert money("results") == (None if unsaid else own.results[key])
    assert money("block_total") == (None if unsaid else block)
    assert money("spot_same") == spot
    known = spot is not None and not unsaid
    assert money("saving") == (spot - block if known and spot is not None else None)
    cheaper = run.above["block_cheaper", by][at], run.below["block_cheaper", by][at]
    assert cheaper == (int(known and spot is not None and block < spot), int(known))


@given(seeds, st.integers(1, 60))
@settings(max_examples=8, deadline=None)
def test_what_adds_up_adds_up(seed: int, weeks: int) -> None:
    _, run = counted(seed, weeks, 12)
    for name in ("placements", "voids", "results", "block_total", "uplifts", "referrals", "moves"):
        whole = run.above[name, "all"][:, 0]
        assert (run.above[name, "borough"].sum(axis=1) == whole).all(), name
    for name in ("placements", "uplifts", "referrals"):
        whole = run.above[name, "all"][:, 0]
        assert (run.above[name, "band"].sum(axis=1) == whole).all(), name
    for name in ("placements", "uplifts"):
        whole = run.above[name, "all"][:, 0]
        assert (run.above[name, "home"].sum(axis=1) == whole).all(), name
        assert (run.above[name, "provider"].sum(axis=1) == whole).all(), name
    shares = [run.above[name, "all"] for name, by in run.above if by == "all" and (
        name == "occupancy" or (name.startswith("empty_") and name != "empty_closed"))]  # fmt: skip
    assert (np.sum(shares, axis=0) == run.below["occupancy", "all"]).all()
    for name, by in run.above:
        if BY_ID[name].measure.value in ("share", "probability"):
            assert (run.above[name, by] <= run.below[name, by]).all(), name
