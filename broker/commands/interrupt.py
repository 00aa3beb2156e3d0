"""Ctrl-C as a wish: the first asks a search to stop with what it has, the second ends at once."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from broker.commands.endings import INTERRUPTED
from broker.commands.output import say


@contextmanager
def stopping(stop: threading.Event) -> Iterator[None]:
    """While inside, an interrupt sets `stop`; one more ends the program without waiting."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def asked(_signal: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            os._exit(INTERRUPTED)
        stop.set()
        say("\nStopping with the best plan so far. Once more to end at once, without a plan.")

    before = signal.signal(signal.SIGINT, asked)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
