"""The best plan of a round, proven: a relaxed assignment with a certificate, else branch and bound.

The relaxation knows how many each home takes and nothing of who gets on with whom: units against
places and waiting, at the least cost. What it costs bounds every plan from below; where its answer
keeps every joint rule and costs no more with all that is joint, it is the best plan. Otherwise a
depth-first search over units finds it, bounded by the relaxation's prices of places (Lagrange):
whole numbers, so that every bound is exact. Past NODES it gives up, and the engine answers.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from broker.capacity.simulation.fixed import PREFERRED, Ints, Law, Life
from broker.capacity.simulation.rounds import CENT, FORBIDDEN, PERSON, Round, joins
from matching.compiled import compiled

TRIVIAL, CERTIFIED, SEARCHED, ENGINE = range(4)
"""Paths, as `record.PATHS` names them."""
NODES: Final = 400_000
LARGEST: Final = 1 << 14
DEAREST: Final = 10_000_000
MOST: Final = 200
"""Points and pence of a unit, and units, from which sums might no longer fit in their part of the
round's currency: the engine answers."""


@compiled
def assign(cost: Ints, wait: Ints, room: Ints, units: int, taken: Ints, price: Ints) -> int:
    """The least sum of costs if each unit takes a place or waits; writes homes taken and prices.

    The Hungarian method by shortest paths (Kuhn; Jonker and Volgenant), a column for each place
    and one for each unit's waiting.
    """
    homes = len(room)
    slots = 0
    for h in range(homes):
        slots += min(room[h], units)
    columns = slots + units
    home_of = np.empty(columns, np.int64)
    at = 0
    for h in range(homes):
        for _ in range(min(room[h], units)):
            home_of[at] = h
            at += 1
    for u in range(units):
        home_of[slots + u] = -1 - u
    row_price = np.zeros(units + 1, np.int64)
    column_price = np.zeros(columns + 1, np.int64)
    match = np.full(columns + 1, -1, np.int64)
    before = np.empty(columns + 1, np.int64)
    least = np.empty(columns + 1, np.int64)
    used = np.empty(columns + 1, np.bool_)
    for u in range(units):
        match[columns] = u
        j = columns
        least[:] = FORBIDDEN
        used[:] = False
        while match[j] >= 0:
            used[j] = True
            i = match[j]
            gap, following = FORBIDDEN, -1
            for k in range(columns):
                if used[k]:
                    continue
                h = home_of[k]
                value = cost[i, h] if h >= 0 else (wait[i] if h == -1 - i else FORBIDDEN)
                if value < FORBIDDEN:
                    reduced = value - row_price[i] - column_price[k]
                    if reduced < least[k]:
                        least[k], before[k] = reduced, j
                if least[k] < gap:
                    gap, following = least[k], k
            for k in range(columns + 1):
                if used[k]:
                    row_price[match[k]] += gap
                    column_price[k] -= gap
                elif least[k] < FORBIDDEN:
                    least[k] -= gap
            j = following
        while j != columns:
            match[j] = match[before[j]]
            j = before[j]
    total = 0
    price[:] = 0
    started = np.zeros(homes, np.bool_)
    for k in range(columns):
        h = home_of[k]
        if h >= 0:
            own = -column_price[k]
            price[h] = min(price[h], own) if started[h] else own
            started[h] = True
        if match[k] >= 0:
            u = match[k]
            taken[u] = h if h >= 0 else -1
            total += cost[u, h] if h >= 0 else wait[u]
    return total


@compiled
def _balance(law: Law, rnd: Round, more: int) -> int:
    """Points for providers above their part, at the least if `more` of high need may still come."""
    policy = law.policy
    total = 0
    for c in range(len(policy.balanced)):
        if not policy.balanced[c]:
            continue
        everybody = more
        for q in range(rnd.high.shape[1]):
            everybody += rnd.high[c, q]
        for q in range(rnd.high.shape[1]):
            over = policy.places[c] * rnd.high[c, q] - policy.parts[c, q] * everybody
            if over > 0:
                total += (over + policy.places[c] - 1) // policy.places[c]
    return total * policy.balance * CENT


@compiled
def _apart(law: Law, life: Life, rnd: Round, home: Ints) -> int:
    """Points for siblings who would rather be together, placed and not all in one home."""
    total = 0
    number = rnd.sizes[0]
    for r in range(number):
        i = rnd.of.who[r]
        family = life.family[i]
        if family < 0:
            continue
        first, prefers, here, apart = True, False, -1, False
        for s in range(number):
            j = rnd.of.who[s]
            if life.family[j] != family:
                continue
            first = first and s >= r
            prefers = prefers or life.siblings[j] == PREFERRED
            placed = home[rnd.of.unit[s]]
            if placed >= 0:
                apart = apart or (0 <= here != placed)
                here = placed
        if first and prefers and apart:
            total += law.policy.apart * CENT
    return total


@compiled
def _move_in(
    law: Law, key: np.uint64, life: Life, rnd: Round, u: int, h: int, here: Ints, count: Ints,
    taken: Ints,
) -> int:  # fmt: skip
    """What a unit costs beside those already moving in; FORBIDDEN where a joint rule is broken.

    Writes those who move in; `_move_out` takes it back.
    """
    extra = rnd.cost[u, h]
    begin, end = rnd.of.start[u], rnd.of.start[u + 1]
    before = count[h]
    if before:
        for at in range(begin, end):
            r = rnd.of.members[at]
            joined = joins(law, key, life, rnd, h, here[h], before + at - begin, r)
            if joined < 0:
                return FORBIDDEN
            # those within the unit are in its own cost
            if at > begin:
                own = joins(law, key, life, rnd, h, rnd.of.members[begin:at], at - begin, r)
                joined -= own
            extra += joined
            here[h, before + at - begin] = r
    else:
        for at in range(begin, end):
            here[h, at - begin] = rnd.of.members[at]
    c = law.homes.contract[h]
    for at in range(begin, end):
        r = rnd.of.members[at]
        if c >= 0:
            b = life.borough[rnd.of.who[r]]
            taken[c, b] += 1
            if rnd.lacking[c, b] > 0 and taken[c, b] > rnd.lacking[c, b]:
                extra += law.policy.short * CENT
            rnd.high[c, law.homes.provider[h]] += rnd.of.phigh[r]
    count[h] += end - begin
    return int(extra)


@compiled
def _move_out(law: Law, life: Life, rnd: Round, u: int, h: int, count: Ints, taken: Ints) -> None:
    begin, end = rnd.of.start[u], rnd.of.start[u + 1]
    c = law.homes.contract[h]
    for at in range(begin, end):
        r = rnd.of.members[at]
        if c >= 0:
            taken[c, life.borough[rnd.of.who[r]]] -= 1
            rnd.high[c, law.homes.provider[h]] -= rnd.of.phigh[r]
    count[h] -= end - begin


@compiled
def solve(law: Law, key: np.uint64, life: Life, rnd: Round) -> int:
    """The best plan of a round into `answer` and `levels`; which path found it."""
    number, units = rnd.sizes[0], rnd.sizes[1]
    homes = len(law.homes.places)
    rnd.of.answer[:number] = -1
    base = 0
    for c in range(rnd.lacking.shape[0]):
        for b in range(rnd.lacking.shape[1]):
            base += law.policy.short * rnd.lacking[c, b] * CENT
    possible = False
    for u in range(units):
        if rnd.of.wait[u] % PERSON >= LARGEST * CENT:
            return ENGINE
        for h in range(homes):
            if rnd.cost[u, h] < FORBIDDEN:
                possible = True
                if rnd.cost[u, h] >= LARGEST * CENT or rnd.cost[u, h] % CENT >= DEAREST:
                    return ENGINE
    if number > MOST:
        return ENGINE
    if not possible:
        total = base + _balance(law, rnd, 0)
        for u in range(units):
            total += rnd.of.wait[u]
        _levels(rnd, total)
        return TRIVIAL
    room = np.empty(homes, np.int64)
    for h in range(homes):
        room[h] = min(rnd.step.room[rnd.ss[h + 1] - 1], law.homes.arrivals[h])
    taken = np.empty(units, np.int64)
    price = np.empty(homes, np.int64)
    relaxed = assign(rnd.cost, rnd.of.wait, room, units, taken, price)
    here = np.empty((homes, number), np.int64)
    count = np.zeros(homes, np.int64)
    held = np.zeros(rnd.lacking.shape, np.int64)
    more = 0
    for u in range(units):
        more += _high_of(rnd, u, homes)
    total, done = 0, 0
    for u in range(units):
        added = rnd.of.wait[u]
        if taken[u] >= 0:
            added = _move_in(law, key, life, rnd, u, taken[u], here, count, held)
        if added == FORBIDDEN:
            break
        total += added
        done += 1
    lawful = done == units
    if lawful:
        total += _balance(law, rnd, 0) + _apart(law, life, rnd, taken)
    for u in range(done):
        if taken[u] >= 0:
            _move_out(law, life, rnd, u, taken[u], count, held)
    bound = relaxed + _balance(law, rnd, more)
    path = CERTIFIED
    if not lawful or total > bound:
        limit = total if lawful else FORBIDDEN
        total = _search(law, key, life, rnd, room, price, limit, bound, taken)
        path = SEARCHED
        if total == FORBIDDEN:
            return ENGINE
    for r in range(number):
        rnd.of.answer[r] = taken[rnd.of.unit[r]]
    _levels(rnd, base + total)
    return path


@compiled
def _high_of(rnd: Round, u: int, homes: int) -> int:
    """How many of high need a unit might place."""
    for h in range(homes):
        if rnd.cost[u, h] < FORBIDDEN:
            number = 0
            for at in range(rnd.of.start[u], rnd.of.start[u + 1]):
                number += rnd.of.phigh[rnd.of.members[at]]
            return number
    return 0


@compiled
def _levels(rnd: Round, total: int) -> None:
    rnd.levels[0] = total // PERSON
    rnd.levels[1] = total % PERSON // CENT
    rnd.levels[2] = total % CENT


@compiled
def _search(
    law: Law, key: np.uint64, life: Life, rnd: Round, room: Ints, price: Ints, limit: int,
    bound: int, taken: Ints,
) -> int:  # fmt: skip
    """The best plan into `taken` and what it costs, base apart; FORBIDDEN past its allowance.

    `taken` holds a lawful plan that costs `limit`, unless that is FORBIDDEN.
    """
    units, homes = rnd.sizes[1], len(room)
    number = rnd.sizes[0]
    options = np.empty((units, homes + 1), np.int64)
    length = np.zeros(units, np.int64)
    reduced = np.empty((units, homes + 1), np.int64)
    least = np.empty(units, np.int64)
    spread = np.empty(units, np.int64)
    for u in range(units):
        for h in range(homes + 1):
            value = rnd.of.wait[u] if h == homes else rnd.cost[u, h]
            if value >= FORBIDDEN:
                continue
            value += 0 if h == homes else price[h]
            at = length[u]
            while at > 0 and reduced[u, at - 1] > value:
                reduced[u, at], options[u, at] = reduced[u, at - 1], options[u, at - 1]
                at -= 1
            reduced[u, at], options[u, at] = value, h
            length[u] += 1
        least[u] = reduced[u, 0]
        spread[u] = -(rnd.of.wait[u] - reduced[u, 0])
    order = np.argsort(spread, kind="mergesort")
    rest = np.zeros(units + 1, np.int64)
    high = np.zeros(units + 1, np.int64)
    for d in range(units - 1, -1, -1):
        rest[d] = rest[d + 1] + least[order[d]]
        high[d] = high[d + 1] + _high_of(rnd, order[d], homes)
    left = room.copy()
    paid = 0
    for h in range(homes):
        paid += price[h] * room[h]
    here = np.empty((homes, number), np.int64)
    count = np.zeros(homes, np.int64)
    held = np.zeros(rnd.lacking.shape, np.int64)
    choice = np.full(units, -1, np.int64)
    home = np.full(units, -1, np.int64)
    value = np.zeros(units + 1, np.int64)
    best = limit
    depth, nodes = 0, 0
    while depth >= 0:
        if depth == units:
            total = value[depth] + _balance(law, rnd, 0) + _apart(law, life, rnd, home)
            if total < best:
                best = total
                taken[:units] = home
                if best <= bound:
                    return int(best)
            depth -= 1
            continue
        u = order[depth]
        if home[u] >= 0:
            h = home[u]
            _move_out(law, life, rnd, u, h, count, held)
            left[h] += 1
            paid += price[h]
            home[u] = -1
        choice[depth] += 1
        if choice[depth] >= length[u]:
            choice[depth] = -1
            depth -= 1
            continue
        nodes += 1
        if nodes > NODES:
            return FORBIDDEN
        h = options[u, choice[depth]]
        hope = value[depth] + reduced[u, choice[depth]] + rest[depth + 1] - paid
        if hope + _balance(law, rnd, high[depth]) >= best:
            choice[depth] = -1
            depth -= 1
            continue
        if h == homes:
            value[depth + 1] = value[depth] + rnd.of.wait[u]
        else:
            if left[h] == 0:
                continue
            added = _move_in(law, key, life, rnd, u, h, here, count, held)
            if added == FORBIDDEN:
                continue
            home[u] = h
            left[h] -= 1
            paid -= price[h]
            value[depth + 1] = value[depth] + added
        after = value[depth + 1] + rest[depth + 1] - paid
        if after + _balance(law, rnd, high[depth + 1]) >= best:
            continue
        depth += 1
    return best
