"""Signing in and out, and short-lived tokens for programs."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import signing
from api.body import read_body
from api.identity import token_of
from api.openapi import answers, refusals, takes
from api.rates import address_of
from api.requests import read
from api.service import answer, service_of
from api.session_models import SessionRead, SignIn, TokenRead
from api.settings import Settings
from api.who import actor_of
from broker.access.actor import Actor
from broker.access.sessions import SESSION_AT_MOST, TOKEN_FOR

router = APIRouter(tags=["session"])
_REFUSED = (
    "not-json",
    "too-slow",
    "too-large",
    "not-json-type",
    "bad-input",
    "wrong-password",
    "too-many",
    "database-away",
)


@router.post(
    "/api/session",
    status_code=201,
    operation_id="createSession",
    summary="Sign in",
    description="With the name and password of a local account. The session lies in a cookie; what "
    "it changes must carry the cookie `csrftoken` (`__Host-csrftoken` over https) again as the "
    "header `X-CSRFToken`. A session that was there before ends.",
    response_model=None,
    responses={**answers(SessionRead, "session", 201, "Signed in"), **refusals(*_REFUSED)},
    openapi_extra=takes(SignIn, "sign-in"),
)
async def create_session(request: Request) -> Response:
    """Sign in."""
    actor, secret = await _enter(request, "session")
    made = answer(_session(actor), 201)
    keep_session(made, service_of(request).settings, secret)
    return made


@router.get(
    "/api/session",
    operation_id="readSession",
    summary="Who is signed in",
    description="The account, its role, and the organisation it acts for.",
    response_model=None,
    responses={**answers(SessionRead, "session", 200, "Who"), **refusals("not-signed-in")},
)
async def read_session(request: Request) -> Response:
    """Who is signed in."""
    return answer(_session(actor_of(request)))


@router.delete(
    "/api/session",
    status_code=204,
    operation_id="deleteSession",
    summary="Sign out",
    description="The session holds no longer, here or anywhere.",
    response_model=None,
    responses={204: {"description": "Signed out"}, **refusals("not-signed-in", "database-away")},
)
async def delete_session(request: Request) -> Response:
    """Sign out."""
    actor = actor_of(request)
    settings = service_of(request).settings
    secret = token_of(request) or request.cookies.get(settings.session_cookie, "")
    await asyncio.to_thread(
        service_of(request).records.work, lambda session: signing.leave(session, actor, secret)
    )
    made = Response(status_code=204)
    made.delete_cookie(
        settings.session_cookie, secure=settings.production, httponly=True, samesite="lax"
    )
    return made


@router.post(
    "/api/tokens",
    status_code=201,
    operation_id="createToken",
    summary="A token for a program",
    description="With the name and secret of a program's account. It holds for 15 minutes: send it "
    "as `Authorization: Bearer …`.",
    response_model=None,
    responses={**answers(TokenRead, "token", 201, "The token"), **refusals(*_REFUSED)},
    openapi_extra=takes(SignIn, "sign-in"),
)
async def create_token(request: Request) -> Response:
    """A token for a program."""
    _, secret = await _enter(request, "token")
    seconds = int(TOKEN_FOR.total_seconds())
    return answer({"token": secret, "token_type": "Bearer", "expires_in": seconds}, 201)


async def _enter(request: Request, kind: str) -> tuple[Actor, str]:
    service = service_of(request)
    address = address_of(request)
    service.turnstile.count("sign_in", address)
    body = await read_body(request, service.settings.price_bytes, service.settings.body_seconds)
    asked = read(body, SignIn)
    asked.raise_if_any()
    given = asked.model
    assert given is not None
    service.turnstile.count("account", given.account)
    former = request.cookies.get(service.settings.session_cookie, "") if kind == "session" else ""
    return await asyncio.to_thread(
        signing.enter, service.records, given, kind, address=address, former=former
    )


def keep_session(made: Response, settings: Settings, secret: str) -> None:
    """Put a session into the cookie that holds it, which no script reads."""
    made.set_cookie(
        settings.session_cookie,
        secret,
        max_age=int(SESSION_AT_MOST.total_seconds()),
        secure=settings.production,
        httponly=True,
        samesite="lax",
    )


def _session(actor: Actor) -> dict[str, object]:
    return {
        "account": actor.id,
        "role": actor.role.value,
        "organisation": actor.organisation,
        "organisation_kind": actor.kind.value,
        "homes": sorted(actor.homes),
    }
