"""The weeks of one replication: who asks, who is placed, who leaves, what stands empty.

On each Monday everybody who waits, and everybody whose place is known to be needed that week, is
matched at once by the best plan; those placed move in on the day they need it. During the week
stays end, homes shut, and whoever needs another home joins the next round.
"""

from __future__ import annotations

from math import log
from typing import Final, NamedTuple

import numpy as np

from broker.capacity.record import ELSEWHERE, WAITING
from broker.capacity.simulation import chance
from broker.capacity.simulation.best import ENGINE, TRIVIAL, solve
from broker.capacity.simulation.chance import share
from broker.capacity.simulation.empties import empties
from broker.capacity.simulation.fixed import NEVER, Fixed, Floats, Ints, Life
from broker.capacity.simulation.people import comes_back, ending, length
from broker.capacity.simulation.rounds import (
    WEEK,
    Round,
    State,
    households,
    pairs,
    ties,
    units,
)
from matching.compiled import compiled

PLANNED, UNPLANNED, STEP_DOWN, ADULT, CLOSED, CARE_ENDED, PLACED = 1, 2, 3, 4, 5, 6, 7
"""How a spell ends: indices into `record.ENDINGS`."""
GOING_ON: Final = -1
GONE: Final = -4
NOT_YET: Final = -3
EIGHTEEN: Final = 18
DONE, ASKS, WATCHED, FULL = range(4)
"""Why the weeks stop: at their end, for the engine's answer, to be watched, for want of room."""

_DECLINE, _CLOSURE = chance.DECLINE, chance.CLOSURE
_STEP, _STEP_LENGTH = chance.STEP, chance.STEP_LENGTH


class Told(NamedTuple):
    """What is recorded: rows of spells, empty places and refusals.

    `counts` holds how many spells, empty, refusals, then rounds by path.
    """

    spells: Ints
    empty: Ints
    refusals: Ints
    counts: Ints


class Course(NamedTuple):
    """Where the weeks stand: week and phase; who enters in order; next closure of each home."""

    position: Ints
    entering: Ints
    closure: Ints
    closures: Ints
    away: Ints
    refused: Ints


@compiled
def begin(
    fixed: Fixed, key: np.uint64, life: Life, state: State, course: Course, shapes: Floats,
    scales: Floats,
) -> None:  # fmt: skip
    """The first Monday: residents live where they live."""
    known = fixed.known
    life.place[:] = NOT_YET
    life.told[:] = NEVER
    state.moved[:, :] = -NEVER
    for i in range(len(known.name)):
        if known.home[i] >= 0:
            _settle(fixed, key, life, state, shapes, scales, i, known.home[i], 0)
            if known.end[i] < NEVER:
                life.end[i], life.how[i] = known.end[i], PLANNED
                life.told[i] = known.end[i]
    for h in range(len(fixed.law.homes.places)):
        course.closure[h] = _next_closure(fixed, key, course, h, max(0, fixed.law.homes.opens[h]))


@compiled
def _next_closure(fixed: Fixed, key: np.uint64, course: Course, h: int, since: int) -> int:
    rate = fixed.law.chances.closures_per_day
    if rate <= 0:
        return NEVER
    drawn = share(key, _CLOSURE, np.int64(fixed.law.homes.key[h]), course.closures[h])  # type: ignore[arg-type]
    course.closures[h] += 1
    return since + 1 + int(-log(drawn) / rate)


@compiled
def _settle(
    fixed: Fixed, key: np.uint64, life: Life, state: State, shapes: Floats, scales: Floats, i: int,
    h: int, day: int,
) -> None:  # fmt: skip
    """Somebody lives somewhere from a day on; how long and how it ends is known to chance."""
    stay = life.stay[i]
    end = day + length(fixed, key, life, shapes, scales, i, stay)
    kind = ending(fixed, key, life, i, stay)
    how = PLANNED
    if kind == 1:
        how = UNPLANNED
    elif kind == 2:
        how = CLOSED
    elif kind == 3:
        how = CARE_ENDED
    chances = fixed.law.chances
    if h >= 0 and fixed.law.homes.block[h] and chances.step_down > 0:
        first, last = chances.step_first, chances.step_last
        step = int(first + (last - first) * share(key, _STEP_LENGTH, life.name[i], stay))
        if share(key, _STEP, life.name[i], stay) < chances.step_down and day + step < end:
            end, how = day + step, STEP_DOWN
    adult = adult_on(fixed, life, i)
    if adult <= end:
        end, how = max(adult, day + 1), ADULT
    life.place[i], life.start[i], life.end[i], life.how[i] = h, day, end, how
    life.told[i] = end if how in (PLANNED, STEP_DOWN, ADULT) else NEVER
    if h >= 0:
        state.living[h, state.number[h]] = i
        state.number[h] += 1


@compiled
def adult_on(fixed: Fixed, life: Life, i: int) -> int:
    """The day somebody turns 18."""
    return int(fixed.tables.birthday[life.born[i] - fixed.tables.born_base, EIGHTEEN])


@compiled
def _tell(
    fixed: Fixed, life: Life, state: State, told: Told, i: int, where: int, start: int, end: int,
    ended: int,
) -> bool:  # fmt: skip
    """Write down a spell of at least a day; False where there is no room to."""
    if end <= start:
        return True
    at = told.counts[0]
    if at == len(told.spells):
        return False
    row = told.spells[at]
    metres, local, block = -1, -1, 0
    if where >= 0:
        block = 1 if fixed.law.homes.block[where] else 0
        p = life.pool[i]
        first = life.stay[i] == 0 and i < len(fixed.known.home) and fixed.known.home[i] >= 0
        if p >= 0 and not first:
            metres = fixed.tables.metres[p, where]
            local = fixed.tables.local[p, where]
        else:
            local = fixed.tables.local_of_borough[life.borough[i], where]
    row[0], row[1], row[2], row[3] = i, life.borough[i], life.band[i], life.sex[i]
    row[4], row[6], row[7], row[8] = start - life.born[i], start, end, where
    row[5] = (
        -1
        if i < len(fixed.known.home) and fixed.known.home[i] >= 0 and life.stay[i] == 0
        else life.needed[i]
    )
    row[9], row[10], row[11], row[12] = block, ended, metres, local
    told.counts[0] += 1
    return True


@compiled
def weeks(
    fixed: Fixed, key: np.uint64, life: Life, state: State, rnd: Round, course: Course, told: Told,
    shapes: Floats, scales: Floats, watch: Ints,
) -> int:  # fmt: skip
    """Go on from where the course stands until it must stop; says why.

    On ASKS the caller writes `answer` and goes on; on WATCHED it looks and goes on.
    """
    ok = True
    while course.position[0] < fixed.weeks:
        week = course.position[0]
        monday = WEEK * week
        if course.position[1] == 0:
            ok = ok and _gather(fixed, life, state, course, told, week)
            if state.queued[0] > len(rnd.fits):
                return FULL
            rnd.sizes[0] = state.queued[0]
            for r in range(rnd.sizes[0]):
                rnd.of.who[r] = state.waiting[r]
            path = TRIVIAL
            households(fixed.law, life, state, monday, rnd)
            if rnd.sizes[0]:
                pairs(fixed, key, life, state, monday, rnd)
                ties(fixed.law, life, state, monday, rnd)
                units(fixed.law, key, life, state, monday, rnd)
                path = solve(fixed.law, key, life, rnd)
            told.counts[3 + path] += 1
            course.position[1] = 1
            course.position[2] = path
            if path == ENGINE:
                return ASKS
            if watch[week] and rnd.sizes[0]:
                return WATCHED
        course.position[1] = 0
        course.position[0] += 1
        ok = ok and _place(fixed, key, life, state, rnd, course, told, shapes, scales, monday)
        _shut(fixed, key, life, state, course, monday)
        ok = ok and empties(
            fixed.law, key, life, state, rnd, told.empty, told.counts, course.refused, monday
        )
        ok = ok and _leave(fixed, key, life, state, course, told, monday)
        if not ok:
            return FULL
    return DONE if _finish(fixed, life, state, told) else FULL


@compiled
def _gather(fixed: Fixed, life: Life, state: State, course: Course, told: Told, week: int) -> bool:
    """Whoever enters this week joins those who wait; whoever has turned 18 no longer does."""
    ok = True
    while course.position[3] < len(course.entering):
        i = course.entering[course.position[3]]
        if life.enters[i] > week:
            break
        course.position[3] += 1
        life.place[i] = WAITING
        state.waiting[state.queued[0]] = i
        state.queued[0] += 1
    kept = 0
    for at in range(state.queued[0]):
        i = state.waiting[at]
        adult = adult_on(fixed, life, i)
        if adult <= max(WEEK * week, life.needed[i]):
            ok = ok and _tell(fixed, life, state, told, i, WAITING, life.needed[i], adult, ADULT)
            life.place[i] = GONE
        else:
            state.waiting[kept] = i
            kept += 1
    state.queued[0] = kept
    return ok


@compiled
def _place(
    fixed: Fixed, key: np.uint64, life: Life, state: State, rnd: Round, course: Course, told: Told,
    shapes: Floats, scales: Floats, monday: int,
) -> bool:  # fmt: skip
    """Those with a place move in unless the provider declines; others wait, or go elsewhere."""
    ok = True
    course.refused[:] = 0
    for u in range(rnd.sizes[1] if rnd.sizes[0] else 0):
        begin, end = rnd.of.start[u], rnd.of.start[u + 1]
        h = rnd.of.answer[rnd.of.members[begin]]
        stands = h >= 0
        if stands:
            for at in range(begin, end):
                r = rnd.of.members[at]
                i = rnd.of.who[r]
                if course.closure[h] <= rnd.of.day[r]:
                    stands = False
                elif share(key, _DECLINE, life.name[i], np.int64(fixed.law.homes.key[h])) < (  # type: ignore[arg-type]
                    fixed.law.chances.decline
                ):
                    stands = False
                    state.declined[i, h] = True
                    course.refused[h] = 1
                    row = told.counts[2]
                    if row == len(told.refusals):
                        return False
                    told.refusals[row, 0], told.refusals[row, 1] = i, h
                    told.refusals[row, 2], told.refusals[row, 3] = monday // WEEK, 0
                    told.counts[2] += 1
        for at in range(begin, end):
            r = rnd.of.members[at]
            i = rnd.of.who[r]
            where = h if stands else WAITING
            if not stands:
                life.tries[i] += 1
                limit = fixed.law.chances.elsewhere_after
                if limit > 0 and life.tries[i] >= limit:
                    where = ELSEWHERE
            if where != WAITING:
                day = rnd.of.day[r]
                ok = ok and _tell(fixed, life, state, told, i, WAITING, life.needed[i], day, PLACED)
                _settle(fixed, key, life, state, shapes, scales, i, where, day)
                if where == ELSEWHERE:
                    course.away[course.position[4]] = i
                    course.position[4] += 1
    kept = 0
    for at in range(state.queued[0]):
        i = state.waiting[at]
        if life.place[i] == WAITING:
            state.waiting[kept] = i
            kept += 1
    state.queued[0] = kept
    return ok


@compiled
def _shut(
    fixed: Fixed, key: np.uint64, life: Life, state: State, course: Course, monday: int
) -> None:
    """Homes that shut this week: everybody there must leave that day."""
    for h in range(len(fixed.law.homes.places)):
        day = course.closure[h]
        if day < monday or day >= monday + WEEK:
            continue
        for k in range(state.number[h]):
            i = state.living[h, k]
            if life.end[i] > day:
                life.end[i], life.how[i] = max(day, life.start[i] + 1), CLOSED
        state.shut[h] = day + fixed.law.chances.closed_days
        course.closure[h] = _next_closure(fixed, key, course, h, state.shut[h])


@compiled
def _leave(
    fixed: Fixed, key: np.uint64, life: Life, state: State, course: Course, told: Told, monday: int
) -> bool:
    """Stays that end this week; whoever needs another home waits from that day."""
    ok = True
    after = monday + WEEK
    for h in range(len(fixed.law.homes.places)):
        kept = 0
        for k in range(state.number[h]):
            i = state.living[h, k]
            if life.end[i] < after:
                ok = ok and _depart(fixed, key, life, state, told, i)
            else:
                state.living[h, kept] = i
                kept += 1
        state.number[h] = kept
    kept = 0
    for at in range(course.position[4]):
        i = course.away[at]
        if life.end[i] < after:
            ok = ok and _depart(fixed, key, life, state, told, i)
        else:
            course.away[kept] = i
            kept += 1
    course.position[4] = kept
    return ok


@compiled
def _depart(fixed: Fixed, key: np.uint64, life: Life, state: State, told: Told, i: int) -> bool:
    end, how = life.end[i], life.how[i]
    ok = _tell(fixed, life, state, told, i, life.place[i], life.start[i], end, how)
    again = how in (UNPLANNED, CLOSED) and comes_back(fixed, key, life, i, life.stay[i])
    life.stay[i] += 1
    life.told[i] = NEVER
    life.place[i] = GONE
    if again and end < adult_on(fixed, life, i):
        oldest = 0
        for at in range(state.moved.shape[1]):
            if state.moved[i, at] < state.moved[i, oldest]:
                oldest = at
        state.moved[i, oldest] = end
        life.needed[i], life.since[i] = end, end
        life.tries[i] = 0
        life.place[i] = WAITING
        state.waiting[state.queued[0]] = i
        state.queued[0] += 1
    return ok


@compiled
def _finish(fixed: Fixed, life: Life, state: State, told: Told) -> bool:
    """Whoever still lives somewhere, or waits, does so at the horizon."""
    ok = True
    horizon = WEEK * fixed.weeks
    for i in range(len(life.place)):
        where = life.place[i]
        if where in (GONE, NOT_YET):
            continue
        start = life.needed[i] if where == WAITING else life.start[i]
        ok = ok and _tell(fixed, life, state, told, i, where, start, horizon, GOING_ON)
    return ok
