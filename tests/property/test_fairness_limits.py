"""With limits for the sake of fairness the plan is still the best of all plans there are.

Every plan of a tiny case is tried by the second reading of the contract, and the limits are judged
here in fractions, as they are said in words.
"""

import json
import math
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching import solve
from matching.check import check_json
from matching.choices import find_choices
from matching.digest import case_sha256
from matching.evaluate import evaluate
from matching.exchange import parse_policy
from matching.faults import Fault
from matching.firstplan import first_plan
from matching.pairs import find_pairs
from matching.policy import write_policy
from matching.solve import match
from tests.oracle import read as oracle
from tests.oracle.pairs import Pairs, all_pairs
from tests.oracle.plan import days_that_can_bind, objective, violations
from tests.oracle.words import high_need, horizon, present_on
from tests.soak import read_files, same_but_timing
from tests.strategies import Files, random_case, shuffled
from tests.unit.matching import bench

SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much]
Limits = dict[str, Any]

CEILINGS: list[Limits] = [{"high_share_ceiling_percent": most} for most in (0, 15, 34)]
SHORTFALLS: list[Limits] = [
    {"borough_shortfall_percent": percent, **kind}
    for percent in (0, 7, 20, 45)
    for kind in (
        {"borough_shortfall_kind": "hard"},
        {"borough_shortfall_kind": "weighted", "borough_shortfall_weight": 95},
        {},
    )
]
LIMITS = st.one_of(
    st.sampled_from(CEILINGS),
    st.sampled_from(SHORTFALLS),
    st.builds(dict.__or__, st.sampled_from(CEILINGS), st.sampled_from(SHORTFALLS)),
)


@st.composite
def tight_cases(draw: st.DrawFn) -> Files:
    """Cases in which limits bind often: any invented one, or few places and boroughs far apart."""
    seed = draw(st.integers(0, 2**24))
    if draw(st.booleans()):
        return random_case(seed, referrals=4 + seed % 3, homes=2 + seed % 3)
    return skewed(seed)


@pytest.fixture(params=["as it comes", "over households"], scope="module", autouse=True)
def way(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every plan is found both ways: as a case of its size comes, and over households alone."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "over households":
            patch.setattr(solve, "LARGE", 0)
        yield


def skewed(seed: int) -> Files:
    """Six ask for three or four places of a contract; one borough's young people live far off."""
    dice = Random(seed)
    people = []
    for name in "ABCDEF":
        far = dice.random() < 0.5
        cells = {
            "borough": "E09000025" if far else "E09000012",
            "easting": str(534400 + (dice.randint(3000, 12000) if far else dice.randint(0, 2000))),
            "band": dice.choice(("low", "medium", "high")),
            "needed_by": dice.choice(("2026-04-10", "2026-04-10", "2026-04-04", "2026-04-01")),
        }
        if name in "EF" and dice.random() < 0.4:
            cells |= {"sibling_group": "G", "siblings": "together"}
        people.append(bench.referral(name, **cells))
    places = dice.choice(((3, 1), (2, 1), (4, 0)))
    homes = [bench.home(f"H{n}", places=str(n), contract="B1", provider="P1") for n in places]
    there = [bench.resident("X1", "H1", band="high")] if 1 in places and dice.random() < 0.3 else []
    return bench.files_of("max_arrivals = 9\n", referrals=people, homes=homes, residents=there)


def limited(files: Files, limits: Limits) -> Files:
    lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in limits.items())
    return {**files, "policy.toml": files["policy.toml"] + f"\n[fairness]\n{lines}"}


def keeps_the_ceiling(case: oracle.Case, limits: Limits, plan: dict[str, str]) -> bool:
    percent = limits.get("high_share_ceiling_percent")
    if percent is None:
        return True
    of = {row["referral_id"]: row for row in case["referrals"]}
    for contract in {home["contract"] for home in case["homes"] if home["contract"]}:
        homes = [home for home in case["homes"] if home["contract"] == contract]
        most = Fraction(percent, 100) * sum(home["places"] for home in homes)
        living = sum(
            high_need(one["band"])
            for home in homes
            for one in present_on(case, home["home_id"], horizon(case))
        )
        ids = {home["home_id"] for home in homes}
        coming = sum(high_need(of[who]["band"]) for who, home in plan.items() if home in ids)
        if coming and living + coming > most:
            return False
    return True


def places_short(case: oracle.Case, known: Pairs, limits: Limits, plan: dict[str, str]) -> int:
    percent = limits.get("borough_shortfall_percent")
    if percent is None or not plan:
        return 0
    of = {row["referral_id"]: row["borough"] for row in case["referrals"]}
    asking = Counter(of[who] for who in {w for (w, _), pair in known.items() if pair["eligible"]})
    placed = Counter(of[who] for who in plan)
    short = 0
    for borough, number in asking.items():
        least = Fraction(number, sum(asking.values())) - Fraction(percent, 100)
        short += max(0, math.floor(least * len(plan)) - placed[borough])
    return short


def every_plan(case: oracle.Case, known: Pairs) -> Iterator[dict[str, str]]:
    days = days_that_can_bind(case)

    def extend(index: int, plan: dict[str, str]) -> Iterator[dict[str, str]]:
        broken = {code for code, _ in violations(case, known, plan, days)}
        if broken - {"J4"}:
            return
        if index == len(case["referrals"]):
            if not broken:
                yield plan
            return
        who = case["referrals"][index]["referral_id"]
        yield from extend(index + 1, plan)
        for home in case["homes"]:
            if known[who, home["home_id"]]["eligible"]:
                yield from extend(index + 1, {**plan, who: home["home_id"]})

    yield from extend(0, {})


def best_levels(case: oracle.Case, known: Pairs, limits: Limits) -> tuple[int, int, int]:
    hard = limits.get("borough_shortfall_kind") == "hard"
    weight = limits.get("borough_shortfall_weight", 20)
    found = []
    for plan in every_plan(case, known):
        short = places_short(case, known, limits, plan)
        if keeps_the_ceiling(case, limits, plan) and not (hard and short):
            today, points, cost = objective(case, known, plan)
            found.append((today, points + weight * short, cost))
    return min(found)


@settings(suppress_health_check=SLOW, max_examples=40)
@given(files=tight_cases(), limits=LIMITS)
def test_under_limits_the_plan_is_the_best_of_all_plans_there_are(
    files: Files, limits: Limits
) -> None:
    limited_files = limited(files, limits)
    problem, case = read_files(limited_files), oracle.read_case(limited_files)
    known = all_pairs(case)
    plan = match(problem)
    levels = (plan.levels.today, plan.levels.points, plan.levels.cost)
    assert levels == best_levels(case, known, limits)
    assert plan.bound == plan.levels
    written = json.loads(json.dumps(plan.to_json()))
    assert check_json(find_pairs(problem), written) == []
    weighted = "borough_shortfall_percent" in limits and "hard" not in limits.values()
    assert ("borough_shortfall" in written["joint"]) == weighted
    other = match(read_files(shuffled(limited_files, 1))).to_json()
    assert same_but_timing(plan.to_json(), other)


@settings(suppress_health_check=SLOW, max_examples=30)
@given(files=tight_cases(), limits=LIMITS)
def test_the_checker_names_the_limit_that_a_plan_without_limits_breaks(
    files: Files, limits: Limits
) -> None:
    case = oracle.read_case(files)
    known = all_pairs(case)
    free = match(read_files(files))
    problem = read_files(limited(files, limits))
    pairs = find_pairs(problem)
    claimed = free.to_json() | {"case_sha256": case_sha256(problem)}
    codes = {one.code for one in check_json(pairs, claimed)} & {"J7", "J8"}
    expected = set() if keeps_the_ceiling(case, limits, free.homes) else {"J7"}
    if limits.get("borough_shortfall_kind") == "hard":
        expected |= {"J8"} if places_short(case, known, limits, free.homes) else set()
    assert codes == expected
    first = first_plan(find_choices(pairs))
    assert keeps_the_ceiling(case, limits, first)
    if limits.get("borough_shortfall_kind") == "hard":
        assert places_short(case, known, limits, first) == 0
    assert evaluate(pairs, first).levels >= match(problem).levels


@given(limits=st.just({}) | LIMITS)
def test_a_policy_with_limits_is_written_as_it_reads(limits: Limits) -> None:
    files = limited({"policy.toml": "as_of = 2026-04-01\n"}, limits)
    faults: list[Fault] = []
    policy = parse_policy(files["policy.toml"], faults)
    assert faults == []
    assert policy is not None
    assert parse_policy(write_policy(policy), faults) == policy
    assert (policy.fairness is None) == (not limits)
