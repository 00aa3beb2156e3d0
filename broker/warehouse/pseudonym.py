"""Pseudonyms: the same in one era, of another kind in the next, from a secret that is held apart.

A pseudonym is a keyed digest (HMAC-SHA256) of kind, era and number. The secret lies in a file of
its own, which neither the database nor the warehouse's files hold. A rotation makes a new secret,
so that every pseudonym changes, and begins a new era, so that a young person's referrals opened
before it and after it have two pseudonyms that nothing but the secret and the records connects.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Final

from broker.commands.endings import Refused
from broker.commands.files import read_text, write_private, write_whole
from broker.warehouse.place import KEY_VARIABLE

FORM: Final = "warehouse-key/1"
_SECRET_BYTES: Final = 32
_LENGTH: Final = 32
"""Hexadecimal digits of a pseudonym: 128 bits."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The secret, and the days on which an era began after the first."""

    secret: bytes
    eras: tuple[date, ...] = ()

    def era(self, day: date) -> int:
        """The era a day is of, from 0."""
        return sum(began <= day for began in self.eras)

    def name(self, kind: str, number: str, day: date) -> str:
        """The pseudonym of a number of a kind, in the era of a day."""
        told = f"{kind}\n{self.era(day)}\n{number}".encode()
        return hmac.digest(self.secret, told, "sha256").hex()[:_LENGTH]

    def mark(self, told: object) -> str:
        """A keyed digest that says only whether something is as it was."""
        text = json.dumps(told, ensure_ascii=False, default=str).encode()
        return hmac.digest(self.secret, b"mark" + text, "sha256").hex()

    @property
    def id(self) -> str:
        """Which keys these are, without telling them."""
        return self.mark(["keys", [day.isoformat() for day in self.eras]])[:16]

    def rotated(self, day: date) -> Keys:
        """Keys with another secret, and a new era from a day on."""
        eras = self.eras if self.eras and self.eras[-1] >= day else (*self.eras, day)
        return Keys(secrets.token_bytes(_SECRET_BYTES), eras)


def check_apart(keys: Path, folder: Path) -> None:
    """Refuse keys that lie where the warehouse's files do.

    Raises:
        Refused: they do.
    """
    if folder.resolve() in (keys.resolve(), *keys.resolve().parents):
        raise Refused(
            f"{keys}: the keys lie in the warehouse's folder {folder}; whoever has that "
            f"folder would have them too. Keep them elsewhere: --keys FILE, or "
            f"{KEY_VARIABLE}. Nothing was done."
        )


def read_keys(path: Path) -> Keys:
    """The keys of a file.

    Raises:
        Refused: it cannot be read, or is no file of keys; every fault is named, no secret is shown.
    """
    text = read_text(path)
    try:
        told = json.loads(text)
    except ValueError:
        raise Refused(f"{path}: is not JSON; allowed: a file that the warehouse made.") from None
    faults = []
    if not isinstance(told, dict) or told.get("form") != FORM:
        raise Refused(f"{path}: has no form {FORM}; allowed: a file that the warehouse made.")
    secret = _secret(told.get("secret"))
    if secret is None:
        faults.append(f"{path}, secret: allowed: {_SECRET_BYTES * 2} hexadecimal digits.")
    eras = _days(told.get("eras"))
    if eras is None:
        faults.append(f"{path}, eras: allowed: days, each after the one before.")
    if secret is None or eras is None:
        raise Refused(*faults)
    return Keys(secret, eras)


def _secret(told: object) -> bytes | None:
    try:
        secret = bytes.fromhex(str(told)) if isinstance(told, str) else b""
    except ValueError:
        return None
    return secret if len(secret) == _SECRET_BYTES else None


def _days(told: object) -> tuple[date, ...] | None:
    if not isinstance(told, list):
        return None
    try:
        days: Sequence[date] = [date.fromisoformat(one) for one in told]
    except (TypeError, ValueError):
        return None
    return tuple(days) if all(a < b for a, b in pairwise(days)) else None


def _text(keys: Keys) -> str:
    told = {
        "form": FORM,
        "secret": keys.secret.hex(),
        "eras": [day.isoformat() for day in keys.eras],
    }
    return json.dumps(told, indent=1) + "\n"


def keys_of(path: Path) -> tuple[Keys, bool]:
    """The keys of a file, made if there is none; and whether they were made now."""
    if path.exists():
        return read_keys(path), False
    keys = Keys(secrets.token_bytes(_SECRET_BYTES))
    write_private(path, _text(keys))
    return keys, True


def replace_keys(path: Path, keys: Keys) -> None:
    """Put other keys in the place of those there: the old secret is gone."""
    write_whole(path, [_text(keys)])
    path.chmod(0o600)
