"""One match from its question to its plan, in a process that knows no web and no records.

The parts of the solver and of numpy that hold the interpreter for seconds then hold nobody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from api.case_json import read_case_json
from api.models import CaseRequest, MatchRequest
from api.problems import ProblemError
from api.requests import Asked, read
from broker.apart.inside import STOP, allow
from broker.apart.process import prepare
from broker.apart.searching import search_apart
from matching.problem import Problem
from matching.solve import Options, match

SECONDS_OVER = 120

C = TypeVar("C", bound=CaseRequest)


@dataclass(frozen=True, slots=True)
class Made:
    """A plan as JSON, beside the question it answers and how it was asked."""

    problem: Problem
    plan: dict[str, Any]
    request: MatchRequest


@contextmanager
def in_time(seconds: float) -> Iterator[None]:
    """Have this process ended, where it is one of its own, if the work takes far longer."""
    allow(seconds + SECONDS_OVER)
    try:
        yield
    finally:
        allow(None)


def match_body(body: bytes) -> Made | MatchRequest:
    """The plan for the case in a body; the request alone where it asks for what is on record.

    Raises:
        ProblemError: with every error of the body.
    """
    prepare()
    asked = read(body, MatchRequest)
    which = asked.one_of("case", "from")
    problem = case_of(asked) if which == "case" else None
    asked.raise_if_any()
    assert asked.model is not None
    return asked.model if problem is None else match_problem(problem, asked.model)


def match_problem(problem: Problem, request: MatchRequest) -> Made:
    """The plan for a problem."""
    seconds = float(request.time_limit)
    options = Options(time_limit=seconds, seed=request.seed, workers=request.workers, stop=STOP)
    with in_time(seconds):
        plan = match(problem, options, search_apart).to_json()
    return Made(problem, plan, request.model_copy(update={"case": None}))


def case_of(asked: Asked[C]) -> Problem | None:
    """The problem of the case in a body; None where it has errors, which are noted."""
    try:
        return read_case_json(
            asked.document["case"],
            ("case",),
            require_safety=asked.document.get("require_safety") is True,
            known=asked.errors,
        )
    except ProblemError as refused:
        asked.refuse(*refused.errors)
        return None
