"""A search for a plan in a process apart: what it has found so far is always at hand.

So a limit is kept and an interrupt obeyed whatever the search is busy with: its process is ended
and the best plan with the bounds proven by then is the answer. Without either the answer is what
the same search gives in one process.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial

from broker.apart.inside import tell
from broker.apart.process import Ended, Lost, borrowed
from matching.evaluate import Levels, evaluate
from matching.pairs import Pairs
from matching.search import Limits, SolverFailed
from matching.solve import Options, search_here, unsearched
from matching.state import Glimpse, Progress, State

IN_HASTE = 0.03
AT_LEAST = 0.05
"""Where the search has told of no plan, one is made in haste: this part of a limit, or seconds."""


def search_apart(pairs: Pairs, options: Options, limits: Limits) -> State:
    """Search in a process apart; when it is time to stop, end it and take what it has told.

    Raises:
        SolverFailed: that of the search, or that its process came to an end.
    """
    began = time.monotonic()
    told = _Told(options)
    try:
        with borrowed() as process:
            return process.run(
                partial(searching, pairs, options.seed, options.workers),
                heard=told.hear,
                over=lambda: limits.over,
            )
    except Ended:
        limit = 0.0 if limits.deadline is None else limits.deadline - began
        return told.state(pairs, max(AT_LEAST, IN_HASTE * limit))
    except Lost as lost:
        raise SolverFailed(f"the process of the search came to an end by itself: {lost}") from lost


def searching(pairs: Pairs, seed: int, workers: int) -> State:
    """The search itself, in the other process."""
    options = Options(seed=seed, workers=workers, progress=tell, heard=tell, glimpsed=tell)
    state = search_here(pairs, options, Limits())
    return replace(state, heard=None, glimpsed=None)


class _Told:
    """What a search has told so far."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.counted: Progress | None = None
        self.glimpsed: Glimpse | None = None

    def hear(self, news: object) -> None:
        """Keep news of the search, and pass them on to whoever listens."""
        options = self.options
        if isinstance(news, str) and options.progress is not None:
            options.progress(news)
        elif isinstance(news, Progress):
            self.counted = news
            if options.heard is not None:
                options.heard(news)
        elif isinstance(news, Glimpse):
            self.glimpsed = news

    def state(self, pairs: Pairs, seconds: float) -> State:
        """The best plan told, counted here, with the best bound; else one made in haste."""
        plans = [dict(told.plan) for told in (self.counted, self.glimpsed) if told and told.plan]
        if plans:
            state = State(plans[0], evaluate(pairs, plans[0]), Levels(0, 0, 0))
            for other in plans[1:]:
                state.take(other, evaluate(pairs, other))
        else:
            state = unsearched(pairs, seconds)
        if self.counted is not None:
            state.prove(self.counted.bound)
        return state
