"""Who does the simulations that are asked for: one at a time, in a process apart, beside requests.

Where the service ends meanwhile, the simulation waits; whoever starts next goes on with it.
"""

from __future__ import annotations

import logging
import threading
import time
from functools import partial
from typing import Any, Final

from broker.apart.process import Ended, Process
from broker.capacity.buying.outcome import NotPriced
from broker.capacity.buying.search import NothingAllowed
from broker.capacity.desk.ground import CannotBeMade
from broker.capacity.desk.shelf import Job, Shelf
from broker.capacity.desk.work import make, make_apart
from broker.capacity.simulation.pool import NoGround
from broker.capacity.simulation.world import CannotSimulate
from broker.store.fit import Unfit
from pricing.problems import BadInput

log = logging.getLogger("api")
_LOOK_EVERY: Final = 1.0
_NEEDED: Final = ("broker.capacity.desk.work",)
_KNOWN: Final = (
    CannotBeMade,
    CannotSimulate,
    NoGround,
    NotPriced,
    NothingAllowed,
    Unfit,
    BadInput,
)


class Simulating:
    """A thread that takes up one simulation after another until it is closed."""

    def __init__(self, shelf: Shelf, address: str, *, apart: bool = True) -> None:
        self.shelf = shelf
        self._address = address
        self._apart = apart
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="simulating", daemon=True)

    def start(self) -> None:
        """Begin to look for simulations that wait."""
        self._thread.start()

    def close(self) -> None:
        """Come to an end; what is under way is left for whoever starts next."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def _work(self) -> None:
        while not self._stop.is_set():
            if not self.work_once():
                self._stop.wait(_LOOK_EVERY)

    def work_once(self) -> bool:
        """Do the oldest simulation that waits; False where none does."""
        with self.shelf.next() as job:
            if job is None:
                return False
            try:
                self._do(job)
            except Ended:
                pass  # cancelled, or left for whoever starts next
            except _KNOWN as refused:
                self.shelf.end(job, "failed", str(refused))
            except Exception as problem:
                log.exception("simulation %d", job.number)
                words = f"A fault of this program: {type(problem).__name__}. The log says more."
                self.shelf.end(job, "failed", words)
            else:
                self.shelf.end(job, "done", "It is done")
        return True

    def _do(self, job: Job) -> None:
        def heard(news: Any) -> None:
            self.shelf.say(job, news["sentence"], news["done"], news["of"])

        if not self._apart:
            make(self._address, self.shelf.folder, job.number, heard)
            return
        process = Process(_NEEDED)
        try:
            work = partial(make_apart, self._address, self.shelf.folder, job.number)
            process.run(work, heard=heard, over=_Over(self, job))
        finally:
            if process.alive:
                process.end()


class _Over:
    """Whether a simulation should end: cancelled, or the service ends. It looks once a second."""

    def __init__(self, simulating: Simulating, job: Job) -> None:
        self._simulating, self._job, self._next = simulating, job, 0.0

    def __call__(self) -> bool:
        if self._simulating._stop.is_set():
            return True
        if time.monotonic() < self._next:
            return False
        self._next = time.monotonic() + _LOOK_EVERY
        now = self._simulating.shelf.job(self._job.number)
        return now is None or now.over
