"""A form is done once, however often it is sent: the key it carries, as a program has a header."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

from starlette.requests import Request

from api.identity import TOKEN_FIELD
from api.once import Once
from api.pages.forms import sent
from api.problems import ProblemError
from broker.access.actor import Actor

KEY_FIELD: Final = "once"
_LONGEST: Final = 100


def new_key() -> str:
    """A key for one form."""
    return secrets.token_urlsafe(16)


def once_of_form(request: Request, actor: Actor) -> Once:
    """The key of a form, and what it asks, whichever page of ours it is sent from.

    Raises:
        ProblemError: the form carries none.
    """
    fields = sent(request)
    key = fields.get(KEY_FIELD, "")
    if not (0 < len(key) <= _LONGEST and key.isascii() and key.isprintable() and " " not in key):
        raise ProblemError("which-key", "The form carries no key. Load the page again.")
    told = sorted(pair for pair in fields.multi_items() if pair[0] != TOKEN_FIELD)
    asked = "\n".join(f"{name}={value}" for name, value in told)
    digest = hashlib.sha256(f"{request.method}\n{request.url.path}\n{asked}".encode())
    return Once(actor.id, f"page-{key}", digest.hexdigest())
