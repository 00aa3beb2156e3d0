"""How whoever receives an event knows that it is ours: an HMAC over the moment and the body.

Each subscription has a key of its own, worked out from the service's secret, so that no key lies
in the database. The receiver refuses a moment that is long past.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from pathlib import Path
from typing import Final

SECRET_VARIABLE: Final = "BROKER_EVENTS_SECRET"
SHORTEST: Final = 32
HEADER: Final = "Broker-Signature"


class NoSecret(Exception):
    """There is no secret to sign with, in a sentence."""


def secret_from_environment() -> bytes:
    """The secret, from `BROKER_EVENTS_SECRET` or the file that `BROKER_EVENTS_SECRET_FILE` names.

    Raises:
        NoSecret: neither is set, or it is too short.
    """
    text = os.environ.get(SECRET_VARIABLE, "").strip()
    file = os.environ.get(f"{SECRET_VARIABLE}_FILE", "").strip()
    if not text and file:
        try:
            text = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise NoSecret(f"{SECRET_VARIABLE}_FILE is {file}, which cannot be read") from None
    if len(text) < SHORTEST:
        raise NoSecret(f"{SECRET_VARIABLE} must be set, to at least {SHORTEST} characters")
    return text.encode()


def key_of(secret: bytes, subscription_id: int) -> str:
    """The key of a subscription, as its receiver is given it."""
    return hmac.digest(secret, f"broker-events/1/{subscription_id}".encode(), "sha256").hex()


def signature(key: str, at: int, body: bytes) -> str:
    """The header for a body that is sent at a moment (seconds since 1970)."""
    told = hmac.new(key.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={told}"
