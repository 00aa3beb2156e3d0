"""Narrowing what is possible never helps and widening it never hurts, in the oracle too."""

import pytest

from tests.oracle import milp
from tests.oracle.pairs import all_pairs
from tests.oracle.read import read_case
from tests.strategies import LOOSENINGS, TIGHTENINGS, Change, Files, neutral, random_case

Solved = tuple[tuple[int, int, int], set[tuple[str, str]]]


def solved(files: Files) -> Solved:
    case = read_case(files)
    pairs = all_pairs(case)
    return milp.best(case, pairs)[0], {key for key, pair in pairs.items() if pair["eligible"]}


def steps(change: Change, seeds: range) -> list[tuple[Files, Files]]:
    found: list[tuple[Files, Files]] = []
    for seed in seeds:
        if len(found) == 4:
            break
        policy = "random" if seed % 2 else "default"
        files = random_case(seed, referrals=6, homes=4, policy=policy)
        before = files if change.whole_objective else neutral(files)
        after = change.apply(before, seed)
        if after is not None:
            found.append((before, after))
    return found


@pytest.mark.parametrize("change", TIGHTENINGS, ids=lambda change: change.name)
def test_a_tightening_adds_no_pair_and_never_improves_the_optimum(change: Change) -> None:
    tried = steps(change, range(9000, 9060))
    assert len(tried) == 4
    for before, after in tried:
        (levels, eligible), (new_levels, new_eligible) = solved(before), solved(after)
        assert new_eligible <= eligible
        assert new_levels >= levels


@pytest.mark.parametrize("change", LOOSENINGS, ids=lambda change: change.name)
def test_a_loosening_takes_no_pair_away_and_never_worsens_the_optimum(change: Change) -> None:
    tried = steps(change, range(9100, 9160))
    assert len(tried) == 4
    for before, after in tried:
        (levels, eligible), (new_levels, new_eligible) = solved(before), solved(after)
        assert new_eligible >= eligible
        assert new_levels <= levels


def test_every_rule_on_a_pair_that_a_table_can_narrow_has_a_step() -> None:
    named = {change.rule for change in TIGHTENINGS}
    rules = {f"R{number:02d}" for number in range(1, 18)} - {"R08", "R14"}
    assert rules | {"J2", "J4", "J5", "J6"} <= named
