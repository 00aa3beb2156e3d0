"""Who a request is from: the session of a browser, or the token of a program.

A browser's session lies in a cookie that no script can read; what it changes must also carry the
token of a page of this service, so that another site cannot make the browser do it.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import inspect
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette_csrf.middleware import CSRFMiddleware

from api.body import read_bytes
from api.problems import ProblemError, problem_response
from api.records import Records
from api.settings import Settings
from broker.access.actor import Actor
from broker.access.sessions import held_by, note_use
from broker.store.clock import now

FORM_TYPE: Final = "application/x-www-form-urlencoded"
TOKEN_FIELD: Final = "page_token"
"""The field of every form that says it is of a page of ours."""
MOST_FIELDS: Final = 1000
_WHOSE: Final = "~"
"""Between a page's token and the account it was made for; a token has none in it."""

_BEARER: Final = "bearer "

Who = Callable[[Request], Actor | Awaitable[Actor | None] | None]


def from_records(records: Records, settings: Settings) -> Who:
    """Who holds the session or the token of a request, by the records.

    It reads by one query; that a session was used is written at most once a minute.
    """

    def find(secret: str, kind: str) -> Actor | None:
        at = now()
        held = records.look(lambda session: held_by(session, secret, kind, at))
        if held is None:
            return None
        if held.note:
            records.work(lambda session: note_use(session, held, at))
        return held.actor

    def who(request: Request) -> Actor | Awaitable[Actor | None] | None:
        token = token_of(request)
        if token is not None:
            secret, kind = token, "token"
        else:
            secret, kind = request.cookies.get(settings.session_cookie, ""), "session"
        return asyncio.to_thread(find, secret, kind) if secret else None

    return who


_LEAVE: Final = "/leave"
_ANOTHER: Final = (
    "You are signed in with another account than the one this form was shown to. Load the page "
    "again to do it in your own name."
)


def token_of(request: Request) -> str | None:
    """The token a program sends; None where a request carries none."""
    header = request.headers.get("authorization", "")
    return header[len(_BEARER) :].strip() if header.lower().startswith(_BEARER) else None


def token_for(settings: Settings, token: str, account: str | None) -> str:
    """What the forms of a page carry: its token and, signed with it, the account it was made for.

    So it is known whose a form is that is sent after the session has ended.
    """
    if account is None:
        return token
    return f"{token}{_WHOSE}{account}.{_signature(settings, token, account)}"


def whose(settings: Settings, sent: str) -> str | None:
    """The account a form was made for, by what it carries; None where that is not said by us."""
    token, _, signed = sent.partition(_WHOSE)
    account, _, signature = signed.rpartition(".")
    expected = _signature(settings, token, account)
    fits = hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))
    return account if account and fits else None


def _signature(settings: Settings, token: str, account: str) -> str:
    told = f"whose form\0{token}\0{account}".encode("utf-8", "surrogatepass")
    return hmac.new(settings.secret.encode(), told, hashlib.sha256).hexdigest()


class Identify:
    """Finds who a request is from before anything else looks at it.

    A form of a page that was made for one account is not taken in the name of another, who signed
    in later in the same browser: what somebody says stands on record under their name. Signing out
    is taken from any page.
    """

    def __init__(self, app: ASGIApp, who: Who) -> None:
        self.app = app
        self.who = who

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            try:
                found = self.who(Request(scope))
                actor = await found if inspect.isawaitable(found) else found
            except ProblemError as refused:
                await problem_response(refused)(scope, receive, send)
                return
            state = scope.setdefault("state", {})
            state["actor"] = actor
            made_for = state.get("whose")
            others = actor is not None and made_for not in (None, actor.id)
            if others and scope["path"] != _LEAVE:
                await problem_response(ProblemError("another-account", _ANOTHER))(
                    scope, receive, send
                )
                return
        await self.app(scope, receive, send)


class Forgeries(CSRFMiddleware):
    """Refuses a change that a browser asks for at the bidding of another site.

    With a session it must carry the token of a page of ours, and so must every form, signed in or
    not; and whoever asks, a browser that says it shows a page of another site is refused. A
    program's token no browser sends by itself. The fields of a form are read here, once.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.settings = settings
        super().__init__(
            app,
            secret=settings.secret,
            sensitive_cookies={settings.session_cookie},
            cookie_name=settings.forgery_cookie,
            cookie_secure=settings.production,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            request = Request(scope)
            if token_of(request) is not None:
                await self.app(scope, receive, send)
                return
            if request.method not in self.safe_methods and _from_elsewhere(request):
                detail = "The browser says that the request comes from a page of another site."
                await problem_response(ProblemError("forged", detail))(scope, receive, send)
                return
            self._mint(request)
            if request.method not in self.safe_methods and is_form(request):
                try:
                    receive = await self._read_form(Request(scope, receive))
                except ProblemError as refused:
                    await problem_response(refused)(scope, receive, send)
                    return
        await super().__call__(scope, receive, send)

    def _mint(self, request: Request) -> None:
        """Have a token at hand for the forms of a page; a new one where the browser has none."""
        token = request.cookies.get(self.cookie_name, "")
        if not self._csrf_tokens_match(token, token):
            token = self._generate_csrf_token()
            request.state.new_page_token = token
        request.state.page_token = token

    async def _read_form(self, request: Request) -> Receive:
        """Read a form's fields and see that it is of a page of ours; the body, to be read again.

        Raises:
            ProblemError: it is of no page of ours, or the body is none that is read.
        """
        settings = self.settings
        body = await read_bytes(request, settings.price_bytes, settings.body_seconds)
        try:
            fields = parse_qsl(
                body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS
            )
        except ValueError:
            detail = f"A form has at most {MOST_FIELDS} fields."
            raise ProblemError("too-large", detail) from None
        request.state.form = fields
        sent = dict(fields).get(TOKEN_FIELD, "")
        request.state.whose = whose(settings, sent)
        token = sent.partition(_WHOSE)[0]
        if not self._csrf_tokens_match(request.cookies.get(self.cookie_name, ""), token):
            raise ProblemError("forged", "The form is not of a page of ours, or too old. Go back.")
        whole: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
        last = request.receive

        async def again() -> Message:
            return whole.pop() if whole else await last()

        return again

    async def send(self, message: Message, send: Send, scope: Scope) -> None:
        """Give a browser that has no token of ours one."""
        made = scope.get("state", {}).get("new_page_token")
        if made is not None and message["type"] == "http.response.start":
            keeper = Response()
            keeper.set_cookie(
                self.cookie_name,
                made,
                secure=self.cookie_secure,
                samesite="lax",
            )
            given = [pair for pair in keeper.raw_headers if pair[0] == b"set-cookie"]
            message["headers"] = [*message.get("headers", ()), *given]
        await send(message)

    async def _get_submitted_csrf_token(self, request: Request) -> str | None:
        fields = getattr(request.state, "form", None)
        if fields is not None:
            return dict(fields).get(TOKEN_FIELD, "").partition(_WHOSE)[0] or None
        return request.headers.get(self.header_name)

    def _get_error_response(self, request: Request) -> Response:
        return problem_response(ProblemError("forged", "X-CSRFToken is missing or not ours."))


def is_form(request: Request) -> bool:
    """Whether a request says that it is a form of a page; what is for programs takes none."""
    if request.url.path.startswith("/api/"):
        return False
    sent = request.headers.get("content-type", "")
    return sent.partition(";")[0].strip().lower() == FORM_TYPE


def _from_elsewhere(request: Request) -> bool:
    fetched = request.headers.get("sec-fetch-site", "same-origin")
    if fetched not in ("same-origin", "none"):
        return True
    origin = request.headers.get("origin")
    if origin is None:
        return False
    try:
        return urlsplit(origin).netloc.lower() != request.headers.get("host", "").lower()
    except ValueError:
        return True
