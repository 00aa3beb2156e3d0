"""Every level decided over all choices at once, as partnerships of the usual size are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from matching.board import Flags, Ints
from matching.choices import Choices, today_never, wait_never
from matching.evaluate import Levels, evaluate
from matching.programme import Row, build
from matching.search import Answer, Limits, minimise
from matching.state import State
from matching.ties import draws


def search_whole(
    choices: Choices,
    state: State,
    limits: Limits,
    say: Callable[[str], None],
    *,
    seed: int,
    workers: int,
    lightly: bool = False,
) -> None:
    """Take the state to the best plan of all, each level proven, unless the limits come first.

    `lightly` gives up at the first level that takes more than a measure of work.
    """
    pairs = choices.pairs
    programme = build(choices)
    extras = [0] * len(programme.extras)
    priced = [extra.points for extra in programme.extras]
    today = (-programme.today()).tolist() + extras
    points = programme.points().tolist() + priced
    cost = programme.marginal().tolist() + extras
    draw = draws(choices, programme.kept, seed).tolist() + extras
    fixed: list[Row] = []
    columns = tuple(range(len(today)))

    def chosen(values: Ints) -> Flags:
        flags = np.zeros(len(choices), dtype=bool)
        flags[programme.kept] = values[: len(programme.kept)] > 0
        return flags

    def level(
        objective: list[int], name: str, bound: Callable[[int], Levels] | None
    ) -> Answer | None:
        if limits.over:
            return None

        def heard(value: int) -> None:
            say(f"{name}: nothing below {value}")
            if bound is not None:
                state.prove(bound(value))

        def found(values: Ints) -> None:
            state.glimpse(choices.plan(chosen(values)))

        say(f"{name}: searching")
        answer = minimise(
            programme,
            objective,
            fixed,
            choices.chosen(state.plan)[programme.kept],
            limits,
            seed=seed,
            workers=workers,
            lightly=lightly,
            heard=heard,
            found=None if state.glimpsed is None else found,
        )
        if answer is not None:
            better = choices.plan(chosen(answer.values))
            state.take(better, evaluate(pairs, better))
            if bound is not None:
                state.prove(bound(answer.bound))
        return answer

    stuck = today_stuck(choices)
    everyone = int(choices.today.sum()) + today_never(choices)
    if state.worth.levels.today > stuck:
        answer = level(today, "today", lambda value: Levels(max(stuck, everyone + value), 0, 0))
        if answer is None or state.worth.levels.today != state.bound.today:
            return
    best = state.worth.levels.today
    state.prove(Levels(best, 0, 0))
    state.proven = 1
    fixed.append(Row("level 1", columns, tuple(today), best - everyone))

    constant = programme.constant + wait_never(choices)
    answer = level(points, "points", lambda value: Levels(best, max(0, constant + value), 0))
    if answer is None or state.worth.levels.points != state.bound.points:
        return
    state.proven = 2
    least = state.worth.levels.points
    fixed.append(Row("level 2", columns, tuple(points), least - constant))

    answer = level(cost, "weekly cost", lambda value: Levels(best, least, max(0, value)))
    if answer is None or state.worth.levels.cost != answer.bound:
        return
    fixed.append(Row("level 3", columns, tuple(cost), answer.bound))
    answer = level(draw, "ties", None)
    if answer is not None and answer.proven:
        state.proven = 3


def today_stuck(choices: Choices) -> int:
    """How many who need a place today no plan places: no home fits them, or their group."""
    return int(choices.today[np.diff(choices.start) == 0].sum()) + today_never(choices)
