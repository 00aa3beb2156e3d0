"""What somebody wrote in a form that could not be taken, kept so that it need not be written again.

It lies in this process alone, for an hour at most, and is given back to the account that wrote it
and to nobody else. Nothing is ever sent from here: who wrote it sees it in the form again, and
sends it or does not.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

FIELD: Final = "written"
"""The part of an address that names what is to be filled in again."""
KEPT_FOR: Final = 3600.0
"""Seconds for which it is kept."""
EACH: Final = 5
"""Forms kept of one account; the oldest goes first."""
CHARACTERS: Final = 32 * 1024 * 1024
"""Characters kept of all accounts together; the oldest form goes first."""
UNKEPT: Final = frozenset({"password", "secret", "token"})
"""Fields that are never kept, whatever form they are in."""
KEPT_NOWHERE: Final = ("/enter", "/leave", "/forecast", "/forecast/workbook")
"""Forms that are never kept: signing in and out, and a provider's own costs."""


@dataclass(frozen=True, slots=True)
class Written:
    """A form as it was sent: where it goes, what stood in it, and the account that wrote it."""

    account: str
    action: str
    fields: tuple[tuple[str, str], ...]
    at: float

    @property
    def size(self) -> int:
        """Its characters."""
        return sum(len(name) + len(value) for name, value in self.fields)


class WrittenForms:
    """The forms that are kept, each under a name that cannot be guessed."""

    def __init__(self, kept_for: float = KEPT_FOR, characters: int = CHARACTERS) -> None:
        self._kept_for = kept_for
        self._characters = characters
        self._forms: OrderedDict[str, Written] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, account: str, action: str, fields: Sequence[tuple[str, str]]) -> str | None:
        """Keep what an account wrote; its name, or None where such a form is kept nowhere."""
        if action in KEPT_NOWHERE:
            return None
        told = tuple(pair for pair in fields if pair[0] not in UNKEPT)
        made, name = Written(account, action, told, time.monotonic()), secrets.token_urlsafe(16)
        with self._lock:
            self._forms[name] = made
            self._tidy()
            return name if name in self._forms else None

    def of(self, account: str, name: str) -> Written | None:
        """What this account wrote under a name; None where it is another's, or no longer kept."""
        with self._lock:
            self._tidy()
            found = self._forms.get(name)
        return found if found is not None and found.account == account else None

    def has(self, name: str) -> bool:
        """Whether anything is kept under a name, whoever wrote it."""
        with self._lock:
            self._tidy()
            return name in self._forms

    def sent(self, account: str, action: str) -> None:
        """The account has sent this form anew: what was kept of it goes."""
        self._forget(lambda one: one.account == account and one.action == action)

    def left(self, account: str) -> None:
        """The account has signed out: all that was kept of it goes."""
        self._forget(lambda one: one.account == account)

    def _forget(self, which: Callable[[Written], bool]) -> None:
        with self._lock:
            for name in [name for name, one in self._forms.items() if which(one)]:
                del self._forms[name]

    def _tidy(self) -> None:
        """Forget what is too old, and the oldest where there is too much."""
        oldest = time.monotonic() - self._kept_for
        for name in [name for name, one in self._forms.items() if one.at <= oldest]:
            del self._forms[name]
        many: Counter[str] = Counter()
        size = 0
        for name, one in reversed(list(self._forms.items())):
            many[one.account] += 1
            size += one.size
            if many[one.account] > EACH or size > self._characters:
                del self._forms[name]
                size -= one.size
