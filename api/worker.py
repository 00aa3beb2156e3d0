"""One match of a case in a body, from its question to its plan, in the process of a turn.

The parts of the solver and of numpy that hold the interpreter for seconds then hold nobody else.
"""

from __future__ import annotations

from typing import TypeVar

from api.case_json import read_case_json
from api.models import CaseRequest, MatchRequest
from api.problems import ProblemError
from api.requests import Asked, read
from broker.apart.inside import STOP, in_time
from broker.apart.process import prepare
from broker.apart.searching import search_apart
from broker.runs import MadeRun, made_run
from broker.store.clock import now
from matching.problem import Problem
from matching.solve import Options, match

C = TypeVar("C", bound=CaseRequest)


def match_body(body: bytes) -> MadeRun | MatchRequest:
    """The plan for the case in a body; the request alone where it asks for what is on record.

    Raises:
        ProblemError: with every error of the body.
    """
    prepare()
    problem, request = asked_in(body)
    return request if problem is None else match_problem(problem, request)


def asked_in(body: bytes) -> tuple[Problem | None, MatchRequest]:
    """What a body asks, and the problem of the case in it; None where that is on record.

    Raises:
        ProblemError: with every error of the body.
    """
    asked = read(body, MatchRequest)
    which = asked.one_of("case", "from")
    problem = case_of(asked) if which == "case" else None
    asked.raise_if_any()
    assert asked.model is not None
    return problem, asked.model.model_copy(update={"case": None})


def match_problem(problem: Problem, request: MatchRequest) -> MadeRun:
    """The plan for a problem, and what is to be kept of it."""
    started = now()
    seconds = float(request.time_limit)
    options = Options(time_limit=seconds, seed=request.seed, workers=request.workers, stop=STOP)
    with in_time(seconds):
        plan = match(problem, options, search_apart).to_json()
        kept = {"time_limit": seconds, "workers": request.workers}
        return made_run(problem, plan, started=started, finished=now(), options=kept)


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
