"""A year played week by week: each round is the real case of its day, and somebody chooses.

What is chosen is counted by matching's own evaluation. Points that depend on the state of a
contract from week to week (shares of boroughs, balance between providers) would be counted anew
each week and are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from broker.capacity.lookahead.values import Asked, values_of
from broker.capacity.replay.world import World
from broker.capacity.simulation.chance import key_of
from broker.capacity.simulation.drawing import Coming, Drawing, leaving
from matching.choices import find_choices
from matching.evaluate import Levels, evaluate
from matching.firstplan import first_plan
from matching.joint import breaks
from matching.lookahead import Lookahead, read_values
from matching.lookahead_uses import with_lookahead_of
from matching.pairs import Pairs, find_pairs
from matching.problem import Problem, Referral, Resident
from matching.search import Limits
from matching.solve import Options, search_here

LEVELS = 3
Choose = Callable[[Pairs, int], Mapping[str, str]]
"""A way of choosing: the pairs of a round's case and its number, to who moves in where."""


class Broken(Exception):
    """A way of choosing broke a rule of a round's case."""


@dataclass
class Played:
    """What became of a year: the three levels summed over its rounds, and where people went.

    `today` is weeks in which somebody needed a place and had none, `points` those of the pairs, of
    cautions, of siblings apart and of other waiting, `pence` the weekly fees that placements added.
    """

    today: int = 0
    points: int = 0
    pence: int = 0
    placed: int = 0
    elsewhere: int = 0
    changed: int = 0
    homes: dict[str, tuple[int, str]] = field(default_factory=dict)

    @property
    def levels(self) -> Levels:
        """The levels, to compare."""
        return Levels(self.today, self.points, self.pence)


def play(world: World, choose: Choose, rounds: int) -> Played:
    """The year under a way of choosing. Raises Broken where it breaks a rule."""
    played = Played()
    lives = dict(world.lives)
    living = {one.young_person: one for one in world.problem.residents if one.young_person in lives}
    waiting: list[Coming] = []
    for week in range(world.weeks):
        day = world.day(week)
        living = {who: one for who, one in living.items() if lives[who] > day}
        waiting += [one for one in world.people if one.round == week]
        problem = case_of(world, waiting, list(living.values()), day)
        plan: Mapping[str, str] = {}
        if waiting:
            pairs = find_pairs(problem)
            plan = choose(pairs, week)
            _count(played, pairs, plan)
        for one in waiting:
            home = plan.get(one.referral.id)
            if home is not None:
                played.homes[one.referral.id] = (week, home)
                who = one.referral.young_person
                lives[who] = leaving(problem.day(one.referral), one.referral, one.stay)
                living[who] = _resident(one, home)
        waiting = [
            one for one in waiting if one.referral.id not in plan and week + 1 < one.round + rounds
        ]
    played.placed = len(played.homes)
    played.elsewhere = len(world.people) - played.placed - len(waiting)
    return played


def case_of(
    world: World, waiting: Sequence[Coming], living: Sequence[Resident], day: date
) -> Problem:
    """The case of a round: who waits, who lives there, and what concerns them."""
    referrals = tuple(
        sorted((_by_then(one.referral, day) for one in waiting), key=lambda one: one.id)
    )
    known = {one.id for one in referrals}
    base = world.problem
    return replace(
        base,
        policy=replace(base.policy, as_of=day),
        referrals=referrals,
        residents=tuple(sorted(living, key=lambda one: one.young_person)),
        people=tuple(one for one in base.people if one.referral in known),
        wishes=tuple(one for one in base.wishes if one.referral in known),
        declines=tuple(one for one in base.declines if one.referral in known),
    )


def _by_then(referral: Referral, day: date) -> Referral:
    """Nobody has waited before the day they need the place."""
    if referral.waiting_since is None or referral.waiting_since <= day:
        return referral
    return replace(referral, waiting_since=day)


def first_come(world: World) -> Choose:
    """Each in the order they came, by their own best home at the time."""
    came = {one.referral.id: (one.round, one.referral.waiting_since) for one in world.people}

    def choose(pairs: Pairs, week: int) -> Mapping[str, str]:
        choices = find_choices(pairs)
        referrals = pairs.problem.referrals
        first = [
            min((came[referrals[m].id], referrals[m].id) for m in unit.members)
            for unit in choices.units
        ]
        order = sorted(
            range(len(first)), key=lambda at: (first[at][0][0], str(first[at][0][1]), first[at][1])
        )
        return first_plan(choices, order=order)

    return choose


def weekly_optimum(seed: int) -> Choose:
    """The engine's proven best plan of each week."""

    def choose(pairs: Pairs, week: int) -> Mapping[str, str]:
        return proven(pairs, seed)

    return choose


def proven(pairs: Pairs, seed: int) -> Mapping[str, str]:
    """The engine's best plan, proven. An interrupt ends it: a plan cut short is no answer."""
    limits = Limits()
    found = search_here(pairs, Options(seed=seed), limits)
    if limits.stop.is_set():
        raise KeyboardInterrupt
    if found.proven < LEVELS:
        raise RuntimeError("the engine did not prove its plan of a round")
    return found.plan


@dataclass
class LookingAhead:
    """The engine's best plan with look-ahead; values are worked out anew every `refresh` weeks.

    `drawing` is of other invented young people than those who come; `chance` names it. It looks to
    the end of the year and no further, since that is what is counted here.
    """

    world: World
    drawing: Drawing
    asked: Asked
    chance: str
    refresh: int
    changed: int = 0
    _ahead: Lookahead | None = None
    _since: int = -1

    def __call__(self, pairs: Pairs, week: int) -> Mapping[str, str]:
        plain = proven(pairs, self.asked.seed)
        left = self.world.weeks - week
        if left < 2 or not plain:
            return plain
        if self._ahead is None or week - self._since >= self.refresh:
            self._since = week
            asked = replace(self.asked, weeks=min(self.asked.weeks, left))
            chance = key_of(f"{self.chance}/{week}")
            values = values_of(pairs.problem, self.drawing, "0" * 64, asked, chance)
            self._ahead = read_values(values.to_json(), pairs.problem, "look-ahead")
        given = replace(self._ahead, without=tuple(sorted(plain.items())))
        again = with_lookahead_of(pairs, given)
        plan = proven(again, self.asked.seed)
        self.changed += sum(plan[who] != plain.get(who) for who in plan)
        return plan


def as_planned(homes: Mapping[str, tuple[int, str]]) -> Choose:
    """Everybody where and when a plan of the whole year says."""

    def choose(pairs: Pairs, week: int) -> Mapping[str, str]:
        known = pairs.problem.referral_by_id
        return {who: home for who, (when, home) in homes.items() if when == week and who in known}

    return choose


def _count(played: Played, pairs: Pairs, plan: Mapping[str, str]) -> None:
    problem = pairs.problem
    try:
        worth = evaluate(pairs, plan)
    except KeyError as broken:
        raise Broken(str(broken)) from None
    for home in sorted(set(plan.values())):
        moving = [one for one in problem.referrals if plan.get(one.id) == home]
        for fault in breaks(problem, problem.home_by_id[home], moving):
            raise Broken(f"{fault.code} {home}: {fault.found}, {fault.allowed}")
    for name, members in problem.groups.items():
        if problem.group_kind(name) == "together" and len({plan.get(m.id) for m in members}) > 1:
            raise Broken(f"J4 {name}")
    joint = worth.joint
    own = sum(int(pairs.total[row]) for row in worth.pairs.values())
    played.today += worth.levels.today
    played.points += own + joint.wait + joint.caution + joint.siblings_apart
    played.pence += worth.levels.cost


def _resident(one: Coming, home: str) -> Resident:
    referral = one.referral
    return Resident(
        young_person=referral.young_person,
        home=home,
        borough=referral.borough,
        band=referral.band,
        born=referral.born,
        sex=referral.sex,
        companions=referral.companions,
        sibling_group=referral.sibling_group,
    )
