"""Questions beside a match: the homes for somebody, why a plan is so, and what else it could be."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import asking, looks, sharing
from api.body import read_body
from api.models import CaseRequest
from api.openapi import answers, refusals, takes
from api.problems import InputError, bad_input, shown
from api.questions import (
    EvaluationAnswer,
    EvaluationRequest,
    ExplanationAnswer,
    ExplanationRequest,
    OptionsAnswer,
    OptionsRequest,
    WhatIfAnswer,
    WhatIfRequest,
)
from api.records import Records
from api.service import answer, service_of
from api.who import actor_of
from broker.access.actor import Actor, Role
from broker.life.factors import Person, person_on_record

router = APIRouter(tags=["explanations"])

_KINDS = (
    "not-json",
    "too-slow",
    "records-unfit",
    "too-large",
    "not-json-type",
    "bad-input",
    "match-lost",
    "busy",
    "database-away",
)


@router.post(
    "/api/options",
    operation_id="createOptions",
    summary="The homes for one young person, or who fits a home",
    description="What fits, best first, and what nearly fits with the rules in the way. No plan is "
    "made, unless `effects` asks what choosing each home does to everybody else. The answer is "
    "what `broker options --json` prints, and beside each home of a young person the factors of "
    "section 22C(8) and (9), each shown. Nothing is kept. A borough asks about its own young "
    "people on record, in the form `shared`.",
    response_model=None,
    responses={
        **answers(OptionsAnswer, "options-answer", 200, "What fits and what nearly fits"),
        **refusals(*_KINDS),
    },
    openapi_extra=takes(OptionsRequest, "options-effects", "options-home"),
)
async def create_options(request: Request) -> Response:
    """The homes for one young person, or who fits a home."""
    return await _answered(request, OptionsRequest)


@router.post(
    "/api/explanations",
    operation_id="createExplanation",
    summary="Why a plan is so for one young person",
    description="Rule by rule and home by home, of the plan given, of the plan of a match on "
    "record, or of the best plan, which is then searched for. The answer is what `broker explain "
    "--json` prints. Nothing is kept. A borough asks about its own young people on record, in the "
    "form `shared`.",
    response_model=None,
    responses={
        **answers(ExplanationAnswer, "explanation-answer", 200, "Why they have that home, or none"),
        **refusals(*_KINDS),
    },
    openapi_extra=takes(ExplanationRequest, "explanation-shared", "explanation-full"),
)
async def create_explanation(request: Request) -> Response:
    """Why a plan is so for one young person."""
    return await _answered(request, ExplanationRequest)


@router.post(
    "/api/evaluations",
    operation_id="createEvaluation",
    summary="What any plan breaks and what it is worth",
    description="Counts a plan that a person or a program wrote: every rule it breaks with the two "
    "facts, points by rule and by young person, and, where it breaks none, how it shares out. The "
    "answer is what `broker evaluate --json` prints, and `broker fairness`. Nothing is kept.",
    response_model=None,
    responses={
        **answers(EvaluationAnswer, "evaluation-answer", 200, "The plan, counted"),
        **refusals(*_KINDS),
    },
    openapi_extra=takes(EvaluationRequest, "evaluation-full"),
)
async def create_evaluation(request: Request) -> Response:
    """What any plan breaks and what it is worth."""
    return await _answered(request, EvaluationRequest)


@router.post(
    "/api/what-ifs",
    operation_id="createWhatIf",
    summary="What else the plan could be, or what would change it",
    description="The next best plans, what one more place would change, the plans worth choosing "
    "between, or how far each weight can move; each found by solving again within `time_limit`. "
    "The answer is what the command named in `kind` prints with --json. It names everybody, so it "
    "has no form to share. Nothing is kept.",
    response_model=None,
    responses={
        **answers(WhatIfAnswer, "what-if-answer", 200, "What was found"),
        **refusals(*_KINDS),
    },
    openapi_extra=takes(WhatIfRequest, "what-if-alternatives", "what-if-worth"),
)
async def create_what_if(request: Request) -> Response:
    """What else the plan could be, or what would change it."""
    return await _answered(request, WhatIfRequest)


async def _answered(request: Request, shape: type[CaseRequest]) -> Response:
    service = service_of(request)
    turns, settings = service.turns, service.settings
    actor = actor_of(request)
    whole = actor.role is Role.BROKER
    limit = settings.match_bytes if whole else settings.price_bytes
    with turns.turn():
        body = await read_body(request, limit, settings.body_seconds)
        if not whole:
            await asyncio.to_thread(sharing.check, service.records, actor, body, shape)
        found = await turns.run(asking.ask_body, body, shape)
        del body
        if isinstance(found, asking.OnRecord):
            fetched = await asyncio.to_thread(_on_record, service.records, actor, found)
            found = await turns.run(asking.ask_problem, *fetched)
        return answer(found)


def _on_record(
    records: Records, actor: Actor, waits: asking.OnRecord
) -> tuple[Any, CaseRequest, Any, Person | None]:
    """The problem, the question, the plan of the match it names, and what a form tells.

    That somebody asks of what is on record is an entry of the audit, of the match and of whom it is
    about; a case that was sent is nobody's here.
    """
    question = waits.question
    kept = None
    number = getattr(question, "match_id", None)
    if number is not None:
        kept = records.plan(number)
        if kept is None:
            allowed = "the id of a match on record"
            error = InputError(allowed, ("match_id",), value=shown(number), kind="unknown id")
            raise bad_input([error])
    problem, person = waits.problem, None
    if problem is None:
        problem = records.open_problem(require_safety=question.require_safety)
        person = person_asked_about(records, question)
    on_record = None if waits.problem is not None else problem
    records.look(partial(looks.at_what, actor=actor, match=number, question=question,
                         on_record=on_record))  # fmt: skip
    return problem, question, kept, person


def person_asked_about(records: Records, question: CaseRequest) -> Person | None:
    """What the form tells of whom a question about options is about; None where there is none."""
    referral = getattr(question, "referral_id", None)
    if not isinstance(question, OptionsRequest) or referral is None:
        return None
    return records.look(lambda session: person_on_record(session, referral))
