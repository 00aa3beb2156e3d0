"""The plan as a whole-number programme: columns, and one function for each joint rule and term.

Columns are the choices (taken or not), then extra columns that carry the plan's own terms. Rows
read `sum(coefficient * column) <= most`. Any solver can take it; `solve` hands it to CP-SAT. The
checker never sees it. Source: docs/case-folder.md, Together, and What is best.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from matching.board import Flags, Ints
from matching.choices import Choices
from matching.joint import arrivals_limit
from matching.links import find_links
from matching.overrides import counted_inside
from matching.problem import Home, Problem, Referral, Resident, unordered

_Weight = Callable[[Referral | Resident], int]


@dataclass(frozen=True, slots=True)
class Row:
    """`sum(coefficients * columns) <= most`, with the rule or term it states."""

    rule: str
    columns: tuple[int, ...]
    coefficients: tuple[int, ...]
    most: int


@dataclass(frozen=True, slots=True)
class Extra:
    """A column beside the choices: a whole number from 0 to `most` that costs `points` each."""

    name: str
    most: int
    points: int


@dataclass
class Programme:
    """The columns and rows of a problem over its kept choices.

    Column k < `kept` is choice `choices_kept[k]`; the extras follow. `constant` is the points of
    the empty plan that no column carries: everybody waits.
    """

    choices: Choices
    kept: Ints
    rows: list[Row] = field(default_factory=list)
    extras: list[Extra] = field(default_factory=list)

    @property
    def constant(self) -> int:
        """Points where nobody is placed, before extras."""
        return int(self.choices.wait.sum())

    def points(self) -> Ints:
        """Level 2: what each kept choice changes, against leaving its unit to wait."""
        choices = self.choices
        return choices.cost[self.kept] - choices.wait[choices.unit[self.kept]]

    def today(self) -> Ints:
        """Level 1: how many young people who need a place today each kept choice places."""
        return self.choices.today[self.choices.unit[self.kept]]

    def marginal(self) -> Ints:
        """Level 3: pence a week each kept choice adds."""
        return self.choices.marginal[self.kept]

    def add(
        self, rule: str, columns: Sequence[int], coefficients: Sequence[int], most: int
    ) -> None:
        """State a row, unless nothing could ever break it."""
        terms = zip(columns, coefficients, strict=True)
        reach = sum(
            c * (self.extras[k - len(self.kept)].most if k >= len(self.kept) else 1)
            for k, c in terms
            if c > 0
        )
        if reach > most:
            self.rows.append(Row(rule, tuple(columns), tuple(coefficients), most))

    def extra(self, name: str, most: int, points: int) -> int:
        """A new extra column; its number."""
        self.extras.append(Extra(name, most, points))
        return len(self.kept) + len(self.extras) - 1


def build(choices: Choices, keep: Flags | None = None) -> Programme:
    """The whole programme over the kept choices (all of them by default)."""
    kept = np.arange(len(choices)) if keep is None else np.flatnonzero(keep)
    programme = Programme(choices, kept)
    column = np.full(len(choices), -1, dtype=np.int64)
    column[kept] = np.arange(len(kept))
    homes = [_AtHome(choices, at, column) for at in range(len(choices.problem.homes))]
    one_home_each(programme)
    pins_are_kept(programme)
    for home in homes:
        if home.columns:
            room_on_every_day(programme, home)
            mix_on_every_day(programme, home)
            companions_fit(programme, home)
            arrivals_at_most(programme, home)
    kept_apart(programme, homes)
    cautions_cost(programme, homes)
    siblings_apart_cost(programme, column)
    links_cost(programme, column)
    return programme


class _AtHome:
    """The kept choices of one home, and who each would bring."""

    def __init__(self, choices: Choices, at: int, column: Ints) -> None:
        self.problem: Problem = choices.problem
        self.home: Home = self.problem.homes[at]
        self.columns: list[int] = []
        self.people: list[tuple[Referral, ...]] = []
        for choice in choices.by_home[at]:
            if column[choice] >= 0:
                self.columns.append(int(column[choice]))
                self.people.append(choices.people(int(choice)))

    def most_newcomers(self) -> int:
        """No plan brings more young people than are free on the last day anybody would come."""
        days = [self.problem.day(referral) for people in self.people for referral in people]
        residents = self.problem.residents_of[self.home.id]
        last = max(days)
        return max(0, self.home.places - sum(r.present(last) for r in residents))


def one_home_each(programme: Programme) -> None:
    """Every unit is placed in at most one home."""
    units = programme.choices.unit[programme.kept]
    bounds = np.flatnonzero(np.diff(units)) + 1
    for columns in np.split(np.arange(len(units)), bounds):
        programme.add("one", columns.tolist(), [1] * len(columns), 1)


def pins_are_kept(programme: Programme) -> None:
    """Whoever a person's decision places is placed; the pinned home is their only choice."""
    units = programme.choices.unit[programme.kept]
    for at, unit in enumerate(programme.choices.units):
        if unit.pinned:
            columns = tuple(np.flatnonzero(units == at).tolist())
            programme.rows.append(Row("PIN", columns, (-1,) * len(columns), -1))


def room_on_every_day(programme: Programme, home: _AtHome) -> None:
    """J1: newcomers by a day are no more than places less residents present that day."""
    weights = [[1] * len(people) for people in home.people]
    limits = _limits(home, home.home.places, lambda person: 1)
    _by_day(programme, "J1", home, weights, limits)


def mix_on_every_day(programme: Programme, home: _AtHome) -> None:
    """J3: newcomers' high need and load by a day fit beside the residents present that day."""
    problem = home.problem
    if home.home.max_high is not None:
        weights = _of_newcomers(home, lambda person: int(person.high_need))
        limits = _mix_limits(home, home.home.max_high, lambda person: int(person.high_need))
        _by_day(programme, "J3", home, weights, limits)
    if home.home.load_limit is not None:
        weights = _of_newcomers(home, lambda person: problem.load(person.band))
        limits = _mix_limits(home, home.home.load_limit, lambda person: problem.load(person.band))
        _by_day(programme, "J3", home, weights, limits)


def _of_newcomers(home: _AtHome, weight: _Weight) -> list[list[int]]:
    """What each choice's newcomers weigh; nothing for whom a decision counts as residents."""
    inside = counted_inside(home.problem, home.home)
    if not inside:
        return [[weight(r) for r in people] for people in home.people]
    return [[0 if r.id in inside else weight(r) for r in people] for people in home.people]


def _mix_limits(home: _AtHome, most: int, weight: _Weight) -> list[tuple[date, int]]:
    """As `_limits`, with those among the residents whom a decision counts there from their day."""
    inside = [home.problem.referral_by_id[who] for who in counted_inside(home.problem, home.home)]
    return [
        (day, max(0, left - sum(weight(r) for r in inside if home.problem.day(r) <= day)))
        for day, left in _limits(home, most, weight)
    ]


def _limits(home: _AtHome, most: int, weight: _Weight) -> list[tuple[date, int]]:
    problem = home.problem
    residents = problem.residents_of[home.home.id]
    days = sorted({problem.day(r) for people in home.people for r in people})
    return [
        (day, max(0, most - sum(weight(r) for r in residents if r.present(day)))) for day in days
    ]


def _by_day(
    programme: Programme,
    rule: str,
    home: _AtHome,
    weights: Sequence[Sequence[int]],
    limits: Sequence[tuple[date, int]],
) -> None:
    problem = home.problem
    for place, (day, most) in enumerate(limits):
        if place + 1 < len(limits) and limits[place + 1][1] <= most:
            continue  # a later day asks as much of more newcomers
        columns, coefficients = [], []
        for column, people, weight in zip(home.columns, home.people, weights, strict=True):
            total = sum(w for w, r in zip(weight, people, strict=True) if problem.day(r) <= day)
            if total:
                columns.append(column)
                coefficients.append(total)
        programme.add(rule, columns, coefficients, most)


def companions_fit(programme: Programme, home: _AtHome) -> None:
    """J5 by threshold rows, exact without naming a pair.

    For each birth day d of somebody who must live only with older young people, with R the most
    newcomers the home can have: R x (solo, and only-older born on or before d) + everybody else
    born on or after d <= R. Mirrored for only-younger.
    """
    room = max(1, home.most_newcomers())
    for says, sign in (("only_older", 1), ("only_younger", -1)):
        born = {r.born for people in home.people for r in people if r.companions == says}
        for day in sorted(born):
            mark = sign * day.toordinal()
            columns, coefficients = [], []
            for column, people in zip(home.columns, home.people, strict=True):
                alone = any(
                    r.companions == "solo"
                    or (r.companions == says and sign * r.born.toordinal() <= mark)
                    for r in people
                )
                number = sum(sign * r.born.toordinal() >= mark for r in people)
                if alone or number:
                    columns.append(column)
                    coefficients.append(room if alone else min(room, number))
            programme.add("J5", columns, coefficients, room)
    solo = [any(r.companions == "solo" for r in people) for people in home.people]
    if any(solo):
        coefficients = [
            room if alone else min(room, len(people))
            for alone, people in zip(solo, home.people, strict=True)
        ]
        programme.add("J5", home.columns, coefficients, room)


def arrivals_at_most(programme: Programme, home: _AtHome) -> None:
    """J6: no more arrivals than the home takes; a group kept together is one choice, so one."""
    limit = arrivals_limit(home.problem, home.home)
    programme.add("J6", home.columns, [1] * len(home.columns), limit)


def kept_apart(programme: Programme, homes: Iterable[_AtHome]) -> None:
    """J2: no two who must not live together move into one home."""
    problem = programme.choices.problem
    for home in homes:
        for one, other in _meetings(home, problem.must_not):
            programme.add("J2", [one, other], [1, 1], 1)


def cautions_cost(programme: Programme, homes: Iterable[_AtHome]) -> None:
    """A caution pair of newcomers in one home costs its points, wherever they meet."""
    problem = programme.choices.problem
    points = problem.policy.points["caution"]
    if not points:
        return
    extra: dict[tuple[str, str], int] = {}
    for home in homes:
        for one, other, pair in _named_meetings(home, problem.cautions):
            if pair not in extra:
                extra[pair] = programme.extra(f"caution {pair[0]} {pair[1]}", 1, points)
            programme.add("caution", [one, other, extra[pair]], [1, 1, -1], 1)


def _meetings(home: _AtHome, relation: frozenset[tuple[str, str]]) -> Iterator[tuple[int, int]]:
    found = {(one, other) for one, other, _ in _named_meetings(home, relation)}
    yield from sorted(found)


def _named_meetings(
    home: _AtHome, relation: frozenset[tuple[str, str]]
) -> Iterator[tuple[int, int, tuple[str, str]]]:
    if not relation:
        return
    who = {r.young_person: at for at, people in enumerate(home.people) for r in people}
    names = sorted(who)
    for place, a in enumerate(names):
        for b in names[place + 1 :]:
            if who[a] != who[b] and unordered(a, b) in relation:
                yield home.columns[who[a]], home.columns[who[b]], unordered(a, b)


def siblings_apart_cost(programme: Programme, column: Ints) -> None:
    """A preferred group with two or more placed and not all in one home costs its points.

    `seat` says which home the group counts as being in: whoever is placed elsewhere sets `apart`.
    """
    choices, problem = programme.choices, programme.choices.problem
    points = problem.policy.points["siblings_apart"]
    number = {referral.id: at for at, referral in enumerate(problem.referrals)}
    for name, members in sorted(problem.groups.items()):
        if problem.group_kind(name) != "preferred" or not points:
            continue
        spans = [choices.of(choices.unit_of[number[m.id]]) for m in members if not m.by_hand]
        at: dict[int, list[int]] = {}
        for span in spans:
            for choice in range(span.start, span.stop):
                if column[choice] >= 0:
                    at.setdefault(int(choices.home[choice]), []).append(int(column[choice]))
        if len(at) < 2:
            continue
        apart = programme.extra(f"apart {name}", 1, points)
        seats = {home: programme.extra(f"seat {name} {home}", 1, 0) for home in sorted(at)}
        programme.add("siblings", list(seats.values()), [1] * len(seats), 1)
        for home, columns in sorted(at.items()):
            for one in columns:
                programme.add("siblings", [one, seats[home], apart], [1, -1, -1], 0)


def links_cost(programme: Programme, column: Ints) -> None:
    """What ties homes together: shares and providers' balance cost points, limits bind."""
    links = find_links(programme.choices)
    placed = _all_placed(programme) if any(link.share for link in links) else -1
    for link in links:
        kept = column[link.choices] >= 0
        columns, amounts = column[link.choices[kept]].tolist(), link.amounts[kept].tolist()
        if link.share:
            columns, amounts = [*columns, placed], [*amounts, link.share]
        if not link.binds:
            columns.append(programme.extra(link.name, link.limit, link.points))
            amounts.append(-link.each)
        programme.add(link.rule, columns, amounts, link.most)


def _all_placed(programme: Programme) -> int:
    """A column no less than all who are placed; it keeps the rows that count everybody thin."""
    choices = programme.choices
    sizes = [len(choices.units[unit].members) for unit in choices.unit[programme.kept].tolist()]
    placed = programme.extra("placed", sum(len(unit.members) for unit in choices.units), 0)
    programme.add("J8", [*range(len(sizes)), placed], [*sizes, -1], 0)
    return placed
