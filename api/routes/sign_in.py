"""Signing in by the boroughs' identity provider: going there, and coming back."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import signing
from api.back import safe
from api.openapi import refusals
from api.problems import ProblemError
from api.provider import MINUTES_AWAY, Provider
from api.rates import address_of
from api.routes.session import keep_session
from api.service import service_of

router = APIRouter(tags=["session"])
_REFUSED = ("not-found", "too-many", "provider-away")
_Text = Annotated[str | None, Query(max_length=2048)]


@router.get(
    "/sign-in",
    status_code=303,
    operation_id="startSignIn",
    summary="Sign in by the boroughs' identity provider",
    description="Sends the browser to the OpenID Connect provider, where one is set. It comes back "
    "to /sign-in/callback, and is sent on to `back`, a page of this service.",
    response_model=None,
    responses={303: {"description": "To the provider"}, **refusals(*_REFUSED, "bad-input")},
)
async def start_sign_in(
    request: Request, back: Annotated[str, Query(max_length=2048)] = "/"
) -> Response:
    """Go to the provider."""
    provider = _provider(request)
    where, cookie = await provider.start(safe(back))
    made = RedirectResponse(where, 303)
    settings = service_of(request).settings
    made.set_cookie(
        settings.state_cookie,
        cookie,
        max_age=MINUTES_AWAY * 60,
        secure=settings.production,
        httponly=True,
        samesite="lax",
    )
    return made


@router.get(
    "/sign-in/callback",
    status_code=303,
    operation_id="finishSignIn",
    summary="Come back from the identity provider",
    description="Begins a session for the account whose subject the provider names. Whoever has no "
    "account is told so; none is made.",
    response_model=None,
    responses={
        303: {"description": "Signed in"},
        **refusals(*_REFUSED, "no-account", "sign-in-refused", "bad-input", "database-away"),
    },
)
async def finish_sign_in(
    request: Request, state: _Text = None, code: _Text = None, error: _Text = None
) -> Response:
    """Come back from the provider."""
    provider = _provider(request)
    settings, records = service_of(request).settings, service_of(request).records
    cookie = request.cookies.get(settings.state_cookie, "")
    if error is not None:
        raise ProblemError("sign-in-refused", "The provider did not sign you in.")
    subject, back = await provider.subject(cookie, state, code)
    _, secret = await asyncio.to_thread(
        signing.enter_by_subject,
        records,
        subject,
        address=address_of(request),
        former=request.cookies.get(settings.session_cookie, ""),
    )
    made = RedirectResponse(safe(back), 303)
    keep_session(made, settings, secret)
    made.delete_cookie(
        settings.state_cookie, secure=settings.production, httponly=True, samesite="lax"
    )
    return made


def _provider(request: Request) -> Provider:
    service = service_of(request)
    service.turnstile.count("sign_in", address_of(request))
    if service.provider is None:
        raise ProblemError("not-found", "No identity provider is set; sign in with an account.")
    return service.provider
