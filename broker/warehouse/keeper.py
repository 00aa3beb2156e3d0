"""Keeps the warehouse beside a worker's jobs: looks each minute whether it is due, until stopped.

The work is done in a process apart, which ends with the worker. What failed is tried again after a
minute, then twice as long each time up to an hour: our starting assumptions.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Final

from sqlalchemy import Engine

from broker.apart.process import Ended, Lost, Process
from broker.database import DatabaseProblem, reading
from broker.store.clock import today
from broker.warehouse.keeping import Failed, Outcome, attempt_at, due, fail
from broker.warehouse.place import Place

LOOK_EVERY: Final = 60.0
AGAIN_AFTER: Final = 60.0
AGAIN_AT_MOST: Final = 3600.0
NEEDED: Final = ("broker.warehouse.keeping",)
_LOST: Final = "The process that did it came to an end by itself, as without enough memory."

Work = Callable[[Engine, Place, date, Callable[[], bool]], Outcome]


def apart(engine: Engine, place: Place, day: date, over: Callable[[], bool]) -> Outcome:
    """One attempt in a process of its own.

    Raises:
        Ended: it is `over()`.
        DatabaseProblem: the database cannot be used.
    """
    address = engine.url.render_as_string(hide_password=False)
    process = Process(NEEDED)
    try:
        return process.run(partial(attempt_at, address, place, day), over=over)
    except Lost:
        fail(engine, _LOST)
        return Failed(_LOST)
    finally:
        if process.alive:
            process.end()


class Keeper:
    """Keeps it for one worker, at a place."""

    def __init__(
        self,
        engine: Engine,
        place: Place,
        *,
        tell: Callable[..., None] = lambda event, **more: None,
        day: Callable[[], date] = today,
        work: Work = apart,
    ) -> None:
        self._engine = engine
        self._place = place
        self._tell = tell
        self._day = day
        self._work = work
        self._pause = 0.0

    def run(self, stop: threading.Event) -> None:
        """Keep it until stopped."""
        pause = 0.0
        while not stop.wait(pause):
            pause = self.look(stop)

    def look(self, stop: threading.Event) -> float:
        """Bring it up if that is due; in how many seconds to look again."""
        day = self._day()
        try:
            with reading(self._engine) as session:
                if not due(session, self._place.folder, day):
                    return LOOK_EVERY
            outcome = self._work(self._engine, self._place, day, stop.is_set)
        except Ended:
            return 0.0
        except DatabaseProblem as problem:
            self._tell("warehouse waits", sentence=str(problem))
            return LOOK_EVERY
        if isinstance(outcome, Failed):
            self._pause = min(AGAIN_AT_MOST, max(AGAIN_AFTER, 2 * self._pause))
            self._tell("warehouse failed", sentence=outcome.sentence, again_in=self._pause)
            return self._pause
        self._pause = 0.0
        if outcome is not None:
            self._tell(
                "warehouse kept",
                as_of=outcome.as_of.isoformat(),
                whole=outcome.whole,
                rows=outcome.rows,
            )
        return LOOK_EVERY
