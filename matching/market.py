"""The choices laid out for compiled loops: flat arrays of homes, units and who may live with whom.

Only large problems come here (see `solve`). Every array follows the order of `Choices`; candidates
are sorted by home, so that each home's stand side by side.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matching.board import NO_LIMIT, Flags, Ints
from matching.choices import Choices
from matching.joint import arrivals_limit
from matching.links import Link, find_links
from matching.overrides import counted_inside
from matching.problem import Home, Problem

LATEST = 1 << 40


@dataclass(frozen=True)
class Market:
    """Flat arrays. `H` homes, `U` units, `K` candidates (choices sorted by home).

    Candidate k of home h stands at `home_start[h] <= k < home_start[h + 1]`; `choice[k]` is its
    choice, `unit[k]` its unit. A home's household changes on the days `step_day`; until the next
    one it has room for `step_room` newcomers, `step_high` of high need and `step_load` of load.
    Births are ordinals: whoever lives with a unit must be born before `older_than` and after
    `younger_than`. `foe_*` lists units that must not meet, `wary_*` those who cost `wary_cost`
    when they do, `kin_*` the members of one preferred sibling group (`kin_row` numbers the pair).
    `pinned` flags units that are placed whatever it costs. Whom a decision counts among the
    residents of a home weighs nothing in the mix and takes room from it on the day they come.
    """

    choices: Choices
    choice: Ints
    unit: Ints
    home_start: Ints
    arrivals: Ints
    step_start: Ints
    step_until: Ints
    step_room: Ints
    step_high: Ints
    step_load: Ints
    person_start: Ints
    person_high: Ints
    person_load: Ints
    person_day: Ints
    solo: Ints
    older_than: Ints
    younger_than: Ints
    first_born: Ints
    last_born: Ints
    foe_start: Ints
    foe: Ints
    wary_start: Ints
    wary: Ints
    wary_cost: int
    kin_start: Ints
    kin: Ints
    kin_row: Ints
    kin_group: Ints
    apart_points: int
    links: tuple[Link, ...]
    link_start: Ints
    link: Ints
    link_amount: Ints
    pinned: Flags
    size: Ints

    @property
    def households(self) -> tuple[Ints, ...]:
        """What the kernels need to know of homes and units, in the order they take it."""
        return (
            self.unit,
            self.home_start,
            self.arrivals,
            self.step_start,
            self.step_until,
            self.step_room,
            self.step_high,
            self.step_load,
            self.person_start,
            self.person_high,
            self.person_load,
            self.person_day,
            self.solo,
            self.older_than,
            self.younger_than,
            self.first_born,
            self.last_born,
            self.foe_start,
            self.foe,
            self.wary_start,
            self.wary,
            self.kin_start,
            self.kin,
            self.kin_row,
            self.link_start,
            self.link,
            self.link_amount,
            self.choices.today,
        )

    @cached_property
    def most_arrivals(self) -> Ints:
        """How many units each home could take at the most, by numbers alone."""
        last = self.step_start[1:] - 1
        most: Ints = np.minimum(self.arrivals, self.step_room[last])
        return most

    @cached_property
    def gain(self) -> Ints:
        """Points each candidate adds over leaving its unit to wait."""
        gain: Ints = self.choices.cost[self.choice] - self.choices.wait[self.unit]
        return gain


def lay_out(choices: Choices) -> Market:
    """The market of a problem's choices."""
    problem = choices.problem
    order = np.argsort(choices.home, kind="stable")
    homes = np.arange(len(problem.homes) + 1)
    steps = [_steps(problem, home) for home in problem.homes]
    flat = np.array([row for rows in steps for row in rows], dtype=np.int64).reshape(-1, 4)
    people = [[problem.referrals[m] for m in unit.members] for unit in choices.units]
    inside = {who for home in problem.homes for who in counted_inside(problem, home)}
    born = [[r.born.toordinal() for r in members] for members in people]
    foe = _meetings(choices, problem.must_not)
    wary = _meetings(choices, problem.cautions)
    kin, kin_row, kin_group = _kin(choices)
    links = tuple(find_links(choices))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    entries = [(place[link.choices], at, link.amounts) for at, link in enumerate(links)]
    spot = np.concatenate([np.zeros(0, np.int64), *(where for where, _, _ in entries)])
    which = np.repeat(np.arange(len(links)), [len(where) for where, _, _ in entries])
    amount = np.concatenate([np.zeros(0, np.int64), *(amounts for _, _, amounts in entries)])
    by_spot = np.argsort(spot, kind="stable")

    def column(values: list[int]) -> Ints:
        return np.array(values, dtype=np.int64)

    def of(says: str, member: int) -> list[int]:
        return [
            b for b, r in zip(born[member], people[member], strict=True) if r.companions == says
        ]

    everyone = range(len(people))
    return Market(
        choices=choices,
        choice=order,
        unit=choices.unit[order],
        home_start=np.searchsorted(choices.home[order], homes).astype(np.int64),
        arrivals=column([arrivals_limit(problem, home) for home in problem.homes]),
        step_start=np.cumsum([0] + [len(rows) for rows in steps]).astype(np.int64),
        step_until=np.ascontiguousarray(flat[:, 0]),
        step_room=np.ascontiguousarray(flat[:, 1]),
        step_high=np.ascontiguousarray(flat[:, 2]),
        step_load=np.ascontiguousarray(flat[:, 3]),
        person_start=np.cumsum([0] + [len(members) for members in people]).astype(np.int64),
        person_high=column(
            [int(r.high_need and r.id not in inside) for members in people for r in members]
        ),
        person_load=column(
            [0 if r.id in inside else problem.load(r.band) for members in people for r in members]
        ),
        person_day=column([problem.day(r).toordinal() for members in people for r in members]),
        solo=column([any(r.companions == "solo" for r in members) for members in people]),
        older_than=column([min(of("only_older", u), default=LATEST) for u in everyone]),
        younger_than=column([max(of("only_younger", u), default=0) for u in everyone]),
        first_born=column([min(days) for days in born]),
        last_born=column([max(days) for days in born]),
        foe_start=foe[0],
        foe=foe[1],
        wary_start=wary[0],
        wary=wary[1],
        wary_cost=problem.policy.points["caution"],
        kin_start=kin[0],
        kin=kin[1],
        kin_row=kin_row,
        kin_group=kin_group,
        apart_points=problem.policy.points["siblings_apart"],
        links=links,
        link_start=np.searchsorted(spot[by_spot], np.arange(len(order) + 1)).astype(np.int64),
        link=which[by_spot],
        link_amount=amount[by_spot],
        pinned=np.array([unit.pinned for unit in choices.units], dtype=bool),
        size=column([len(unit.members) for unit in choices.units]),
    )


def _steps(problem: Problem, home: Home) -> list[tuple[int, int, int, int]]:
    """(last day, room, room for high need, room for load) of each stretch of one household."""
    residents = problem.residents_of[home.id]
    leaving = {
        r.leaves_on
        for r in residents
        if r.leaving == "confirmed"
        and r.leaves_on is not None
        and r.leaves_on > problem.policy.as_of
    }
    inside = [problem.referral_by_id[who] for who in sorted(counted_inside(problem, home))]
    coming = {problem.day(r) for r in inside} - {problem.policy.as_of}
    turns = leaving | coming
    starts = [problem.policy.as_of, *sorted(day for day in turns if day <= problem.horizon)]
    ends = [day.toordinal() - 1 for day in starts[1:]] + [LATEST]
    rows = []
    for day, end in zip(starts, ends, strict=True):
        here = [r for r in residents if r.present(day)]
        come = [r for r in inside if problem.day(r) <= day]
        high, load = NO_LIMIT, NO_LIMIT
        if home.max_high is not None:
            high = max(0, home.max_high - sum(r.high_need for r in here))
            high = max(0, high - sum(r.high_need for r in come))
        if home.load_limit is not None:
            load = max(0, home.load_limit - sum(problem.load(r.band) for r in here))
            load = max(0, load - sum(problem.load(r.band) for r in come))
        rows.append((end, max(0, home.places - len(here)), high, load))
    return rows


def _meetings(choices: Choices, pairs: frozenset[tuple[str, str]]) -> tuple[Ints, Ints]:
    """For each unit the units it is paired with, sorted: starts and neighbours."""
    person = {
        choices.problem.referrals[member].young_person: unit
        for member, unit in choices.unit_of.items()
    }
    found: list[set[int]] = [set() for _ in choices.units]
    for a, b in pairs:
        if a in person and b in person and person[a] != person[b]:
            found[person[a]].add(person[b])
            found[person[b]].add(person[a])
    return _flat([sorted(others) for others in found])


def _flat(lists: list[list[int]]) -> tuple[Ints, Ints]:
    starts = np.cumsum([0] + [len(items) for items in lists]).astype(np.int64)
    return starts, np.array([item for items in lists for item in items], dtype=np.int64)


def _kin(choices: Choices) -> tuple[tuple[Ints, Ints], Ints, Ints]:
    """Pairs of preferred siblings: neighbours by unit, the pair's number, and each pair's group."""
    problem = choices.problem
    number = {referral.id: at for at, referral in enumerate(problem.referrals)}
    found: list[list[tuple[int, int]]] = [[] for _ in choices.units]
    groups: list[int] = []
    preferred = [n for n in sorted(problem.groups) if problem.group_kind(n) == "preferred"]
    for group, name in enumerate(preferred):
        members = problem.groups[name]
        units = [choices.unit_of[number[m.id]] for m in members if not m.by_hand]
        for place, one in enumerate(units):
            for other in units[place + 1 :]:
                found[one].append((other, len(groups)))
                found[other].append((one, len(groups)))
                groups.append(group)
    starts, neighbours = _flat([[other for other, _ in sorted(pairs)] for pairs in found])
    rows = np.array([row for pairs in found for _, row in sorted(pairs)], dtype=np.int64)
    return (starts, neighbours), rows, np.array(groups, dtype=np.int64)
