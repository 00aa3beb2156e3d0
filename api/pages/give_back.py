"""What somebody wrote and could not send is given back: where it is, and the form itself.

A form that is sent when its session has ended, or that is refused for a reason that has nothing to
do with what stands in it, is kept for whoever wrote it (`api.written`). The page that says so leads
to the page of the form, which then has in it what was written. It is never sent by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.routing import compile_path

from api.identity import TOKEN_FIELD, is_form
from api.pages.access import PAGES
from api.pages.keys import KEY_FIELD
from api.service import service_of
from api.written import FIELD, Written
from broker.access.actor import Actor

FOR_ANOTHER_REASON: Final = frozenset(
    {
        "forged",
        "another-account",
        "changed",
        "too-many",
        "busy",
        "stopping",
        "database-away",
        "internal",
    }
)
"""Refusals that say nothing against what was written."""
_MACHINERY: Final = frozenset({TOKEN_FIELD, KEY_FIELD, "version", "seen"})
"""Fields that nobody writes."""
_LONGEST: Final = 600
"""Characters of an address that is gone back to; it is written into others, thrice as long."""


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What a page says above a form: that it has in it what was written, or why it has not."""

    there: bool
    left: tuple[tuple[str, str], ...] = ()


def kept_at(request: Request) -> str | None:
    """The address at which a form that was sent is found again; None where it is not kept.

    Kept is what somebody wrote whom the form itself names, by our signature.
    """
    form = getattr(request.state, "form", None)
    account = getattr(request.state, "whose", None)
    if not form or account is None or not _something(form):
        return None
    name = service_of(request).written.keep(account, request.url.path, form)
    return None if name is None else _with(address_of_form(request), name)


def address_of_form(request: Request) -> str:
    """Where the page of a form is: that which it was sent from, or one that leads there."""
    came = urlsplit(request.headers.get("referer", ""))
    own = came.netloc.lower() == request.headers.get("host", "").lower()
    if own and _is_page(came.path):
        asked = [pair for pair in parse_qsl(came.query) if pair[0] != FIELD]
        address = f"{came.path}?{urlencode(asked)}" if asked else came.path
        return address if len(address) <= _LONGEST else came.path
    path = request.url.path
    while path and not _is_page(path):
        path = path.rpartition("/")[0]
    return path or "/"


def asked_for(request: Request, actor: Actor | None) -> Written | GivenBack | None:
    """What is to be filled in on a page; that it is there no more; None where nothing is asked."""
    name = request.query_params.get(FIELD)
    if name is None or actor is None:
        return None
    return service_of(request).written.of(actor.id, name) or GivenBack(False)


def is_kept(request: Request, back: str) -> bool:
    """Whether something is kept that will be filled in at an address."""
    name = dict(parse_qsl(urlsplit(back).query)).get(FIELD)
    return name is not None and service_of(request).written.has(name)


def sent_anew(request: Request, actor: Actor) -> None:
    """Somebody sends a form: what was kept of it is not needed any more."""
    if request.method == "POST" and is_form(request):
        service_of(request).written.sent(actor.id, request.url.path)


def _something(form: list[tuple[str, str]]) -> bool:
    return any(value.strip() for name, value in form if name not in _MACHINERY)


def _with(address: str, name: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode({FIELD: name})}"


def _is_page(path: str) -> bool:
    """Whether a page of ours answers at a path."""
    return any(one.match(path) is not None for one in _PATHS)


_PATHS: Final = tuple(compile_path(path)[0] for method, path in PAGES if method == "GET")
