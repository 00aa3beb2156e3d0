"""People's decisions on invented cases, against a count of every plan that keeps them."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from matching import solve
from matching.check import check_json, check_plan
from matching.decisions import refused_pins
from matching.digest import case_sha256
from matching.exchange import case_texts
from matching.faults import BadInput
from matching.pairs import find_pairs
from matching.plan import Plan
from matching.problem import Decision, Previous, Problem
from matching.solve import match
from tests.oracle import decided
from tests.oracle.pairs import all_pairs
from tests.oracle.plan import days_that_can_bind
from tests.oracle.read import Case, read_case
from tests.soak import read_files
from tests.strategies import Files, cases

SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
SIGNED = {
    "R07": "R07=director",
    "R12": "R12=registered manager",
    "R15": "R15=Registered  Manager",
    "R16": "R16",
}
HEADER = "referral_id,home_id,kind,by,on,reason,override\n"
Decided = list[decided.Decision]


@pytest.fixture(params=["as it comes", "over households"], scope="module", autouse=True)
def way(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every plan is found both ways: as a case of its size comes, and over households alone."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "over households":
            patch.setattr(solve, "LARGE", 0)
        yield


def with_decisions(files: Files, decisions: Decided) -> Files:
    rows = (
        f"{one['referral_id']},{one['home_id']},{one['kind']},the panel,2026-03-30,talked over,"
        f"{';'.join(SIGNED[code] for code in sorted(one.get('override', ())))}\n"
        for one in decisions
    )
    return {**files, "decisions.csv": HEADER + "".join(rows)}


def needed_first(files: Files, who: str) -> Files:
    """The case in which a referral is needed before everybody else."""
    reader = csv.DictReader(io.StringIO(files["referrals.csv"].removeprefix("\ufeff"), newline=""))
    rows = [
        {**row, "needed_by": "2001-01-01"} if row["referral_id"] == who else row for row in reader
    ]
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(reader.fieldnames or []))
    writer.writeheader()
    writer.writerows(rows)
    return {**files, "referrals.csv": out.getvalue()}


def levels(plan: Plan) -> tuple[int, int, int]:
    return plan.levels.today, plan.levels.points, plan.levels.cost


def written(plan: Plan) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps(plan.to_json()))
    return made


def ids(case: Case) -> tuple[list[str], list[str]]:
    return (
        [row["referral_id"] for row in case["referrals"]],
        [row["home_id"] for row in case["homes"]],
    )


@settings(max_examples=70, suppress_health_check=SLOW)
@given(files=cases(max_referrals=5, max_homes=3), data=st.data())
def test_a_pin_binds_exactly_where_every_rule_holds_or_is_signed_and_then_the_rest_is_best(
    files: Files, data: st.DataObject
) -> None:
    names, _ = ids(read_case(files))
    who = data.draw(st.sampled_from(names))
    files = needed_first(files, who)
    case = read_case(files)
    pairs = all_pairs(case)
    homes = ids(case)[1]
    could = [home for home in homes if set(pairs[who, home]["failed"]) <= decided.OVERRIDABLE]
    signable = data.draw(st.booleans())
    where = data.draw(st.sampled_from(could if could and signable else homes))
    failed = set(pairs[who, where]["failed"])
    pin = {
        "referral_id": who,
        "home_id": where,
        "kind": "pin",
        "override": failed & decided.OVERRIDABLE,
    }
    known = decided.narrowed(case, pairs, [pin])
    bound = decided.bound_to(case, [pin])
    days = days_that_can_bind(case)
    may = all(known[key]["eligible"] for key in bound.items()) and not decided.broken(
        case, known, bound, [pin], days
    )
    if not may:
        with pytest.raises(BadInput) as refused:
            read_files(with_decisions(files, [pin]))
        said = str(refused.value)
        for code in failed - decided.OVERRIDABLE:
            assert f"breaks {code}" in said or "by hand" in said
        return
    problem = read_files(with_decisions(files, [pin]))
    plan = match(problem)
    assert bound.items() <= plan.homes.items()
    assert levels(plan) == decided.best(case, known, [pin])
    assert check_plan(find_pairs(problem), plan) == []
    told = written(plan)
    assert told["schema"] == "plan/2"
    assert {row["rule"] for row in told["overrides"]} == pin["override"]


@settings(max_examples=50, suppress_health_check=SLOW)
@given(files=cases(max_referrals=5, max_homes=3), data=st.data())
def test_what_is_ruled_out_is_never_proposed_and_the_rest_is_best(
    files: Files, data: st.DataObject
) -> None:
    case = read_case(files)
    names, homes = ids(case)
    pairs = st.tuples(st.sampled_from(names), st.sampled_from(homes))
    chosen = data.draw(st.lists(pairs, min_size=1, max_size=5, unique=True))
    bans = [{"referral_id": who, "home_id": home, "kind": "ban"} for who, home in chosen]
    problem = read_files(with_decisions(files, bans))
    plan = match(problem)
    assert not set(chosen) & set(plan.homes.items())
    assert levels(plan) == decided.best(case, decided.narrowed(case, all_pairs(case), bans), bans)
    assert check_plan(find_pairs(problem), plan) == []


def without_eligibility_terms(problem: Problem) -> Problem:
    """The question in which no term of the points asks how many homes are open to somebody."""
    points = {**problem.policy.points, "short_of_share": 0, "sibling_elsewhere": 0}
    return replace(problem, policy=replace(problem.policy, points=points))


@settings(max_examples=50, suppress_health_check=SLOW)
@given(files=cases(max_referrals=7), data=st.data())
def test_a_pin_never_makes_the_best_plan_better_and_pinning_the_plan_keeps_it(
    files: Files, data: st.DataObject
) -> None:
    problem = without_eligibility_terms(read_files(files))
    free = match(problem)
    pairs = find_pairs(problem)
    assume(len(pairs))
    row = data.draw(st.integers(0, len(pairs) - 1))
    who = problem.referrals[int(pairs.referral[row])].id
    home = problem.homes[int(pairs.home[row])].id
    pin = Decision(who, home, "pin", "the panel", date(2026, 3, 30), "talked over")
    pinned = replace(problem, decisions=(pin,))
    if not refused_pins(pinned, {(who, home): 2}):
        bound = match(pinned)
        assert bound.homes[who] == home
        assert bound.levels >= free.levels
    everybody = tuple(
        Decision(who, home, "pin", "the panel", date(2026, 3, 30), "as proposed")
        for who, home in sorted(free.homes.items())
    )
    kept = match(replace(problem, decisions=everybody))
    assert (kept.homes, kept.levels) == (free.homes, free.levels)


@settings(max_examples=60, suppress_health_check=SLOW)
@given(files=cases(max_referrals=5, max_homes=3), data=st.data())
def test_staying_counts_for_each_proposal_that_changes_and_nothing_else_does(
    files: Files, data: st.DataObject
) -> None:
    case = read_case(files)
    names, homes = ids(case)
    was = data.draw(
        st.dictionaries(st.sampled_from([*names, "gone"]), st.sampled_from([*homes, "shut"]))
    )
    stay = data.draw(st.sampled_from([0, 7, 60, 100_000]))
    before = read_files(files)
    problem = replace(before, previous=Previous(stay, tuple(sorted(was.items()))))
    plan, told = match(problem), {}
    assert levels(plan) == decided.best(case, all_pairs(case), [], stay, was)
    assert case_sha256(problem) == case_sha256(before)
    told = written(plan)
    changed = decided.moved(case, plan.homes, was)
    assert [row["referral_id"] for row in told["replan"]["changed"]] == changed
    assert all(row["why"] for row in told["replan"]["changed"])
    assert told["joint"]["stay"] == stay * len(changed)
    assert told["replan"]["kept"] == len(was.keys() & set(names)) - len(changed)
    assert check_json(find_pairs(problem), told) == []
    assert check_json(find_pairs(before), told) == [], "proved from what the plan itself tells"
    if stay == 0:
        free = match(before)
        assert (free.homes, free.levels) == (plan.homes, plan.levels)


@settings(max_examples=25, suppress_health_check=SLOW)
@given(files=cases(max_referrals=6))
def test_a_plan_asked_for_again_with_its_own_proposals_changes_nothing(files: Files) -> None:
    problem = read_files(files)
    first = match(problem)
    told = tuple(sorted(first.homes.items()))
    again = match(replace(problem, previous=Previous(5, told)))
    assert (again.homes, again.levels) == (first.homes, first.levels)
    assert again.beside.replan is not None
    assert again.beside.replan.changed == ()


@settings(max_examples=25, suppress_health_check=SLOW)
@given(files=cases(max_referrals=5, max_homes=3), data=st.data())
def test_a_case_with_decisions_is_written_and_read_back_the_same(
    files: Files, data: st.DataObject
) -> None:
    plain = read_files(files)
    placed = match(plain).homes
    assume(placed)
    who = data.draw(st.sampled_from(sorted(placed)))
    pin = {"referral_id": who, "home_id": placed[who], "kind": "pin"}
    made = read_files(with_decisions(files, [pin]))
    again = read_files(case_texts(made))
    assert (again.decisions, case_sha256(again)) == (made.decisions, case_sha256(made))
    assert case_sha256(made) != case_sha256(plain)
    assert case_sha256(read_files(with_decisions(files, []))) == case_sha256(plain)
