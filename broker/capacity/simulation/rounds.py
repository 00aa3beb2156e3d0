"""One week's question, compiled: who may live where on which day, at what points, at what cost.

What `matching.pairs` and `matching.choices` say of a case, laid out for the compiled loops, from
the tables of matching's own rules and points. The rules on households and on those who move in
together are the compiled ones of `matching.kernels`.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from broker.capacity.simulation import chance
from broker.capacity.simulation.chance import share
from broker.capacity.simulation.fixed import APART_OK, TOGETHER, Fixed, Flags, Ints, Law, Life
from matching.compiled import compiled
from matching.kernels import compatible, has_room
from matching.points import MOVES_COUNTED

WEEK: Final = 7
YEAR: Final = 365
CENT: Final = 1 << 31
"""A point in the currency of a round: above any weekly cost in pence."""
PERSON: Final = 1 << 53
"""A young person without a place needed today: above any points."""
FORBIDDEN: Final = 1 << 61
MUST_NOT, CAUTION, _RELATED = 1, 2, chance.RELATED


class State(NamedTuple):
    """Who lives in each home (`living[h, :number[h]]`) and until when it is shut; who waits
    (`waiting[:queued[0]]`); homes that declined each young person; days of each one's last moves.
    """

    moved: Ints
    declined: Flags
    living: Ints
    number: Ints
    shut: Ints
    waiting: Ints
    queued: Ints


class Of(NamedTuple):
    """By young person of a round: who, the day, the urgency, the unit, the answer (home, -1 none),
    and what `matching.kernels` asks. By unit: `start` of its `members`, what waiting costs.
    """

    who: Ints
    day: Ints
    urgency: Ints
    unit: Ints
    start: Ints
    members: Ints
    wait: Ints
    ps: Ints
    phigh: Ints
    pload: Ints
    pday: Ints
    answer: Ints


class Step(NamedTuple):
    """Stretches of days with one household in a home, as `matching.kernels` takes them."""

    until: Ints
    room: Ints
    high_room: Ints
    load_room: Ints


class Round(NamedTuple):
    """A week's question and its answer: R young people, U units (`sizes`), H homes.

    `fits[r, h]` whether the pair is eligible; `pair[r, h]` and `cost[u, h]` in the round's
    currency, the latter with credit for shares; steps of home h are `ss[h]` to `ss[h + 1]`;
    `lacking[c, b]` places short; `high[c, q]` high-need by provider; `levels` today, points, pence.
    """

    sizes: Ints
    of: Of
    fits: Flags
    pair: Ints
    cost: Ints
    ss: Ints
    step: Step
    lacking: Ints
    high: Ints
    levels: Ints


@compiled
def related(law: Law, key: np.uint64, life: Life, i: int, j: int) -> int:
    """How two young people are related: 0, MUST_NOT or CAUTION."""
    old = len(law.related)
    if i < old and j < old:
        return int(law.related[i, j])
    if life.borough[i] != life.borough[j] or (
        life.family[i] >= 0 and life.family[i] == life.family[j]
    ):
        return 0
    a, b = min(life.name[i], life.name[j]), max(life.name[i], life.name[j])
    draw = share(key, _RELATED, a, b)
    if draw >= law.chances.related:
        return 0
    return MUST_NOT if draw < law.chances.related * law.chances.must_not else CAUTION


@compiled
def present(life: Life, i: int, day: int) -> bool:
    """Whether a resident is there on a day, as far as is known on the Monday."""
    return bool(day < life.told[i])


@compiled
def moves_before(life: Life, state: State, i: int, monday: int) -> int:
    """Moves in the year before: those told of at the first referral, after it those seen here."""
    number = life.moves[i] if life.stay[i] == 0 else 0
    for at in range(state.moved.shape[1]):
        if monday - state.moved[i, at] < YEAR:
            number += 1
    return number


@compiled
def whole_months(fixed: Fixed, start: int, end: int) -> int:
    """Whole months between two days, as `matching.calendar.whole_months` counts them."""
    tables = fixed.tables
    a, b = start - tables.day_base, end - tables.day_base
    months = tables.calendar.month[b] - tables.calendar.month[a]
    if tables.calendar.month_day[b] < tables.calendar.month_day[a]:
        months -= 1
    return int(max(0, months))


@compiled
def households(law: Law, life: Life, state: State, monday: int, rnd: Round) -> None:
    """The room each home has, day by day of the week, as steps."""
    homes, policy = law.homes, law.policy
    at = 0
    for h in range(len(homes.places)):
        rnd.ss[h] = at
        for day in range(monday, monday + WEEK):
            if day > monday:
                leaves = False
                for k in range(state.number[h]):
                    leaves = leaves or life.told[state.living[h, k]] == day
                if not leaves:
                    rnd.step.until[at - 1] = day
                    continue
            people, high, load = 0, 0, 0
            for k in range(state.number[h]):
                i = state.living[h, k]
                if present(life, i, day):
                    people += 1
                    high += policy.high[life.band[i]]
                    load += policy.load[life.band[i]]
            rnd.step.until[at] = day
            rnd.step.room[at] = max(0, homes.places[h] - people)
            rnd.step.high_room[at] = max(0, homes.max_high[h] - high)
            rnd.step.load_room[at] = max(0, homes.load_limit[h] - load)
            at += 1
    rnd.ss[len(homes.places)] = at


@compiled
def pairs(fixed: Fixed, key: np.uint64, life: Life, state: State, monday: int, rnd: Round) -> None:
    """Judge everybody who waits against every home: eligible or not, points, pence."""
    homes, tables, policy = fixed.law.homes, fixed.tables, fixed.law.policy
    number = rnd.sizes[0]
    size = len(homes.places)
    in_use = 0
    for h in range(size):
        if homes.block[h]:
            for k in range(state.number[h]):
                in_use += present(life, state.living[h, k], monday)
    regime = 0 if in_use < policy.guaranteed else 1
    for r in range(number):
        i = rnd.of.who[r]
        day = max(life.needed[i], monday)
        ahead = day - monday
        rnd.of.day[r], rnd.of.pday[r] = day, day
        rnd.of.urgency[r] = 0 if ahead == 0 else (1 if ahead <= 5 else 2)
        rnd.of.phigh[r] = policy.high[life.band[i]]
        rnd.of.pload[r] = policy.load[life.band[i]]
        rnd.of.ps[r], rnd.of.ps[r + 1] = r, r + 1
    nobody = np.empty(1, np.int64)
    for r in range(number):
        i = rnd.of.who[r]
        p, day, urgency = life.pool[i], rnd.of.day[r], rnd.of.urgency[r]
        row = life.born[i] - tables.born_base
        age = 0
        while age + 1 < tables.birthday.shape[1] and tables.birthday[row, age + 1] <= day:
            age += 1
        moves = min(moves_before(life, state, i, monday), MOVES_COUNTED)
        family = False
        for h in range(size):
            rnd.fits[r, h] = False
            rnd.pair[r, h] = FORBIDDEN
            trained = 1 if homes.trained[h] <= monday else 0
            if (
                not tables.fits[trained, urgency, p, h]
                or not tables.of_age[age, h]
                or state.declined[i, h]
            ):
                continue
            if homes.opens[h] > monday or state.shut[h] > monday:
                continue
            if not has_room(
                h, nobody, 0, r, rnd.ss, rnd.step.until, rnd.step.room, rnd.step.high_room,
                rnd.step.load_room, rnd.of.ps, rnd.of.phigh, rnd.of.pload, rnd.of.pday,
            ):  # fmt: skip
                continue
            fine, high, wary = True, 0, 0
            for k in range(state.number[h]):
                j = state.living[h, k]
                if not present(life, j, day):
                    continue
                if not compatible(i, j, life.solo, life.older, life.younger, life.born, life.born):
                    fine = False
                    break
                kind = related(fixed.law, key, life, i, j)
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
            points += policy.age * max(0, tables.pool.planned[p] - left)
            points += policy.unsettled * moves * high + policy.caution * wary
            rnd.fits[r, h] = True
            rnd.pair[r, h] = points * CENT + tables.marginal[regime, band, period, h]
            family = True
        if family and life.family[i] >= 0 and life.siblings[i] != APART_OK:
            _siblings(fixed.law, life, state, rnd, r)


@compiled
def _siblings(law: Law, life: Life, state: State, rnd: Round, r: int) -> None:
    """Points where a sibling lives in another home that would be eligible."""
    size = len(law.homes.places)
    i = rnd.of.who[r]
    there = np.zeros(size, np.bool_)
    possible = False
    for h in range(size):
        for k in range(state.number[h]):
            j = state.living[h, k]
            if life.family[j] == life.family[i] and present(life, j, rnd.of.day[r]):
                there[h] = True
                possible = possible or rnd.fits[r, h]
    if possible:
        for h in range(size):
            if rnd.fits[r, h] and not there[h]:
                rnd.pair[r, h] += law.policy.sibling * CENT


@compiled
def ties(law: Law, life: Life, state: State, monday: int, rnd: Round) -> None:
    """What ties homes together: places boroughs lack, and high need by provider."""
    homes, policy = law.homes, law.policy
    horizon = monday
    for r in range(rnd.sizes[0]):
        horizon = max(horizon, rnd.of.day[r])
    rnd.lacking[:, :] = 0
    rnd.high[:, :] = 0
    for h in range(len(homes.places)):
        c = homes.contract[h]
        if c < 0:
            continue
        for k in range(state.number[h]):
            i = state.living[h, k]
            if present(life, i, horizon):
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
                if life.borough[rnd.of.who[r]] == b:
                    for h in range(len(homes.places)):
                        if homes.contract[h] == c and rnd.fits[r, h]:
                            asking += 1
                            break
            rnd.lacking[c, b] = max(0, min(part, held + asking) - held)


@compiled
def units(law: Law, key: np.uint64, life: Life, state: State, monday: int, rnd: Round) -> None:
    """Young people, or groups kept together, each with what a home or waiting costs."""
    policy, number = law.policy, rnd.sizes[0]
    size = len(law.homes.places)
    for r in range(number):
        rnd.of.unit[r] = -1
    found, at = 0, 0
    for r in range(number):
        if rnd.of.unit[r] >= 0:
            continue
        rnd.of.start[found] = at
        family = life.family[rnd.of.who[r]]
        kept = False
        if family >= 0:
            for s in range(number):
                i = rnd.of.who[s]
                kept = kept or (life.family[i] == family and life.siblings[i] == TOGETHER)
        for s in range(r, number):
            if s == r or (kept and life.family[rnd.of.who[s]] == family):
                rnd.of.unit[s] = found
                rnd.of.members[at] = s
                at += 1
        found += 1
        rnd.of.start[found] = at
    rnd.sizes[1] = found
    for u in range(found):
        rnd.of.wait[u] = 0
        for at in range(rnd.of.start[u], rnd.of.start[u + 1]):
            r = rnd.of.members[at]
            if rnd.of.urgency[r] == 0:
                rnd.of.wait[u] += PERSON
                continue
            waited = min(max(0, monday - life.since[rnd.of.who[r]]), policy.cap)
            first = policy.wait_5 if rnd.of.urgency[r] == 1 else policy.wait_over
            rnd.of.wait[u] += (first + policy.per_day * waited) * CENT
        for h in range(size):
            rnd.cost[u, h] = _cost(law, key, life, rnd, u, h)


@compiled
def _cost(law: Law, key: np.uint64, life: Life, rnd: Round, u: int, h: int) -> int:
    """What a unit in a home costs; FORBIDDEN where a member may not, or they may not together."""
    policy = law.policy
    begin, end = rnd.of.start[u], rnd.of.start[u + 1]
    total = 0
    c = law.homes.contract[h]
    for at in range(begin, end):
        r = rnd.of.members[at]
        if not rnd.fits[r, h]:
            return FORBIDDEN
        total += rnd.pair[r, h]
        if c >= 0 and rnd.lacking[c, life.borough[rnd.of.who[r]]] > 0:
            total -= policy.short * CENT
        extra = joins(law, key, life, rnd, h, rnd.of.members[begin:at], at - begin, r)
        if extra < 0:
            return FORBIDDEN
        total += extra
    return total


@compiled
def joins(
    law: Law, key: np.uint64, life: Life, rnd: Round, h: int, here: Ints, number: int, r: int
) -> int:
    """What cautions cost if somebody moves in beside others; -1 where a joint rule forbids it."""
    wary = beside(law, key, life, rnd, here, number, r)
    if wary >= 0 and number > 0 and not has_room(
        h, here, number, r, rnd.ss, rnd.step.until, rnd.step.room, rnd.step.high_room,
        rnd.step.load_room, rnd.of.ps, rnd.of.phigh, rnd.of.pload, rnd.of.pday,
    ):  # fmt: skip
        return -1
    return wary


@compiled
def beside(
    law: Law, key: np.uint64, life: Life, rnd: Round, here: Ints, number: int, r: int
) -> int:
    """What cautions cost beside others, whatever room there is; -1 where two must not (J2, J5)."""
    i = rnd.of.who[r]
    wary = 0
    for at in range(number):
        j = rnd.of.who[here[at]]
        if not compatible(i, j, life.solo, life.older, life.younger, life.born, life.born):
            return -1
        kind = related(law, key, life, i, j)
        if kind == MUST_NOT:
            return -1
        wary += kind == CAUTION
    return wary * law.policy.caution * CENT
