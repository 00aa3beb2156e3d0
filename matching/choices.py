"""What the solver chooses between: a unit (one young person, or a group kept together) and a home.

A sibling group that must stay together is one unit with one choice a home, so that "whole or not
at all" needs no rule of its own. Choices are columns, sorted by unit then home.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from matching.board import Flags, Ints
from matching.evaluate import pair_cautions
from matching.joint import fits
from matching.pairs import Pairs
from matching.problem import Problem, Referral

if TYPE_CHECKING:
    from matching.links import Link


@dataclass(frozen=True, slots=True)
class Unit:
    """Referrals (indices) that are placed in one home together or not at all.

    `pinned`: a person's decision places them, so not at all is no choice.
    """

    members: tuple[int, ...]
    pinned: bool = False


@dataclass(frozen=True)
class Choices:
    """Every (unit, home) the plan may take.

    `cost` is points that the choice adds, `wait` and `today` what leaving the unit unplaced costs
    in level 2 and level 1; `marginal` pence a week. Choices of unit u stand at `start[u]` to
    `start[u + 1]`. `bound` are rows that a question adds to those of the case.
    """

    pairs: Pairs
    units: tuple[Unit, ...]
    start: Ints
    unit: Ints
    home: Ints
    cost: Ints
    marginal: Ints
    wait: Ints
    today: Ints
    bound: tuple[Link, ...] = ()

    def __len__(self) -> int:
        return len(self.unit)

    @property
    def problem(self) -> Problem:
        """The problem the choices are of."""
        return self.pairs.problem

    def people(self, choice: int) -> tuple[Referral, ...]:
        """The young people a choice places."""
        referrals = self.problem.referrals
        return tuple(referrals[member] for member in self.units[int(self.unit[choice])].members)

    def of(self, unit: int) -> slice:
        """Where the choices of a unit stand."""
        return slice(int(self.start[unit]), int(self.start[unit + 1]))

    @cached_property
    def by_home(self) -> list[Ints]:
        """For each home, its choices."""
        order = np.argsort(self.home, kind="stable")
        bounds = np.searchsorted(self.home[order], np.arange(len(self.problem.homes) + 1))
        return [order[a:b] for a, b in pairwise(bounds.tolist())]

    @cached_property
    def unit_of(self) -> dict[int, int]:
        """The unit of each referral that has one."""
        return {member: at for at, unit in enumerate(self.units) for member in unit.members}

    def narrowed(self, keep: Flags, placed: Iterable[int], bound: Iterable[Link]) -> Choices:
        """Only the choices flagged, these units placed as if pinned, and rows beside the case's."""
        pinned = set(placed)
        gone = np.concatenate([[0], np.cumsum(~keep)])
        return replace(
            self,
            units=tuple(
                replace(unit, pinned=unit.pinned or at in pinned)
                for at, unit in enumerate(self.units)
            ),
            start=self.start - gone[self.start],
            unit=self.unit[keep],
            home=self.home[keep],
            cost=self.cost[keep],
            marginal=self.marginal[keep],
            bound=(*self.bound, *bound),
        )

    def has(self, plan: dict[str, str]) -> bool:
        """Whether a plan takes nothing but choices."""
        index, left = self.pairs.board.index, dict(plan)
        for at, unit in enumerate(self.units):
            home = left.pop(self.problem.referrals[unit.members[0]].id, None)
            if home is not None:
                span = self.home[self.of(at)]
                if not (span == index[home]).any():
                    return False
                for member in unit.members[1:]:
                    left.pop(self.problem.referrals[member].id, None)
        return not left

    def plan(self, chosen: Flags | Ints) -> dict[str, str]:
        """Referral id to home id, of chosen choices."""
        homes = self.problem.homes
        return {
            referral.id: homes[int(self.home[choice])].id
            for choice in np.flatnonzero(chosen)
            for referral in self.people(int(choice))
        }

    def chosen(self, plan: dict[str, str]) -> Flags:
        """The choices a plan takes, as flags."""
        flags = np.zeros(len(self), dtype=bool)
        for at, unit in enumerate(self.units):
            home = plan.get(self.problem.referrals[unit.members[0]].id)
            if home is not None:
                span = self.of(at)
                place = self.pairs.board.index[home]
                flags[span.start + int(np.searchsorted(self.home[span], place))] = True
        return flags


def find_choices(pairs: Pairs) -> Choices:
    """Units and their choices; a group that breaks a joint rule by itself in a home lacks it."""
    problem = pairs.problem
    number = {referral.id: at for at, referral in enumerate(problem.referrals)}
    together = {
        name: tuple(number[member.id] for member in members)
        for name, members in problem.groups.items()
        if problem.group_kind(name) == "together"
    }
    grouped = {member for members in together.values() for member in members}
    units = [
        Unit((at,))
        for at, referral in enumerate(problem.referrals)
        if at not in grouped and not referral.by_hand
    ]
    units += [
        Unit(members)
        for members in together.values()
        if not any(problem.referrals[member].by_hand for member in members)
    ]
    units = [
        Unit(unit.members, any(problem.referrals[m].id in problem.pinned for m in unit.members))
        for unit in sorted(units, key=lambda unit: unit.members)
    ]
    blocks = [_of_unit(pairs, unit) for unit in units]
    counts = [0] + [len(homes) for homes, _, _ in blocks]
    waits, todays = [], []
    for unit in units:
        members = [problem.referrals[member] for member in unit.members]
        waits.append(sum(problem.wait_points(member) for member in members))
        todays.append(sum(problem.urgency(member) == "today" for member in members))
    empty = np.zeros(0, dtype=np.int64)
    choices = Choices(
        pairs=pairs,
        units=tuple(units),
        start=np.cumsum(counts),
        unit=np.repeat(np.arange(len(units), dtype=np.int64), counts[1:]),
        home=np.concatenate([empty, *(homes for homes, _, _ in blocks)]),
        cost=np.concatenate([empty, *(cost for _, cost, _ in blocks)]),
        marginal=np.concatenate([empty, *(marginal for _, _, marginal in blocks)]),
        wait=np.array(waits, dtype=np.int64),
        today=np.array(todays, dtype=np.int64),
    )
    if problem.previous is not None:
        choices = with_stay(choices)
    return with_lookahead(choices) if problem.lookahead is not None else choices


def with_stay(choices: Choices) -> Choices:
    """The choices with the points for changing the previous plan: waiting changes it too."""
    problem = choices.problem
    assert problem.previous is not None
    before, index = dict(problem.previous.homes), choices.pairs.board.index
    cost, wait = choices.cost.copy(), choices.wait.copy()
    for at, unit in enumerate(choices.units):
        span = choices.of(at)
        for member in unit.members:
            home = before.get(problem.referrals[member].id)
            if home is not None:
                wait[at] += problem.previous.stay
                elsewhere = choices.home[span] != index.get(home, -1)
                cost[span] += problem.previous.stay * elsewhere
    return replace(choices, cost=cost, wait=wait)


def with_lookahead(choices: Choices) -> Choices:
    """The choices with the points of look-ahead, those placed without it as if pinned.

    Only they are charged, and in every home, so that nobody is better left without a place.
    """
    problem, ahead = choices.problem, choices.problem.lookahead
    assert ahead is not None
    cost, placed = choices.cost.copy(), []
    for at, unit in enumerate(choices.units):
        members = [problem.referrals[member] for member in unit.members]
        if all(member.id in ahead.placed for member in members):
            placed.append(at)
            for k in range(choices.start[at], choices.start[at + 1]):
                home = problem.homes[int(choices.home[k])].id
                cost[k] += sum(ahead.points(home, member.band) for member in members)
    everything = np.ones(len(choices), dtype=bool)
    return replace(choices, cost=cost).narrowed(everything, placed, ())


def today_never(choices: Choices) -> int:
    """How many who need a place today are of a group that cannot be placed."""
    problem = choices.problem
    out = (problem.referrals[number] for number in _grouped_out(choices))
    return sum(problem.urgency(referral) == "today" for referral in out)


def wait_never(choices: Choices) -> int:
    """Points that every plan has for those who are in no unit."""
    problem = choices.problem
    waits = (problem.wait_points(problem.referrals[number]) for number in _grouped_out(choices))
    return sum(waits) + stay_never(choices)


def _grouped_out(choices: Choices) -> list[int]:
    """Referrals that no unit holds though they are not by hand: their group cannot be placed."""
    return [
        number
        for number, referral in enumerate(choices.problem.referrals)
        if not referral.by_hand and number not in choices.unit_of
    ]


def stay_never(choices: Choices) -> int:
    """Points for those the previous plan placed and who are in no unit: they have to change."""
    problem = choices.problem
    inside = {problem.referrals[member].id for member in choices.unit_of}
    stay = problem.previous.stay if problem.previous is not None else 0
    return stay * sum(who not in inside for who in problem.moved({}))


def _of_unit(pairs: Pairs, unit: Unit) -> tuple[Ints, Ints, Ints]:
    if len(unit.members) == 1:
        span = pairs.of(unit.members[0])
        return pairs.home[span], pairs.cost[span], pairs.marginal[span]
    problem = pairs.problem
    members = tuple(problem.referrals[member] for member in unit.members)
    inside = problem.policy.points["caution"] * pair_cautions(problem, members)
    homes, costs, marginals = [], [], []
    for home in _common_homes(pairs, unit):
        if not fits(problem, problem.homes[home], members):
            continue
        rows = [pairs.find(member, home) for member in unit.members]
        found = np.array([row for row in rows if row is not None], dtype=np.int64)
        homes.append(home)
        costs.append(int(pairs.cost[found].sum()) + inside)
        marginals.append(int(pairs.marginal[found].sum()))
    return (
        np.array(homes, dtype=np.int64),
        np.array(costs, dtype=np.int64),
        np.array(marginals, dtype=np.int64),
    )


def _common_homes(pairs: Pairs, unit: Unit) -> list[int]:
    common = pairs.home[pairs.of(unit.members[0])]
    for member in unit.members[1:]:
        common = np.intersect1d(common, pairs.home[pairs.of(member)], assume_unique=True)
    return [int(home) for home in common]
