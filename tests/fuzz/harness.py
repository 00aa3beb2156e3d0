"""One fuzzing run: bytes in, a reader's promises held, until the time is over or one breaks.

Only what the readers themselves raise for bad input is caught: anything else ends the run with the
bytes that did it in a file `crash-...`, and an exit code that is not 0. It starts from seeds that
reach the rows, so that a short run tries more than the header.
"""

from __future__ import annotations

import csv
import io
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path
from typing import Any

MODULES = [
    "broker.baseline", "broker.inbox", "broker.recognised", "broker.registers", "broker.returns",
    "broker.spreadsheets", "broker.standard", "matching", "pricing",
]  # fmt: skip


def fuzz(promise: Callable[[bytes], None], seeds: Iterable[bytes]) -> None:
    """Run one promise on bytes that coverage suggests; the options are libFuzzer's."""
    atheris: Any = import_module("atheris")
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(seeds):
            (Path(corpus) / f"seed-{number}").write_bytes(seed)
        atheris.instrument_func(promise)
        atheris.Setup([*sys.argv, corpus], promise)
        atheris.Fuzz()


def instrumented() -> AbstractContextManager[Any]:
    """A context in which what is imported tells which of its lines ran."""
    made: AbstractContextManager[Any] = import_module("atheris").instrument_imports(include=MODULES)
    return made


def rows_of(text: str, separator: str = ",") -> int:
    """How many rows a table has below its header; a row of blanks is none."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    return sum(any(map(str.strip, row)) for row in rows) - 1


def filled_rows_of(data: bytes) -> int | None:
    """How many rows of plain CSV hold anything, the header too, counted from its bytes alone.

    None where it is not plain: another encoding, another separator, or no CSV at all.
    """
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        return None
    if any(mark in text for mark in "\0\t;"):
        return None
    unseen = "\ufeff\u200b\u200c\u200d\u2060"
    return sum(any(cell.translate(dict.fromkeys(map(ord, unseen))).strip() for cell in row)
               for row in rows)  # fmt: skip
