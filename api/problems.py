"""Every refusal is a problem detail (RFC 9457): what is wrong, where, and what would be allowed.

`KINDS` is the one list of what can go wrong; the responses, their documentation and the `type` of
each problem come from it.
"""

from __future__ import annotations

import http
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

MEDIA_TYPE = "application/problem+json"
SHOWN = 200
DOCUMENT = "/api/openapi.json"
_VALUE_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Kind:
    """One way a request can fail: its HTTP status, its title, and when it happens."""

    status: int
    title: str
    meaning: str
    retry_after: int | None = None


KINDS: Mapping[str, Kind] = {
    "not-json": Kind(400, "The body is not JSON", "The body cannot be read as JSON text."),
    "bad-input": Kind(
        422, "The input has errors", "Nothing was done. `errors` names each of them, all at once."
    ),
    "records-unfit": Kind(
        409,
        "The records on the database cannot be used for this",
        "Nothing was done. What is on record must be put right first; `detail` says what.",
    ),
    "not-signed-in": Kind(
        401, "Sign in first", "Nothing was done. The request came without a session or a token."
    ),
    "not-allowed": Kind(
        403, "Your role may not do this", "Nothing was done. Another role may; `detail` names it."
    ),
    "wrong-password": Kind(
        401,
        "The account and the password do not go together",
        "Nothing was done. After five wrong passwords an account is locked for 15 minutes.",
    ),
    "forged": Kind(
        403,
        "The request does not come from a page of this service",
        "Nothing was done. Send the cookie `csrftoken` again as the header `X-CSRFToken`.",
    ),
    "another-account": Kind(
        403,
        "The page was made for another account",
        "Nothing was done. The form is of a page of an account that is not signed in any more.",
    ),
    "no-account": Kind(
        403,
        "You have no account here",
        "Nothing was done. The identity provider knows you, this service does not: ask an "
        "administrator of the partnership for an account.",
    ),
    "sign-in-refused": Kind(
        401,
        "Signing in by the identity provider did not succeed",
        "Nothing was done. Start again at /sign-in, in the same browser.",
    ),
    "provider-away": Kind(
        502,
        "The identity provider cannot be used",
        "Nothing was done. Try again in a while, or sign in with a local account.",
    ),
    "too-many": Kind(
        429,
        "Too many requests",
        "Nothing was done. Ask again after the seconds in `Retry-After`.",
        retry_after=60,
    ),
    "gates-shut": Kind(
        409,
        "Something must hold first",
        "Nothing was done. `missing` names everything that stands in the way, with its source and "
        "who can do it.",
    ),
    "changed": Kind(
        412,
        "It was changed meanwhile",
        "Nothing was done. Read it again: `If-Match` named an older version.",
    ),
    "which-version": Kind(
        428,
        "Say which version you saw",
        "Nothing was done. Send `If-Match` with the `ETag` of the record you act on.",
    ),
    "key-reused": Kind(
        422,
        "The idempotency key was used for something else",
        "Nothing was done. A key stands for one request; send a new one with a new request.",
    ),
    "which-key": Kind(
        428,
        "Send an idempotency key",
        "Nothing was done. Send `Idempotency-Key` with a text of your own, so that a request sent "
        "twice is done once.",
    ),
    "job-over": Kind(
        409,
        "The job is over",
        "Nothing was done. A job that is done or has failed cannot be cancelled.",
    ),
    "not-found": Kind(404, "There is nothing here", "The address, or the id in it, is not known."),
    "removed": Kind(
        410,
        "What was said here was removed",
        "Nothing was done. What some steps of this referral said was removed by an entry of the "
        "audit that says who and why; the steps themselves can still be listed.",
    ),
    "method-not-allowed": Kind(
        405, "Not with this method", "The address is known; `Allow` says what it answers to."
    ),
    "too-slow": Kind(408, "The body took too long", "The body did not arrive in time."),
    "too-large": Kind(
        413, "The body is too large", "The body is over the limit, and was not read."
    ),
    "not-json-type": Kind(
        415, "The body must be sent as JSON", "Send `Content-Type: application/json`, UTF-8."
    ),
    "not-this-computer": Kind(
        403,
        "The service answers on this computer only",
        "It runs with development settings, which are for nobody else.",
    ),
    "wrong-host": Kind(
        421,
        "The request was meant for another host",
        "The `Host` header does not name this service.",
    ),
    "internal": Kind(
        500,
        "Something went wrong here",
        "The fault is the service's. `instance` names the entry in its log.",
    ),
    "match-lost": Kind(
        503,
        "The match or question could not be finished",
        "It took more memory or time than there is here, or the service was stopped. Nothing was "
        "kept. Ask again later, or for a smaller case.",
        retry_after=60,
    ),
    "busy": Kind(
        503,
        "Too many matches and questions are waiting",
        "Nothing was done. Ask again after the seconds in `Retry-After`.",
        retry_after=10,
    ),
    "stopping": Kind(
        503,
        "The service is stopping",
        "Nothing was done. Ask again after the seconds in `Retry-After`.",
        retry_after=5,
    ),
    "database-away": Kind(
        503,
        "The database cannot be reached",
        "What was asked for may or may not have been done. Ask again after the seconds in "
        "`Retry-After`, with the same `Idempotency-Key`: then it is done once.",
        retry_after=10,
    ),
    "database-unfit": Kind(
        500,
        "The database cannot be used until somebody acts",
        "Nothing was done. The log of the service says what is wrong; whoever runs it must act.",
    ),
}


@dataclass(frozen=True, slots=True)
class InputError:
    """One thing wrong in the input. `path` leads to it from the top of the body.

    `parameter` is set instead of a path where the address is wrong. `table`, `row` (1 is the first
    of the list) and `column` name the place in a case. `value` is None where nothing was given.
    """

    allowed: str
    path: tuple[str | int, ...] | None = None
    parameter: str | None = None
    value: str | None = None
    kind: str = "bad value"
    table: str | None = None
    row: int | None = None
    column: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The error as a problem detail names it; what does not apply is left out."""
        made = {
            "pointer": None if self.path is None else pointer(self.path),
            "parameter": self.parameter,
            "table": self.table,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "allowed": self.allowed,
            "kind": self.kind,
        }
        return {key: value for key, value in made.items() if value is not None}


class ProblemError(Exception):
    """A request cannot be answered; the caller gets the problem detail of this kind.

    `act` is that which the role may not do, where it is about one: a page has words of its own.
    """

    def __init__(
        self,
        kind: str,
        detail: str,
        errors: Sequence[InputError] = (),
        headers: Mapping[str, str] | None = None,
        missing: Sequence[Mapping[str, str]] = (),
        act: str | None = None,
    ) -> None:
        super().__init__(kind, detail, errors, headers, missing, act)
        self.kind = kind
        self.detail = detail
        self.errors = errors
        self.headers = headers
        self.missing = missing
        self.act = act


class ErrorEntry(BaseModel):
    """One thing wrong in the input."""

    model_config = ConfigDict(extra="forbid")

    pointer: str | None = Field(None, description="JSON Pointer into the body, as a URI fragment")
    parameter: str | None = Field(None, description="name of the parameter in the address")
    table: str | None = Field(None, description="table of the case")
    row: int | None = Field(None, description="row of the table; 1 is the first of the list")
    column: str | None = Field(None, description="column of the table, or key of a file")
    value: str | None = Field(None, description="what was found, shortened; absent if nothing")
    allowed: str = Field(description="what is allowed there")
    kind: str = Field(description="short name of the kind of error")


class Problem(BaseModel):
    """What went wrong, as RFC 9457 writes it."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(description="which kind of problem; the address explains it")
    title: str
    status: int
    detail: str = Field(description="what happened this time")
    instance: str = Field(description="this one occurrence, as the log names it")
    errors: list[ErrorEntry] | None = Field(
        None, description=f"what to put right; the first {SHOWN}"
    )
    error_count: int | None = Field(None, description="how many errors there are in all")
    by_kind: dict[str, int] | None = Field(None, description="how many of each kind")
    missing: list[dict[str, str]] | None = Field(
        None, description="what must hold first: code, source, sentence and who can do it"
    )


def pointer(path: Iterable[str | int]) -> str:
    """A JSON Pointer as a URI fragment (RFC 6901), such as `#/case/referrals/3/band`."""
    return "#" + "".join("/" + _fragment(str(step)) for step in path)


def _fragment(step: str) -> str:
    from urllib.parse import quote

    return quote(shown(step).replace("~", "~0").replace("/", "~1"), safe="~!$&'()*+,;=:@")


def shown(value: object) -> str:
    """A value of the body in a few words: text as it stands, shortened and printable."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    text = str(value)[: _VALUE_SHOWN + 1].encode("utf-8", "backslashreplace").decode()
    text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return text if len(text) <= _VALUE_SHOWN else text[:_VALUE_SHOWN] + "…"


def bad_input(errors: Sequence[InputError]) -> ProblemError:
    """The refusal that names every error of an input."""
    number = len(errors)
    detail = f"{number} error{'' if number == 1 else 's'} in the input. Nothing was done."
    if number > SHOWN:
        detail += f" The first {SHOWN} are shown."
    return ProblemError("bad-input", detail, errors)


def type_of(kind: str) -> str:
    """The `type` of a problem: where its meaning is written."""
    return f"{DOCUMENT}#/components/responses/{kind}"


def new_instance() -> str:
    """A name for one occurrence, to find it in the log."""
    return uuid.uuid4().urn


def problem_json(problem: ProblemError, instance: str) -> dict[str, Any]:
    """The body of a problem response."""
    kind = KINDS[problem.kind]
    made: dict[str, Any] = {
        "type": type_of(problem.kind),
        "title": kind.title,
        "status": kind.status,
        "detail": problem.detail,
        "instance": instance,
    }
    if problem.missing:
        made["missing"] = [dict(gap) for gap in problem.missing]
    if problem.errors:
        made["errors"] = [error.to_json() for error in problem.errors[:SHOWN]]
        made["error_count"] = len(problem.errors)
        made["by_kind"] = dict(sorted(Counter(error.kind for error in problem.errors).items()))
    return made


def problem_response(problem: ProblemError, instance: str | None = None) -> JSONResponse:
    """The response of a refusal; `instance` where the log has an entry of it already."""
    kind = KINDS[problem.kind]
    headers = dict(problem.headers or {})
    if kind.retry_after is not None:
        headers.setdefault("Retry-After", str(kind.retry_after))
    return JSONResponse(
        problem_json(problem, instance or new_instance()),
        kind.status,
        headers,
        media_type=MEDIA_TYPE,
    )


def plain_response(status: int, detail: str, headers: Mapping[str, str] | None) -> JSONResponse:
    """A refusal the web framework makes by itself: about nothing but its HTTP status."""
    title = http.HTTPStatus(status).phrase
    body = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail or title,
        "instance": new_instance(),
    }
    return JSONResponse(body, status, dict(headers or {}), media_type=MEDIA_TYPE)
