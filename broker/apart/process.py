"""A process apart, as whoever asks sees it: give it work, hear how it stands, end it.

What cannot be told to stop (a solver in its presolve, a compiled loop, a long garbage collection)
can be ended. Every process is started afresh ("spawn"): a copy of a running one would inherit
locks that its threads hold.
"""

from __future__ import annotations

import atexit
import multiprocessing
import pickle
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from queue import Empty, SimpleQueue
from typing import Any, TypeVar, cast

from broker.apart import inside

T = TypeVar("T")

BEAT = 0.02
PATIENCE = 0.2
SECONDS_TO_END = 20.0
SEARCHING = ("matching.solve", "ortools.sat.python.cp_model")
"""What a process that searches will need; loaded while whoever asks still reads the case."""

_LOST = "lost"


class Ended(Exception):
    """The process was ended because the time for its work was over."""


class Lost(Exception):
    """The process came to an end by itself before its work was done."""


class Elsewhere(Exception):
    """Where in the other process a problem arose, for those who look for its cause."""


class Process:
    """One process apart; it does one piece of work at a time and stays ready for the next."""

    def __init__(self, needed: Sequence[str] = SEARCHING) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._line: Connection = ours
        self._process = context.Process(target=inside.serve, args=(theirs, tuple(needed)))
        self._allowed: float | None = None
        self._stopped: float | None = None
        self._sending = threading.Lock()
        self._talking: threading.Thread | None = None
        with _deaf_to_interrupts():
            self._process.start()
        theirs.close()
        _alive.add(self)

    @property
    def pid(self) -> int | None:
        """Its number among the processes of this machine."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it is still there."""
        return self in _alive and self._process.is_alive()

    def run(
        self,
        work: Callable[[], T],
        *,
        heard: Callable[[Any], None] | None = None,
        over: Callable[[], bool] = lambda: False,
    ) -> T:
        """What the work returns, or raises; `heard` is told what the work tells, in this thread.

        Raises:
            Ended: `over()`, or the time that the work asked for had passed: the process is gone.
            Lost: the process came to an end by itself.
        """
        self._allowed = None
        news: SimpleQueue[inside.Message] = SimpleQueue()
        self._talking = threading.Thread(target=self._talk, args=(work, news), daemon=True)
        self._talking.start()
        told = False
        try:
            while True:
                if over() or self._late():
                    raise Ended("its time was over")
                told = told or self._tell_to_stop()
                try:
                    kind, content = news.get(timeout=BEAT)
                except Empty:
                    continue
                if kind == inside.TOLD and heard is not None:
                    heard(content)
                elif kind == inside.ALLOWED:
                    self._allowed = None if content is None else time.monotonic() + content
                elif kind == inside.DONE:
                    return cast("T", content)
                elif kind == inside.FAILED:
                    problem, where = content
                    raise problem from Elsewhere(f"\n{where}")
                elif kind == _LOST:
                    raise Lost(content or f"exit code {self._exit_code()}")
        except (Ended, Lost, KeyboardInterrupt):
            self.end()
            raise

    def _talk(self, work: Callable[[], object], news: SimpleQueue[inside.Message]) -> None:
        """Send the work, then pass on what comes; apart, so that nothing keeps `run` waiting."""
        try:
            message = inside.packed(work)
        except Exception as problem:  # work that cannot travel is a fault of whoever asked
            news.put((inside.FAILED, (problem, str(problem))))
            return
        try:
            with self._sending:
                self._line.send_bytes(message)
            kind = ""
            while kind not in (inside.DONE, inside.FAILED):
                received: inside.Message = pickle.loads(self._line.recv_bytes())
                kind = received[0]
                news.put(received)
        except (EOFError, OSError):
            news.put((_LOST, ""))
        except Exception as problem:  # a message that this process cannot read
            news.put((_LOST, f"{type(problem).__name__}: {problem}"))

    def stop(self, seconds: float = SECONDS_TO_END) -> None:
        """Ask its work to come to an end with the best it has; it is ended if it takes longer."""
        self._stopped = time.monotonic() + seconds

    def _tell_to_stop(self) -> bool:
        """Pass a wish to stop on, if there is one and the line is free; whether that was done."""
        if self._stopped is None or not self._sending.acquire(blocking=False):
            return False
        try:
            with suppress(OSError):
                self._line.send_bytes(b"")
        finally:
            self._sending.release()
        return True

    def _late(self) -> bool:
        until = [moment for moment in (self._allowed, self._stopped) if moment is not None]
        return bool(until) and time.monotonic() >= min(until)

    def end(self) -> None:
        """End the process, whatever it is doing, and wait until it is gone."""
        _alive.discard(self)
        self._process.terminate()
        self._process.join(PATIENCE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        if self._talking is not None:
            self._talking.join(PATIENCE)
        self._line.close()

    def _exit_code(self) -> int | None:
        self._process.join(PATIENCE)
        return self._process.exitcode


_alive: set[Process] = set()
_idle: list[Process] = []


def prepare() -> None:
    """Have a process load what a search needs while this one still reads the case."""
    if not _idle:
        _idle.append(Process())


@contextmanager
def borrowed() -> Iterator[Process]:
    """A process for searches: one that is idle, or a new one; idle again afterwards if it lives."""
    process = None
    while process is None or not process.alive:
        process = _idle.pop() if _idle else Process()
    try:
        yield process
    finally:
        if process.alive:
            _idle.append(process)


def end_all() -> None:
    """End every process apart at once."""
    _idle.clear()
    for process in list(_alive):
        process.end()


atexit.register(end_all)


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """What is started inside never gets a Ctrl-C, not even before its first line runs."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
