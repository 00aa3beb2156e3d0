"""Workers that a service keeps beside itself, each in a process apart; they end with the service.

A worker that comes to an end by itself is replaced; the job it had is taken up again.
"""

from __future__ import annotations

import logging
import threading
from functools import partial
from typing import Any, Final

from broker.apart.inside import STOP, tell
from broker.apart.process import Process
from broker.database import make_engine
from broker.jobs.worker import Worker
from broker.warehouse.place import Place

NEEDED: Final = ("broker.jobs.worker",)
AGAIN_AFTER: Final = 1.0
TO_THE_END: Final = 20.0
LOUD: Final = frozenset(
    {
        "failed",
        "lost",
        "database away",
        "database back",
        "event dead",
        "events wait",
        "warehouse failed",
        "warehouse waits",
    }
)

log = logging.getLogger("broker.jobs")


class Crew:
    """So many workers on the database at an address; they keep the warehouse at a place, if any."""

    def __init__(self, address: str, number: int, warehouse: Place | None = None) -> None:
        self._work = partial(work, address, warehouse)
        self._stopped = threading.Event()
        self._processes: dict[int, Process] = {}
        self._threads = [
            threading.Thread(target=self._keep, args=(place,), name=f"worker {place}", daemon=True)
            for place in range(number)
        ]

    def start(self) -> None:
        """Let them begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ask each to give its job back and come to an end."""
        self._stopped.set()
        for process in list(self._processes.values()):
            process.stop()

    def close(self) -> None:
        """Stop, and wait until they are gone."""
        self.stop()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(TO_THE_END)
        for process in list(self._processes.values()):
            process.end()

    def _keep(self, place: int) -> None:
        while not self._stopped.is_set():
            process = self._processes[place] = Process(NEEDED)
            if self._stopped.is_set():  # after `stop` went through those that there were
                process.end()
                return
            try:
                process.run(self._work, heard=_hear)
            except Exception as problem:  # whatever ended it, another one begins
                if not self._stopped.is_set():
                    log.warning("a worker came to an end: %s: %s", type(problem).__name__, problem)
            if process.alive:
                process.end()
            self._stopped.wait(AGAIN_AFTER)


def work(address: str, warehouse: Place | None = None) -> None:
    """A worker, in its process apart."""
    engine = make_engine(address)
    try:
        Worker(engine, stop=STOP, line=tell, warehouse=warehouse).work()
    finally:
        engine.dispose()


def _hear(told: dict[str, Any]) -> None:
    log.log(
        logging.WARNING if told["event"] in LOUD else logging.INFO,
        "%s",
        ", ".join(f"{name} {value}" for name, value in told.items()),
    )
