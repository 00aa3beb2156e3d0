"""The homes for one young person: those to ring, best first, and those that nearly fit."""

from __future__ import annotations

import asyncio
import json

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import asking, sharing
from api.pages.render import page
from api.pages.some import some_of
from api.problems import ProblemError
from api.questions import OptionsRequest
from api.routes.questions import person_asked_about
from api.service import service_of
from api.who import actor_of
from broker.access.actor import Role

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
    problem = await asyncio.to_thread(service.records.open_problem)
    if question.referral_id not in problem.referral_by_id:
        raise ProblemError("not-found", "There is no open referral with this id on record.")
    person = await asyncio.to_thread(person_asked_about, service.records, question)
    with service.turns.turn():
        found = await asyncio.to_thread(asking.ask_problem, problem, question, None, person)
    return page(
        request,
        "options.html",
        f"Homes for {referral_id}",
        found=found,
        fit=some_of(request, "fit", found.get("homes", ())),
        near=some_of(request, "near", found.get("near_misses", ())),
        whole=whole,
        referral=problem.referral_by_id[referral_id],
    )
