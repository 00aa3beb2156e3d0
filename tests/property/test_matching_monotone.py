"""Tightening a rule never adds a pair; one more place or higher limit never worsens the optimum."""

import pytest
from hypothesis import HealthCheck, assume, given, settings

from matching.pairs import find_pairs
from matching.solve import match
from tests.soak import read_files
from tests.strategies import (
    LOOSENINGS,
    TIGHTENINGS,
    Change,
    Files,
    cases,
    changes,
    neutral,
    random_case,
)

Levels = tuple[int, int, int]
Seen = tuple[set[tuple[str, str]], Levels]
SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much]


def seen(files: Files) -> Seen:
    """The eligible pairs of a case and its three best levels."""
    problem = read_files(files)
    pairs = find_pairs(problem)
    found = {
        (problem.referrals[int(r)].id, problem.homes[int(h)].id)
        for r, h in zip(pairs.referral, pairs.home, strict=True)
    }
    levels = match(problem).levels
    return found, (levels.today, levels.points, levels.cost)


def before_and_after(files: Files, change: Change, seed: int) -> tuple[Seen, Seen, bool]:
    """What is seen before and after a step, and whether all three levels are monotone in it."""
    start = neutral(files) if not change.whole_objective and seed % 2 else files
    after = change.apply(start, seed)
    assume(after is not None)
    assert after is not None
    return seen(start), seen(after), change.whole_objective or start is not files


@settings(max_examples=60, suppress_health_check=SLOW)
@given(files=cases(max_referrals=7), step=changes(TIGHTENINGS))
def test_tightening_a_rule_never_adds_a_pair_nor_betters_the_optimum(
    files: Files, step: tuple[Change, int]
) -> None:
    (pairs, levels), (new_pairs, new_levels), whole = before_and_after(files, *step)
    assert new_pairs <= pairs
    assert new_levels[0] >= levels[0]
    if whole:
        assert new_levels >= levels


@settings(max_examples=40, suppress_health_check=SLOW)
@given(files=cases(max_referrals=7), step=changes(LOOSENINGS))
def test_one_more_place_or_home_or_a_higher_limit_never_worsens_the_optimum(
    files: Files, step: tuple[Change, int]
) -> None:
    (pairs, levels), (new_pairs, new_levels), whole = before_and_after(files, *step)
    assert new_pairs >= pairs
    assert new_levels[0] <= levels[0]
    if whole:
        assert new_levels <= levels


@pytest.mark.thorough
@pytest.mark.parametrize("change", [*TIGHTENINGS, *LOOSENINGS], ids=lambda change: change.name)
def test_every_step_moves_the_way_it_must_on_one_case_at_least(change: Change) -> None:
    for seed in range(500, 600):
        files = neutral(random_case(seed, referrals=5, homes=3))
        after = change.apply(files, seed)
        if after is not None:
            (pairs, levels), (new_pairs, new_levels) = seen(files), seen(after)
            if change in TIGHTENINGS:
                assert (new_pairs <= pairs, new_levels >= levels) == (True, True)
            else:
                assert (new_pairs >= pairs, new_levels <= levels) == (True, True)
            return
    pytest.fail("no case to apply the step to")
