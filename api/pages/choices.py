"""What else a plan could do: each choice for one young person beside the others, a pin or a ban,
two plans side by side, and who fits a place that is free.
"""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import asking, decided, jobs, looks
from api.pages import live
from api.pages.forms import Fields, by_field, errors_at, sent
from api.pages.keys import KEY_FIELD, new_key
from api.pages.left import anew, asked_by
from api.pages.plans import asked_of_match, told_of_match
from api.pages.render import page
from api.pages.some import some_of
from api.problems import ProblemError
from api.questions import OptionsRequest
from api.routes.jobs import number_of
from api.service import service_of
from api.who import actor_of
from broker.access.actor import Actor
from broker.audit.showed import ids_in
from matching.problem import Problem

router = APIRouter(include_in_schema=False)
_SECONDS = 20


@router.get("/matches/{match_id}/{referral_id}/choices")
async def show_choices(request: Request, match_id: str, referral_id: str) -> Response:
    """Each home that fits, and waiting: what choosing it does to everybody else."""
    actor, number = actor_of(request), number_of(match_id, jobs.NO_MATCH)
    question = OptionsRequest.model_validate(
        {"from": "database", "referral_id": referral_id, "effects": True, "time_limit": _SECONDS}
    )
    service = service_of(request)
    title = f"Choices for {referral_id}"
    asked = asked_by(request, actor, f"{title}, match {number}")
    problem, found = await asked_of_match(service, actor, number, question, asked)
    if live.only_looks(request):
        return live.it_is_there()
    await told_of_match(service, actor, number, question, problem)
    return page(
        request,
        "choices.html",
        title,
        number=number,
        referral=problem.referral_by_id[referral_id],
        choices=found["choices"],
        options={one["home_id"]: one for one in found["homes"]},
        homes={home.id: home.label for home in problem.homes},
        by_hand=found.get("by_hand", False),
    )


@router.get("/matches/{match_id}/{referral_id}/decide")
async def show_decide(request: Request, match_id: str, referral_id: str) -> Response:
    """The form that pins, bans, or takes such a word back."""
    fields = Fields(request.query_params.multi_items())
    return await _decide_form(request, match_id, referral_id, fields, [], 200)


@router.post("/matches/{match_id}/{referral_id}/decide")
async def decide(request: Request, match_id: str, referral_id: str) -> Response:
    """Keep a person's word; the next match holds to it."""
    actor, fields = actor_of(request), sent(request)
    number_of(match_id, jobs.NO_MATCH)
    said = {name: fields.get(name, "").strip() for name in ("home_id", "kind", "reason")}
    reason = " ".join(said["reason"].split())
    try:
        await asyncio.to_thread(
            service_of(request).records.work,
            lambda session: decided.decide(
                session, actor, referral_id, said["home_id"], said["kind"], reason
            ),
        )
    except ProblemError as refused:
        errors = errors_at(
            refused,
            lambda error: str((error.path or ("kind",))[0]),
            lambda field, error: (
                error.allowed
                if error.kind == "pin refused"
                else f"{_LABELS[field]}: {error.allowed}"
            ),
        )
        return await _decide_form(request, match_id, referral_id, fields, errors, 422)
    return RedirectResponse(f"/matches/{match_id}/{referral_id}/decide", 303)


_LABELS = {"home_id": "Home", "kind": "What is decided", "reason": "Reason"}


async def _decide_form(
    request: Request,
    match_id: str,
    referral_id: str,
    fields: Fields,
    errors: list[dict[str, str]],
    status: int,
) -> Response:
    actor, number = actor_of(request), number_of(match_id, jobs.NO_MATCH)
    rows = await asyncio.to_thread(
        service_of(request).records.look,
        lambda session: decided.read(session, actor, referral_id),
    )
    return page(
        request,
        "decide.html",
        f"Decide for {referral_id}",
        status=status,
        errors=errors,
        at=by_field(errors),
        number=number,
        referral=referral_id,
        fields=fields,
        decisions=rows,
        key=new_key(),
        key_field=KEY_FIELD,
    )


@router.get("/matches/{match_id}/against/{other_id}")
async def show_difference(request: Request, match_id: str, other_id: str) -> Response:
    """Two matches side by side: who lives elsewhere, and what each level becomes."""
    actor = actor_of(request)
    numbers = [number_of(one, jobs.NO_MATCH) for one in (other_id, match_id)]
    before, after = await asyncio.to_thread(
        service_of(request).records.look, lambda session: _two(session, actor, numbers)
    )
    homes = [
        {row["referral_id"]: row["home_id"] for row in one["placements"]} for one in (before, after)
    ]
    everybody = [
        {row["referral_id"] for row in (*one["placements"], *one["unplaced"])}
        for one in (before, after)
    ]
    moves = [
        (who, homes[0].get(who), homes[1].get(who))
        for who in sorted(everybody[0] & everybody[1])
        if homes[0].get(who) != homes[1].get(who)
    ]
    return page(
        request,
        "difference.html",
        f"Match {numbers[1]} beside match {numbers[0]}",
        numbers=numbers,
        before=before,
        after=after,
        moves=moves,
        only=[sorted(everybody[0] - everybody[1]), sorted(everybody[1] - everybody[0])],
    )


def _two(session: Session, actor: Actor, numbers: list[int]) -> list[dict[str, Any]]:
    return [jobs.read_run(session, actor, number).body["plan"] for number in numbers]


@router.get("/homes/{home_id}/who")
async def show_who_fits(request: Request, home_id: str) -> Response:
    """This place is free: who fits."""
    actor, service = actor_of(request), service_of(request)
    question = OptionsRequest.model_validate({"from": "database", "home_id": home_id[:200]})

    async def worked_out() -> tuple[Problem, dict[str, Any]]:
        problem = await asyncio.to_thread(service.records.open_problem)
        if home_id not in problem.home_by_id:
            raise ProblemError("not-found", "There is no open home with this id on record.")
        with service.turns.turn():
            return problem, await asyncio.to_thread(asking.ask_problem, problem, question, None)

    key = ("who", actor.id, home_id)
    if (again := anew(request, service.answers, key)) is not None:
        return again
    problem, found = await service.answers.answer(
        key,
        worked_out,
        part=live.is_part(request),
        asked=asked_by(request, actor, f"Who fits {home_id}"),
    )
    of_then = service.answers.worked_out(key)
    if live.only_looks(request):
        return live.it_is_there()
    fit = some_of(request, "fit", found.get("fits", ()))
    near = some_of(request, "near", found.get("near_misses", ()))
    showed = ids_in([*fit.items, *near.items])
    await asyncio.to_thread(
        service.records.look,
        lambda session: looks.at_question(session, actor, question, problem, showed),
    )
    return page(
        request,
        "who.html",
        f"Who fits {problem.home_by_id[home_id].label}",
        worked_out=of_then,
        found=found,
        fit=fit,
        near=near,
    )
