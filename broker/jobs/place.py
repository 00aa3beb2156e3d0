"""Where the work of a job is done: in a process apart, or in the thread of the worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, Protocol

from broker.apart.process import Ended, Process
from broker.jobs.making import News, make, make_apart
from broker.runs import MadeRun

NEEDED: Final = ("broker.jobs.making",)


class Place(Protocol):
    """Where the work of a job is done."""

    def run(
        self,
        address: str,
        request: Mapping[str, Any],
        heard: Callable[[News], None],
        over: Callable[[], bool],
    ) -> MadeRun:
        """What comes of the work; raises `Ended` when it is `over()`."""

    def close(self) -> None:
        """Nothing more is asked for."""


class Apart:
    """The work in a process of its own, which gets ready at once and is kept for the next job."""

    def __init__(self, work: Callable[[str, Mapping[str, Any]], MadeRun] = make_apart) -> None:
        self._work = work
        self._process = Process(NEEDED)

    def run(
        self,
        address: str,
        request: Mapping[str, Any],
        heard: Callable[[News], None],
        over: Callable[[], bool],
    ) -> MadeRun:
        if not self._process.alive:
            self._process = Process(NEEDED)
        return self._process.run(partial(self._work, address, request), heard=heard, over=over)

    def close(self) -> None:
        if self._process.alive:
            self._process.end()


class Here:
    """The work in this thread: sooner begun, and not to be ended."""

    def run(
        self,
        address: str,
        request: Mapping[str, Any],
        heard: Callable[[News], None],
        over: Callable[[], bool],
    ) -> MadeRun:
        made = make(address, request, heard)
        if over():
            raise Ended("nobody wants it any more")
        return made

    def close(self) -> None:
        pass
