"""The checker accepts what the solver returns and rejects every plan with one thing wrong in it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from matching.check import check_json, check_plan
from matching.exchange import read_case
from matching.pairs import Pairs, find_pairs
from matching.solve import match
from tests.unit.matching.bench import home, problem, referral, resident, violations

WORKED = Path(__file__).parents[2] / "cases" / "case-small"
Written = dict[str, Any]
FREE = {"summary", "notices", "timing", "seed"}
"""What a plan may say as it likes: sentences, times, and the seed it was drawn with."""


def worked() -> tuple[Pairs, Written]:
    made = read_case(WORKED)
    return find_pairs(made), written_of(match(made).to_json())


def written_of(plan: Written) -> Written:
    copy: Written = json.loads(json.dumps(plan))
    return copy


def leaves(inside: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of every value of a plan that is neither free nor a table."""
    items = enumerate(inside) if isinstance(inside, list) else inside.items()
    for step, value in items:
        if step in FREE:
            continue
        if isinstance(value, dict | list):
            yield from leaves(value, (*path, step))
        else:
            yield (*path, step)


def changed(plan: Written, path: tuple[str | int, ...], value: object) -> Written:
    copy = written_of(plan)
    inside: Any = copy
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = value
    return copy


def other(value: object) -> list[object]:
    """Values near a value, of the same kind and of none."""
    if value is None:
        return [0.0, "0.00"]
    if isinstance(value, str):
        return [value + "0", "", None]
    if isinstance(value, float):
        return [value + 0.1, None]
    assert isinstance(value, int)
    return [value + 1, value - 1, None]


PAIRS, PLAN = worked()
PATHS = list(leaves(PLAN))


def test_what_the_solver_returns_is_accepted_also_by_way_of_a_file() -> None:
    assert check_json(PAIRS, PLAN) == []
    assert check_plan(PAIRS, match(PAIRS.problem)) == []
    assert len(PATHS) > 60


@pytest.mark.parametrize("path", PATHS, ids=lambda path: ".".join(map(str, path)))
def test_any_one_value_changed_is_rejected(path: tuple[str | int, ...]) -> None:
    value: Any = PLAN
    for step in path:
        value = value[step]
    for near in other(value):
        found = check_json(PAIRS, changed(PLAN, path, near))
        assert found, near
        assert all(str(one) and one.to_json()["code"] == one.code for one in found)


@pytest.mark.parametrize("table", ["placements", "unplaced", "empty"])
def test_a_row_left_out_or_standing_twice_or_made_up_is_rejected(table: str) -> None:
    for row in range(len(PLAN[table])):
        fewer, twice = written_of(PLAN), written_of(PLAN)
        del fewer[table][row]
        twice[table].append(twice[table][row])
        assert check_json(PAIRS, fewer)
        assert check_json(PAIRS, twice)
    made_up = written_of(PLAN)
    key = "home_id" if table == "empty" else "referral_id"
    made_up[table].append({**made_up[table][0], key: "Z"})
    assert check_json(PAIRS, made_up)


@pytest.mark.parametrize("key", [key for key in PLAN if key not in {"timing"}])
def test_a_part_left_out_is_rejected(key: str) -> None:
    less = written_of(PLAN)
    del less[key]
    assert [(found.code, found.where) for found in check_json(PAIRS, less)] == [("shape", key)]


def test_sentences_times_and_seed_are_free() -> None:
    plan = written_of(PLAN) | {"seed": 7, "timing": {"total": 99.0}}
    plan["unplaced"][0]["summary"] = "Another sentence."
    plan["empty"][0]["summary"] = "Another sentence."
    assert check_json(PAIRS, plan) == []
    del plan["timing"]
    assert check_json(PAIRS, plan) == []


def move(who: str, where: str | None) -> Callable[[Written], None]:
    def change(plan: Written) -> None:
        plan["placements"] = [row for row in plan["placements"] if row["referral_id"] != who]
        if where is not None:
            plan["placements"].append({"referral_id": who, "home_id": where})

    return change


MOVES = [
    (move("A", "SC990002"), {"R05", "J1"}),
    (move("B", "SC990001"), {"R06", "R15", "J1", "J3", "J6"}),
    (move("B", "SC990002"), {"J3"}),
    (move("C", "SC990002"), {"R04", "J1"}),
    (move("D", "SC990001"), {"R15", "J1", "J3", "J6"}),
    (move("Z", "SC990001"), {"identity"}),
    (move("B", "SC990009"), {"identity"}),
    (move("A", None), {"unplaced"}),
]


@pytest.mark.parametrize(("change", "codes"), MOVES)
def test_somebody_moved_elsewhere_is_rejected_by_the_rule_that_it_breaks(
    change: Callable[[Written], None], codes: set[str]
) -> None:
    plan = written_of(PLAN)
    change(plan)
    found = {one.code.split()[0] for one in check_json(PAIRS, plan)}
    assert codes <= found
    if "unplaced" not in codes:
        assert found == codes


def test_a_person_in_two_homes_is_rejected() -> None:
    made = problem(referrals=[referral("A")], homes=[home("H"), home("K")])
    pairs, plan = find_pairs(made), written_of(match(made).to_json())
    plan["placements"].append(plan["placements"][0] | {"home_id": "K"})
    assert "one" in {found.code for found in check_json(pairs, plan)}


def test_the_plan_of_another_case_is_rejected() -> None:
    one = problem(referrals=[referral("A")], homes=[home("H")])
    other_case = problem(referrals=[referral("A", waiting_since="2026-03-01")], homes=[home("H")])
    plan = written_of(match(one).to_json())
    found = check_json(find_pairs(other_case), plan)
    assert [(violation.code, violation.where) for violation in found] == [
        ("identity", "case_sha256")
    ]


def with_levels(plan: Written, key: str, **levels: object) -> Written:
    return {**plan, key: {**plan[key], **levels}}


BOUNDS = [
    ({"status": "optimal"}, {"points": 334}, False),
    ({"status": "optimal"}, {"weekly_cost": "7699.99"}, False),
    ({"status": "feasible"}, {}, True),
    ({"status": "feasible"}, {"points": 334}, True),
    ({"status": "feasible"}, {"points": 334, "weekly_cost": "0.00"}, True),
    ({"status": "feasible"}, {"points": 336}, False),
    ({"status": "feasible"}, {"weekly_cost": "7700.01"}, False),
    ({"status": "feasible"}, {"weekly_cost": "7699.99"}, True),
    ({"status": "feasible"}, {"today_unplaced": 1}, False),
    ({"status": "no_referrals"}, {}, False),
    ({"status": "infeasible"}, {}, False),
]


@pytest.mark.parametrize(("status", "bound", "accepted"), BOUNDS)
def test_a_bound_lies_below_its_level_and_meets_it_where_the_plan_is_optimal(
    status: Written, bound: Written, accepted: bool
) -> None:
    plan = with_levels(PLAN, "bound", **bound) | status
    assert (check_json(PAIRS, plan) == []) == accepted


def test_an_honest_worse_plan_is_accepted_as_feasible_and_not_as_optimal() -> None:
    """The second best plan of the worked case leaves C waiting too and has 480 points."""
    plan = written_of(PLAN) | {"status": "feasible"}
    move("C", None)(plan)
    waits = {"urgency": "over_5_days", "wait": 179, "why": "places_went_to_others"}
    plan["unplaced"].append({"referral_id": "C", **waits, "summary": "waits"})
    plan["empty"].insert(
        0, {"home_id": "SC990001", "places": 1, "why": "others_fit_better", "summary": "one"}
    )
    plan["joint"] |= {"wait": 150 + 179, "share": 24, "balance": 5}
    plan["objective"] |= {"points": 480, "weekly_cost": "6800.00"}
    assert check_json(PAIRS, plan) == []
    plan["status"] = "optimal"
    assert {found.code for found in check_json(PAIRS, plan)} == {"bound"}


def test_every_joint_rule_is_found_with_every_other_at_once() -> None:
    people = [
        referral("A", sibling_group="G", siblings="together"),
        referral("B", sibling_group="G"),
        referral("C", living_companions="solo"),
        referral("D", band="high"),
    ]
    made = problem(
        referrals=people,
        homes=[home("H", places="2", max_high="1"), home("K")],
        residents=[resident("YP-R", "H", band="high", leaves_on="2026-04-10", leaving="confirmed")],
        relationships=[{"a": "YP-A", "b": "YP-D", "kind": "must_not_live_together"}],
    )
    pairs = find_pairs(made)
    found = violations(pairs, {"A": "H", "B": "K", "C": "H", "D": "H"})
    assert {one.code for one in found} == {"J1", "J2", "J4", "J5", "J6"}
    named = next(one for one in found if one.code == "J2")
    assert (named.where, named.found) == ("H with A, D", "two who must not live together")
    assert str(named) == "J2 H with A, D: two who must not live together; allowed: none"
