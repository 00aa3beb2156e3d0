"""The homes for one young person: those to ring, best first, and those that nearly fit."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from api import asking, home_desk, lives, looks, sharing
from api.pages import live
from api.pages.left import anew, asked_by
from api.pages.maps import ids_of, options_map
from api.pages.render import page
from api.pages.some import some_of
from api.problems import ProblemError
from api.questions import OptionsRequest
from api.routes.questions import person_asked_about
from api.service import service_of
from api.who import actor_of
from broker.access.actor import Actor, Role
from broker.access.allowed import may
from matching.problem import Problem

router = APIRouter(include_in_schema=False)


@router.get("/options/{referral_id}")
async def show_options(request: Request, referral_id: str) -> Response:
    """Homes that fit, best first; a borough sees its own young people's, in the shared form."""
    actor, service = actor_of(request), service_of(request)
    whole = actor.role is Role.BROKER
    asked = {
        "from": "database",
        "referral_id": referral_id[:200],
        "form": "full" if whole else "shared",
    }
    if not whole:
        body = json.dumps(asked).encode()
        await asyncio.to_thread(sharing.check, service.records, actor, body, OptionsRequest)
    question = OptionsRequest.model_validate(asked)

    async def worked_out() -> tuple[Problem, dict[str, Any]]:
        problem = await asyncio.to_thread(service.records.open_problem)
        if question.referral_id not in problem.referral_by_id:
            raise ProblemError("not-found", "There is no open referral with this id on record.")
        person = await asyncio.to_thread(person_asked_about, service.records, question)
        with service.turns.turn():
            return problem, await asyncio.to_thread(
                asking.ask_problem, problem, question, None, person
            )

    key = ("options", actor.id, question.model_dump_json())
    title = f"Homes for {referral_id}"
    if (again := anew(request, service.answers, key)) is not None:
        return again
    problem, found = await service.answers.answer(
        key, worked_out, part=live.is_part(request), asked=asked_by(request, actor, title)
    )
    of_then = service.answers.worked_out(key)
    if live.only_looks(request):
        return live.it_is_there()
    fit = some_of(request, "fit", found.get("homes", ()))
    near = some_of(request, "near", found.get("near_misses", ()))
    named = ids_of([*fit.items, *near.items])

    def beside(session: Session) -> tuple[dict[str, Any] | None, dict[str, Any], set[str]]:
        looks.at_question(session, actor, question, problem)
        exact = home_desk.exact_to(session, actor, named)
        return (*(_rung(session, actor, referral_id, named) if whole else (None, {})), exact)

    life, said, exact = await asyncio.to_thread(service.records.look, beside)
    referral = problem.referral_by_id[referral_id]
    return page(
        request,
        "options.html",
        title,
        worked_out=of_then,
        found=found,
        fit=fit,
        near=near,
        whole=whole,
        referral=referral,
        life=life,
        last_said=said,
        may_add=may(actor, "home.add"),
        map=options_map(problem, fit, near, referral.borough, exact),
        exact=exact,
    )


def _rung(
    session: Session, actor: Actor, referral: str, homes: list[str]
) -> tuple[dict[str, Any] | None, dict[str, dict[str, Any]]]:
    """The referral with its calls, where it is one of this service, and when each home last said.

    A referral of a case that was taken in has no record here, so nobody can write a call to it.
    """
    said = home_desk.last_said(session, homes)
    if not lives.begun_here(session, referral):
        return None, said
    return lives.read(session, actor, referral).body, said
