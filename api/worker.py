"""One match from its question to its plan, in a process that knows no web and no records.

The parts of the solver and of numpy that hold the interpreter for seconds then hold nobody else.
"""

from __future__ import annotations

import copyreg
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from types import MappingProxyType
from typing import Any, TypeVar

from api.case_json import read_case_json
from api.models import CaseRequest, MatchRequest
from api.problems import ProblemError
from api.requests import Asked, read
from matching.problem import Problem
from matching.solve import Options, match

SECONDS_TO_END = 20
SECONDS_OVER = 120

STOP = threading.Event()
C = TypeVar("C", bound=CaseRequest)


def _read_only(table: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(table)


def _sent(table: MappingProxyType[Any, Any]) -> tuple[Any, tuple[dict[Any, Any]]]:
    return _read_only, (dict(table),)


# The tables of a policy are read-only mappings, which do not travel between processes.
copyreg.pickle(MappingProxyType, _sent)


@dataclass(frozen=True, slots=True)
class Made:
    """A plan as JSON, beside the question it answers and how it was asked."""

    problem: Problem
    plan: dict[str, Any]
    request: MatchRequest


def start(line: Connection) -> None:
    """Get a new process ready: Ctrl-C is for the service to handle, and it ends with the service.

    The line to the service carries nothing. It is cut when the service stops, or is ended: the
    match then has a few seconds to end with the best it has.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def until_cut() -> None:
        with suppress(EOFError, OSError):
            line.recv_bytes()
        STOP.set()
        time.sleep(SECONDS_TO_END)
        os._exit(1)

    threading.Thread(target=until_cut, daemon=True).start()


@contextmanager
def in_time(seconds: float) -> Iterator[None]:
    """End this process, where it is one of its own, if a match is still not done after so long."""
    if multiprocessing.parent_process() is None:
        yield
        return
    watch = threading.Timer(seconds + SECONDS_OVER, os._exit, (1,))
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def match_body(body: bytes) -> Made | MatchRequest:
    """The plan for the case in a body; the request alone where it asks for what is on record.

    Raises:
        ProblemError: with every error of the body.
    """
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
        plan = match(problem, options).to_json()
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
