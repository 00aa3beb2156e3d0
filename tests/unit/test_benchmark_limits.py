"""What `make bench` says of stated limits: a verdict beside each figure, all at the end, a code.

Figures are given here: no test depends on how long anything takes.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path

import pytest

import benchmarks.__main__ as door
from benchmarks import choices, pages, pricing, returns, warehouse
from benchmarks.limits import Limit, summary
from benchmarks.load import section as load
from benchmarks.load.afterwards import Found

KEPT = Limit("a build", 60.0, 60.0, "s")
MISSED = Limit("a refresh", 2.004, 2.0, "s")


@pytest.mark.parametrize(
    ("found", "verdict"),
    [(0.0, "kept"), (60.0, "kept"), (60.001, "NOT kept"), (math.inf, "NOT kept")],
)
def test_a_limit_is_kept_up_to_itself(found: float, verdict: str) -> None:
    limit = Limit("a build", found, 60.0, "s")
    assert limit.words() == f"limit 60 s, {verdict}"
    assert limit.kept is (verdict == "kept")


def test_the_summary_names_every_limit_and_counts_those_not_kept() -> None:
    assert summary([KEPT, MISSED, Limit("memory", 1195.4, 2000.0, "MB")]).splitlines() == [
        "    kept  a build: 60 s, limit 60 s",
        "NOT kept  a refresh: 2.004 s, limit 2 s",
        "    kept  memory: 1,195 MB, limit 2,000 MB",
        "2 of 3 limits kept, 1 NOT kept",
    ]
    assert summary([]) == "No limit is stated of what was measured."


class Told:
    """A section that measures nothing and tells these limits."""

    def __init__(self, limits: Sequence[Limit] | None) -> None:
        self._limits = limits

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        pass

    def run(self, given: argparse.Namespace) -> Sequence[Limit] | None:
        return self._limits


@pytest.mark.parametrize(
    ("sections", "code", "said"),
    [
        ([[KEPT], None, [KEPT]], 0, "2 of 2 limits kept, 0 NOT kept"),
        ([[KEPT, MISSED], None], 1, "1 of 2 limits kept, 1 NOT kept"),
        ([[MISSED], [KEPT]], 1, "1 of 2 limits kept, 1 NOT kept"),
        ([None], 0, "No limit is stated of what was measured."),
    ],
)
def test_the_door_ends_with_the_limits_of_all_sections_and_a_code(
    sections: list[Sequence[Limit] | None],
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = {f"section{place}": Told(limits) for place, limits in enumerate(sections)}
    monkeypatch.setattr(door, "SECTIONS", told)
    assert door.main([]) == code
    assert capsys.readouterr().out.endswith(f"{said}\n")


def test_returns_have_the_limits_stated_for_a_hundred_thousand_episodes_and_fewer() -> None:
    seconds, memory = returns.limits_of(100_000, 61.0, 2000.0)
    assert (seconds.most, seconds.unit, seconds.kept) == (60, "s", False)
    assert (memory.most, memory.unit, memory.kept) == (2000, "MB", True)
    assert returns.limits_of(100_001, 61.0, 2000.0) == []
    assert returns.LOADED in returns.ways(Path("nowhere"))


def test_a_statement_has_a_limit_at_the_sizes_for_which_one_is_stated() -> None:
    took = pricing.Timing(0.0501, 9.0, 0.0)
    (small,) = pricing.limits_of(35, took)
    (large,) = pricing.limits_of(20_000, took)
    assert (round(small.found, 6), small.most, small.unit) == (50.1, 50, "ms")
    assert [small.kept, large.kept] == [False, True]
    assert pricing.limits_of(3, took) == []


def test_choices_that_were_never_made_count_as_slower_than_any() -> None:
    (kept,) = choices.limits_of(60, 9, [0.1, 0.3, 0.9])
    (missed,) = choices.limits_of(60, 9, [0.1, math.inf, math.inf])
    assert [kept.kept, missed.kept] == [True, False]
    assert choices.limits_of(500, 150, [9.0]) == []


def test_pages_are_held_to_their_limit_by_the_slowest() -> None:
    quick = pages.Measured("broker", "/", 900.0, 10.0, 199.0)
    late = pages.Measured("auditor", "/audit/chain", 20.0, 20.0, 200.5)
    limit = pages.slowest("the sample region", pages.SOON, [quick, late])
    assert (limit.found, limit.most, limit.unit, limit.kept) == (200.5, 200, "ms", False)
    assert "auditor /audit/chain" in limit.what
    assert pages.slowest("the sample region", pages.SOON, [quick]).kept


def test_the_warehouse_tells_the_limits_it_says_beside_its_figures() -> None:
    took = {warehouse.BUILD: (61.0, 9.0, 0.0), warehouse.REFRESH: (2.0, 1.0, 0.0)}
    told = warehouse.Measured("so much", {**took, "pandas": (99.0, 1.0, 0.0)}, 20, 2001.0)
    assert [(one.what, one.kept) for one in told.limits("SQLite")] == [
        ("warehouse: build, SQLite", False),
        ("warehouse: refresh after a day, SQLite", True),
        ("warehouse: memory at the most, SQLite", False),
    ]


@pytest.mark.parametrize("lost", ["lost_steps", "lost_placements", "doubled_placements"])
def test_nothing_may_be_lost_or_doubled_under_load(lost: str) -> None:
    fine = dict.fromkeys(Found.__slots__, 0) | {"steps": 9, "placements": 3}
    assert all(one.kept for one in load.limits_of(Found(**fine), holds=True))
    assert sum(not one.kept for one in load.limits_of(Found(**fine), holds=False)) == 1
    assert sum(not one.kept for one in load.limits_of(Found(**fine | {lost: 1}), holds=True)) == 1
