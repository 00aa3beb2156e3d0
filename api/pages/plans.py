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

from api import asking, home_desk, jobs, looks
from api.later import Asked
from api.lives import today
from api.pages import live
from api.pages.keys import KEY_FIELD, new_key
from api.pages.left import asked_by
from api.pages.maps import ids_of, plan_by_borough, plan_map, told_distance
from api.pages.render import page
from api.pages.some import some_of
from api.pages.standing import Standing, standings
from api.problems import ProblemError
from api.questions import ExplanationRequest, OptionsRequest
from api.routes.jobs import number_of
from api.service import Service, service_of
from api.who import actor_of
from broker.access.actor import Actor
from broker.access.allowed import may
from broker.runs import NotAgain, get_run, problem_of_run
from matching.problem import Problem

router = APIRouter(include_in_schema=False)
Case = tuple[Problem | None, str]
"""A case, or the sentence why it cannot be made again."""


@router.get("/matches/{match_id}")
async def show_match(request: Request, match_id: str) -> Response:
    """The plan as a table, and the words beside it."""
    actor, number = actor_of(request), number_of(match_id, jobs.NO_MATCH)
    service = service_of(request)
    await asyncio.to_thread(
        service.records.look, lambda session: jobs.check_run(session, actor, number)
    )
    asked = asked_by(request, actor, f"Match {number}")
    problem, sorry = await case_of(service, number, asked)
    if live.only_looks(request):
        return live.it_is_there()
    run, exact, stands = await asyncio.to_thread(
        service.records.look, lambda session: _seen(session, actor, number)
    )
    plan = run["plan"]
    placed = some_of(request, "placed", plan["placements"])
    unplaced = some_of(request, "waiting", plan["unplaced"])
    empty = some_of(request, "empty", plan["empty"])
    shown = {**plan, "placements": placed.items}
    return page(
        request,
        "match.html",
        f"Match {number}",
        run=run,
        plan=plan,
        sorry=sorry,
        placed=placed,
        proposals=[_placed(one, problem, exact) for one in placed.items],
        unplaced=unplaced,
        empty=empty,
        empty_homes=[{**one, "home": _label(one["home_id"], problem)} for one in empty.items],
        before=number - 1 if number > 1 else None,
        map=None if problem is None else plan_map(problem, shown, exact),
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
) -> tuple[dict[str, Any], set[str], dict[str, Standing]]:
    """A match, the homes of it whose own place somebody may see, and where its proposals stand."""
    run = read_match(session, actor, number)
    placements = run["plan"]["placements"]
    stands: dict[str, Standing] = {}
    if may(actor, "life.shortlist"):
        pairs = [(one["referral_id"], one["home_id"]) for one in placements]
        stands = standings(session, number, pairs, today())
    return run, home_desk.exact_to(session, actor, ids_of(placements)), stands


def read_match(session: Session, actor: Actor, number: int) -> dict[str, Any]:
    """A match on record, with when and by whom it was asked for; that it was read is on record."""
    run = jobs.read_run(session, actor, number).body
    row = get_run(session, number)
    assert row is not None, "it was just read"
    return {**run, "started_at": row.started_at, "asked_by": row.asked_by}


async def case_of(service: Service, number: int, asked: Asked) -> Case:
    """The case that a match answered, kept at hand for a while; whoever asks may read the match.

    Raises:
        NotYet: it takes a while to be made again.
    """

    def made_again(session: Session) -> Case:
        row = get_run(session, number)
        assert row is not None, "runs are never removed"
        try:
            return problem_of_run(session, row), ""
        except NotAgain as sorry:
            return None, str(sorry)

    return await service.cases.answer(
        number,
        lambda: asyncio.to_thread(service.records.look, made_again),
        again=True,
        asked=asked,
    )


async def asked_of_match(
    service: Service,
    actor: Actor,
    number: int,
    question: ExplanationRequest | OptionsRequest,
    asked: Asked,
) -> tuple[Problem, dict[str, Any]]:
    """The case of a match, and the answer to a question about one young person in it.

    Whoever shows the answer says so in the audit (`told_of_match`).

    Raises:
        ProblemError: somebody may not read the match, its case cannot be made again, or nobody in
            it has the referral.
        NotYet: the answer takes a while.
    """
    await asyncio.to_thread(
        service.records.look, lambda session: jobs.check_run(session, actor, number)
    )
    problem, sorry = await case_of(service, number, asked)
    if problem is None:
        raise ProblemError("records-unfit", sorry)
    if question.referral_id not in problem.referral_by_id:
        raise ProblemError("not-found", f"Nobody in match {number} has this referral.")

    async def worked_out() -> dict[str, Any]:
        plan = await asyncio.to_thread(service.records.plan, number)
        with service.turns.turn():
            return await service.turns.run(asking.ask_problem, problem, question, plan)

    key = (number, question.model_dump_json())
    return problem, await service.answers.answer(key, worked_out, again=True, asked=asked)


async def told_of_match(
    service: Service,
    actor: Actor,
    number: int,
    question: ExplanationRequest | OptionsRequest,
    problem: Problem,
) -> None:
    """Put on record that somebody is shown a match and, of it, a young person."""

    def looked(session: Session) -> None:
        looks.at_match(session, actor, number)
        looks.at_question(session, actor, question, problem)

    await asyncio.to_thread(service.records.look, looked)


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
    about = {"from": "database", "referral_id": referral_id}
    question = ExplanationRequest.model_validate({**about, **({} if ask is None else {ask: True})})
    service = service_of(request)
    title = f"Why, for {referral_id}"
    asked = asked_by(request, actor, f"{title}, match {number}")
    problem, why = await asked_of_match(service, actor, number, question, asked)
    if live.only_looks(request):
        return live.it_is_there()
    await told_of_match(service, actor, number, question, problem)
    return page(
        request,
        "why.html",
        title,
        number=number,
        ask=ask,
        why=why,
        referral=problem.referral_by_id[referral_id],
        homes={home.id: home for home in problem.homes},
    )
