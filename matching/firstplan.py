"""A good plan at once: the most pressing first, each to the cheapest home that fits with the rest.

It is where the search starts, and what is left standing if the search is stopped at once. It obeys
every rule and proves nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matching.choices import Choices
from matching.fair_limits import obeying
from matching.joint import fits
from matching.problem import Referral
from matching.search import Limits


def first_plan(
    choices: Choices, limits: Limits | None = None, order: Sequence[int] | None = None
) -> dict[str, str]:
    """Referral id to home id: a plan that breaks no rule.

    Where a limit comes before everybody has had their turn, the rest wait.

    Units that a person's decision places go first, then in order of what waiting costs (today
    first), of how few homes they have, and of id. A home dearer than waiting is not taken, except
    today and where a decision says so. `order` names the units in another order.
    """
    problem = choices.problem
    number = np.diff(choices.start)
    order = order or sorted(
        range(len(choices.units)),
        key=lambda u: (
            not choices.units[u].pinned,
            -int(choices.today[u]),
            -int(choices.wait[u]),
            int(number[u]),
            u,
        ),
    )
    moving: dict[int, list[Referral]] = {}
    plan: dict[str, str] = {}
    for unit in order:
        if limits is not None and limits.over and not choices.units[unit].pinned:
            break
        span = choices.of(unit)
        members = [problem.referrals[member] for member in choices.units[unit].members]
        ranked = sorted(
            range(span.start, span.stop),
            key=lambda k: (int(choices.cost[k]), int(choices.marginal[k]), k),
        )
        for choice in ranked:
            bound = choices.today[unit] or choices.units[unit].pinned
            if not bound and choices.cost[choice] > choices.wait[unit]:
                break
            at = int(choices.home[choice])
            together = moving.get(at, []) + members
            if fits(problem, problem.homes[at], together):
                moving[at] = together
                plan |= {member.id: problem.homes[at].id for member in members}
                break
    return obeying(choices.pairs, plan)
