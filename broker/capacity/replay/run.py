"""Years replayed seed by seed, on one process or many: the same numbers either way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from joblib import Parallel, delayed  # type: ignore[import-untyped]

from broker.capacity.lookahead.drawing import Drawing
from broker.capacity.lookahead.values import Asked, today_points
from broker.capacity.replay.hindsight import FIRST_LEVEL, Hindsight, hindsight_of
from broker.capacity.replay.play import LookingAhead, Played, first_come, play, weekly_optimum
from broker.capacity.replay.world import world_of
from matching.problem import Problem

WAYS: Final = ("first_come", "weekly_optimum", "lookahead")
LEVELS: Final = ("today", "points", "pence", "weighed")


@dataclass(frozen=True)
class Question:
    """What to replay: a case, its demand, so many weeks; how look-ahead looks, and by which chance.

    `refresh` is every how many weeks the values are worked out anew; `effort` is how
    hard hindsight is looked for (hindsight.EFFORTS).
    """

    problem: Problem
    demand: Mapping[str, Any]
    weeks: int = 52
    seed: int = 0
    asked: Asked = field(default_factory=Asked)
    refresh: int = 4
    uncertain: bool = True
    effort: str = FIRST_LEVEL

    @property
    def weight(self) -> int:
        """Points for a week without a place needed that day."""
        return today_points(self.problem)


@dataclass(frozen=True)
class Replayed:
    """One year under each way of choosing, and in hindsight. `changed` counts uses of look-ahead.

    `ways` holds for each way the levels of LEVELS; `placed` and `elsewhere` count people.
    """

    number: int
    people: int
    ways: Mapping[str, tuple[int, int, int, int]]
    placed: Mapping[str, int]
    elsewhere: Mapping[str, int]
    hindsight: Hindsight
    changed: int


def replay_one(question: Question, number: int) -> Replayed:
    """One replication: its chance depends on the seed and its number only."""
    chance = np.random.SeedSequence([question.seed, number])
    happening, looking = chance.spawn(2)
    drawing = Drawing(question.demand, question.uncertain)
    world = world_of(question.problem, drawing, happening, question.weeks)
    patience = question.asked.patience
    ahead = LookingAhead(world, drawing, question.asked, looking, question.refresh)
    played = {
        "first_come": play(world, first_come(world), patience),
        "weekly_optimum": play(world, weekly_optimum(question.asked.seed), patience),
        "lookahead": play(world, ahead, patience),
    }
    return Replayed(
        number=number,
        people=len(world.people),
        ways={name: _levels(one, question.weight) for name, one in played.items()},
        placed={name: one.placed for name, one in played.items()},
        elsewhere={name: one.elsewhere for name, one in played.items()},
        hindsight=hindsight_of(world, patience, question.weight, question.effort),
        changed=ahead.changed,
    )


def replay(question: Question, replications: int, processes: int = 1) -> Iterator[Replayed]:
    """So many replications in the order of their numbers, each as soon as it is done."""
    work = (delayed(replay_one)(question, number) for number in range(replications))
    found: Iterator[Replayed] = Parallel(n_jobs=processes, return_as="generator")(work)
    return found


def _levels(one: Played, weight: int) -> tuple[int, int, int, int]:
    return one.today, one.points, one.pence, one.today * weight + one.points
