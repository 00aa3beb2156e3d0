"""Looks at personal data put on record together, before any of them is answered.

Whoever looks changes nothing, so their entries need no transaction of their own: those who wait at
the same moment have theirs added in one, by whichever of them comes first. An answer is given once
its entry is kept, and not at all where it cannot be.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from broker.audit.chain import Told

MOST_AT_ONCE = 500


@dataclass(eq=False)
class _Waiting:
    """Somebody's entries, until they are kept or cannot be; `turn` says that they keep the next."""

    told: Sequence[Told]
    woken: threading.Event = field(default_factory=threading.Event)
    turn: bool = False
    failed: BaseException | None = None


class Scribe:
    """Keeps entries: `keep` adds those of many in one transaction."""

    def __init__(self, keep: Callable[[Sequence[Told]], None]) -> None:
        self._keep = keep
        self._lock = threading.Lock()
        self._waiting: list[_Waiting] = []
        self._at_work = False

    def tell(self, told: Sequence[Told]) -> None:
        """Return once these entries are kept; what keeping them raises is raised to each."""
        if not told:
            return
        own = _Waiting(told)
        with self._lock:
            self._waiting.append(own)
            own.turn = not self._at_work
            self._at_work = True
        if not own.turn:
            own.woken.wait()
        if own.turn:
            self._keep_those_who_wait()
        if own.failed is not None:
            raise own.failed

    def _keep_those_who_wait(self) -> None:
        """One transaction for all who wait now; then the next one's turn, if anybody came since."""
        with self._lock:
            batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
        failed: BaseException | None = None
        try:
            self._keep([one for waiting in batch for one in waiting.told])
        except BaseException as problem:
            failed = problem
        with self._lock:
            following = self._waiting[0] if self._waiting else None
            self._at_work = following is not None
            if following is not None:
                following.turn = True
        for waiting in batch:
            waiting.failed = failed
            waiting.turn = False
            waiting.woken.set()
        if following is not None:
            following.woken.set()
