"""Pieces of work for a process apart: well-behaved, stubborn and short-lived ones."""

from __future__ import annotations

import ctypes
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from broker.apart.inside import STOP, allow, tell
from matching.faults import BadInput, Fault
from matching.pairs import Pairs
from matching.search import Limits
from matching.solve import Options, search_here
from matching.state import State

FOR_EVER = 600


def deaf() -> None:
    """Hold the interpreter, as compiled code may: no thread of the process gets a word in."""
    ctypes.PyDLL(None).sleep(FOR_EVER)


def counted(number: int) -> int:
    for at in range(number):
        tell(at)
    return number


def refusing(words: str) -> int:
    raise ValueError(words)


def untold() -> object:
    """What cannot travel between processes."""
    return lambda: None


def stubborn() -> None:
    tell(os.getpid())
    deaf()


def overstaying() -> None:
    allow(0.1)
    deaf()


def dying() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def polite() -> str:
    tell("begun")
    return "stopped" if STOP.wait(FOR_EVER) else "never told"


def lazy() -> None:
    tell("begun")
    time.sleep(FOR_EVER)


def noted(folder: str) -> None:
    (Path(folder) / "process").write_text(str(os.getpid()), encoding="utf-8")


def stubborn_search(pairs: Pairs, seed: int, workers: int) -> State:
    """Find the best plan, tell of it and of its bounds, and then neither return nor stop."""
    noted(os.environ["NOTES"])
    options = Options(seed=seed, workers=workers, heard=tell, glimpsed=tell)
    search_here(pairs, options, Limits())
    tell("told")
    deaf()
    raise AssertionError("nobody waits so long")


def silent_search(pairs: Pairs, seed: int, workers: int) -> State:
    """Never tell of any plan."""
    noted(os.environ["NOTES"])
    deaf()
    raise AssertionError("nobody waits so long")


def lost_search(pairs: Pairs, seed: int, workers: int) -> State:
    """Come to an end without an answer, as a process that the machine has no memory for."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("it has come to an end")


def stubborn_answer(
    asked: Callable[..., Any], pairs: Pairs, plan: Any, deadline: float | None, tells: bool
) -> Any:
    """Answer as far as one thing is known, and then neither return nor stop."""
    from matching.held import Region

    noted(os.environ["NOTES"])
    told = []

    def hear(answer: object) -> None:
        tell(answer)
        told.append(answer)
        if len(told) == 1:
            deaf()

    return asked(Region(pairs, plan), limits=Limits(deadline), tell=hear)


def faulty(fault: Fault) -> None:
    raise BadInput([fault])


def polite_search(pairs: Pairs, seed: int, workers: int) -> State:
    """Search for ever, but leave the interpreter to others."""
    noted(os.environ["NOTES"])
    time.sleep(FOR_EVER)
    raise AssertionError("nobody waits so long")
