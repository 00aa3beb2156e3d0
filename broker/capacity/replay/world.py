"""One invented year: who lives there and until when, who arrives, and how long each would stay.

Nobody who chooses week by week knows more of it than the case of that week tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from broker.capacity.lookahead.drawing import Drawing
from broker.capacity.lookahead.values import lives_until
from broker.capacity.lookahead.year import Coming, round_of
from broker.sample.draw import Draw
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


def world_of(
    problem: Problem, drawing: Drawing, chance: np.random.SeedSequence, weeks: int
) -> World:
    """An invented year that begins with a case; those who need a place now are its first to come.

    Left out are those whom a court's decision concerns, and decisions of people about this week.
    """
    arriving, living = chance.spawn(2)
    draw = Draw(int(living.generate_state(1, np.uint64)[0]))
    first = problem.policy.as_of
    problem = replace(
        problem,
        referrals=tuple(one for one in problem.referrals if not one.by_hand),
        decisions=(),
        set_aside=(),
        previous=None,
    )
    people = [
        Coming(0, one, drawing.stay(draw, one, problem.day(one))) for one in problem.referrals
    ]
    lives = lives_until(replace(problem, referrals=()), drawing, draw)
    people += [
        Coming(round_of(first, one.day), one.referral, one.stay)
        for one in drawing.arrivals(arriving, first + timedelta(days=1), weeks - 1, "A")
    ]
    inside = [one for one in people if one.round < weeks]
    return World(problem, weeks, tuple(inside), lives)
