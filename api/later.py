"""Answers that may take longer than a moment: who asks is told so, and finds them by asking again.

What is asked for goes on whether or not somebody waits for it, and is worked out once for all who
ask with the same key. An answer that cannot change is kept for a while. Any other is given to one
page, which must come for it within a minute, so that nobody is told what was true an hour ago.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

T = TypeVar("T")
KEPT_FOR: Final = 300.0
"""Seconds for which an answer that cannot change is kept once it is there."""
FETCHED_WITHIN: Final = 60.0
"""Seconds within which a page must come for any other answer."""


class NotYet(Exception):
    """The answer is still being worked out; `seconds` ago that began."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the answer is not there yet; it was begun {seconds:.0f} s ago")
        self.seconds = seconds


@dataclass(slots=True)
class _Work:
    task: asyncio.Task[Any]
    began: float
    again: bool
    ended: float | None = None

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
    ) -> T:
        """What the work for a key comes to; `again` where the answer is the same for good.

        A part of a page (`part`) only looks whether it is there: the page will come for it.

        Raises:
            NotYet: it takes longer; asked with the same key, it is found.
            Exception: the work's own.
        """
        self._tidy()
        found = self._works.get(key)
        if found is None:
            found = _Work(asyncio.ensure_future(work()), time.monotonic(), again)
            found.task.add_done_callback(found.note_end)
            self._works[key] = found
        if not found.task.done():
            await asyncio.wait({found.task}, timeout=self._patience)
        if not found.task.done():
            raise NotYet(time.monotonic() - found.began)
        failed = found.task.cancelled() or found.task.exception() is not None
        if failed or not (again or part):
            if self._works.get(key) is found:
                del self._works[key]
        else:
            self._works.move_to_end(key)
        value: T = found.task.result()
        return value

    def _tidy(self) -> None:
        """Forget answers that nobody came for in time, and the oldest where there are too many."""
        now = time.monotonic()
        over = [key for key, one in self._works.items() if one.ended is not None]
        many = max(0, len(over) - self._keep)
        for at, key in enumerate(over):
            one = self._works[key]
            kept = KEPT_FOR if one.again else FETCHED_WITHIN
            if at < many or (one.ended is not None and now - one.ended > kept):
                del self._works[key]

    def stop(self) -> None:
        """Give up what is under way."""
        for one in self._works.values():
            one.task.cancel()
