"""A whole year as one model in whole numbers: who takes which option, held to every rule.

Each method states the rule or the points it adds. Nothing is asked for that a round's rules do not
ask, so that no way of choosing is below its optimum; what it leaves out is named in `LEFT_OUT`, and
whether that mattered is seen when its plan is played by the rules themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

import numpy as np
from ortools.sat.python import cp_model

from broker.capacity.lookahead.year import clash
from broker.capacity.replay.options import YearOptions
from broker.capacity.replay.siblings import add_siblings
from matching.board import Ints
from matching.joint import arrivals_limit
from matching.problem import Referral, unordered

LEFT_OUT: Final = (
    "a sibling who lives beside somebody about to move",
    "caution with somebody who lives there and was themselves placed elsewhere",
    "what a third brother or sister asks for once they have a place",
)
MOST_MOVES: Final = 4
"""Moves that count for the points of an unsettled household, at most."""


class YearModel:
    """The model of a year's options. `add` holds a level to what it may come to at most."""

    def __init__(self, options: YearOptions) -> None:
        self.options = options
        self.model = cp_model.CpModel()
        number = len(options.person)
        self.taken = [self.model.new_bool_var("") for _ in range(number)]
        self.points: list[tuple[int, cp_model.IntVar]] = []
        self.of: dict[int, list[int]] = defaultdict(list)
        self.at: dict[int, list[int]] = defaultdict(list)
        for k in range(number):
            self.of[int(options.person[k])].append(k)
            self.at[int(options.home[k])].append(k)
        for mine in self.of.values():
            self.model.add_at_most_one(self.taken[k] for k in mine)
        for home in self.at:
            self._room(home)
            self._arrivals(home)
            self._beside_movers(home)
            self._unsettled(home)
        self._pairs_of_people()
        add_siblings(self)

    def today(self) -> cp_model.LinearExpr:
        """Weeks without a place needed that day."""
        return _sum([self._waiting(self.options.waits_today, self._none())])

    def points_of(self) -> cp_model.LinearExpr:
        """Points of pairs, cautions, siblings apart and other waiting."""
        joint = [points * variable for points, variable in self.points]
        return _sum([self._waiting(self.options.waits_points, self.options.points), *joint])

    def pence(self) -> cp_model.LinearExpr:
        """Weekly fees that placements add, in pence."""
        fees = zip(self.options.pence.tolist(), self.taken, strict=True)
        return _sum([fee * taken for fee, taken in fees])

    def hint(self, plan: Mapping[str, tuple[int, str]]) -> None:
        """Begin the search at a plan of the whole year: round and home by referral."""
        options = self.options
        homes = [home.id for home in options.problem.homes]
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        for k, taken in enumerate(self.taken):
            who = options.people[int(options.person[k])].referral.id
            here = (int(options.start[k]), homes[int(options.home[k])])
            self.model.add_hint(taken, plan.get(who) == here)

    def plan(self, chosen: Sequence[int]) -> dict[str, tuple[int, str]]:
        """The plan of the whole year that takes these options."""
        options = self.options
        return {
            options.people[int(options.person[k])].referral.id: (
                int(options.start[k]),
                options.problem.homes[int(options.home[k])].id,
            )
            for k in chosen
        }

    def _none(self) -> Ints:
        return np.zeros(len(self.taken), dtype=np.int64)

    def _waiting(self, waits: Ints, own: Ints) -> cp_model.LinearExpr:
        """What everybody's waiting comes to, less what each option saves, and its own cost."""
        options = self.options
        whole = 0
        for person in range(len(options.people)):
            whole += int(waits[person, list(options.asked_by(person))].sum())
        terms = []
        for k, taken in enumerate(self.taken):
            person = int(options.person[k])
            later = [w for w in options.asked_by(person) if w >= options.start[k]]
            terms.append((int(own[k]) - int(waits[person, later].sum())) * taken)
        return _sum([*terms, whole])

    def amounts(self) -> tuple[list[int], list[int], list[int]]:
        """What each person takes of places, places of high need, and household load."""
        people = [one.referral for one in self.options.people]
        return (
            [1] * len(people),
            [int(one.high_need) for one in people],
            [self.options.problem.load(one.band) for one in people],
        )

    def _room(self, home: int) -> None:
        """On every day somebody moves in, places, high need and load stay within the limits.

        Where those who live there are above a limit already, nobody is added.
        """
        options, of = self.options, self.options.problem.homes[home]
        limits = (of.places, of.max_high, of.load_limit)
        for amounts, kind, limit in zip(self.amounts(), range(3), limits, strict=True):
            mine = [k for k in self.at[home] if amounts[int(options.person[k])]]
            for week in sorted({int(options.start[k]) for k in mine}):
                before = [k for k in mine if options.start[k] < week < options.end[k]]
                now = [k for k in mine if options.start[k] == week]
                for day, base, movers in self._days(home, week, kind, now):
                    here = [k for k in now if options.day(int(options.person[k]), week) <= day]
                    row = [amounts[int(options.person[k])] * self.taken[k] for k in before + here]
                    still = sum(amounts[one] for one in movers)
                    row += [
                        -amounts[one] * self.taken[k]
                        for one in movers
                        for k in self.of[one]
                        if options.start[k] < week
                    ]
                    if limit is not None:
                        self.model.add(sum(row) + still <= max(limit - base, still))

    def _days(
        self, home: int, week: int, kind: int, now: Sequence[int]
    ) -> list[tuple[date, int, list[int]]]:
        """Days of moving in with what those who stay take then, and who may still move out.

        Of days on which the same people live there only the last.
        """
        options = self.options
        found: list[tuple[date, int, list[int]]] = []
        for day in sorted({options.day(int(options.person[k]), week) for k in now}):
            base = self.staying(home, week, day)[kind]
            movers = self.movers(home, week, day)
            if found and found[-1][1:] == (base, movers):
                found.pop()
            found.append((day, base, movers))
        return found

    def staying(self, home: int, week: int, day: date) -> tuple[int, int, int]:
        """What those who live there from the start and stay take: places, high need, load."""
        options, problem = self.options, self.options.problem
        here = [
            one
            for one in options.staying
            if one.home == problem.homes[home].id and options.stays_on(one, week, day)
        ]
        load = sum(problem.load(one.band) for one in here)
        return len(here), sum(one.high_need for one in here), load

    def movers(self, home: int, week: int, day: date) -> list[int]:
        """Who lives in a home on a day of a round unless they have moved out before."""
        options = self.options
        known = {one.young_person: one for one in options.problem.residents}
        return [
            one
            for one in np.flatnonzero((options.old == home) & (options.until > week)).tolist()
            if known[options.people[one].referral.young_person].present(day)
        ]

    def moved(self, mover: int, week: int) -> list[cp_model.IntVar]:
        """Whether somebody was placed before a round: their options, one of which was taken."""
        return [self.taken[k] for k in self.of[mover] if self.options.start[k] < week]

    def _arrivals(self, home: int) -> None:
        """No more move in in one round than may, a group kept together counting once."""
        options = self.options
        limit = arrivals_limit(options.problem, options.problem.homes[home])
        for week in sorted({int(options.start[k]) for k in self.at[home]}):
            now = [k for k in self.at[home] if options.start[k] == week]
            if len(now) <= limit:
                continue
            terms: list[cp_model.IntVar] = []
            groups: dict[str, list[int]] = defaultdict(list)
            for k in now:
                name = self.referral(k).sibling_group
                if self.says(name, "together"):
                    groups[name].append(k)
                else:
                    terms.append(self.taken[k])
            for members in groups.values():
                some = self.model.new_bool_var("")
                for k in members:
                    self.model.add_implication(self.taken[k], some)
                terms.append(some)
            self.model.add(sum(terms) <= limit)

    def referral(self, k: int) -> Referral:
        """Whose option it is."""
        return self.options.people[int(self.options.person[k])].referral

    def says(self, group: str, kind: str) -> bool:
        """Whether anybody of a sibling group says so of living together."""
        people = [one.referral for one in self.options.people]
        return bool(group) and any(
            one.siblings == kind for one in people if one.sibling_group == group
        )

    def _beside_movers(self, home: int) -> None:
        """Nobody moves in with somebody they clash with who has not moved out before."""
        options = self.options
        says = {one.young_person: one for one in options.problem.residents}
        for mover in np.flatnonzero(options.old == home).tolist():
            resident = says[options.people[mover].referral.young_person]
            for k in self.at[home]:
                person, week = int(options.person[k]), int(options.start[k])
                there = week < options.until[mover] and resident.present(options.day(person, week))
                living = replace(options.people[mover].referral, companions=resident.companions)
                if person == mover or not there:
                    continue
                if clash(options.problem, home, living, options.people[person].referral):
                    self.model.add(sum(self.moved(mover, week)) >= self.taken[k])

    def _unsettled(self, home: int) -> None:
        """Points for moves before, times those of high need who live there already."""
        options, problem = self.options, self.options.problem
        points = problem.policy.points["unsettled"]
        for k in self.at[home]:
            person, week = int(options.person[k]), int(options.start[k])
            each = points * min(options.people[person].referral.moves or 0, MOST_MOVES)
            others = [
                self.taken[q]
                for q in self.at[home]
                if options.start[q] < week < options.end[q]
                and options.person[q] != person
                and self.referral(q).high_need
            ]
            movers = [
                one
                for one in self.movers(home, week, options.day(person, week))
                if one != person and options.people[one].referral.high_need
            ]
            if not each or not (others or movers):
                continue
            gone = [moved for one in movers for moved in self.moved(one, week)]
            most = len({int(options.person[q]) for q in self.at[home]}) + len(movers)
            number = self.model.new_int_var(0, most, "")
            self.model.add(number >= sum(others) + len(movers) - sum(gone)).only_enforce_if(
                self.taken[k]
            )
            self.points.append((each, number))

    def _pairs_of_people(self) -> None:
        """Two who clash are never in a home at once; two to be cautious about cost points."""
        options, problem = self.options, self.options.problem
        caution = problem.policy.points["caution"]
        homes_of = {one: {int(options.home[k]) for k in mine} for one, mine in self.of.items()}
        for one in sorted(self.of):
            for other in sorted(self.of):
                both = homes_of[one] & homes_of[other]
                if other <= one or not both:
                    continue
                first, second = options.people[one].referral, options.people[other].referral
                if clash(problem, min(both), first, second):
                    self._keep_apart(one, other, both)
                elif caution and (
                    unordered(first.young_person, second.young_person) in problem.cautions
                ):
                    self._cautious(one, other, caution)

    def _keep_apart(self, one: int, other: int, homes: set[int]) -> None:
        options = self.options
        for home in sorted(homes):
            mine = [k for k in self.of[one] + self.of[other] if options.home[k] == home]
            for week in sorted({int(options.start[k]) for k in mine}):
                here = [k for k in mine if options.start[k] <= week < options.end[k]]
                if len(here) > 1:
                    self.model.add_at_most_one(self.taken[k] for k in here)

    def _cautious(self, one: int, other: int, points: int) -> None:
        options = self.options
        for k in self.of[one]:
            with_them = [
                self.taken[q]
                for q in self.of[other]
                if options.home[q] == options.home[k]
                and options.start[q] < options.end[k]
                and options.start[k] < options.end[q]
            ]
            if with_them:
                both = self.model.new_bool_var("")
                self.model.add(both >= self.taken[k] + sum(with_them) - 1)
                self.points.append((points, both))


def _sum(terms: Sequence[cp_model.LinearExprT]) -> cp_model.LinearExpr:
    """A sum that is an expression also where nobody has an option."""
    return cp_model.LinearExpr.sum(list(terms))
