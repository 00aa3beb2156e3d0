"""A match that was made: each proposal with its reasons in words, who waits and why, and what else.

What the pages show of a plan is worked out from the case as it was when the plan was made.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from api import asking, home_desk, jobs
from api.lives import today
from api.pages.keys import KEY_FIELD, new_key
from api.pages.maps import ids_of, plan_by_borough, plan_map, told_distance
from api.pages.render import page
from api.pages.standing import Standing, standings
from api.problems import ProblemError
from api.questions import ExplanationRequest
from api.routes.jobs import number_of
from api.service import service_of
from api.who import actor_of
from broker.access.actor import Actor
from broker.access.allowed import may
from broker.runs import NotAgain, get_run, problem_of_run
from matching.problem import Problem

router = APIRouter(include_in_schema=False)
Found = tuple[dict[str, Any], Problem | None, str]


@router.get("/matches/{match_id}")
async def show_match(request: Request, match_id: str) -> Response:
    """The plan as a table, and the words beside it."""
    actor, number = actor_of(request), number_of(match_id, jobs.NO_MATCH)
    (run, problem, sorry), exact, stands = await asyncio.to_thread(
        service_of(request).records.look, lambda session: _seen(session, actor, number)
    )
    plan = run["plan"]
    return page(
        request,
        "match.html",
        f"Match {number}",
        run=run,
        plan=plan,
        sorry=sorry,
        placed=[_placed(one, problem, exact) for one in plan["placements"]],
        empty=[{**one, "home": _label(one["home_id"], problem)} for one in plan["empty"]],
        before=number - 1 if number > 1 else None,
        map=None if problem is None else plan_map(problem, plan, exact),
        by_borough=[] if problem is None else plan_by_borough(problem, plan),
        exact=exact,
        stands=stands,
        may_run=may(actor, "match.make"),
        key=new_key(),
        key_field=KEY_FIELD,
        may_ask=may(actor, "question.ask") and problem is not None,
    )


def _seen(
    session: Session, actor: Actor, number: int
) -> tuple[Found, set[str], dict[str, Standing]]:
    """A match, the homes of it whose own place somebody may see, and where its proposals stand."""
    found = found_run(session, actor, number)
    placements = found[0]["plan"]["placements"]
    stands: dict[str, Standing] = {}
    if may(actor, "life.shortlist"):
        pairs = [(one["referral_id"], one["home_id"]) for one in placements]
        stands = standings(session, number, pairs, today())
    return found, home_desk.exact_to(session, actor, ids_of(placements)), stands


def found_run(session: Session, actor: Actor, number: int) -> Found:
    """A match, the case it answered where that can be made again, and why not where it cannot."""
    run = jobs.read_run(session, actor, number).body
    row = get_run(session, number)
    assert row is not None, "it was just read"
    about = {"started_at": row.started_at, "asked_by": row.asked_by}
    try:
        return {**run, **about}, problem_of_run(session, row), ""
    except NotAgain as sorry:
        return {**run, **about}, None, str(sorry)


def _label(home: str, problem: Problem | None) -> str:
    known = None if problem is None else problem.home_by_id.get(home)
    return home if known is None else known.label


def _placed(
    one: Mapping[str, Any], problem: Problem | None, exact: Collection[str]
) -> dict[str, Any]:
    home = None if problem is None else problem.home_by_id.get(one["home_id"])
    return {
        **one,
        "home": one["home_id"] if home is None else home.label,
        "distance": told_distance(one["distance_miles"], one["home_id"] in exact),
        "home_borough": None if home is None else home.borough,
        "against": {name: number for name, number in one["points"].items() if number},
    }


Ask = Literal["changes", "conflict"]


@router.get("/matches/{match_id}/{referral_id}")
async def show_why(
    request: Request,
    match_id: str,
    referral_id: str,
    ask: Annotated[Ask | None, Query()] = None,
) -> Response:
    """Why the plan is so for one young person; `ask` says what else is worked out beside it."""
    actor, number = actor_of(request), number_of(match_id, jobs.NO_MATCH)
    service = service_of(request)
    run, problem, sorry = await asyncio.to_thread(
        service.records.look, lambda session: found_run(session, actor, number)
    )
    if problem is None:
        raise ProblemError("records-unfit", sorry)
    if referral_id not in problem.referral_by_id:
        raise ProblemError("not-found", f"Nobody in match {number} has this referral.")
    asked = {"from": "database", "referral_id": referral_id}
    question = ExplanationRequest.model_validate({**asked, **({} if ask is None else {ask: True})})
    with service.turns.turn():
        why = await service.turns.run(asking.ask_problem, problem, question, run["plan"])
    return page(
        request,
        "why.html",
        f"Why, for {referral_id}",
        number=number,
        ask=ask,
        why=why,
        referral=problem.referral_by_id[referral_id],
        homes={home.id: home for home in problem.homes},
    )
