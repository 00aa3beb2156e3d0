"""The best plan: three levels in their order, each proven, then checked by what knows no solver.

Level 1 counts young people who need a place today and have none, level 2 points, level 3 pence a
week. Each level is decided by CP-SAT with the levels before it held at their best, so that no
weight ever hides one behind another. Remaining ties are broken by a fixed draw of the seed, the
referral and the home, whatever the order of rows.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from matching.beside import beside
from matching.check import check_plan
from matching.choices import Choices, find_choices, today_never, wait_never
from matching.decisions import check_pins
from matching.digest import case_sha256
from matching.evaluate import Levels, evaluate
from matching.firstplan import first_plan
from matching.opening import opening_plan
from matching.pairs import Pairs, find_pairs
from matching.plan import Plan
from matching.problem import Problem
from matching.programme import Row, build
from matching.reasons import describe
from matching.search import Answer, Limits, SolverFailed, minimise
from matching.state import Progress, State
from matching.ties import draws

LARGE = 1200
"""More choices than this are decided over household patterns first."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to search. `time_limit` is seconds for the whole match; None searches to proof.

    `progress` hears a sentence now and then, `heard` each better plan and bound; setting `stop`
    ends the search with the best so far.
    """

    time_limit: float | None = None
    seed: int = 0
    workers: int = 1
    progress: Callable[[str], None] | None = None
    heard: Callable[[Progress], None] | None = None
    stop: threading.Event = field(default_factory=threading.Event)


def match(problem: Problem, options: Options | None = None) -> Plan:
    """The best plan for a problem, proven unless a limit or an interrupt comes first.

    Raises `SolverFailed` where the solver breaks its promise: an answer below its own bound, or a
    plan that the checker rejects. Such a plan is never returned. Raises `BadInput` where a pin
    cannot bind.
    """
    options = options or Options()
    began = time.monotonic()
    deadline = None if options.time_limit is None else began + options.time_limit
    limits = Limits(deadline, options.stop)
    say = options.progress or (lambda sentence: None)

    check_pins(problem)
    pairs = find_pairs(problem, lambda done, of: say(f"judging homes for referral {done} of {of}"))
    found = time.monotonic()
    say(f"{len(pairs)} eligible pairs; looking for the best plan")
    if deadline is not None:
        # checking the plan takes about as long as finding the pairs did
        limits = Limits(max(found, deadline - (found - began)), options.stop)
    state = _search(pairs, options, limits, say, began)
    solved = time.monotonic()
    plan = _answer(pairs, state, options, limits)
    faults = check_plan(pairs, plan)
    if faults:
        raise SolverFailed("the checker rejects the plan: " + "; ".join(str(f) for f in faults))
    timing = {
        "read": 0.0,
        "pairs": found - began,
        "solve": solved - found,
        "check": time.monotonic() - solved,
        "total": time.monotonic() - began,
    }
    return _with_timing(plan, timing)


def _with_timing(plan: Plan, timing: dict[str, float]) -> Plan:
    return Plan(**{**{f: getattr(plan, f) for f in plan.__dataclass_fields__}, "timing": timing})


def _answer(pairs: Pairs, state: State, options: Options, limits: Limits) -> Plan:
    problem = pairs.problem
    nobody = all(referral.by_hand for referral in problem.referrals)
    status = "no_referrals" if nobody else "optimal" if state.proven == 3 else "feasible"
    described = describe(pairs, state.plan)
    return Plan(
        case_sha256=case_sha256(problem),
        as_of=problem.policy.as_of,
        seed=options.seed,
        status=status,
        levels=state.worth.levels,
        bound=state.worth.levels if status != "feasible" else state.bound,
        placements=described.placements,
        joint=state.worth.joint,
        unplaced=described.unplaced,
        empty=described.empty,
        notices=described.notices,
        interrupted=limits.stop.is_set(),
        beside=beside(pairs, state.plan),
    )


def _search(
    pairs: Pairs, options: Options, limits: Limits, say: Callable[[str], None], began: float
) -> State:
    choices = find_choices(pairs)
    stuck = int(choices.today[np.diff(choices.start) == 0].sum()) + today_never(choices)
    large = len(choices) > LARGE
    plan = _opening(choices, limits, large)
    state = State(plan, evaluate(pairs, plan), Levels(stuck, 0, 0), 0, options.heard, began)
    state.tell()
    if not len(choices):
        state.proven = 3
        return state
    if large:
        from matching.large import Large

        wide = Large(
            choices,
            state,
            limits,
            say,
            options.seed,
            options.workers,
            today_never(choices),
            wait_never(choices),
        )
        try:
            decided = wide.run()
        except KeyboardInterrupt:
            limits.stop.set()
            decided = True
        if decided:
            return state
        state.proven = 0
    return _search_whole(choices, state, options, limits, say, stuck)


def _opening(choices: Choices, limits: Limits, large: bool) -> dict[str, str]:
    """Where the search starts; a large one with nobody placed unless somebody is pinned."""
    pinned = any(unit.pinned for unit in choices.units)
    if large and not pinned:
        return {}
    plan = first_plan(choices)
    if pinned and choices.problem.policy.fairness is not None:
        return opening_plan(choices, limits, [plan]) or plan
    return plan


def _search_whole(
    choices: Choices,
    state: State,
    options: Options,
    limits: Limits,
    say: Callable[[str], None],
    stuck: int,
) -> State:
    """Every level over all choices at once."""
    pairs = choices.pairs
    programme = build(choices)
    extras = [0] * len(programme.extras)
    priced = [extra.points for extra in programme.extras]
    today = (-programme.today()).tolist() + extras
    points = programme.points().tolist() + priced
    cost = programme.marginal().tolist() + extras
    draw = draws(choices, programme.kept, options.seed).tolist() + extras
    fixed: list[Row] = []
    columns = tuple(range(len(today)))

    def level(objective: list[int], name: str) -> Answer | None:
        if limits.over:
            return None
        start = choices.chosen(state.plan)[programme.kept]
        say(f"{name}: searching")
        answer = minimise(
            programme,
            objective,
            fixed,
            start,
            limits,
            seed=options.seed,
            workers=options.workers,
            heard=lambda bound: say(f"{name}: nothing below {bound:.0f}"),
        )
        if answer is not None:
            chosen = np.zeros(len(choices), dtype=bool)
            chosen[programme.kept] = answer.values[: len(programme.kept)] > 0
            better = choices.plan(chosen)
            state.take(better, evaluate(pairs, better))
        return answer

    everyone = _today_constant(choices) + today_never(choices)
    if state.worth.levels.today > stuck:
        answer = level(today, "today")
        if answer is None:
            return state
        state.prove(Levels(max(stuck, everyone + answer.bound), 0, 0))
        if state.worth.levels.today != state.bound.today:
            return state
    state.prove(Levels(state.worth.levels.today, 0, 0))
    state.proven = 1
    fixed.append(Row("level 1", columns, tuple(today), state.worth.levels.today - everyone))

    constant = programme.constant + wait_never(choices)
    answer = level(points, "points")
    if answer is None:
        return state
    state.prove(Levels(state.bound.today, max(0, constant + answer.bound), 0))
    if state.worth.levels.points != state.bound.points:
        return state
    state.proven = 2
    fixed.append(Row("level 2", columns, tuple(points), state.worth.levels.points - constant))

    answer = level(cost, "weekly cost")
    if answer is None:
        return state
    state.prove(Levels(state.bound.today, state.bound.points, max(0, answer.bound)))
    if state.worth.levels.cost != answer.bound:
        return state
    fixed.append(Row("level 3", columns, tuple(cost), answer.bound))
    answer = level(draw, "ties")
    if answer is not None and answer.proven:
        state.proven = 3
    return state


def _today_constant(choices: Choices) -> int:
    return int(choices.today.sum())
