"""Accounts, for administrators: list them, make one, change one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api import account_book
from api.once import Answered, once_of
from api.openapi import answers, refusals, takes
from api.requests import read
from api.routes.referrals import READS, WRITES, small_body, word_of
from api.service import answer, service_of
from api.session_models import AccountChange, AccountNew, AccountRead, AccountsPage
from api.who import actor_of

router = APIRouter(tags=["accounts"])
_PAGE = 200
_BODY = ("not-json", "too-slow", "too-large", "not-json-type", "bad-input")


@router.get(
    "/api/accounts",
    operation_id="listAccounts",
    summary="Accounts, a page at a time",
    description="Who may sign in, in which role, of which organisation, in the order of their "
    "names; `next` is the `after` of the next page. No password is ever shown.",
    response_model=None,
    responses={
        **answers(AccountsPage, "accounts", 200, "A page"),
        **refusals("not-signed-in", "not-allowed", "too-many", "bad-input", "database-away"),
    },
)
async def list_accounts(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=_PAGE)] = 50,
    after: Annotated[str, Query(max_length=64, pattern=r"^[A-Za-z0-9._@-]*$")] = "",
) -> Response:
    """Accounts, a page at a time."""
    actor = actor_of(request)
    return await _done(
        request, lambda session: account_book.page(session, actor, limit=limit, after=after)
    )


@router.post(
    "/api/accounts",
    status_code=201,
    operation_id="createAccount",
    summary="Make an account",
    description="With a password (a program: a secret) of at least 12 characters, or with `subject`"
    ", who they are to the identity provider. A registered manager's homes are named.",
    response_model=None,
    responses={
        **answers(AccountRead, "account", 201, "The account; `Location` is its address"),
        **refusals(*(kind for kind in WRITES if kind != "gates-shut"), "too-many"),
    },
    openapi_extra=takes(AccountNew, "account-new"),
)
async def create_account(request: Request) -> Response:
    """Make an account."""
    actor = actor_of(request)
    asked = read(await small_body(request), AccountNew)
    asked.raise_if_any()
    given = asked.model
    assert given is not None
    # What is kept of the request must not be a digest by which a password could be guessed.
    plain = given.model_copy(update={"password": None if given.password is None else "given"})
    once = once_of(request, actor, plain.model_dump_json().encode())
    return await _done(request, lambda session: account_book.add(session, actor, given, once))


@router.patch(
    "/api/accounts/{account_id}",
    operation_id="changeAccount",
    summary="Change an account",
    description="End it, unlock it, give it a new password, or name the homes a manager manages. "
    "What is left out stays. `If-Match` names the version that was seen. With an end or a new "
    "password whatever it has open ends at once.",
    response_model=None,
    responses={
        **answers(AccountRead, "account", 200, "The account as it is now"),
        **refusals(*_BODY, *READS, "changed", "which-version", "too-many"),
    },
    openapi_extra=takes(AccountChange, "account-change"),
)
async def change_account(
    request: Request,
    account_id: Annotated[str, Path(description="its name", examples=["newham-assessor-1"])],
) -> Response:
    """Change an account."""
    actor = actor_of(request)
    body = await small_body(request)
    seen = word_of(request, "account")
    asked = read(body, AccountChange)
    asked.raise_if_any()
    given = asked.model
    assert given is not None
    return await _done(
        request, lambda session: account_book.change(session, actor, account_id, given, seen)
    )


async def _done(request: Request, work: Callable[[Any], Answered]) -> Response:
    done = await asyncio.to_thread(service_of(request).records.work, work)
    return answer(done.body, done.status, **done.headers)
