"""On invented cases the checker accepts the best plan and rejects what one step makes of it."""

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.check import check_json
from matching.evaluate import evaluate
from matching.pairs import Pairs, find_pairs
from matching.reasons import describe
from matching.solve import match
from tests.oracle.pairs import all_pairs
from tests.oracle.plan import score, violations
from tests.oracle.read import read_case
from tests.soak import read_files
from tests.strategies import Files, cases

Written = dict[str, Any]
SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much]
FREE = {"summary", "notices", "timing", "seed", "bound", "status"}


def solved(files: Files) -> tuple[Pairs, Written]:
    problem = read_files(files)
    written: Written = json.loads(json.dumps(match(problem).to_json()))
    return find_pairs(problem), written


def figures(inside: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The paths of all figures, names and reasons of a plan."""
    items = list(enumerate(inside)) if isinstance(inside, list) else list(inside.items())
    for step, value in items:
        if step in FREE:
            continue
        if isinstance(value, dict | list):
            yield from figures(value, (*path, step))
        else:
            yield (*path, step)


@settings(max_examples=40, suppress_health_check=SLOW)
@given(files=cases(max_referrals=7), data=st.data())
def test_any_one_figure_name_or_reason_changed_is_rejected(
    files: Files, data: st.DataObject
) -> None:
    pairs, plan = solved(files)
    assert check_json(pairs, plan) == []
    path = data.draw(st.sampled_from(list(figures(plan))))
    inside: Any = plan
    for step in path[:-1]:
        inside = inside[step]
    old = inside[path[-1]]
    if isinstance(old, int | float):
        inside[path[-1]] = old + data.draw(st.sampled_from((-40, -1, 1, 12)))
    else:
        inside[path[-1]] = None if old is not None else 1.5
    assert check_json(pairs, plan)


@settings(max_examples=60, suppress_health_check=SLOW)
@given(files=cases(max_referrals=7), data=st.data())
def test_whoever_is_moved_the_checker_finds_the_rules_that_the_second_reading_finds(
    files: Files, data: st.DataObject
) -> None:
    """Anybody to any home, also full, unsafe or by hand: a valid plan is told from a broken one."""
    pairs, plan = solved(files)
    problem = pairs.problem
    homes = {row["referral_id"]: row["home_id"] for row in plan["placements"]}
    for _ in range(data.draw(st.integers(1, 3))):
        who = data.draw(st.sampled_from([referral.id for referral in problem.referrals]))
        where = data.draw(st.sampled_from([None, *(home.id for home in problem.homes)]))
        homes = {name: at for name, at in homes.items() if name != who}
        if where is not None:
            homes[who] = where
    plan["placements"] = [{"referral_id": who, "home_id": at} for who, at in homes.items()]
    case = read_case(files)
    known = all_pairs(case)
    expected = {code for code, _ in violations(case, known, homes)}
    found = {one.code.split()[0] for one in check_json(pairs, plan)}
    rules = {code for code in found if code[0] in "RJ" or code == "by_hand"}
    by_hand = {r.id for r in problem.referrals if r.by_hand} & homes.keys()
    if not by_hand:  # the second reading names no rule for somebody who is placed by hand
        assert rules == expected
    assert ("by_hand" in found) == bool(by_hand)
    if not expected:
        assert found <= {"placements", "objective", "joint", "unplaced", "empty", "bound"}
        assert honest(pairs, homes, plan) == score(case, known, homes)


def honest(pairs: Pairs, homes: dict[str, str], plan: Written) -> Written:
    """Write true figures into a plan, see the checker accept it, and return what it is worth."""
    worth, told = evaluate(pairs, homes), describe(pairs, homes)
    pounds = f"{worth.levels.cost // 100}.{worth.levels.cost % 100:02d}"
    levels = {"today_unplaced": worth.levels.today, "points": worth.levels.points}
    joint = {name: getattr(worth.joint, name) for name in plan["joint"]}
    plan |= {
        "objective": levels | {"weekly_cost": pounds},
        "bound": {"today_unplaced": 0, "points": 0, "weekly_cost": "0.00"},
        "joint": joint,
        "placements": [one.to_json() for one in told.placements],
        "unplaced": [one.to_json() for one in told.unplaced],
        "empty": [one.to_json() for one in told.empty],
    }
    nobody = all(referral.by_hand for referral in pairs.problem.referrals)
    plan["status"] = "no_referrals" if nobody else "feasible"
    assert nobody or check_json(pairs, plan) == []
    totals = {one.referral: one.total for one in told.placements}
    return levels | {"weekly_cost": worth.levels.cost, "joint": joint, "totals": totals}
