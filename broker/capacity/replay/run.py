"""A year replayed under every way of choosing and in hindsight, by its number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from broker.capacity.lookahead.values import Asked, today_points
from broker.capacity.replay.hindsight import EFFORT, Hindsight, hindsight_of
from broker.capacity.replay.play import LookingAhead, Played, first_come, play, weekly_optimum
from broker.capacity.replay.world import first_case, world_of
from broker.capacity.simulation.chance import key_of
from broker.capacity.simulation.drawing import Drawing, make_drawing
from broker.capacity.simulation.settings import Settings
from matching.problem import Problem

WAYS: Final = ("first_come", "weekly_optimum", "lookahead")
LEVELS: Final = ("today", "points", "pence", "weighed")


@dataclass(frozen=True)
class Question:
    """What to replay: a case, its demand, so many weeks; how look-ahead looks, and by which chance.

    `refresh` is every how many weeks the values are worked out anew; `effort` is how much of the
    solver's own time goes into a level of hindsight at most; 0 looks for none.
    """

    problem: Problem
    demand: Mapping[str, Any]
    weeks: int = 52
    seed: int = 0
    asked: Asked = field(default_factory=Asked)
    refresh: int = 4
    uncertain: bool = True
    effort: float = EFFORT

    @property
    def settings(self) -> Settings:
        """What the simulation assumes of who comes, how long they stay and how long they wait."""
        return Settings(elsewhere_after=self.asked.elsewhere_after, parameters=self.uncertain)

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


@dataclass(frozen=True)
class Prepared:
    """A question with its invented young people: those who may come, and those looked ahead to.

    They are not the same: nobody who looks ahead knows who will come.
    """

    question: Question
    case: Problem
    coming: Drawing
    expected: Drawing


def prepare(question: Question) -> Prepared:
    """Invent the young people of a question.

    Raises:
        NoGround: a borough of the demand is no authority with children's services.
    """
    case = first_case(question.problem)
    settings = question.settings
    others = key_of(f"{question.seed}/looked ahead to")
    return Prepared(
        question,
        case,
        make_drawing(case, question.demand, question.seed, settings),
        make_drawing(case, question.demand, others, settings),
    )


def replay_one(prepared: Prepared, number: int) -> Replayed:
    """One replication: its chance depends on the seed and its number only."""
    question = prepared.question
    world = world_of(prepared.case, prepared.coming, question.seed, number, question.weeks)
    rounds = question.asked.elsewhere_after
    ahead = LookingAhead(
        world,
        prepared.expected,
        question.asked,
        f"{question.seed}/{number}",
        question.refresh,
    )
    played = {
        "first_come": play(world, first_come(world), rounds),
        "weekly_optimum": play(world, weekly_optimum(question.asked.seed), rounds),
        "lookahead": play(world, ahead, rounds),
    }
    return Replayed(
        number=number,
        people=len(world.people),
        ways={name: _levels(one, question.weight) for name, one in played.items()},
        placed={name: one.placed for name, one in played.items()},
        elsewhere={name: one.elsewhere for name, one in played.items()},
        hindsight=hindsight_of(
            world, rounds, question.weight, list(played.values()), question.effort
        ),
        changed=ahead.changed,
    )


def _levels(one: Played, weight: int) -> tuple[int, int, int, int]:
    return one.today, one.points, one.pence, one.today * weight + one.points
