"""What a command says: answers to stdout, messages to stderr, and readers who went away."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from broker.commands.fold import fold


def say(text: str) -> None:
    """Write a message to stderr; a stderr nobody reads is no reason to stop."""
    try:
        _write(sys.stderr, text)
    except OSError:
        _forget(sys.stderr)


def show(text: str) -> None:
    """Write an answer to stdout as it is; a reader who has seen enough (`| head`) is no fault."""
    try:
        _write(sys.stdout, text)
    except BrokenPipeError:
        _forget(sys.stdout)
    except OSError:
        _forget(sys.stdout)
        raise


def json_text(answer: object) -> str:
    """An answer for other programs."""
    return json.dumps(answer, ensure_ascii=False, indent=1)


def tell(text: str) -> None:
    """Write an answer in words to stdout, folded to the width of the terminal if it is one."""
    if sys.stdout is not None and sys.stdout.isatty():
        text = fold(text, shutil.get_terminal_size().columns)
    show(text)


def answer(as_json: bool, facts: Callable[[], object], words: Callable[[], str]) -> None:
    """Give an answer as it was asked for: its facts for other programs, or in words."""
    if as_json:
        show(json_text(facts()))
    else:
        tell(words())


def _write(stream: TextIO | None, text: str) -> None:
    if stream is not None:
        stream.write(text if text.endswith("\n") else text + "\n")
        stream.flush()


def _forget(stream: TextIO) -> None:
    """Let what is still unwritten go nowhere, so that the end of the program stays quiet."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


@contextmanager
def substituting() -> Iterator[None]:
    """While inside, a terminal that lacks a letter shows a substitute for it."""
    before = []
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            before.append((reconfigure, stream.errors))
            reconfigure(errors="replace")
    try:
        yield
    finally:
        for reconfigure, errors in before:
            reconfigure(errors=errors)
