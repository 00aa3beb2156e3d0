"""How a search ends: proven, at a limit, stopped by a person, or with a solver that failed."""

import _thread
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from ortools.sat.python import cp_model

from matching.check import Violation, check_plan
from matching.choices import find_choices
from matching.evaluate import Levels, evaluate
from matching.exchange import case_texts, problem_of
from matching.faults import BadInput
from matching.firstplan import first_plan
from matching.pairs import find_pairs
from matching.plan import Plan
from matching.problem import Problem
from matching.search import Answer, Limits, SolverFailed, minimise
from matching.sheets import SHEETS
from matching.solve import Options, match, unsearched
from matching.tables import RawTable, from_records
from matching.unbuild import records_of
from tests.soak import read_files, same_but_timing
from tests.strategies import random_case, shuffled
from tests.unit.matching.bench import Files, home, problem, read, referral


def busy() -> Problem:
    return read_files(random_case(47, referrals=40, homes=16, policy="random"))


def small() -> Files:
    return random_case(19, referrals=12, homes=6)


def valid(made: Problem, plan: Plan) -> bool:
    """Whether the checker accepts a plan whose bounds lie below its levels."""
    assert plan.bound <= plan.levels
    return check_plan(find_pairs(made), plan) == []


@pytest.mark.parametrize("limit", [0, 0.02, -1])
def test_without_time_there_is_still_a_plan_that_obeys_every_rule(limit: float) -> None:
    made = busy()
    plan = match(made, Options(time_limit=limit))
    assert (plan.status, plan.interrupted) == ("feasible", False)
    assert plan.homes
    assert valid(made, plan)
    assert plan.bound < plan.levels


def test_more_time_never_gives_a_worse_plan_nor_a_lower_bound() -> None:
    made = read_files(small())
    none, all_of_it = match(made, Options(time_limit=0)), match(made, Options(time_limit=60))
    assert all_of_it.status == "optimal"
    assert none.bound <= all_of_it.bound == all_of_it.levels <= none.levels


def test_a_person_who_stops_the_search_at_once_has_a_plan_too() -> None:
    made, stop = busy(), threading.Event()
    stop.set()
    plan = match(made, Options(stop=stop))
    assert (plan.status, plan.interrupted) == ("feasible", True)
    assert valid(made, plan)


def test_a_person_may_stop_the_search_while_it_runs() -> None:
    made, stop = busy(), threading.Event()
    heard: list[str] = []

    def hear(sentence: str) -> None:
        heard.append(sentence)
        if "searching" in sentence:
            stop.set()

    plan = match(made, Options(stop=stop, progress=hear))
    assert heard
    assert (plan.status, plan.interrupted) == ("feasible", True)
    assert valid(made, plan)


def test_control_c_while_the_solver_works_keeps_the_best_plan_so_far(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # a shell that starts programs in the background has them ignore interrupts
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, before))
    solve: Callable[..., Any] = cp_model.CpSolver.solve

    def interrupted(self: cp_model.CpSolver, *given: Any, **named: Any) -> Any:
        time.sleep(0.05)
        _thread.interrupt_main()
        time.sleep(0.2)
        return solve(self, *given, **named)

    monkeypatch.setattr(cp_model.CpSolver, "solve", interrupted)
    made = read_files(small())
    plan = match(made)
    assert (plan.status, plan.interrupted) == ("feasible", True)
    assert valid(made, plan)


@pytest.fixture
def whole_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Households decide nothing: what the whole model leaves open stays open."""
    monkeypatch.setattr("matching.large.Large.run", lambda self: False)


@pytest.mark.usefixtures("whole_only")
def test_a_solver_that_finds_nothing_in_time_leaves_the_first_plan(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cp_model.CpSolver, "solve", lambda *given: cp_model.UNKNOWN)
    made = read_files(small())
    plan = match(made)
    assert plan.status == "feasible"
    assert plan.homes == match(made, Options(time_limit=0)).homes
    assert valid(made, plan)


def raising(*given: object) -> object:
    raise RuntimeError("out of memory")


@pytest.mark.parametrize(
    ("solve", "said"),
    [
        (raising, "out of memory"),
        (lambda *given: cp_model.INFEASIBLE, "INFEASIBLE"),
        (lambda *given: cp_model.MODEL_INVALID, "MODEL_INVALID"),
    ],
)
def test_a_solver_that_breaks_its_word_is_said_to_have_failed(
    monkeypatch: pytest.MonkeyPatch, solve: Callable[..., object], said: str
) -> None:
    monkeypatch.setattr(cp_model.CpSolver, "solve", solve)
    with pytest.raises(SolverFailed, match=said):
        match(read_files(small()))


def test_a_bound_above_a_plan_is_never_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    solve: Callable[..., Any] = cp_model.CpSolver.solve

    def stops_early(self: cp_model.CpSolver, *given: Any) -> Any:
        solve(self, *given)
        return cp_model.FEASIBLE

    monkeypatch.setattr(cp_model.CpSolver, "solve", stops_early)
    monkeypatch.setattr(cp_model.CpSolver, "best_objective_bound", 10.0**9)
    with pytest.raises(SolverFailed, match="bound"):
        match(read_files(small()))


def test_a_plan_below_the_bound_it_came_with_is_never_returned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def lies(*given: Any, **named: Any) -> Answer | None:
        answer = minimise(*given, **named)
        assert answer is not None
        return replace(answer, bound=answer.bound + 1)

    monkeypatch.setattr("matching.whole.minimise", lies)
    with pytest.raises(SolverFailed, match="below the bound"):
        match(problem(referrals=[referral("A"), referral("B")], homes=[home("H")]))


def hard() -> Problem:
    """A case where the first plan leaves somebody of today waiting who can be placed."""
    today = {"needed_by": "2026-04-01"}
    people = [referral("U1", needs="bsl", **today)]
    people += [referral(name, needs="halal", **today) for name in ("U2", "U3", "U4")]
    homes = [
        home("H", supports="bsl;halal", places="1"),
        home("K", supports="bsl", places="1", northing="192246"),
        home("M", supports="halal", places="1"),
    ]
    rate = {"band": "medium", "weekly_fee": "4500.00"}
    return problem(
        referrals=people, homes=homes, rates=[rate | {"home_id": name} for name in ("H", "K", "M")]
    )


@pytest.mark.usefixtures("whole_only")
@pytest.mark.parametrize("level", range(4))
@pytest.mark.parametrize("proof", [False, None], ids=["unproven", "none"])
def test_a_search_that_ends_at_any_level_has_bounds_up_to_it(
    monkeypatch: pytest.MonkeyPatch, level: int, proof: bool | None
) -> None:
    best, called = match(hard()), [0]
    assert (best.levels, best.status) == (Levels(1, 15, 13_500_00), "optimal")
    assert match(hard(), Options(time_limit=0)).levels.today == 2

    def ends(*given: Any, **named: Any) -> Answer | None:
        if named.get("lightly"):
            return None
        called[0] += 1
        if called[0] <= level:
            return minimise(*given, **named)
        answer = minimise(*given, **{**named, "heard": None})
        assert answer is not None
        return None if proof is None else replace(answer, bound=answer.bound - 1)

    monkeypatch.setattr("matching.whole.minimise", ends)
    made = hard()
    plan = match(made)
    assert (plan.status, called[0]) == ("feasible", level + 1)
    assert valid(made, plan)
    proven = (plan.bound.today, plan.bound.points, plan.bound.cost)[:level]
    assert proven == (best.levels.today, best.levels.points, best.levels.cost)[:level]


def test_a_plan_that_the_checker_rejects_is_never_returned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong = Violation("J1", "H", "5 moving in", "4 free")
    monkeypatch.setattr("matching.solve.check_plan", lambda pairs, plan: [wrong])
    with pytest.raises(SolverFailed, match="J1 H: 5 moving in; allowed: 4 free"):
        match(read_files(small()))


def test_limits_count_down_to_nothing() -> None:
    assert Limits().left() is None
    assert not Limits().over
    past = Limits(deadline=time.monotonic() - 5)
    assert (past.left(), past.over) == (0.0, True)
    left = Limits(deadline=time.monotonic() + 60).left()
    assert left is not None
    assert 50 < left <= 60


def alike(people: int = 4) -> Files:
    """Everybody fits every home equally well: only ties are left to decide."""
    made = problem(
        referrals=[referral(f"A{n}") for n in range(people)],
        homes=[home(f"H{n}", places="2") for n in range(3)],
    )
    return dict(case_texts(made))


@pytest.mark.parametrize("seed", [0, 5])
def test_the_same_seed_gives_the_same_plan_whatever_the_order_of_rows_and_the_workers(
    seed: int,
) -> None:
    for files in (alike(), small()):
        plans = [
            match(read_files(given), Options(seed=seed, workers=workers)).to_json()
            for given in (files, shuffled(files, 3), shuffled(files, 4))
            for workers in (1, 2)
        ]
        assert {plan["seed"] for plan in plans} == {seed}
        assert all(same_but_timing(plans[0], plan) for plan in plans[1:])


def test_the_seed_draws_between_plans_that_are_equally_good_and_no_others() -> None:
    made = read_files(alike())
    plans = [match(made, Options(seed=seed)) for seed in range(6)]
    assert len({tuple(sorted(plan.homes.items())) for plan in plans}) > 1
    assert len({plan.levels for plan in plans}) == 1
    decided = problem(referrals=[referral("A")], homes=[home("H"), home("K", northing="186000")])
    assert {match(decided, Options(seed=seed)).homes["A"] for seed in range(6)} == {"H"}


def test_the_times_of_a_match_add_up() -> None:
    plan = match(read_files(small()))
    assert set(plan.timing) == {"read", "pairs", "solve", "check", "total"}
    parts = sum(seconds for name, seconds in plan.timing.items() if name != "total")
    assert 0 <= parts <= plan.timing["total"] + 0.01


def test_a_pair_that_is_not_eligible_has_no_worth() -> None:
    made = problem(referrals=[referral("A")], homes=[home("H", sexes="M")])
    with pytest.raises(KeyError, match="A may not live in H"):
        evaluate(find_pairs(made), {"A": "H"})


def test_levels_compare_in_their_order() -> None:
    assert Levels(0, 999, 999) < Levels(1, 0, 0)
    assert Levels(1, 2, 999) < Levels(1, 3, 0)
    assert Levels(1, 2, 3) < Levels(1, 2, 4)


def test_tables_that_came_another_way_are_the_same_problem() -> None:
    made = read(small())
    tables = {name: from_records(SHEETS[name], rows) for name, rows in records_of(made).items()}
    tables = {name: t for name, t in tables.items() if f"{name}.csv" not in made.missing_safety}
    again = problem_of(made.policy.as_toml(), tables)
    assert again == made


def test_tables_that_came_another_way_are_refused_for_the_same_faults() -> None:
    policy = {"as_of": "2026-04-01"}
    table = RawTable(("contract", "borough"), ((2, ("B1", "E09000012")),))
    with pytest.raises(BadInput) as refused:
        problem_of(policy, {"shares": table, "homs": table}, require_safety=True)
    assert [(fault.file, fault.kind) for fault in refused.value.faults] == [
        ("avoid.csv", "missing file"),
        ("declines.csv", "missing file"),
        ("homes.csv", "missing file"),
        ("homs", "unknown table"),
        ("policy.toml", "bad value"),
        ("referrals.csv", "missing file"),
        ("relationships.csv", "missing file"),
        ("shares.csv", "missing column"),
    ]


def test_columns_of_records_nobody_knows_reach_the_reader() -> None:
    table = from_records(SHEETS["declines"], [{"referral_id": "A", "home_id": "H", "by": "me"}])
    assert table.header == ("referral_id", "home_id", "by")
    assert table.rows == ((2, ("A", "H", "me")),)
    assert from_records(SHEETS["shares"], []).header == ("contract", "borough", "places")


def test_progress_is_told_while_hundreds_are_judged() -> None:
    heard: list[str] = []
    people = [referral(f"A{n}", sex="M") for n in range(300)]
    made = problem(referrals=people, homes=[home("H", sexes="F")])
    match(made, Options(progress=heard.append))
    assert "judging homes for referral 256 of 300" in heard


def test_without_a_search_there_is_a_plan_as_far_as_time_reaches_and_a_plain_bound() -> None:
    pairs = find_pairs(hard())
    best = match(hard())
    for seconds, plan in ((0.0, dict[str, str]()), (60.0, first_plan(find_choices(pairs)))):
        state = unsearched(pairs, seconds)
        assert state.plan == plan
        assert state.worth.levels == evaluate(pairs, plan).levels
        assert state.bound <= best.levels <= state.worth.levels
    assert len(first_plan(find_choices(pairs))) > 0
