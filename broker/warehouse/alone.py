"""One at a time: who writes the warehouse's files, and which worker brings it up by itself.

Whoever asked by a command waits for another; a worker that finds another at it leaves it to that
one. A lock ends with the process that holds it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Engine

from broker.commands.endings import Refused
from broker.database import told

LOCK: Final = ".warehouse.lock"
_KEEPING: Final = 4_208_311_953


@contextmanager
def in_folder(folder: Path, *, wait: bool) -> Iterator[bool]:
    """Whether the files of a folder are ours to write, for as long as this lasts.

    Raises:
        Refused: the folder cannot be locked.
    """
    try:
        number = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as problem:
        raise _unlocked(folder, problem) from None
    try:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        except OSError as problem:
            raise _unlocked(folder, problem) from None
        yield True
    finally:
        os.close(number)


@contextmanager
def among_workers(engine: Engine) -> Iterator[bool]:
    """Whether no other worker on this database brings the warehouse up, as long as this lasts.

    A SQLite file is of one computer, whose workers the lock of the folder keeps apart.
    """
    if engine.dialect.name != "postgresql":
        yield True
        return
    with told(engine), engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        held = connection.execute(sa.select(sa.func.pg_try_advisory_lock(_KEEPING))).scalar_one()
        try:
            yield bool(held)
        finally:
            if held:
                connection.execute(sa.select(sa.func.pg_advisory_unlock(_KEEPING)))


def _unlocked(folder: Path, problem: OSError) -> Refused:
    reason = (problem.strerror or str(problem)).lower()
    return Refused(f"{folder}: cannot be locked: {reason}. Nothing was done.")
