"""A worker: it takes one job after another, shows that it lives, and ends what nobody wants.

The work is done in a process apart; the worker itself only listens, and says every second how the
job stands. So it hears at once that a job was cancelled, went to another worker, or that it should
stop itself. A database that is away is waited for, and the plan found meanwhile is kept afterwards.
Events are told to other systems beside the jobs, and the warehouse is kept where a place for it is
named.
"""

from __future__ import annotations

import os
import platform
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Engine
from sqlmodel import Session

from broker.apart.process import Ended, Lost
from broker.database import DatabaseProblem, DatabaseUnreachable, migrate, reading, writing
from broker.events.courier import Courier
from broker.jobs import queue
from broker.jobs.making import News
from broker.jobs.place import Apart, Place
from broker.jobs.queue import Claim, NotHeld, Terms
from broker.store.fit import Unfit
from matching.search import SolverFailed

if TYPE_CHECKING:
    from broker.warehouse.keeper import Keeper
    from broker.warehouse.place import Place as WarehousePlace

LOOK_EVERY: Final = 0.25
BEAT_EVERY: Final = 1.0
BEATS_A_LEASE: Final = 5
AWAY_AT_MOST: Final = 5.0
LAST_LETTER: Final = 20.0

Line = Callable[[Mapping[str, Any]], None]
"""Takes what happened, as one line of a log; nothing in it is personal."""


class Worker:
    """One worker on one database; `stop` asks it to give its job back and come to an end."""

    def __init__(
        self,
        engine: Engine,
        *,
        stop: threading.Event | None = None,
        terms: Terms | None = None,
        line: Line = lambda told: None,
        place: Place | None = None,
        clock: Callable[[Session], datetime] = queue.clock,
        warehouse: WarehousePlace | None = None,
    ) -> None:
        self.engine = engine
        self.stop = stop or threading.Event()
        self.terms = terms or Terms()
        self.clock = clock
        self.name = f"{platform.node()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._line = line
        self._place = place or Apart()
        self._warehouse = warehouse
        self._away = 0.0

    def work(self, *, once: bool = False) -> None:
        """Do one job after another until `stop`; `once`: until none waits.

        Raises:
            DatabaseProblem: the database is none of ours; one that is only away is waited for.
        """
        self.tell("ready")
        courier = Courier(self.engine, self.name, self.clock, tell=self.tell)
        keeper = self._keeper()
        beside = [
            threading.Thread(target=run, args=(self.stop,), daemon=True)
            for run in (courier.run, *(() if keeper is None else (keeper.run,)))
        ]
        try:
            if not self._migrated():
                return
            if not once:
                for thread in beside:
                    thread.start()
            while not self.stop.is_set():
                try:
                    held = self._claimed()
                except DatabaseProblem as problem:
                    self._wait_for_database(problem)
                    continue
                self._back()
                if held is not None:
                    self._do(held)
                elif once and self._all_sent(courier):
                    if keeper is not None:
                        keeper.look(self.stop)
                    return
                elif once:
                    continue
                else:
                    self.stop.wait(LOOK_EVERY)
        finally:
            for thread in beside:
                if thread.ident is not None and self.stop.is_set():
                    thread.join(LAST_LETTER)
            self._place.close()
            self.tell("stopped")

    def tell(self, event: str, **more: Any) -> None:
        """One line of what happens."""
        self._line({"event": event, "worker": self.name, **more})

    def _keeper(self) -> Keeper | None:
        if self._warehouse is None:
            return None
        from broker.warehouse.keeper import Keeper

        return Keeper(self.engine, self._warehouse, tell=self.tell)

    def _migrated(self) -> bool:
        while not self.stop.is_set():
            try:
                migrate(self.engine)
            except DatabaseUnreachable as problem:
                self._wait_for_database(problem)
            else:
                self._back()
                return True
        return False

    def _all_sent(self, courier: Courier) -> bool:
        """Send every event that is due; False where the database went away meanwhile."""
        try:
            while not self.stop.is_set() and courier.send_one():
                pass
        except DatabaseUnreachable as problem:
            self._wait_for_database(problem)
            return False
        return True

    def _claimed(self) -> Claim | None:
        with reading(self.engine) as session:
            if not queue.anything_waits(session, self.clock(session)):
                return None
        with writing(self.engine) as session:
            return queue.claim(session, self.name, self.clock(session), self.terms)

    def _do(self, held: Claim) -> None:
        began = time.monotonic()
        self.tell("taken", job=held.job_id, attempt=held.attempt)
        heart = _Heart(self, held)
        address = self.engine.url.render_as_string(hide_password=False)
        try:
            made = self._place.run(address, held.request, heart.hear, heart.over)
        except Exception as problem:
            ended = self._settle(held, partial(self._broke_off, held, heart, problem))
            self.tell(ended or "not ours", job=held.job_id)
            self.stop.wait(BEAT_EVERY if ended == "given back" else 0)
            return

        def keep(session: Session) -> str:
            queue.finish(session, held, made, self.clock(session))
            return "done"

        ended = self._settle(held, keep)
        seconds = round(time.monotonic() - began, 3)
        self.tell(ended or "not ours", job=held.job_id, seconds=seconds)

    def _broke_off(self, held: Claim, heart: _Heart, problem: Exception, session: Session) -> str:
        """What becomes of a job that gave no plan, and that in a word."""
        at = self.clock(session)
        if isinstance(problem, Ended) and not heart.ours:
            raise NotHeld
        if isinstance(problem, DatabaseUnreachable) or (
            isinstance(problem, Ended) and self.stop.is_set()
        ):
            queue.give_back(session, held, at)
            return "given back"
        if isinstance(problem, Lost) or isinstance(problem.__cause__, Lost):
            reason = "The process of the match came to an end by itself, as without enough memory"
            queue.lose(session, held, reason, at, self.terms)
            return "lost"
        queue.fail(session, held, _reason(problem), at)
        return "failed"

    def _settle(self, held: Claim, ending: Callable[[Session], str]) -> str | None:
        """Write how a job ended, however long the database is away; None where it is not ours.

        A worker that is told to stop meanwhile leaves the job to whoever finds its lease ended.
        """
        refused = False
        while True:
            try:
                with writing(self.engine) as session:
                    ended = ending(session)
            except NotHeld:
                return None
            except DatabaseUnreachable as problem:
                if self.stop.is_set():
                    return None
                self._wait_for_database(problem)
            except DatabaseProblem as problem:
                if refused:
                    return None
                refused = True
                ending = partial(self._refused, held, str(problem))
            else:
                self._back()
                return ended

    def _refused(self, held: Claim, reason: str, session: Session) -> str:
        """The database would not keep what came of it."""
        queue.fail(session, held, reason, self.clock(session))
        return "failed"

    def _wait_for_database(self, problem: DatabaseProblem) -> None:
        if not self._away:
            self.tell("database away", sentence=str(problem))
        self._away = min(AWAY_AT_MOST, 2 * self._away or LOOK_EVERY)
        self.stop.wait(self._away)

    def _back(self) -> None:
        if self._away:
            self._away = 0.0
            self.tell("database back")


class _Heart:
    """What is known of a running job, said to the database every second; whether it is still ours.

    While the database is away the work goes on.
    """

    def __init__(self, worker: Worker, held: Claim) -> None:
        self.ours = True
        self._worker = worker
        self._held = held
        self._progress: dict[str, Any] = {"sentence": "starting"}
        self._told = ""
        lease = worker.terms.lease.total_seconds()
        self._every = min(BEAT_EVERY, lease / BEATS_A_LEASE)
        self._next = 0.0

    def hear(self, news: News) -> None:
        """Keep news of the work."""
        self._progress |= news

    def over(self) -> bool:
        """Whether the work should end: the job is not ours any more, or the worker must stop."""
        if time.monotonic() >= self._next:
            self._beat()
            self._next = time.monotonic() + self._every
        return not self.ours or self._worker.stop.is_set()

    def _beat(self) -> None:
        worker = self._worker
        try:
            with writing(worker.engine) as session:
                at = worker.clock(session)
                self.ours = queue.beat(session, self._held, self._progress, at, worker.terms)
        except DatabaseProblem as problem:
            if self._told != "away":
                worker.tell("database away", job=self._held.job_id, sentence=str(problem))
            self._told = "away"
            return
        sentence = self._progress["sentence"]
        if sentence != self._told:
            self._told = sentence
            worker.tell("progress", job=self._held.job_id, **self._progress)


def _reason(problem: Exception) -> str:
    """Why nothing can come of a job, for whoever asked."""
    if isinstance(problem, Unfit):
        return str(problem)
    if isinstance(problem, Ended):
        return "It took far longer than its limit and was ended. Nothing was kept."
    if isinstance(problem, SolverFailed):
        return f"The solver failed: {problem}. Nothing was kept."
    if isinstance(problem, MemoryError):
        return "There is not enough memory for it. Nothing was kept."
    words = " ".join(str(problem).split())[:300]
    return f"A fault of this program: {type(problem).__name__}: {words}. Nothing was kept."
