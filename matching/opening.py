"""A plan to start from where not every plan will do: somebody is pinned, or a limit binds.

Where nothing binds the empty plan will do. Otherwise plans at hand are tried, then a search among
the few choices of those who must be placed, then one among all.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from matching.board import Flags
from matching.choices import Choices
from matching.links import Link, find_links
from matching.programme import build
from matching.search import Infeasible, Limits, minimise


def binding(choices: Choices) -> list[Link]:
    """The rows that no points buy a plan out of."""
    return [link for link in find_links(choices) if link.binds]


def keeps(choices: Choices, chosen: Flags, rows: Iterable[Link]) -> bool:
    """Whether choices that keep every rule of a home also place whom they must, within the rows."""
    taken = np.unique(choices.unit[chosen])
    if any(unit.pinned and at not in taken for at, unit in enumerate(choices.units)):
        return False
    placed = sum(len(choices.units[unit].members) for unit in taken.tolist())
    return all(
        int(row.amounts[chosen[row.choices]].sum()) + row.share * placed <= row.most for row in rows
    )


def opening_plan(
    choices: Choices, limits: Limits, at_hand: Iterable[dict[str, str]] = ()
) -> dict[str, str] | None:
    """A plan that keeps everything; None where a limit came first.

    `at_hand` are plans that keep every rule of a home; they may lack what must be kept here.
    Raises Infeasible where no plan keeps everything.
    """
    rows = binding(choices)
    known = [plan for plan in ({}, *at_hand) if choices.has(plan)]
    for plan in known:
        if keeps(choices, choices.chosen(plan), rows):
            return plan
    few = np.array([choices.units[unit].pinned for unit in choices.unit.tolist()], dtype=bool)
    for plan in known:
        few |= choices.chosen(plan)
    # where leaving somebody out never breaks a row, those who must be placed decide it
    enough = all((row.amounts >= 0).all() and row.share >= 0 for row in rows)
    for keep in (few, np.ones(len(choices), dtype=bool)):
        programme = build(choices, keep)
        columns = len(programme.kept) + len(programme.extras)
        try:
            nothing = np.zeros(len(programme.kept), dtype=bool)
            answer = minimise(programme, [0] * columns, [], nothing, limits)
        except Infeasible:
            if enough or keep.all():
                raise
            continue
        if answer is None:
            return None
        chosen = np.zeros(len(choices), dtype=bool)
        chosen[programme.kept] = answer.values[: len(programme.kept)] > 0
        return choices.plan(chosen)
    return None
