"""How a body arrives: as JSON by name, within its limit, and in time; else it is not read."""

from __future__ import annotations

import asyncio
from email.message import Message

from starlette.requests import Request

from api.problems import ProblemError


async def read_body(request: Request, limit: int, seconds: float) -> bytes:
    """The bytes of a JSON body of at most `limit` bytes.

    Raises:
        ProblemError: another content type or coding, over the limit, or slower than `seconds`.
    """
    _check_type(request)
    return await read_bytes(request, limit, seconds)


async def read_bytes(request: Request, limit: int, seconds: float) -> bytes:
    """The bytes of a body of any kind, of at most `limit` bytes.

    Raises:
        ProblemError: over the limit, or slower than `seconds`.
    """
    length = request.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and _over(length, limit):
        raise _too_large(limit)
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    raise _too_large(limit)
    except TimeoutError:
        raise ProblemError(
            "too-slow", f"The body did not arrive within {seconds:g} seconds.", headers=_CLOSE
        ) from None
    return bytes(body)


_CLOSE = {"Connection": "close"}


def _over(length: str, limit: int) -> bool:
    digits = length.lstrip("0")
    return len(digits) > len(str(limit)) or int(digits or "0") > limit


def _too_large(limit: int) -> ProblemError:
    size = f"{limit // 1024 // 1024} MB" if limit % (1024 * 1024) == 0 else f"{limit} bytes"
    return ProblemError(
        "too-large", f"The body is larger than the {size} allowed here.", headers=_CLOSE
    )


def _check_type(request: Request) -> None:
    given = request.headers.get("content-type", "")
    said = Message()
    said["content-type"] = given
    charset = said.get_content_charset("utf-8")
    coding = request.headers.get("content-encoding", "identity").lower()
    if given and said.get_content_type() == "application/json" and charset in ("utf-8", "utf8"):
        if coding == "identity":
            return
        detail = f"The body is sent as {coding[:40]!r}; send it without a content coding."
    else:
        found = f"as {given[:80]!r}" if given else "without a Content-Type"
        detail = f"The body is sent {found}; send application/json in UTF-8."
    raise ProblemError("not-json-type", detail, headers={"Accept": "application/json", **_CLOSE})
