"""Matches run outside the event loop, a few at once; others wait their turn, up to a bound.

A match takes seconds to a minute of processor time, and its parts written in C may hold the
interpreter for as long. Each turn therefore has a process of its own: every other request is
answered meanwhile, and a match that runs out of memory or time takes nobody with it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from queue import SimpleQueue
from typing import ParamSpec, TypeVar

from api.problems import ProblemError
from broker.apart.process import Ended, Lost, Process

P = ParamSpec("P")
T = TypeVar("T")
NEEDED = ("api.worker", "api.asking")
log = logging.getLogger("api")


class Turns:
    """Turns for matches: `at_once` run side by side, `waiting` more may wait.

    Without `processes` they run in threads, which start sooner and shield less.
    """

    def __init__(self, at_once: int, waiting: int, *, processes: bool = True) -> None:
        self._room = at_once + waiting
        self._taken = 0
        self._processes = processes
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="match")
        self._stopped = False
        self._made: list[Process] = []
        self._free: SimpleQueue[Process | None] = SimpleQueue()
        for _ in range(at_once):
            self._free.put(None)

    @property
    def taken(self) -> int:
        """How many turns are taken, by work that runs or waits."""
        return self._taken

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold one of the turns, from before the body is read until the answer is made.

        Raises:
            ProblemError: all turns are taken.
        """
        if self._taken >= self._room:
            raise ProblemError(
                "busy",
                f"{self._taken} matches or questions are running or waiting. Ask again in a while.",
            )
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1

    async def run(self, work: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
        """What a piece of long work returns; work and values are sent to another process.

        Raises:
            ProblemError: that of the work, or that its process came to an end.
        """
        todo = partial(work, *given, **named)
        if self._processes:
            todo = partial(self._elsewhere, todo)
        return await asyncio.get_running_loop().run_in_executor(self._threads, todo)

    def prepare(self, work: Callable[[], object]) -> None:
        """Have every turn's process started and do a piece of work, so that no caller waits for it.

        Nobody waits for this either; a process that ends before is made anew when it is needed.
        """
        for _ in range(self._free.qsize()):
            self._threads.submit(self._elsewhere, work)

    def _elsewhere(self, work: Callable[[], T]) -> T:
        """Do the work in the process of a free turn, which is made where there is none yet."""
        process = self._free.get()
        try:
            if process is None or not process.alive:
                process = Process(NEEDED)
                self._made.append(process)
            if self._stopped:
                process.stop()
            return process.run(work)
        except (Ended, Lost) as problem:
            assert process is not None
            self._made.remove(process)
            process = None
            log.warning("a match lost its process: %s", problem)
            detail = "The work ended before it had an answer. Nothing was kept."
            raise ProblemError("match-lost", detail) from None
        finally:
            self._free.put(process)

    def stop(self) -> None:
        """Ask what is running to end with the best it has; a process that does not is ended."""
        self._stopped = True
        for process in self._made:
            process.stop()

    def close(self) -> None:
        """Start nothing more, ask what is running to end, and wait for it."""
        self.stop()
        self._threads.shutdown(wait=True, cancel_futures=True)
        for process in self._made:
            process.end()
