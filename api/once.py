"""A request that creates is done once, however often it is sent: its key and its answer are kept.

The answer is kept in the transaction of what it tells, so that a key without an answer, or an
answer without a key, cannot be.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session
from starlette.requests import Request

from api.problems import ProblemError
from broker.access.actor import Actor
from broker.tables import KeyRow

KEPT_FOR: Final = timedelta(days=1)
"""How long an answer is kept to be given again; it may speak of a young person."""

_KEYS = 4_208_311_951
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


@dataclass(frozen=True, slots=True)
class Once:
    """A request with its key: whose it is, and a digest of what it asks."""

    actor: str
    key: str
    digest: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered: status, body, and the headers that matter."""

    status: int
    body: dict[str, Any]
    location: str | None = None
    etag: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the answer."""
        told = {"Location": self.location, "ETag": self.etag}
        return {name: value for name, value in told.items() if value is not None}


def once_of(request: Request, actor: Actor, body: bytes) -> Once:
    """The key a request must carry, and what the request is.

    Raises:
        ProblemError: no key, or one that is not 1 to 200 visible letters of ASCII.
    """
    key = request.headers.get("idempotency-key", "")
    if not _KEY.fullmatch(key):
        detail = "Idempotency-Key must be 1 to 200 visible letters, digits or signs of ASCII."
        raise ProblemError("which-key", detail)
    asked = "\n".join((request.method, request.url.path, request.headers.get("if-match", "")))
    digest = hashlib.sha256(asked.encode() + b"\n" + body).hexdigest()
    return Once(actor.id, key, digest)


def before(session: Session, once: Once) -> Answered | None:
    """What the same request was answered before; None where it is new.

    The same request sent again while it is being done waits for the answer of the first.

    Raises:
        ProblemError: the key stands for another request.
    """
    if session.get_bind().dialect.name == "postgresql":
        name = f"{once.actor}\n{once.key}"
        session.execute(
            sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(name, _KEYS)))
        )
    row = session.get(KeyRow, (once.actor, once.key))
    if row is None:
        return None
    if row.digest != once.digest:
        raise ProblemError("key-reused", "This key was sent with another request before.")
    return Answered(row.status, row.body, row.location, row.etag)


def keep(session: Session, once: Once, answered: Answered, at: datetime) -> None:
    """Keep what was answered, in the transaction that did it, for a day.

    Raises:
        ProblemError: the same request is being done at this moment.
    """
    table = KeyRow.__table__
    old = sa.and_(table.c.actor == once.actor, table.c.used_at <= at - KEPT_FOR)
    session.execute(sa.delete(table).where(old))
    row = {
        "actor": once.actor,
        "key": once.key,
        "digest": once.digest,
        "used_at": at,
        "status": answered.status,
        "location": answered.location,
        "etag": answered.etag,
        "body": answered.body,
    }
    try:
        session.execute(sa.insert(table), row)
    except IntegrityError:
        raise ProblemError("busy", "The same request is being done at this moment.") from None
