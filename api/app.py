"""The service as one ASGI application: `uvicorn --factory api.app:create_app`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from api import openapi
from api.access import check_list, enforce
from api.identity import Forgeries, Identify, Who, from_records
from api.later import Later, NotYet
from api.metrics import Metrics, with_scraper
from api.middleware import Guard
from api.pages.dress import Dress
from api.pages.every import PAGES
from api.pages.render import not_yet, warm
from api.pages.spreadsheet import Wanted
from api.problems import (
    DOCUMENT,
    ProblemError,
    bad_input,
    plain_response,
    problem_response,
)
from api.provider import Provider
from api.rates import Throttle, Turnstile
from api.records import Records
from api.requests import parameter_errors
from api.routes import (
    accounts,
    audit,
    health,
    homes,
    jobs,
    lists,
    matches,
    prices,
    questions,
    referrals,
    reports,
    session,
    sign_in,
)
from api.service import Service, answer
from api.settings import Settings, from_environment
from api.simulating import Simulating
from api.turns import Turns
from api.watch import Drain, Stopping, Watch
from broker.capacity.desk.shelf import Shelf
from broker.life.terms import terms_in_force

CASES_KEPT = 4
"""Cases of matches kept at hand for those who read their pages; each may be large."""

ROUTES = (
    health,
    session,
    sign_in,
    accounts,
    referrals,
    lists,
    audit,
    matches,
    jobs,
    questions,
    homes,
    prices,
    reports,
)


def create_app(
    settings: Settings | None = None,
    records: Records | None = None,
    *,
    processes: bool = True,
    who: Who | None = None,
) -> FastAPI:
    """The application, with its limits and its records; those of the environment if not given.

    Without `processes`, matches run in threads instead of processes of their own. `who` says who a
    request is from; if not given, the sessions and tokens on record do.

    Raises:
        BadSettings: the environment's settings are not safe, or no settings.
        BadInput: the file of terms cannot be read, with every problem of it.
    """
    settings = settings or from_environment()
    terms_in_force()  # a file of terms that cannot be read is told now, not at a step
    turns = Turns(settings.matches_at_once, settings.matches_waiting, processes=processes)
    records = records or Records()
    provider = None if settings.provider is None else Provider(settings.provider, settings)
    patience = settings.patience if processes else None
    service = Service(
        settings, records, turns, Turnstile(settings.rates), provider, Later(patience),
        Later(patience, keep=CASES_KEPT),
    )  # fmt: skip
    drain, metrics = Drain(), Metrics(records, turns, _version())

    @asynccontextmanager
    async def running(_app: FastAPI) -> AsyncIterator[None]:
        asyncio.get_running_loop().set_default_executor(
            ThreadPoolExecutor(settings.threads, thread_name_prefix="database")
        )
        await asyncio.to_thread(warm)
        simulating = _simulating(service) if processes else None
        yield
        if simulating is not None:
            await asyncio.to_thread(simulating.close)
        service.answers.stop()
        service.cases.stop()
        await asyncio.to_thread(service.turns.close)
        service.records.close()

    app = FastAPI(
        version=_version(),
        lifespan=running,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        dependencies=[Depends(enforce)],
    )
    app.state.service = service
    app.state.drain, app.state.metrics = drain, metrics
    routers = [module.router for module in (*ROUTES, *PAGES)]
    for router in routers:
        app.include_router(router)
    described = cache(lambda: bytes(answer(openapi.document(app)).body))
    app.add_api_route(
        DOCUMENT,
        lambda: Response(described(), media_type="application/json"),
        methods=["GET"],
        include_in_schema=False,
    )
    app.add_exception_handler(ProblemError, _refused)
    app.add_exception_handler(NotYet, _later)
    app.add_exception_handler(RequestValidationError, _misdirected)
    app.add_exception_handler(HTTPException, _framework)
    known = with_scraper(who or from_records(records, settings), settings.metrics_secret)
    app.add_middleware(Throttle, turnstile=service.turnstile)
    app.add_middleware(Identify, who=known)
    app.add_middleware(Forgeries, settings=settings)
    app.add_middleware(Stopping, drain=drain)
    if settings.proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.proxies))
    app.add_middleware(Guard, settings=settings)
    app.add_middleware(Wanted)
    app.add_middleware(Dress)
    app.add_middleware(Watch, metrics=metrics)
    check_list([app.router, *routers])
    return app


def _simulating(service: Service) -> Simulating | None:
    """Whoever does the simulations, at work; None where none can be asked for."""
    folder = service.settings.simulations
    if folder is None:
        return None
    made = Simulating(Shelf(folder), service.records.address)
    made.start()
    return made


def _version() -> str:
    try:
        return version("broker")
    except PackageNotFoundError:
        return "0"


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    request.state.refused_act = error.act
    return problem_response(error)


async def _later(request: Request, error: Exception) -> Response:
    assert isinstance(error, NotYet)
    return not_yet(request, error)


async def _misdirected(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return problem_response(bad_input(parameter_errors(error.errors())))


async def _framework(request: Request, error: Exception) -> Response:
    """What the web framework refuses by itself, as one of our problems where there is one."""
    assert isinstance(error, HTTPException)
    headers = error.headers
    if error.status_code == 404:
        detail = f"There is nothing at this address; {DOCUMENT} lists what there is."
        return problem_response(ProblemError("not-found", detail, headers=headers))
    if error.status_code == 405:
        allowed = (headers or {}).get("Allow", "another method")
        detail = f"This address does not answer to {request.method[:20]}, but to {allowed}."
        return problem_response(ProblemError("method-not-allowed", detail, headers=headers))
    return plain_response(error.status_code, str(error.detail), headers)
