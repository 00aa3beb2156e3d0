"""Matches run outside the event loop, a few at once; others wait their turn, up to a bound.

A match takes seconds to a minute of processor time. It runs in a thread (the solver and numpy let
other threads run meanwhile), so that every other request is answered while it searches.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from api.problems import ProblemError

T = TypeVar("T")


class Turns:
    """Turns for long work: `at_once` run side by side, `waiting` more may wait.

    Setting `stop` asks the work to end with the best it has.
    """

    def __init__(self, at_once: int, waiting: int) -> None:
        self._room = at_once + waiting
        self._taken = 0
        self.stop = threading.Event()
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="match")

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold one of the turns, from before the body is read until the answer is made.

        Raises:
            ProblemError: all turns are taken.
        """
        if self._taken >= self._room:
            raise ProblemError(
                "busy", f"{self._taken} matches are running or waiting. Ask again in a while."
            )
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1

    async def run(self, work: Callable[[], T]) -> T:
        """What a piece of long work returns, done in a thread of its own."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def close(self) -> None:
        """Start nothing more, ask what is running to end, and wait for it."""
        self.stop.set()
        self._threads.shutdown(wait=True, cancel_futures=True)
