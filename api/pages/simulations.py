"""Scenarios of capacity: an ordinary form, the simulation as long work, and what comes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Any, Final

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import home_desk
from api.once import Once
from api.pages import live
from api.pages.forms import by_field, sent
from api.pages.keys import KEY_FIELD, new_key, once_of_form
from api.pages.render import page
from api.pages.shown import ShownTable
from api.pages.simulation_words import Words, words_of
from api.pages.spreadsheet import MEDIA_TYPE
from api.problems import ProblemError
from api.service import service_of
from api.who import actor_of
from broker.access.actor import Actor
from broker.access.allowed import may
from broker.audit.chain import Record, add_entry
from broker.capacity.desk.buying import PURCHASE
from broker.capacity.desk.scenario import scenario_of
from broker.capacity.desk.shelf import Full, Job, Shelf
from broker.capacity.report.shown import STATUS
from broker.store.clock import now
from matching.data import need_tags
from pricing.terms import Contract

router = APIRouter(include_in_schema=False)
_SIZES: Final = {"weeks": (1, 416), "replications": (2, 1000), "seed": (0, 999_999)}
_NAMES: Final = {"weeks": "Weeks", "replications": "How often", "seed": "Which chance"}
_START: Final = {
    "weeks": "416",
    "replications": "100",
    "seed": "0",
    "growth_years": "8",
    "step_down_from": "6",
    "step_down_to": "9",
    "side": "spot",
    "every_months": "12",
    "ended_early_length": "50",
    "training_homes": "1",
    "training_months": "6",
}
NO_SUCH: Final = "There is no simulation with this number for you."


def shelf_of(request: Request) -> Shelf | None:
    """The simulations of this service; None where none are set up."""
    folder = service_of(request).settings.simulations
    return None if folder is None else Shelf(folder)


@router.get("/scenarios")
async def show_scenarios(request: Request) -> Response:
    """The form of a new scenario, and the simulations that were asked for."""
    return await _form(request, _START, [], 200)


@router.post("/scenarios")
async def ask_scenario(request: Request) -> Response:
    """Put a simulation into the queue; what is wrong is told in the form, with the rest kept."""
    actor, fields = actor_of(request), dict(sent(request))
    once = once_of_form(request, actor)
    contract = await _contract(request, actor, fields.get("contract", ""))
    shelf = shelf_of(request)
    sizes, errors = sizes_sent(fields)
    _, wrong = scenario_of(fields, actor.id)
    errors += [
        {"href": f"#{one.field}", "text": f"{one.value} cannot be used. Allowed: {one.allowed}"}
        for one in wrong
    ]
    if contract is None:
        errors.append({"href": "#contract", "text": "Choose a contract"})
    elif contract.block is None:
        errors.append({"href": "#contract", "text": "Choose a block contract"})
    if shelf is None or not shelf.demand.exists():
        raise ProblemError("not-found", "Simulations are not set up in this service.")
    if errors or contract is None:
        return await _form(request, fields, errors, 422)
    asked = {
        **sizes,
        "contract": contract.id,
        "more": fields.get("more") == "yes",
        "fields": {name: text for name, text in fields.items() if name not in PRIVATE},
    }
    return await put_in_queue(request, shelf, asked, once)


async def put_in_queue(
    request: Request, shelf: Shelf, asked: dict[str, Any], once: Once
) -> Response:
    """Put what was asked for into the queue, and lead to the page on which it is found again.

    Raises:
        ProblemError: too much waits already.
    """
    actor, at = actor_of(request), now()

    def work(session: Session) -> Job:
        job = shelf.ask(actor.id, at, asked, once.key)
        record = Record("simulation", str(job.number))
        add_entry(session, actor, "simulation.ask", record, at=at, after=asked)
        return job

    try:
        job = await asyncio.to_thread(service_of(request).records.work, work)
    except Full:
        raise ProblemError("busy", "Many simulations wait already. Ask again in a while.") from None
    return RedirectResponse(f"/scenarios/{job.number}", 303)


PRIVATE: Final = frozenset({"page_token", KEY_FIELD})


@router.get("/scenarios/{number}")
async def show_scenario(request: Request, number: str) -> Response:
    """How a simulation stands; once it is done, its main figures, and where each part of it is."""
    actor = actor_of(request)
    shelf, job = await job_of(request, actor, number)
    result = shelf.result(job) if job.state == "done" else None
    title, words, records = name_of(job), words_of(job, {}), service_of(request).records
    if result is not None:
        await asyncio.to_thread(records.work, seen(actor, job))
        words = words_of(job, await asyncio.to_thread(records.look, home_desk.names))
        title = f"{title}: {result['scenario']}"
    mark = live.mark_of([job.state, job.sentence, job.done])
    nothing_new = live.unchanged(request, mark)
    if nothing_new is not None:
        return nothing_new
    return page(
        request,
        "money/simulation.html",
        title,
        headers=live.AGAIN if job.over and live.is_part(request) else None,
        renew=f"/scenarios/{job.number}?{live.SEEN}={mark}",
        job=job,
        result=result,
        themes=[] if result is None else _themes(result, words),
        short=None if result is None else _short(result, words),
        rests=None if result is None else _rests(result),
        may_cancel=may(actor, "simulation.ask"),
    )


def name_of(job: Job) -> str:
    """What a job is called: "Simulation 3"."""
    return f"{'Purchase' if job.request.get('what') == PURCHASE else 'Simulation'} {job.number}"


def seen(actor: Actor, job: Job) -> Callable[[Session], None]:
    """Puts into the audit who saw what a simulation says."""

    def work(session: Session) -> None:
        record = Record("simulation", str(job.number))
        add_entry(session, actor, "simulation.read", record, at=now())

    return work


@router.get("/scenarios/{number}/chart/{name}")
async def scenario_chart(request: Request, number: str, name: str) -> Response:
    """One of the charts of a simulation."""
    shelf, job = await job_of(request, actor_of(request), number)
    result = shelf.result(job) if job.state == "done" else None
    parts = [] if result is None else result["parts"]
    if not any(part["id"] == name and part["chart"] for part in parts):
        raise ProblemError("not-found", "This simulation has no such chart.")
    return Response((job.folder / f"chart-{name}.svg").read_bytes(), media_type="image/svg+xml")


@router.get("/scenarios/{number}/workbook")
async def scenario_workbook(request: Request, number: str) -> Response:
    """All figures of a simulation as one workbook."""
    shelf, job = await job_of(request, actor_of(request), number)
    result = shelf.result(job) if job.state == "done" else None
    if result is None:
        raise ProblemError("not-found", "This simulation is not done.")
    told = {"Content-Disposition": f'attachment; filename="simulation-{job.number}.xlsx"'}
    return Response((job.folder / result["workbook"]).read_bytes(), 200, told, MEDIA_TYPE)


@router.post("/scenarios/{number}/cancel")
async def cancel_scenario(request: Request, number: str) -> Response:
    """End a simulation that nobody waits for any more."""
    actor = actor_of(request)
    shelf, job = await job_of(request, actor, number)

    def work(session: Session) -> None:
        if shelf.end(job, "cancelled", f"It was cancelled by {actor.id}"):
            record = Record("simulation", str(job.number))
            add_entry(session, actor, "simulation.cancel", record, at=now())

    await asyncio.to_thread(service_of(request).records.work, work)
    return RedirectResponse(f"/scenarios/{job.number}", 303)


async def job_of(request: Request, actor: Actor, number: str) -> tuple[Shelf, Job]:
    """The simulation of this number, and where it is kept.

    Raises:
        ProblemError: there is none for them.
    """
    shelf = shelf_of(request)
    known = number.isascii() and number.isdigit() and len(number) < 10 and actor.central
    job = shelf.job(int(number)) if shelf is not None and known else None
    if shelf is None or job is None:
        raise ProblemError("not-found", NO_SUCH)
    return shelf, job


async def _contract(request: Request, actor: Actor, name: str) -> Contract | None:
    if not actor.central:
        raise ProblemError("not-found", NO_SUCH)
    return await asyncio.to_thread(service_of(request).records.contract, actor, name)


async def _form(
    request: Request, fields: Mapping[str, str], errors: list[dict[str, str]], status: int
) -> Response:
    actor, shelf = actor_of(request), shelf_of(request)
    contracts = await asyncio.to_thread(service_of(request).records.contracts, actor)
    ready = shelf is not None and shelf.demand.exists() and actor.central
    return page(
        request,
        "money/scenarios.html",
        "Scenarios",
        status=status,
        errors=errors,
        at=by_field(errors),
        fields=fields,
        contracts=[one for one in contracts if one.block is not None],
        jobs=list(shelf.jobs()) if shelf is not None and actor.central else [],
        ready=ready,
        may_ask=may(actor, "simulation.ask"),
        key=new_key(),
        key_field=KEY_FIELD,
        needs=need_tags(),
    )


def sizes_sent(fields: Mapping[str, str]) -> tuple[dict[str, int], list[dict[str, str]]]:
    """How long and how often the years are played, and what is wrong with what was written."""
    found, errors = {}, []
    for name, (low, high) in _SIZES.items():
        written = fields.get(name, "").strip()
        number = int(written[:9]) if written.isascii() and written.isdigit() else -1
        if not low <= number <= high:
            text = f"{_NAMES[name]} must be a whole number from {low} to {high}"
            errors.append({"href": f"#{name}", "text": text})
        found[name] = number
    return found, errors


def _themes(result: Mapping[str, Any], words: Words) -> list[tuple[str, list[tuple[str, str]]]]:
    """Where each part of a simulation is, and its heading, under what it is about."""
    themes = groupby(result["parts"], key=lambda part: str(part["theme"]))
    return [
        (theme, [(part["id"], words.text(part["heading"])) for part in parts])
        for theme, parts in themes
    ]


def _short(result: Mapping[str, Any], words: Words) -> ShownTable:
    rows = words.rows([[name, theme, value] for theme, name, value in result["key_figures"]])
    return ShownTable("Main figures over all years", ["Figure", "About", "Value"], [], rows)


def _rests(result: Mapping[str, Any]) -> ShownTable:
    rows = [[name, value, STATUS[status], who] for name, value, status, who
            in result["assumptions"]]  # fmt: skip
    heads = ["What", "Value", "Status", "Who says so"]
    return ShownTable("Assumptions, with their status", heads, [], rows)
