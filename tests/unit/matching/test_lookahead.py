"""Look-ahead by hand: which home instead of which, what it costs, and nobody left without."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from matching.check import check_json
from matching.evaluate import evaluate
from matching.explain import explain
from matching.faults import BadInput
from matching.lookahead import Lookahead, lookahead_in, read_values
from matching.lookahead_uses import with_lookahead_of
from matching.pairs import Pairs, find_pairs
from matching.plan import Plan
from matching.policy import Policy
from matching.problem import Home, Location, Problem, Referral
from matching.shared_words import shared_explanation
from matching.solve import Options, match, match_pairs
from matching.tell_shared import shared_text

DAY = date(2026, 9, 7)
ALL = frozenset({"low", "medium", "high", "specialist"})


def home(name: str, easting: int, places: int, bands: frozenset[str] = ALL) -> Home:
    return Home(
        name, "E09000016", "registered", 11, 17, frozenset({"F", "M"}), bands, places,
        location=Location(easting, 186_000),
    )  # fmt: skip


def young(name: str, band: str = "medium", day: date = DAY) -> Referral:
    return Referral(
        name, f"YP-{name}", "E09000016", date(2012, 3, 4), "F", band, day,
        band_status="confirmed", location=Location(551_000, 186_000),
    )  # fmt: skip


def case(*referrals: Referral) -> Problem:
    """NEAR takes everybody and has one place; FAR, five miles on, takes medium only and has two."""
    return Problem(
        Policy(DAY, points={**Policy(DAY).points, "spare_capability": 0}),
        tuple(referrals),
        (home("FAR", 559_047, 2, frozenset({"medium"})), home("NEAR", 551_000, 1)),
    )


def values(near: int, far: int = 0, **more: Any) -> dict[str, Any]:
    def row(name: str, points: int) -> dict[str, Any]:
        kept = {"band": "specialist", "percent": 80} if points else None
        made = {"low": 0, "medium": points, "high": points, "specialist": points}
        return {"home_id": name, "points": made, "kept_for": kept}

    source = {"demand_sha256": "d", "as_of": "2026-09-07", "weeks": 52, "futures": 3, "seed": 1}
    homes = [row("NEAR", near), row("FAR", far)]
    return {"schema": "lookahead/1", "source": source, "homes": homes, **more}


def ahead(problem: Problem, given: dict[str, Any]) -> tuple[Pairs, Plan]:
    pairs = find_pairs(problem)
    plain = match_pairs(pairs, Options(), judged=0.0)
    look = replace(
        read_values(given, problem, "v.json"), without=tuple(sorted(plain.homes.items()))
    )
    pairs = with_lookahead_of(pairs, look)
    return pairs, match_pairs(pairs, Options(), judged=0.0)


def test_a_place_worth_more_than_the_other_costs_is_kept_and_the_proposal_says_so() -> None:
    _, plan = ahead(case(young("A")), values(near=40))
    assert plan.homes == {"A": "FAR"}
    use = plan.to_json()["lookahead"]["uses"][0]
    assert use["points_more"] == 15
    assert use["why"] == (
        "With look-ahead: FAR instead of NEAR; NEAR kept for young people of specialist need, "
        "costs this young person 15 points."
    )


def test_a_place_worth_less_than_the_other_costs_is_taken_and_its_points_are_stated_apart() -> None:
    _, plan = ahead(case(young("A")), values(near=14))
    told = plan.to_json()
    assert plan.homes == {"A": "NEAR"}
    assert told["lookahead"]["uses"] == []
    assert told["joint"]["lookahead"] == 14
    assert told["objective"]["points"] == 14
    assert told["lookahead"]["objective_without_its_points"]["points"] == 0


def test_a_place_worth_far_more_than_any_wait_leaves_nobody_without() -> None:
    later = young("A", "high", date(2026, 10, 1))
    plain = match(case(later))
    _, plan = ahead(case(later), values(near=900_000))
    assert plan.homes == plain.homes == {"A": "NEAR"}
    assert plan.status == "optimal"


def test_who_would_wait_without_it_may_take_a_place_that_it_empties() -> None:
    """Two for one near place: the one of medium need moves on, the other need not wait."""
    first, second = young("A", day=date(2026, 9, 7)), young("B", "high", date(2026, 10, 1))
    problem = case(first, second)
    problem = replace(
        problem, policy=replace(problem.policy, wait={**problem.policy.wait, "over_5_days": 5})
    )
    assert match(problem).homes == {"A": "NEAR"}
    _, plan = ahead(problem, values(near=60))
    assert plan.homes == {"A": "FAR", "B": "NEAR"}
    uses = {use["referral_id"]: use for use in plan.to_json()["lookahead"]["uses"]}
    assert uses["B"]["instead_of"] is None
    assert uses["B"]["why"] == "With look-ahead: NEAR as well; without it they would wait."
    assert plan.joint.lookahead == 0


def test_the_checker_proves_a_plan_from_what_it_tells_and_rejects_what_was_changed() -> None:
    problem = case(young("A"), young("B"))
    _, plan = ahead(problem, values(near=40))
    told = json.loads(json.dumps(plan.to_json()))
    assert told["schema"] == "plan/2"
    assert check_json(find_pairs(problem), told) == []
    changes: list[Callable[[dict[str, Any]], object]] = [
        lambda one: one["lookahead"]["homes"][0]["points"].update(medium=7),
        lambda one: one["joint"].update(lookahead=1),
        lambda one: one["lookahead"]["uses"].clear(),
        lambda one: one["lookahead"].update(status="a forecast"),
        lambda one: one["lookahead"]["objective_without"].update(points=3),
        lambda one: one.pop("lookahead"),
    ]
    for change in changes:
        other = json.loads(json.dumps(told))
        change(other)
        assert check_json(find_pairs(problem), other)


def test_the_checker_rejects_a_plan_that_leaves_out_somebody_placed_without_look_ahead() -> None:
    problem = case(young("A", day=date(2026, 10, 1)))
    pairs, _ = ahead(problem, values(near=40))
    worth = evaluate(pairs, {})
    told = json.loads(json.dumps(match(problem).to_json()))
    told["lookahead"] = json.loads(json.dumps(ahead(problem, values(near=40))[1].to_json()))[
        "lookahead"
    ]
    told["placements"] = []
    found = check_json(find_pairs(problem), told)
    assert worth.joint.lookahead == 0
    assert ("lookahead", "A", "not placed") in {(v.code, v.where, v.found) for v in found}


def test_an_explanation_says_what_look_ahead_did_also_in_the_form_to_share() -> None:
    problem = case(young("A"))
    pairs, plan = ahead(problem, values(near=40))
    found = explain(pairs, plan, "A")
    assert "FAR instead of NEAR; NEAR kept for young people of specialist need" in found.render()
    assert found.to_json()["lookahead"]["points_more"] == 15
    shared = shared_explanation(found)
    assert "costs this young person 15 points" in shared_text(shared)


def test_without_look_ahead_a_plan_says_nothing_of_it() -> None:
    told = match(case(young("A"))).to_json()
    assert told["schema"] == "plan/1"
    assert "lookahead" not in told
    assert "lookahead" not in told["joint"]


def bad(change: Any) -> dict[str, Any]:
    given = values(near=40)
    change(given)
    return given


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (bad(lambda v: v.update(schema="demand/1")), "allowed: lookahead/1"),
        (bad(lambda v: v["source"].pop("seed")), "source.seed: found “None”; allowed: a whole"),
        (bad(lambda v: v["source"].update(as_of=3)), "source.as_of: found “3”; allowed: text"),
        (bad(lambda v: v.update(source=[])), "source: found “[]”; allowed: an object"),
        (bad(lambda v: v["homes"].pop()), "homes: found “no FAR”; allowed: every home of the case"),
        (bad(lambda v: v["homes"].append(v["homes"][0])), "allowed: each home once"),
        (bad(lambda v: v["homes"][0].update(home_id="X")), "found “X”; allowed: a home of the"),
        (bad(lambda v: v["homes"].append(3)), "homes[2]: found “3”; allowed: an object with"),
        (bad(lambda v: v["homes"][0]["points"].pop("low")), "allowed: points for low, medium"),
        (bad(lambda v: v["homes"][0]["points"].update(low=-1)), "whole numbers from 0 to"),
        (bad(lambda v: v["homes"][0]["points"].update(low=True)), "whole numbers from 0 to"),
        (bad(lambda v: v["homes"][0].update(kept_for={"band": "x"})), "kept_for with a band"),
        (
            bad(lambda v: v["homes"][0].update(kept_for={"band": "low", "percent": 0})),
            "kept_for with a percent from 1 to 100",
        ),
    ],
)
def test_values_that_are_wrong_are_told_with_what_is_allowed(
    given: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadInput) as caught:
        read_values(given, case(young("A")), "v.json")
    assert said in str(caught.value)


@pytest.mark.parametrize("rows", [[{"referral_id": "Z", "home_id": "NEAR"}], [3], "x"])
def test_a_plan_without_look_ahead_that_is_none_is_told(rows: Any) -> None:
    told = {"lookahead": {**values(near=1), "without": rows}}
    with pytest.raises(BadInput, match="a referral and a home of the case"):
        lookahead_in(told, case(young("A")))


def test_a_plan_that_tells_of_no_look_ahead_has_none() -> None:
    assert lookahead_in({}, case(young("A"))) is None
    assert Lookahead((), ()).placed == frozenset()
