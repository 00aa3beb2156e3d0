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
from dataclasses import dataclass, field, replace
from functools import partial

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
from matching.reasons import describe
from matching.search import Limits, SolverFailed
from matching.state import Glimpse, Progress, State
from matching.whole import search_whole, today_stuck

LARGE = 1200
"""Up to so many choices a light try on the whole model comes first; household patterns after it."""
AFTER = 1.6
"""What describing, proving and writing a plan takes, in times of what finding the pairs took.

Measured in processor time: 1.0 at 500 referrals and 150 homes, 1.3 at 2,000 and 600, 1.6 at 10,000
and 4,000.
"""


@dataclass(frozen=True, slots=True)
class Options:
    """How to search. `time_limit` is seconds for the whole match; None searches to proof.

    `progress` hears a sentence now and then, `heard` each better plan and bound, `glimpsed` plans
    that are not counted yet; setting `stop` ends the search with the best so far.
    """

    time_limit: float | None = None
    seed: int = 0
    workers: int = 1
    progress: Callable[[str], None] | None = None
    heard: Callable[[Progress], None] | None = None
    glimpsed: Callable[[Glimpse], None] | None = None
    stop: threading.Event = field(default_factory=threading.Event)


Search = Callable[[Pairs, Options, Limits], State]
"""Finds the best plan for pairs, or what is best when it is time to stop."""


def match(problem: Problem, options: Options | None = None, search: Search | None = None) -> Plan:
    """The best plan for a problem, proven unless a limit or an interrupt comes first.

    `search` finds it, by default in this process. Raises `SolverFailed` where the solver breaks its
    promise: an answer below its own bound, or a plan that the checker rejects. Such a plan is never
    returned. Raises `BadInput` where a pin cannot bind.
    """
    options = options or Options()
    say = options.progress or (lambda sentence: None)
    began = time.monotonic()
    check_pins(problem)
    pairs = find_pairs(problem, lambda done, of: say(f"judging homes for referral {done} of {of}"))
    return match_pairs(pairs, options, search, judged=time.monotonic() - began)


def match_pairs(
    pairs: Pairs, options: Options, search: Search | None = None, *, judged: float
) -> Plan:
    """As `match`, for pairs that took `judged` seconds to find; the limit counts those too."""
    found = time.monotonic()
    limits = Limits(stop=options.stop)
    if options.time_limit is not None:
        left = max(0.0, options.time_limit - (1 + AFTER) * judged)
        limits = Limits(found + left, options.stop)
    check_pins(pairs.problem)
    if options.progress is not None:
        options.progress(f"{len(pairs)} eligible pairs; looking for the best plan")
    state = (search or search_here)(pairs, options, limits)
    solved = time.monotonic()
    plan = _answer(pairs, state, options, limits)
    faults = check_plan(pairs, plan)
    if faults:
        raise SolverFailed("the checker rejects the plan: " + "; ".join(str(f) for f in faults))
    now = time.monotonic()
    timing = {
        "read": 0.0,
        "pairs": judged,
        "solve": solved - found,
        "check": now - solved,
        "total": judged + now - found,
    }
    return replace(plan, timing=timing)


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


def search_here(pairs: Pairs, options: Options, limits: Limits) -> State:
    """Search in this process, until the plan is proven or it is time to stop."""
    say = options.progress or (lambda sentence: None)
    choices = find_choices(pairs)
    large = len(choices) > LARGE
    state = _begun(choices, _opening(choices, limits, large), options)
    state.tell()
    if not len(choices):
        state.proven = 3
        return state
    whole = partial(
        search_whole, choices, state, limits, say, seed=options.seed, workers=options.workers
    )
    if not large:
        whole(lightly=True)
    if state.proven < 3 and not limits.over:
        from matching.large import Large

        state.proven = 0
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
    if state.proven < 3:
        whole()
    return state


def unsearched(pairs: Pairs, seconds: float) -> State:
    """What is known without a search: a plan as far as so many seconds reach, a plain bound."""
    choices = find_choices(pairs)
    limits = Limits(time.monotonic() + seconds)
    return _begun(choices, first_plan(choices, limits), Options())


def _begun(choices: Choices, plan: dict[str, str], options: Options) -> State:
    worth = evaluate(choices.pairs, plan)
    bound = Levels(today_stuck(choices), 0, 0)
    return State(plan, worth, bound, heard=options.heard, glimpsed=options.glimpsed)


def _opening(choices: Choices, limits: Limits, large: bool) -> dict[str, str]:
    """Where the search starts; a large one with nobody placed unless somebody is pinned."""
    ahead = choices.problem.lookahead
    if ahead is not None:
        return dict(ahead.without)
    pinned = any(unit.pinned for unit in choices.units)
    if large and not pinned:
        return {}
    plan = first_plan(choices)
    if pinned and choices.problem.policy.fairness is not None:
        return opening_plan(choices, limits, [plan]) or plan
    return plan
