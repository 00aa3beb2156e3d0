"""One invented year: who lives there and until when, who arrives, and how long each would stay.

Nobody who chooses week by week knows more of it than the case of that week tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from broker.capacity.simulation.drawing import Coming, Drawing
from matching.problem import Problem


@dataclass(frozen=True)
class World:
    """A case and what happens after it: `lives` is until when each resident stays.

    A resident with a referral of their own leaves once they have another place, at the latest on
    that day.
    """

    problem: Problem
    weeks: int
    people: tuple[Coming, ...]
    lives: Mapping[str, date]

    def day(self, week: int) -> date:
        """The day of a weekly round."""
        return self.problem.policy.as_of + timedelta(days=7 * week)


def first_case(problem: Problem) -> Problem:
    """The case a year begins with.

    Left out are those whom a court's decision concerns, and decisions of people about this week.
    """
    return replace(
        problem,
        referrals=tuple(one for one in problem.referrals if not one.by_hand),
        decisions=(),
        set_aside=(),
        previous=None,
    )


def world_of(problem: Problem, drawing: Drawing, seed: int, number: int, weeks: int) -> World:
    """Invented year number so many of a seed, beginning with a `first_case`.

    Those of the case who need a place come in the round of the week they need it, as the
    simulation has it.
    """
    drawn = drawing.at(problem, weeks).drawn(seed, number, "A")
    return World(drawn.case, weeks, drawn.people, drawn.lives)
