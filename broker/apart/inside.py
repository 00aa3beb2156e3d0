"""The inside of a process apart: it does one piece of work after another and tells how it stands.

A piece of work is a function without arguments. What it passes to `tell` reaches whoever asked
at once; so does what it returns or raises. The process ends with whoever asked.
"""

from __future__ import annotations

import copyreg
import importlib
import os
import pickle
import signal
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from queue import SimpleQueue
from types import MappingProxyType
from typing import Any

TOLD, ALLOWED, DONE, FAILED = "told", "allowed", "done", "failed"
Message = tuple[str, Any]

SECONDS_OVER = 120

STOP = threading.Event()
"""Set when whoever asked wants the work to come to an end soon."""

_lock = threading.Lock()
_line: Connection | None = None


def _read_only(table: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(table)


def _sent(table: MappingProxyType[Any, Any]) -> tuple[Any, tuple[dict[Any, Any]]]:
    return _read_only, (dict(table),)


# The tables of a policy are read-only mappings, which do not travel between processes.
copyreg.pickle(MappingProxyType, _sent)


def packed(message: object) -> bytes:
    """A message as it travels."""
    return bytes(ForkingPickler.dumps(message, pickle.HIGHEST_PROTOCOL))


def tell(news: object) -> None:
    """Let whoever asked hear how the work stands; from any thread."""
    _say((TOLD, news))


def allow(seconds: float | None) -> None:
    """Ask to be ended if the work is not done after so many seconds more; None: however long."""
    if _line is not None:
        _say((ALLOWED, seconds))


@contextmanager
def in_time(seconds: float) -> Iterator[None]:
    """Have this process ended, where it is one apart, if the work takes far longer than so many.

    A match keeps its limit by itself; this is for the case that it does not.
    """
    allow(seconds + SECONDS_OVER)
    try:
        yield
    finally:
        allow(None)


def serve(line: Connection, needed: Sequence[str]) -> None:
    """Load the modules that any work will need, then do what comes over the line, until it is cut.

    Ctrl-C is for whoever asked to handle.
    """
    global _line  # noqa: PLW0603 (one line a process, and `tell` is called from deep inside)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _line = line
    asked: SimpleQueue[bytes] = SimpleQueue()

    def listen() -> None:
        with suppress(EOFError, OSError):
            while True:
                message = line.recv_bytes()
                if message:
                    STOP.clear()
                    asked.put(message)
                else:
                    STOP.set()
        os._exit(0)

    threading.Thread(target=listen, name="listening", daemon=True).start()
    for name in needed:
        importlib.import_module(name)
    while True:
        _say(_outcome(asked.get()))


def _outcome(message: bytes) -> Message:
    try:
        work: Callable[[], object] = pickle.loads(message)
        return DONE, work()
    except Exception as problem:  # whoever asked hears of it, whatever it is
        return FAILED, (problem, traceback.format_exc())


def _say(message: Message) -> None:
    try:
        sent = packed(message)
        if message[0] == FAILED:
            pickle.loads(sent)
    except Exception as problem:  # what cannot travel is told in words
        words = message[1][1] if message[0] == FAILED else str(problem)
        sent = packed((FAILED, (RuntimeError(words), words)))
    with _lock, suppress(OSError):
        assert _line is not None
        _line.send_bytes(sent)
