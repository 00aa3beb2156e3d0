"""Signing in and out: a local account, or the boroughs' identity provider where one is set."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import signing
from api.back import safe as safe
from api.pages.forms import by_field, sent
from api.pages.give_back import is_kept
from api.pages.render import page
from api.problems import ProblemError
from api.rates import address_of
from api.routes.session import keep_session
from api.service import service_of
from api.session_models import SignIn
from api.who import actor_of
from api.written import KEPT_FOR
from broker.access.sessions import SESSION_AT_MOST, SESSION_IDLE

router = APIRouter(include_in_schema=False)
_TITLE = "Sign in"
_ENDED = "Sign in to go on"


@router.get("/enter")
def show_enter(request: Request, back: Annotated[str, Query(max_length=2048)] = "/") -> Response:
    """The form to sign in by."""
    if getattr(request.state, "actor", None) is not None:
        return RedirectResponse(safe(back), 303)
    return form(request, "", back, [])


def form(
    request: Request,
    account: str,
    back: str,
    errors: list[dict[str, str]],
    status: int = 200,
    *,
    ended: bool = False,
) -> Response:
    """The form to sign in by; `ended` where a form was sent and nobody was signed in any more."""
    return page(
        request,
        "enter.html",
        _ENDED if ended else _TITLE,
        status=status,
        errors=errors,
        at=by_field(errors),
        account=account,
        back=safe(back),
        provider=service_of(request).provider is not None,
        ended=ended,
        kept=is_kept(request, back),
        rest=SESSION_IDLE // timedelta(minutes=1),
        hours=SESSION_AT_MOST // timedelta(hours=1),
        kept_for=int(KEPT_FOR) // 60,
    )


@router.post("/enter")
async def enter(request: Request) -> Response:
    """Sign in."""
    fields = sent(request)
    account, password = fields.get("account", "").strip(), fields.get("password", "")
    back = fields.get("back", "/")
    errors = [
        {"href": f"#{name}", "text": f"Enter your {words}"}
        for name, words, value in (
            ("account", "account name", account),
            ("password", "password", password),
        )
        if not value
    ]
    if errors:
        return form(request, account, back, errors, 422)
    service = service_of(request)
    service.turnstile.count("sign_in", address_of(request))
    try:
        given = SignIn(account=account[:64], password=password[:256])
        service.turnstile.count("account", given.account)
        _, secret = await asyncio.to_thread(
            signing.enter,
            service.records,
            given,
            "session",
            address=address_of(request),
            former=request.cookies.get(service.settings.session_cookie, ""),
        )
    except ProblemError as refused:
        if refused.kind != "wrong-password":
            raise
        wrong = [{"href": "#account", "text": refused.detail}]
        return form(request, account, back, wrong, 401)
    made = RedirectResponse(safe(back), 303)
    keep_session(made, service.settings, secret)
    return made


@router.post("/leave")
async def leave(request: Request) -> Response:
    """Sign out."""
    actor, service = actor_of(request), service_of(request)
    settings = service.settings
    secret = request.cookies.get(settings.session_cookie, "")
    await asyncio.to_thread(
        service.records.work, lambda session: signing.leave(session, actor, secret)
    )
    service.written.left(actor.id)
    made = RedirectResponse("/enter", 303)
    made.delete_cookie(
        settings.session_cookie, secure=settings.production, httponly=True, samesite="lax"
    )
    return made
