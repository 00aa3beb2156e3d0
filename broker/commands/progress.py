"""One line on the terminal that says what is being done, for work of more than a second."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from types import TracebackType

PATIENCE = 1.0
BEAT = 0.25


class Progress:
    """A line on stderr, made new four times a second and wiped at the end.

    Silent for the first second, and wherever stderr is not a terminal. `say` may be called from
    any thread.
    """

    def __init__(self, sentence: str) -> None:
        self._sentence = sentence
        self._began = time.monotonic()
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self._shown = False

    def say(self, sentence: str) -> None:
        """Change what the line says."""
        self._sentence = sentence

    def __enter__(self) -> Progress:
        if sys.stderr.isatty():
            self._thread = threading.Thread(target=self._show, name="progress", daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()
        if self._shown:
            self._write("\r\x1b[K")

    def _show(self) -> None:
        wait = PATIENCE
        while not self._over.wait(wait):
            wait = BEAT
            seconds = time.monotonic() - self._began
            width = shutil.get_terminal_size().columns - 1
            line = f"{seconds:.0f} s  {self._sentence}"
            self._shown = True
            self._write(f"\r\x1b[K{line[:width]}")

    def _write(self, text: str) -> None:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except OSError:
            self._over.set()
