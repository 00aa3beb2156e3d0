"""The engine and the second reading of the contract agree on pairs, figures, reasons and optimum.

A fast part of `python -m tests.soak`, which makes the same comparisons on as many cases as one
likes. `BROKER_SOAK=first:last` runs those seeds here.
"""

import os

import pytest
from hypothesis import HealthCheck, given, settings

from matching.pairs import find_pairs
from tests.oracle.pairs import all_pairs
from tests.oracle.read import read_case
from tests.soak import differing_columns, differing_pairs, disagreements, read_files, sized
from tests.strategies import Files, cases, random_case

FIRST, LAST = (int(seed) for seed in os.environ.get("BROKER_SOAK", "4000:4018").split(":"))


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(files=cases())
def test_on_tiny_cases_the_plan_is_among_the_best_of_all_plans_there_are(files: Files) -> None:
    assert disagreements(files) == []


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(FIRST, LAST))
def test_on_larger_cases_the_plan_is_as_good_as_a_second_solver_proves(seed: int) -> None:
    size = sized(seed, most=18 if "BROKER_SOAK" not in os.environ else 60)
    assert disagreements(random_case(seed, **size)) == []


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(701, 709))
def test_sixty_referrals_are_judged_alike_against_every_home(seed: int) -> None:
    files = random_case(seed, referrals=60, homes=24, policy="random" if seed % 2 else "default")
    problem, known = read_files(files), all_pairs(read_case(files))
    assert list(differing_pairs(problem, known)) == []
    assert list(differing_columns(find_pairs(problem), known)) == []
