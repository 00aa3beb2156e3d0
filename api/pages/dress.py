"""A refusal as a page, where a browser asks: the same problem, its status and headers, in words.

Where the page sets a header itself, the page's stands: a form on it must say where it comes from.
A program gets the problem detail. Whoever is not signed in is sent to sign in, and back; a form
that they sent is kept for them.
"""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.pages.enter import form
from api.pages.give_back import FOR_ANOTHER_REASON, address_of_form, kept_at
from api.pages.render import page
from api.pages.role_words import ACT_WORDS, who_may
from api.problems import KINDS, MEDIA_TYPE, type_of
from api.written import KEPT_FOR

_KIND_OF: Final = {type_of(kind): kind for kind in KINDS}
_OWN: Final = (b"content-type", b"content-length")


class Dress:
    """Turns the refusals that a browser gets into pages."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not prefers_html(Request(scope)):
            await self.app(scope, receive, send)
            return
        scope.setdefault("state", {})
        held: Message | None = None
        body = bytearray()

        async def dressed(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start" and _is_problem(message):
                held = message
                return
            if held is None:
                await send(message)
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body", False):
                await self._say(scope, receive, send, held, json.loads(bytes(body)))

        await self.app(scope, receive, dressed)

    @staticmethod
    async def _say(
        scope: Scope, receive: Receive, send: Send, start: Message, problem: dict[str, Any]
    ) -> None:
        request = Request(scope)
        kept = [pair for pair in start["headers"] if pair[0].lower() not in _OWN]
        kind = _KIND_OF.get(problem["type"])
        response: Any
        if kind == "not-signed-in" and request.method == "GET":
            back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            response = RedirectResponse(f"/enter?back={quote(back, safe='')}", 303)
        elif kind == "not-signed-in" and request.url.path == "/leave":
            response = RedirectResponse("/enter", 303)
        elif kind == "not-signed-in":
            back = kept_at(request) or address_of_form(request)
            response = form(request, "", back, [], start["status"], ended=True)
        else:
            again = kept_at(request) if kind in FOR_ANOTHER_REASON else None
            act = getattr(request.state, "refused_act", None)
            response = page(
                request,
                "problem.html",
                problem["title"],
                errors=_errors(problem),
                act=None if act is None else ACT_WORDS[act],
                who_may=None if act is None else who_may(act),
                status=start["status"],
                problem=problem,
                kind=kind,
                again=None if again is None else f"/enter?back={quote(again, safe='')}",
                kept_for=int(KEPT_FOR) // 60,
            )

        async def with_kept(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name.lower() for name, _ in message["headers"]} - {b"set-cookie"}
                more = [pair for pair in kept if pair[0].lower() not in own]
                message["headers"] = [*message["headers"], *more]
            await send(message)

        await response(scope, receive, with_kept)


_NAMES: Final = {
    "state": "Where it stands",
    "urgency": "How urgent it is",
    "overdue": "Only with a duty that is late",
    "after": "Where the list goes on",
    "former": "The former referral",
    "record_id": "About which record",
    "by": "By which account",
    "act": "What was done",
    "back": "Where to go on",
}
"""What an address asks, as the forms of pages call it; a name of one plain word stands as it is."""


def _errors(problem: dict[str, Any]) -> list[dict[str, str]]:
    """What is wrong in the address, in a line each, for the summary at the top of the page."""
    made = []
    for number, error in enumerate(problem.get("errors", ()), 1):
        name = error.get("parameter") or error.get("pointer") or ""
        called = _NAMES.get(name) or name.replace("_", " ").capitalize()
        found = f"“{error['value']}” is not allowed" if "value" in error else "something is missing"
        made.append({"href": f"#error-{number}", "text": f"{called}: {found}"})
    return made


def _is_problem(message: Message) -> bool:
    given = dict(message.get("headers", ()))
    return bool(given.get(b"content-type", b"").startswith(MEDIA_TYPE.encode()))


def prefers_html(request: Request) -> bool:
    """Whether who asks would rather have a page than JSON."""
    wanted = _wanted(request.headers.get("accept", ""))
    as_json = max(wanted.get(kind, -1.0) for kind in ("application/json", MEDIA_TYPE))
    return wanted.get("text/html", 0.0) > max(as_json, 0.0)


def _wanted(accept: str) -> dict[str, float]:
    found = {}
    for part in accept.split(","):
        kind, *terms = (term.strip().lower() for term in part.split(";"))
        quality = next((term[2:] for term in terms if term.startswith("q=")), "1")
        try:
            found[kind] = float(quality)
        except ValueError:
            found[kind] = 0.0
    return found
