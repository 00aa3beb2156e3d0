"""The work of a match job, done apart from its worker: read the case, match it, tell of progress.

It runs in a process of its own, whose search is one too (`broker.apart`), so that reading and
judging a large case keep nobody from being heard, and can be ended.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from broker.apart.inside import STOP, in_time, tell
from broker.apart.process import prepare
from broker.apart.searching import search_apart
from broker.database import make_engine, reading
from broker.registers.diligence import refresh_before_a_match
from broker.runs import MadeRun, made_run
from broker.store.clock import now
from broker.store.fit import Unfit, case_on_record
from matching.faults import BadInput
from matching.plan import levels_json
from matching.solve import Options, match
from matching.state import Progress

News = Mapping[str, Any]
"""What has changed of how a job stands: a sentence, or levels and bound."""


def make_apart(address: str, request: Mapping[str, Any]) -> MadeRun:
    """`make`, in a process apart."""
    prepare()
    return make(address, request, tell)


def make(
    address: str, request: Mapping[str, Any], say: Callable[[News], None] = lambda news: None
) -> MadeRun:
    """A match of the open referrals on record at an address.

    Raises:
        Unfit: what is on record cannot be matched.
        DatabaseUnreachable: the database cannot be reached now.
        SolverFailed: the solver broke its promise.
    """
    seconds = float(request["time_limit"])
    with in_time(seconds):
        say({"sentence": "reading the case"})
        started = now()
        engine = make_engine(address)
        try:
            refresh_before_a_match(engine)
            with reading(engine) as session:
                problem, seen = case_on_record(session, require_safety=request["require_safety"])
        finally:
            engine.dispose()
        options = Options(
            time_limit=seconds,
            seed=request["seed"],
            workers=request["workers"],
            progress=lambda sentence: say({"sentence": sentence}),
            heard=partial(_heard, say),
            stop=STOP,
        )
        try:
            plan = match(problem, options, search_apart)
        except BadInput as refused:
            raise Unfit(refused.report()) from None
        say({"sentence": "counting how the plan shares out"})
        asked = {name: request[name] for name in ("time_limit", "workers", "require_safety")}
        return made_run(
            problem,
            plan.to_json(),
            started=started,
            finished=now(),
            options=asked,
            seen=seen,
        )


def _heard(say: Callable[[News], None], progress: Progress) -> None:
    say({"levels": levels_json(progress.levels), "bound": levels_json(progress.bound)})
