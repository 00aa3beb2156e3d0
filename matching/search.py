"""One level decided by CP-SAT: the best value, the proven bound and a solution that reaches it.

The solver works in a thread of its own, so that what it finds is heard at once, and a wish to stop
reaches it. It stops when it next looks up; who cannot wait for that searches in a process apart.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

import numpy as np

from matching.board import Flags, Ints
from matching.programme import Programme, Row

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

News = SimpleQueue[tuple[Callable[[Any], None], Any]]
"""Whom to tell, and what."""

HEARTBEAT = 0.05
LIGHT = 0.05
"""How much work the light try may do, in CP-SAT's deterministic seconds."""


class SolverFailed(Exception):
    """The solver broke its promise: an answer that cannot be, or none where one exists."""


class Infeasible(SolverFailed):
    """No values keep all the rows: no promise broken where the question allows for that."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When to stop: a moment on the monotonic clock, and an event that a person may set."""

    deadline: float | None = None
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def over(self) -> bool:
        """Whether it is time to stop."""
        late = self.deadline is not None and time.monotonic() >= self.deadline
        return late or self.stop.is_set()

    def left(self) -> float | None:
        """Seconds left, never below 0; None for no limit."""
        return None if self.deadline is None else max(0.0, self.deadline - time.monotonic())


@dataclass(frozen=True, slots=True)
class Answer:
    """Values of all columns, the objective they reach, and the proven bound below it."""

    values: Ints
    objective: int
    bound: int

    @property
    def proven(self) -> bool:
        """Whether nothing better exists."""
        return self.objective == self.bound


def minimise(
    programme: Programme,
    objective: Sequence[int],
    fixed: Sequence[Row],
    start: Flags,
    limits: Limits,
    *,
    seed: int = 0,
    workers: int = 1,
    lightly: bool = False,
    heard: Callable[[int], None] | None = None,
    found: Callable[[Ints], None] | None = None,
) -> Answer | None:
    """The smallest `objective` (a coefficient a column) under the rows and the `fixed` rows.

    `start` flags the kept choices of a plan to begin from. `heard` is told each better
    bound, `found` the values of each better solution. `lightly` gives up after a
    measure of work. None where the limit came before any solution was found.
    """
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    columns: list[cp_model.IntVar] = [model.new_bool_var("") for _ in range(len(programme.kept))]
    columns += [model.new_int_var(0, extra.most, "") for extra in programme.extras]
    for row in [*programme.rows, *fixed]:
        chosen = [columns[k] for k in row.columns]
        if row.most == 1 and all(c == 1 for c in row.coefficients) and _binary(programme, row):
            model.add_at_most_one(chosen)
        else:
            model.add(cp_model.LinearExpr.weighted_sum(chosen, row.coefficients) <= row.most)
    used = [k for k, coefficient in enumerate(objective) if coefficient]
    model.minimize(
        cp_model.LinearExpr.weighted_sum([columns[k] for k in used], [objective[k] for k in used])
    )
    for k, flag in enumerate(start):
        model.add_hint(columns[k], bool(flag))
    status: object = cp_model.UNKNOWN
    for light in (True, False):
        solver = solver_for(seed, workers, limits)
        if light:
            _lighten(solver)
        status = run(solver, model, limits, heard=heard, found=found)
        if status == cp_model.OPTIMAL or limits.over or lightly:
            break
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        values = np.array([solver.value(column) for column in columns], dtype=np.int64)
        reached = int(np.dot(values, np.array(objective, dtype=np.int64)))
        bound = reached if status == cp_model.OPTIMAL else _up(solver.best_objective_bound)
        if bound > reached:
            raise SolverFailed(f"the bound {bound} lies above a solution of {reached}")
        return Answer(values, reached, bound)
    if status == cp_model.UNKNOWN:
        return None
    failed = Infeasible if status == cp_model.INFEASIBLE else SolverFailed
    raise failed(f"the solver answered {solver.status_name(status)}")


def solver_for(seed: int, workers: int, limits: Limits) -> cp_model.CpSolver:
    """A solver with the settings of every search."""
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    solver.parameters.linearization_level = 2
    solver.parameters.catch_sigint_signal = False
    left = limits.left()
    if left is not None:
        solver.parameters.max_time_in_seconds = left
    return solver


def _lighten(solver: cp_model.CpSolver) -> None:
    """Have it skip the thorough presolve and give up after a while.

    Most models of the partnership's size are decided before a thorough presolve would be done. So
    a light one has the first try, for a measure of work (not of time: the same on every machine).
    """
    solver.parameters.max_presolve_iterations = 1
    solver.parameters.cp_model_probing_level = 0
    solver.parameters.symmetry_level = 0
    solver.parameters.max_deterministic_time = LIGHT


def run(
    solver: cp_model.CpSolver,
    model: cp_model.CpModel,
    limits: Limits,
    *,
    heard: Callable[[int], None] | None = None,
    found: Callable[[Ints], None] | None = None,
) -> object:
    """The status a model is solved with, told to stop at the deadline or on an interrupt.

    `heard` is told each better bound, `found` the values of each better solution, both in the
    thread of the caller.
    """
    news: News = SimpleQueue()
    ended: list[object] = []
    watch = None
    if heard is not None:
        solver.best_bound_callback = _bounds(news, heard)
    if found is not None:
        watch = _watching(news, found)

    def work() -> None:
        try:
            status: object = solver.solve(model, watch)
        except Exception as problem:  # handed to the caller's thread below
            status = problem
        ended.append(status)
        news.put((lambda nothing: None, None))

    threading.Thread(target=work, name="cp-sat", daemon=True).start()
    while not (ended and news.empty()):
        try:
            _pass_on(news)
            if limits.over and not ended:
                solver.stop_search()
        except KeyboardInterrupt:
            limits.stop.set()
    if isinstance(ended[0], Exception):
        raise SolverFailed(f"the solver stopped: {ended[0]}") from ended[0]
    return ended[0]


def _pass_on(news: News) -> None:
    """Tell one piece of news, if there is any soon."""
    with suppress(Empty):
        tell, content = news.get(timeout=HEARTBEAT)
        tell(content)


def _bounds(news: News, heard: Callable[[int], None]) -> Callable[[float], None]:
    """What the solver calls with each better bound; the whole number it allows goes to `heard`."""

    def better(bound: float) -> None:
        if np.isfinite(bound):
            news.put((heard, _up(bound)))

    return better


def _watching(news: News, found: Callable[[Ints], None]) -> cp_model.CpSolverSolutionCallback:
    """What the solver calls with each better solution; the values go to `found` by the queue."""
    from ortools.sat.python import cp_model

    class Watch(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            news.put((found, np.array(self.response_proto.solution, dtype=np.int64)))

    return Watch()


def _binary(programme: Programme, row: Row) -> bool:
    return all(k < len(programme.kept) for k in row.columns)


def _up(bound: float) -> int:
    return int(np.ceil(bound - 1e-6))
