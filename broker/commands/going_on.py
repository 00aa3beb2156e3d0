"""A command whose folder keeps what is done, so that the same command goes on from there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from broker.commands.endings import Refused
from broker.commands.output import say


@contextmanager
def going_on_in(folder: Path | None) -> Iterator[None]:
    """Say what a folder holds that cannot be gone on with, and what an interrupted run left.

    Raises:
        Refused: the folder is of other inputs, or a file of it cannot be read.
        KeyboardInterrupt: the run was interrupted.
    """
    from broker.capacity.simulation.store import OtherRun, SpoiltRun

    try:
        yield
    except OtherRun as other:
        raise Refused(
            f"--out {folder}: holds a run of other inputs ({other}); name another folder, or the "
            "inputs it was made of. Nothing was done."
        ) from None
    except SpoiltRun as spoilt:
        raise Refused(
            f"--out {folder}: {spoilt}. Take the file away, or name another folder. "
            "Nothing was done."
        ) from None
    except KeyboardInterrupt:
        if folder is None:
            say("Stopped. Nothing is kept without --out.")
        else:
            say(f"Stopped; what is done is in {folder}. The same command goes on from there.")
        raise
