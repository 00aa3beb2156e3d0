"""Work of a job that behaves badly, and workers that die at a moment that is chosen."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from types import ModuleType
from typing import Any

from broker.apart.inside import allow, tell
from broker.runs import MadeRun
from tests.integration.apart.works import deaf


def deaf_making(address: str, request: Mapping[str, Any]) -> MadeRun:
    """Tell how it stands, then hold the interpreter for ever."""
    levels = {"today_unplaced": 1, "points": 9, "weekly_cost": "0.00"}
    tell({"sentence": f"process {os.getpid()}"})
    tell({"levels": levels, "bound": {**levels, "points": 7}})
    deaf()
    raise AssertionError("nobody waits so long")


def dying_making(address: str, request: Mapping[str, Any]) -> MadeRun:
    """Come to an end, as a process that the machine has no memory for."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("it has come to an end")


def overstaying_making(address: str, request: Mapping[str, Any]) -> MadeRun:
    """Take longer than it asked for."""
    allow(0.1)
    deaf()
    raise AssertionError("nobody waits so long")


def faulty_making(address: str, request: Mapping[str, Any]) -> MadeRun:
    """Meet a fault of the program."""
    raise ZeroDivisionError("a fault of the tests")


def _die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _have(module: ModuleType, name: str) -> None:
    """Have a module's function kill the process once it has done its work."""
    setattr(module, name, _then_die(getattr(module, name)))


def _then_die(before: Callable[..., Any]) -> Callable[..., Any]:
    def done(*given: Any, **named: Any) -> None:
        before(*given, **named)
        _die()

    return done


def doomed(moment: str) -> None:
    """A worker, in a process of its own, that is killed at a moment of its first job."""
    from broker.database import engine_from_environment
    from broker.jobs import place, queue, worker
    from broker.jobs.queue import Terms

    made = worker.Worker(
        engine_from_environment(), terms=Terms(lease=timedelta(seconds=0.5)), place=place.Here()
    )
    if moment == "taken":
        place.Here.run = _die  # type: ignore[method-assign,assignment]
    elif moment == "run written":
        _have(queue, "record_run")
    elif moment == "all written":
        _have(queue, "tell_run")
    elif moment == "kept":
        made.tell = lambda event, **more: _die() if event == "done" else None  # type: ignore[method-assign]
    made.work()


if __name__ == "__main__":
    doomed(sys.argv[1])
    time.sleep(60)
