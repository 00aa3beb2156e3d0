"""A question about a plan answered in a process apart: what it has found so far is always at hand.

Every question solves again and again. When it is time to stop, what has been told by then is the
answer, and where that is nothing, what can be said without solving.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from broker.apart.inside import tell
from broker.apart.process import Ended, Lost, borrowed
from matching.held import Region
from matching.pairs import Pairs
from matching.search import Limits, SolverFailed

T = TypeVar("T")

FOR_THE_PLAN = 0.5
"""The part of a limit that looking for the plan may take; the rest is for what is asked of it."""
HOLD = 0.02
"""The part of its time that a question may take longer to come to an end by itself."""


def ask_apart(
    question: Callable[..., T],
    pairs: Pairs,
    plan: Mapping[str, str],
    limits: Limits,
    *,
    tells: bool = True,
    **given: Any,
) -> T:
    """The answer to a question about a plan, as far as it is known when it is time to stop.

    `question` takes a region, what is `given`, `limits`, and, if it `tells`, a `tell` for the
    answer so far.

    Raises:
        SolverFailed: that of the search, or that its process came to an end.
    """
    told: list[T] = []
    left = limits.left()
    late = None if left is None else time.monotonic() + (1 + HOLD) * left

    def over() -> bool:
        return limits.stop.is_set() or (late is not None and time.monotonic() >= late)

    asked = partial(question, **given)
    try:
        with borrowed() as process:
            work = partial(answering, asked, pairs, plan, limits.deadline, tells)
            return process.run(work, heard=told.append, over=over)
    except Ended:
        return told[-1] if told else asked(Region(pairs, plan), limits=Limits(deadline=0.0))
    except Lost as lost:
        raise SolverFailed(f"the process of the search came to an end by itself: {lost}") from lost


def answering(
    asked: Callable[..., T],
    pairs: Pairs,
    plan: Mapping[str, str],
    deadline: float | None,
    tells: bool,
) -> T:
    """The question itself, in the other process; the clock of a machine is one for all of them."""
    telling = {"tell": tell} if tells else {}
    return asked(Region(pairs, plan), limits=Limits(deadline), **telling)
