"""One week's question, compiled: who may live where on which day, at what points, at what cost.

What `matching.pairs` and `matching.choices` say of a case, laid out for the compiled loops, from
the tables of matching's own rules and points. The rules on households and on those who move in
together are the compiled ones of `matching.kernels`.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from broker.capacity.simulation import chance
from broker.capacity.simulation.chance import share
from broker.capacity.simulation.fixed import APART_OK, TOGETHER, Fixed, Flags, Ints, Life
from matching.kernels import compatible, has_room
from matching.points import MOVES_COUNTED

WEEK: Final = 7
YEAR: Final = 365
CENT: Final = 1 << 31
"""A point in the currency of a round: above any weekly cost in pence."""
PERSON: Final = 1 << 53
"""A young person without a place needed today: above any points."""
FORBIDDEN: Final = 1 << 61
MUST_NOT, CAUTION = 1, 2
_RELATED = chance.RELATED


class State(NamedTuple):
    """Where everybody is. By young person: `place` (home, or below), first day, the day and way
    the stay ends, the day of an ending that is known ahead, how many stays begun, tries without a
    place, last moves. By home: who lives there, how many; until when it is shut.
    """

    place: Ints
    start: Ints
    end: Ints
    how: Ints
    told: Ints
    stay: Ints
    tries: Ints
    moved: Ints
    declined: Flags
    living: Ints
    number: Ints
    shut: Ints
    waiting: Ints
    count: Ints


class Round(NamedTuple):
    """A week's question and its answer. R young people, U units, H homes.

    `sizes` R and U; `who`, `day`, `urgency` by young person; `fits[r, h]` whether the pair is
    eligible; `unit` by young person, `start` and `members` by unit; `cost[u, h]` and `wait[u]` in
    the round's currency, with credit for shares; households by steps as `matching.kernels` takes
    them; `lacking[c, b]` places short; `high[c, q]` high-need by provider; `answer` home by young
    person, -1 none; `levels` today, points, pence; `base` points whatever is done.
    """

    sizes: Ints
    who: Ints
    day: Ints
    urgency: Ints
    fits: Flags
    unit: Ints
    start: Ints
    members: Ints
    pair: Ints
    cost: Ints
    wait: Ints
    ss: Ints
    until: Ints
    room: Ints
    high_room: Ints
    load_room: Ints
    ps: Ints
    phigh: Ints
    pload: Ints
    pday: Ints
    lacking: Ints
    high: Ints
    answer: Ints
    levels: Ints


@njit(cache=True, nogil=True)
def related(fixed: Fixed, key: np.uint64, life: Life, i: int, j: int) -> int:
    """How two young people are related: 0, MUST_NOT or CAUTION."""
    old = len(fixed.known.name)
    if i < old and j < old:
        return int(fixed.known.related[i, j])
    if life.borough[i] != life.borough[j] or (
        life.family[i] >= 0 and life.family[i] == life.family[j]
    ):
        return 0
    a, b = min(life.name[i], life.name[j]), max(life.name[i], life.name[j])
    draw = share(key, _RELATED, a, b)
    if draw >= fixed.chances.related:
        return 0
    return MUST_NOT if draw < fixed.chances.related * fixed.chances.must_not else CAUTION


@njit(cache=True, nogil=True)
def present(state: State, i: int, day: int) -> bool:
    """Whether a resident is there on a day, as far as is known on the Monday."""
    return bool(day < state.told[i])


@njit(cache=True, nogil=True)
def moves_before(life: Life, state: State, i: int, monday: int) -> int:
    """Moves in the year before: those told of at the first referral, after it those seen here."""
    number = life.moves[i] if state.stay[i] == 0 else 0
    for at in range(state.moved.shape[1]):
        if monday - state.moved[i, at] < YEAR:
            number += 1
    return number


@njit(cache=True, nogil=True)
def whole_months(fixed: Fixed, start: int, end: int) -> int:
    """Whole months between two days, as `matching.calendar.whole_months` counts them."""
    tables = fixed.tables
    a, b = start - tables.day_base, end - tables.day_base
    months = tables.month[b] - tables.month[a]
    if tables.month_day[b] < tables.month_day[a]:
        months -= 1
    return max(0, months)


@njit(cache=True, nogil=True)
def households(fixed: Fixed, life: Life, state: State, monday: int, rnd: Round) -> None:
    """The room each home has, day by day of the week, as steps."""
    homes, policy = fixed.homes, fixed.policy
    at = 0
    for h in range(len(homes.places)):
        rnd.ss[h] = at
        for day in range(monday, monday + WEEK):
            if day > monday:
                leaves = False
                for k in range(state.number[h]):
                    leaves = leaves or state.told[state.living[h, k]] == day
                if not leaves:
                    rnd.until[at - 1] = day
                    continue
            people, high, load = 0, 0, 0
            for k in range(state.number[h]):
                i = state.living[h, k]
                if present(state, i, day):
                    people += 1
                    high += policy.high[life.band[i]]
                    load += policy.load[life.band[i]]
            rnd.until[at] = day
            rnd.room[at] = max(0, homes.places[h] - people)
            rnd.high_room[at] = max(0, homes.max_high[h] - high)
            rnd.load_room[at] = max(0, homes.load_limit[h] - load)
            at += 1
    rnd.ss[len(homes.places)] = at


@njit(cache=True, nogil=True)
def pairs(fixed: Fixed, key: np.uint64, life: Life, state: State, monday: int, rnd: Round) -> None:
    """Judge everybody who waits against every home: eligible or not, points, pence."""
    homes, tables, policy = fixed.homes, fixed.tables, fixed.policy
    number = rnd.sizes[0]
    size = len(homes.places)
    in_use = 0
    for h in range(size):
        if homes.block[h]:
            for k in range(state.number[h]):
                in_use += present(state, state.living[h, k], monday)
    regime = 0 if in_use < policy.guaranteed else 1
    for r in range(number):
        i = rnd.who[r]
        day = max(life.needed[i], monday)
        ahead = day - monday
        rnd.day[r], rnd.pday[r] = day, day
        rnd.urgency[r] = 0 if ahead == 0 else (1 if ahead <= 5 else 2)
        rnd.phigh[r] = policy.high[life.band[i]]
        rnd.pload[r] = policy.load[life.band[i]]
        rnd.ps[r], rnd.ps[r + 1] = r, r + 1
    nobody = np.empty(1, np.int64)
    for r in range(number):
        i = rnd.who[r]
        p, day, urgency = life.pool[i], rnd.day[r], rnd.urgency[r]
        row = life.born[i] - tables.born_base
        age = 0
        while age + 1 < tables.birthday.shape[1] and tables.birthday[row, age + 1] <= day:
            age += 1
        moves = min(moves_before(life, state, i, monday), MOVES_COUNTED)
        family = False
        for h in range(size):
            rnd.fits[r, h] = False
            rnd.pair[r, h] = FORBIDDEN
            judged = (
                tables.fits_trained[urgency, p, h]
                if homes.trained[h] <= monday
                else tables.fits[urgency, p, h]
            )
            if not judged or not tables.of_age[age, h] or state.declined[i, h]:
                continue
            if homes.opens[h] > monday or state.shut[h] > monday:
                continue
            if not has_room(
                h, nobody, 0, r, rnd.ss, rnd.until, rnd.room, rnd.high_room, rnd.load_room,
                rnd.ps, rnd.phigh, rnd.pload, rnd.pday,
            ):  # fmt: skip
                continue
            fine, high, wary = True, 0, 0
            for k in range(state.number[h]):
                j = state.living[h, k]
                if not present(state, j, day):
                    continue
                if not compatible(i, j, life.solo, life.older, life.younger, life.born, life.born):
                    fine = False
                    break
                kind = related(fixed, key, life, i, j)
                if kind == MUST_NOT:
                    fine = False
                    break
                wary += kind == CAUTION
                high += policy.high[life.band[j]]
            if not fine:
                continue
            period, band = tables.period[day], life.band[i]
            left = whole_months(fixed, day, tables.birthday[row, homes.max_age[h] + 1])
            points = tables.points[p, h] + tables.fee_points[band, period, h]
            points += policy.age * max(0, tables.planned[p] - left)
            points += policy.unsettled * moves * high + policy.caution * wary
            rnd.fits[r, h] = True
            rnd.pair[r, h] = points * CENT + tables.marginal[regime, band, period, h]
            family = True
        if family and life.family[i] >= 0 and life.siblings[i] != APART_OK:
            _siblings(fixed, life, state, rnd, r)


@njit(cache=True, nogil=True)
def _siblings(fixed: Fixed, life: Life, state: State, rnd: Round, r: int) -> None:
    """Points where a sibling lives in another home that would be eligible."""
    size = len(fixed.homes.places)
    i = rnd.who[r]
    there = np.zeros(size, np.bool_)
    possible = False
    for h in range(size):
        for k in range(state.number[h]):
            j = state.living[h, k]
            if life.family[j] == life.family[i] and present(state, j, rnd.day[r]):
                there[h] = True
                possible = possible or rnd.fits[r, h]
    if possible:
        for h in range(size):
            if rnd.fits[r, h] and not there[h]:
                rnd.pair[r, h] += fixed.policy.sibling * CENT


@njit(cache=True, nogil=True)
def ties(fixed: Fixed, life: Life, state: State, monday: int, rnd: Round) -> None:
    """What ties homes together: places boroughs lack, and high need by provider."""
    homes, policy = fixed.homes, fixed.policy
    horizon = monday
    for r in range(rnd.sizes[0]):
        horizon = max(horizon, rnd.day[r])
    rnd.lacking[:, :] = 0
    rnd.high[:, :] = 0
    for h in range(len(homes.places)):
        c = homes.contract[h]
        if c < 0:
            continue
        for k in range(state.number[h]):
            i = state.living[h, k]
            if present(state, i, horizon):
                rnd.lacking[c, life.borough[i]] += 1
                if policy.high[life.band[i]]:
                    rnd.high[c, homes.provider[h]] += 1
    for c in range(policy.share.shape[0]):
        for b in range(policy.share.shape[1]):
            held, part = rnd.lacking[c, b], policy.share[c, b]
            rnd.lacking[c, b] = 0
            if part < 0:
                continue
            asking = 0
            for r in range(rnd.sizes[0]):
                if life.borough[rnd.who[r]] == b:
                    for h in range(len(homes.places)):
                        if homes.contract[h] == c and rnd.fits[r, h]:
                            asking += 1
                            break
            rnd.lacking[c, b] = max(0, min(part, held + asking) - held)


@njit(cache=True, nogil=True)
def units(fixed: Fixed, key: np.uint64, life: Life, state: State, monday: int, rnd: Round) -> None:
    """Young people, or groups kept together, each with what a home or waiting costs."""
    policy, number = fixed.policy, rnd.sizes[0]
    size = len(fixed.homes.places)
    for r in range(number):
        rnd.unit[r] = -1
    found, at = 0, 0
    for r in range(number):
        if rnd.unit[r] >= 0:
            continue
        rnd.start[found] = at
        family = life.family[rnd.who[r]]
        kept = False
        if family >= 0:
            for s in range(number):
                i = rnd.who[s]
                kept = kept or (life.family[i] == family and life.siblings[i] == TOGETHER)
        for s in range(r, number):
            if s == r or (kept and life.family[rnd.who[s]] == family):
                rnd.unit[s] = found
                rnd.members[at] = s
                at += 1
        found += 1
        rnd.start[found] = at
    rnd.sizes[1] = found
    for u in range(found):
        rnd.wait[u] = 0
        for at in range(rnd.start[u], rnd.start[u + 1]):
            r = rnd.members[at]
            if rnd.urgency[r] == 0:
                rnd.wait[u] += PERSON
                continue
            waited = min(max(0, monday - life.since[rnd.who[r]]), policy.cap)
            first = policy.wait_5 if rnd.urgency[r] == 1 else policy.wait_over
            rnd.wait[u] += (first + policy.per_day * waited) * CENT
        for h in range(size):
            rnd.cost[u, h] = _cost(fixed, key, life, rnd, u, h)


@njit(cache=True, nogil=True)
def _cost(fixed: Fixed, key: np.uint64, life: Life, rnd: Round, u: int, h: int) -> int:
    """What a unit in a home costs; FORBIDDEN where a member may not, or they may not together."""
    policy = fixed.policy
    begin, end = rnd.start[u], rnd.start[u + 1]
    total = 0
    c = fixed.homes.contract[h]
    for at in range(begin, end):
        r = rnd.members[at]
        if not rnd.fits[r, h]:
            return FORBIDDEN
        total += rnd.pair[r, h]
        if c >= 0 and rnd.lacking[c, life.borough[rnd.who[r]]] > 0:
            total -= policy.short * CENT
        extra = joins(fixed, key, life, rnd, h, rnd.members[begin:at], at - begin, r)
        if extra < 0:
            return FORBIDDEN
        total += extra
    return total


@njit(cache=True, nogil=True)
def joins(
    fixed: Fixed, key: np.uint64, life: Life, rnd: Round, h: int, here: Ints, number: int, r: int
) -> int:
    """What cautions cost if somebody moves in beside others; -1 where a joint rule forbids it."""
    i = rnd.who[r]
    wary = 0
    for at in range(number):
        j = rnd.who[here[at]]
        if not compatible(i, j, life.solo, life.older, life.younger, life.born, life.born):
            return -1
        kind = related(fixed, key, life, i, j)
        if kind == MUST_NOT:
            return -1
        wary += kind == CAUTION
    if number > 0 and not has_room(
        h, here, number, r, rnd.ss, rnd.until, rnd.room, rnd.high_room, rnd.load_room,
        rnd.ps, rnd.phigh, rnd.pload, rnd.pday,
    ):  # fmt: skip
        return -1
    return wary * fixed.policy.caution * CENT


def new_round(people: int, homes: int, contracts: int, boroughs: int, providers: int) -> Round:
    """Room for a question of so many young people."""

    def ints(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    fits: NDArray[np.bool_] = np.zeros((people, homes), dtype=bool)
    return Round(
        sizes=ints(2), who=ints(people), day=ints(people), urgency=ints(people), fits=fits,
        unit=ints(people), start=ints(people + 1), members=ints(people), pair=ints(people, homes),
        cost=ints(people, homes), wait=ints(people), ss=ints(homes + 1), until=ints(homes * WEEK),
        room=ints(homes * WEEK), high_room=ints(homes * WEEK), load_room=ints(homes * WEEK),
        ps=ints(people + 1), phigh=ints(people), pload=ints(people), pday=ints(people),
        lacking=ints(contracts, boroughs), high=ints(contracts, providers),
        answer=ints(people), levels=ints(3),
    )  # fmt: skip
