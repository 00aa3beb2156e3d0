"""With any values of look-ahead: the best of all plans that leave nobody without, by trying all."""

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.check import check_json
from matching.faults import BadInput
from matching.lookahead import HomeWorth, Lookahead
from matching.lookahead_uses import with_lookahead_of
from matching.pairs import find_pairs
from matching.problem import BANDS, Problem
from matching.solve import Options, match_pairs
from tests.oracle.pairs import Pairs, all_pairs
from tests.oracle.plan import (
    cautions_with_residents,
    days_that_can_bind,
    objective,
    violations,
)
from tests.oracle.read import Case, read_case
from tests.soak import read_files
from tests.strategies import Files, cases

SOURCE = (
    ("demand_sha256", "d"),
    ("as_of", "2026-09-07"),
    ("weeks", 1),
    ("futures", 1),
    ("seed", 0),
)


def worth_of(problem: Problem, seed: int, taken: Collection[str]) -> tuple[HomeWorth, ...]:
    """Any values; every other time homes that are taken without look-ahead are worth most."""
    draw = Random(seed)
    dear = taken if draw.random() < 0.5 else ()
    return tuple(
        HomeWorth(
            one.id,
            tuple(9000 if one.id in dear else draw.choice((0, 3, 40, 300, 5000)) for _ in BANDS),
            "high",
            60,
        )
        for one in problem.homes
    )


def best_by_trying_all(
    case: Case, worth: dict[str, dict[str, int]], without: dict[str, str]
) -> tuple[int, int, int]:
    """The best levels over every plan that places all who are placed without look-ahead."""
    known, days = all_pairs(case), days_that_can_bind(case)
    bands = {row["referral_id"]: row["band"] for row in case["referrals"]}
    found = []

    def extend(index: int, plan: dict[str, str]) -> None:
        broken = {code for code, _ in violations(case, known, plan, days)}
        if broken - {"J4"}:
            return
        if index == len(case["referrals"]):
            if not broken and without.keys() <= plan.keys():
                today, points, cost = objective(case, known, plan)
                points += sum(worth[plan[who]][bands[who]] for who in without)
                found.append((today, points, cost))
            return
        who = case["referrals"][index]["referral_id"]
        if who not in without:
            extend(index + 1, plan)
        for home in case["homes"]:
            if known[who, home["home_id"]]["eligible"]:
                extend(index + 1, {**plan, who: home["home_id"]})

    extend(0, {})
    return min(found)


def every_use_is_named(case: Case, plain: Mapping[str, str], told: dict[str, Any]) -> None:
    """Each proposal that differs is a use, with the home it would be and what it costs."""
    known = all_pairs(case)
    after = {row["referral_id"]: row["home_id"] for row in told["placements"]}
    uses = {use["referral_id"]: use for use in told["lookahead"]["uses"]}
    assert uses.keys() == {who for who in after if after[who] != plain.get(who)}
    for who, use in uses.items():
        assert (use["home_id"], use["instead_of"]) == (after[who], plain.get(who))
        if who in plain:
            assert use["points_more"] == alone(case, known, who, after[who]) - alone(
                case, known, who, plain[who]
            )


def alone(case: Case, known: Pairs, who: str, home: str) -> int:
    """Points of a young person in a home by itself, with cautions about those who live there."""
    [referral] = [row for row in case["referrals"] if row["referral_id"] == who]
    wary = cautions_with_residents(case, referral, home)
    points: int = known[who, home]["total"] + case["policy"]["points"]["caution"] * wary
    return points


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=40)
@given(files=cases(max_referrals=5), seed=st.integers(0, 2**16))
def test_nobody_is_left_without_and_the_plan_is_the_best_of_those(files: Files, seed: int) -> None:
    problem = read_files(files)
    pairs = find_pairs(problem)
    try:
        plain = match_pairs(pairs, Options(), judged=0.0)
    except BadInput:
        return
    worth = worth_of(problem, seed, plain.homes.values())
    given_ = Lookahead(worth, tuple(sorted(plain.homes.items())), SOURCE)
    plan = match_pairs(with_lookahead_of(pairs, given_), Options(), judged=0.0)
    assert plain.homes.keys() <= plan.homes.keys()
    assert plan.levels.today == plain.levels.today
    table = {one.home: dict(zip(BANDS, one.points, strict=True)) for one in worth}
    expected = best_by_trying_all(read_case(files), table, plain.homes)
    assert (plan.levels.today, plan.levels.points, plan.levels.cost) == expected
    told: dict[str, Any] = json.loads(json.dumps(plan.to_json()))
    assert check_json(find_pairs(problem), told) == []
    every_use_is_named(read_case(files), plain.homes, told)
    nothing = tuple(replace(one, points=(0, 0, 0, 0)) for one in worth)
    same = match_pairs(
        with_lookahead_of(pairs, replace(given_, worth=nothing)), Options(), judged=0.0
    )
    assert same.levels == plain.levels
