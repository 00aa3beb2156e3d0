"""Answers that may take longer than a moment: who asks is told so, and finds them by asking again.

What is asked for goes on whether or not somebody waits for it, and is worked out once for all who
ask with the same key. An answer that cannot change is kept for a while. So is one that somebody was
told to come back for: for an hour, under a key that is theirs alone, with the moment at which its
records were read, so that nobody is told what was true then as if it were true now. Any other is
given to one page, which must come for it within a minute.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeVar

from broker.store.clock import now

T = TypeVar("T")
KEPT_FOR: Final = 300.0
"""Seconds for which an answer that cannot change is kept once it is there."""
FETCHED_WITHIN: Final = 60.0
"""Seconds within which a page must come for an answer that nobody was told to come back for."""
LEFT_FOR: Final = 3600.0
"""Seconds for which an answer is kept that somebody was told to come back for."""
EACH: Final = 8
"""Such answers kept of one account; the oldest goes first."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, what it is called, and the address at which the answer is found."""

    account: str
    title: str
    address: str


@dataclass(frozen=True, slots=True)
class Left:
    """A long answer as whoever asked finds it again.

    `ready` is None while it is worked out, and false where it could not be; `minutes` is how long
    it is still kept.
    """

    asked: Asked
    began_at: datetime
    ready: bool | None
    minutes: int | None


class NotYet(Exception):
    """The answer is still being worked out; `seconds` ago that began."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the answer is not there yet; it was begun {seconds:.0f} s ago")
        self.seconds = seconds


@dataclass(slots=True)
class _Work:
    task: asyncio.Task[Any]
    began: float
    began_at: datetime
    again: bool
    ended: float | None = None
    asked: dict[str, Asked] = field(default_factory=dict)
    """Those who were told to come back, by account."""

    @property
    def failed(self) -> bool:
        """Whether it came to no answer."""
        return self.task.cancelled() or self.task.exception() is not None

    def note_end(self, _: asyncio.Task[Any]) -> None:
        self.ended = time.monotonic()
        if not self.task.cancelled():
            self.task.exception()  # looked at: nobody may come for it, and that is no fault


class Later:
    """Work under way and answers kept, `keep` of them at most, used in one event loop.

    `patience` is how many seconds somebody waits before they are told to come again; None waits to
    the end.
    """

    def __init__(self, patience: float | None, keep: int = 32) -> None:
        self._patience = patience
        self._keep = keep
        self._works: OrderedDict[Hashable, _Work] = OrderedDict()

    async def answer(
        self,
        key: Hashable,
        work: Callable[[], Awaitable[T]],
        *,
        again: bool = False,
        part: bool = False,
        asked: Asked | None = None,
    ) -> T:
        """What the work for a key comes to; `again` where the answer is the same for good.

        A part of a page (`part`) only looks whether it is there: the page will come for it. Whoever
        has `asked` and is told to come again finds it among what they left.

        Raises:
            NotYet: it takes longer; asked with the same key, it is found.
            Exception: the work's own.
        """
        self._tidy()
        found = self._works.get(key)
        if found is None:
            found = _Work(asyncio.ensure_future(work()), time.monotonic(), now(), again)
            found.task.add_done_callback(found.note_end)
            self._works[key] = found
        if not found.task.done():
            await asyncio.wait({found.task}, timeout=self._patience)
        if not found.task.done():
            if asked is not None:
                found.asked.setdefault(asked.account, asked)
            raise NotYet(time.monotonic() - found.began)
        if found.failed or not (again or part or found.asked):
            if self._works.get(key) is found:
                del self._works[key]
        else:
            self._works.move_to_end(key)
        value: T = found.task.result()
        return value

    def worked_out(self, key: Hashable) -> datetime | None:
        """When the records of a kept answer were read; None where it is of now, or for good."""
        found = self._works.get(key)
        return None if found is None or found.again or not found.asked else found.began_at

    def forget(self, key: Hashable) -> None:
        """The answer is to be worked out anew; one that is being worked out goes on."""
        found = self._works.get(key)
        if found is not None and found.task.done():
            del self._works[key]

    def left_by(self, account: str) -> list[Left]:
        """What an account was told to come back for, the newest first."""
        self._tidy()
        clock = time.monotonic()
        made = []
        for one in reversed(self._works.values()):
            if account in one.asked:
                ready = not one.failed if one.task.done() else None
                rest = None if one.ended is None else _kept_for(one) - (clock - one.ended)
                minutes = None if rest is None else int(rest // 60)
                made.append(Left(one.asked[account], one.began_at, ready, minutes))
        return made

    def _tidy(self) -> None:
        """Forget answers that nobody came for in time, and the oldest where there are too many."""
        clock = time.monotonic()
        over = [key for key, one in self._works.items() if one.ended is not None]
        many = max(0, len(over) - self._keep)
        each: Counter[str] = Counter()
        for left, key in enumerate(reversed(over)):
            one = self._works[key]
            each.update(list(one.asked))
            many_of_each = bool(one.asked) and all(each[who] > EACH for who in one.asked)
            crowded = len(over) - left <= many or many_of_each
            if crowded or (one.ended is not None and clock - one.ended > _kept_for(one)):
                del self._works[key]

    def stop(self) -> None:
        """Give up what is under way."""
        for one in self._works.values():
            one.task.cancel()


def _kept_for(one: _Work) -> float:
    if one.asked:
        return LEFT_FOR
    return KEPT_FOR if one.again else FETCHED_WITHIN
