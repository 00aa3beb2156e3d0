"""Who could move in where and when, if all arrivals of some weeks were known at once.

Every pair is judged and priced by matching's own rules, once for each week somebody may have to
wait, beside those who live there now for as long as they do. What those who come later mean for
each other, but for places, mix and arrivals, is left out: this is what values are made of, many
times over. What could have been done with a whole year known is `replay.options`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import numpy as np

from broker.capacity.simulation.drawing import Coming, leaving
from matching.board import Ints
from matching.joint import arrivals_limit, breaks
from matching.pairs import find_pairs
from matching.problem import BAND_INDEX, Problem, Referral


@dataclass(frozen=True)
class Year:
    """The choices of some weeks, a row each: who, where, in which round, and at what price.

    `today` and `points` are what the choice adds in each level, weeks of waiting before it
    included; `never_*` what a person adds who gets no place. Somebody lives (or is promised) in
    the home from `start` to before `end`, in rounds. `taken` is who already lives there: a row a
    home, a column a round, for places, high need and load.
    """

    problem: Problem
    weeks: int
    people: tuple[Coming, ...]
    person: Ints
    home: Ints
    start: Ints
    end: Ints
    today: Ints
    points: Ints
    never_today: Ints
    never_points: Ints
    taken: tuple[Ints, Ints, Ints]

    @property
    def high(self) -> Ints:
        """For each person, 1 where the band is high or specialist."""
        return np.array([int(one.referral.high_need) for one in self.people], dtype=np.int64)

    @property
    def load(self) -> Ints:
        """For each person, what they ask of a household."""
        loads = [self.problem.load(one.referral.band) for one in self.people]
        return np.array(loads, dtype=np.int64)

    @property
    def band(self) -> Ints:
        """For each person, the index of the band."""
        return np.array([BAND_INDEX[one.referral.band] for one in self.people], dtype=np.int64)

    @property
    def limits(self) -> tuple[list[int | None], ...]:
        """For each home: places, most of high need, most load, most arrivals in a round."""
        homes = self.problem.homes
        return (
            [home.places for home in homes],
            [home.max_high for home in homes],
            [home.load_limit for home in homes],
            [arrivals_limit(self.problem, home) for home in homes],
        )


def round_of(first: date, day: date) -> int:
    """The first weekly round on or after a day; rounds are every seven days from the first."""
    return max(0, -(-(day - first).days // 7))


def year_of(
    problem: Problem,
    people: Sequence[Coming],
    lives: Mapping[str, date],
    weeks: int,
    rounds: int,
) -> Year:
    """The choices of so many weekly rounds from the case's day on.

    `lives` says of each resident who stays for now until which day they do. Somebody asks in so
    many `rounds` at most.
    """
    first = problem.policy.as_of
    known = sorted(people, key=lambda one: one.referral.id)
    index = {one.referral.id: at for at, one in enumerate(known)}
    homes = {home.id: at for at, home in enumerate(problem.homes)}
    never = np.zeros((2, len(known)), dtype=np.int64)
    blocks: list[Ints] = [np.zeros((6, 0), dtype=np.int64)]
    open_base = _anywhen(problem, lives)
    for delay in range(rounds):
        asking = [one for one in known if one.round + delay < weeks]
        if not asking:
            break
        at = {one.referral.id: one.round + delay for one in asking}
        days = {who: first + timedelta(days=7 * when) for who, when in at.items()}
        referrals = tuple(_asking(problem, one.referral, days[one.referral.id]) for one in asking)
        pairs = find_pairs(_of_round(open_base, referrals, days))
        who = np.array([index[r.id] for r in referrals], dtype=np.int64)
        start = np.array([at[r.id] for r in referrals], dtype=np.int64)
        ends = [
            round_of(first, leaving(r.needed_by, r, known[index[r.id]].stay)) for r in referrals
        ]
        end = np.maximum(np.minimum(np.array(ends, dtype=np.int64), weeks), start + 1)
        block = np.stack(
            [
                who[pairs.referral],
                pairs.home,
                start[pairs.referral],
                end[pairs.referral],
                never[0][who][pairs.referral],
                never[1][who][pairs.referral] + pairs.cost,
            ]
        )
        blocks.append(block)
        for r in referrals:
            late = replace(problem, policy=replace(problem.policy, as_of=days[r.id]))
            today = late.urgency(r) == "today"
            never[0, index[r.id]] += int(today)
            never[1, index[r.id]] += late.wait_points(r)
    columns = np.concatenate(blocks, axis=1)
    order = np.lexsort((columns[2], columns[1], columns[0]))
    person, home, start, end, today, points = columns[:, order]
    return Year(
        problem=problem,
        weeks=weeks,
        people=tuple(known),
        person=person,
        home=home,
        start=start,
        end=end,
        today=today,
        points=points,
        never_today=never[0],
        never_points=never[1],
        taken=_taken(problem, homes, lives, weeks),
    )


def _anywhen(problem: Problem, lives: Mapping[str, date]) -> Problem:
    """The case with the days on which everybody who lives there leaves, known for certain.

    A sibling elsewhere costs nothing here: whether that home would do depends on who has come.
    """
    points = {**problem.policy.points, "sibling_elsewhere": 0}
    return replace(
        problem,
        policy=replace(problem.policy, points=points, fairness=None),
        residents=tuple(
            replace(one, leaves_on=lives[one.young_person], leaving="confirmed")
            for one in problem.residents
            if one.young_person in lives
        ),
        shares=(),
        decisions=(),
    )


def _asking(problem: Problem, referral: Referral, day: date) -> Referral:
    """A referral as it stands in the round of a day, with the limit of distance it has then.

    Nobody has waited before the day they need the place.
    """
    limit = referral.max_tenths
    if limit is None:
        late = replace(problem, policy=replace(problem.policy, as_of=day))
        limit = problem.policy.limit_tenths[late.urgency(referral)]
    since = referral.waiting_since
    return replace(
        referral,
        needed_by=max(referral.needed_by, day),
        waiting_since=None if since is None else min(since, day),
        max_tenths=limit,
    )


def _of_round(base: Problem, referrals: tuple[Referral, ...], days: Mapping[str, date]) -> Problem:
    """The case of these referrals; who needs a place that day may also go where they are against.

    What that costs in points is left out.
    """
    pressing = {one.id for one in referrals if one.needed_by == days[one.id]}
    known = {one.id for one in referrals}
    return replace(
        base,
        referrals=referrals,
        people=tuple(one for one in base.people if one.referral in known),
        declines=tuple(one for one in base.declines if one.referral in known),
        wishes=tuple(
            one
            for one in base.wishes
            if one.referral in known and not (one.wish == "against" and one.referral in pressing)
        ),
    )


def _taken(
    problem: Problem, homes: Mapping[str, int], lives: Mapping[str, date], weeks: int
) -> tuple[Ints, Ints, Ints]:
    taken = [np.zeros((len(homes), weeks), dtype=np.int64) for _ in range(3)]
    for resident in problem.residents:
        until = lives.get(resident.young_person)
        if until is None:
            continue
        span = slice(0, min(weeks, round_of(problem.policy.as_of, until)))
        amounts = (1, int(resident.high_need), problem.load(resident.band))
        for table, amount in zip(taken, amounts, strict=True):
            table[homes[resident.home], span] += amount
    return taken[0], taken[1], taken[2]


TOGETHER: Final = ("J2", "J5")


def clash(problem: Problem, home: int, one: Referral, other: Referral) -> bool:
    """Whether two people must not live in a home at the same time, whatever room it has."""
    alone = replace(problem, residents=())
    broken = breaks(alone, alone.homes[home], (one, other))
    return any(fault.code in TOGETHER for fault in broken)
