"""Compiled loops over households: the best set of newcomers for each home at given prices.

Everything here is whole numbers, in 1/`SCALE` of a point, so that every bound is exact. A *price*
for each unit says what its one placement is worth to others. At given prices every home chooses
alone, and the sum of what the homes choose bounds every plan from below (Lagrange). Compiled by
numba on first use and cached.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.compiled import compiled, compiled_into_callers

Ints = NDArray[np.int64]

SCALE = 1024
FINE = 16
"""Prices of links are in 1/2**FINE of 1/SCALE: what they add to a candidate is rounded down."""
KINDS = 24
ASKS = 6
NODES = 300_000
NEVER = 1 << 50


@compiled
def _find(starts: Ints, items: Ints, one: int, other: int) -> int:
    """Where `other` stands among the items of `one`, or -1."""
    for at in range(starts[one], starts[one + 1]):
        if items[at] == other:
            return at
    return -1


@compiled_into_callers
def compatible(
    one: int, other: int, solo: Ints, older: Ints, younger: Ints, first: Ints, last: Ints
) -> bool:
    """Whether two units may live together as companions (J5)."""
    return (
        one != other
        and not solo[one]
        and not solo[other]
        and last[other] < older[one]
        and last[one] < older[other]
        and first[other] > younger[one]
        and first[one] > younger[other]
    )


@compiled
def has_room(
    home: int,
    units: Ints,
    number: int,
    newcomer: int,
    ss: Ints,
    until: Ints,
    room: Ints,
    high: Ints,
    load: Ints,
    ps: Ints,
    phigh: Ints,
    pload: Ints,
    pday: Ints,
) -> bool:
    """Whether a home has room, and room in its mix, on every day for units and one more (J1, J3).

    Members of a group come on their own days, so people are looked at one by one.
    """
    for step in range(ss[home], ss[home + 1]):
        people, need, burden = 0, 0, 0
        for at in range(number + 1):
            unit = newcomer if at == number else units[at]
            for person in range(ps[unit], ps[unit + 1]):
                if pday[person] <= until[step]:
                    people += 1
                    need += phigh[person]
                    burden += pload[person]
        if people > room[step] or need > high[step] or burden > load[step]:
            return False
    return True


@compiled
def _bring(number: int, left: Ints, kinds: Ints, low: Ints) -> int:
    """The least that `number` more could bring, knowing only what each kind asks of a household.

    A row of `kinds` is what one of the kind asks, `left` what the household has left to give;
    `low` is the least that anybody of the kind brings.
    """
    one, two = 0, 0
    if number <= 0:
        return 0
    for a in range(len(low)):
        if low[a] >= one and (number == 1 or low[a] >= 0):
            continue
        fits = True
        for ask in range(ASKS):
            fits = fits and kinds[a, ask] <= left[ask]
        if not fits:
            continue
        one = min(one, low[a])
        if number > 1:
            for b in range(a, len(low)):
                if low[a] + low[b] >= two:
                    continue
                fits = True
                for ask in range(ASKS):
                    fits = fits and kinds[a, ask] + kinds[b, ask] <= left[ask]
                if fits:
                    two = low[a] + low[b]
    return one if number == 1 else min(one, two) + (number - 2) * one


@compiled
def sets_of(
    home: int,
    reduced: Ints,
    kin_price: Ints,
    wary_cost: int,
    homes: Any,
    limit: int,
    most_sets: int,
    members: Ints,
    ends: Ints,
    values: Ints,
    nodes_allowed: int,
) -> tuple[int, int]:
    """Sets of newcomers of one home that cost no more than `limit`, by depth-first search.

    With `most_sets` 1 it is the cheapest set alone, and `limit` is where a set starts to be of
    interest. Candidates of set i are `members[ends[i] : ends[i + 1]]`. Returns (how many sets,
    a bound: no set whatever costs less). A number below 0 says that the search was cut short at its
    allowance of nodes or room, after -1 less the number; the bound holds all the same.
    """
    unit, hs, arrivals = homes[0], homes[1], homes[2]
    ss, until, room, high, load = homes[3], homes[4], homes[5], homes[6], homes[7]
    ps, phigh, pload, pday = homes[8], homes[9], homes[10], homes[11]
    solo, older, younger, first, youngest = homes[12], homes[13], homes[14], homes[15], homes[16]
    fs, foe, ws, wary = homes[17], homes[18], homes[19], homes[20]
    ks, kin, kr = homes[21], homes[22], homes[23]
    last = ss[home + 1] - 1
    most = min(arrivals[home], homes[5][last])
    begin, end = hs[home], hs[home + 1]
    if most <= 0 or begin == end:
        return 0, 0
    single = most_sets == 1
    # the least anybody can bring: half of each kin price, were the sibling here too
    least = np.empty(end - begin, np.int64)
    floor = 0
    for k in range(begin, end):
        value = reduced[k]
        u = unit[k]
        for at in range(ks[u], ks[u + 1]):
            value -= (kin_price[kr[at]] + 1) // 2
        least[k - begin] = value
        floor = min(floor, value)
    # whoever would only make the cheapest set dearer need not be looked at
    margin = limit - floor * (most - 1)
    number = 0
    for at in range(end - begin):
        if single:
            value = 2 * least[at] - reduced[begin + at]
            least[at] = least[at] if value <= limit else NEVER
        if least[at] <= margin:
            number += 1
    if number == 0:
        return 0, 0
    who = np.empty(number, np.int64)
    low = np.empty(number, np.int64)
    number = 0
    for at in range(end - begin):
        if least[at] <= margin:
            who[number] = begin + at
            low[number] = least[at]
            number += 1
    order = np.argsort(low, kind="mergesort")
    who, low = who[order], low[order]
    most = min(most, number)
    # at each depth, who may still come: in order of the least they bring
    queue = np.empty((most, number), np.int64)
    length = np.zeros(most, np.int64)
    queue[0, :] = np.arange(number)
    length[0] = number
    # kinds of newcomers by what they ask of the household; `from_here` is the least that anybody
    # of each kind brings from a place of the order on
    table = np.zeros((KINDS, ASKS), np.int64)
    kinds = 0
    asks = np.empty((number, ASKS), np.int64)
    kind_of = np.empty(number, np.int64)
    for at in range(number):
        u = unit[who[at]]
        asks[at, :] = 0
        for person in range(ps[u], ps[u + 1]):
            for ask in range(0 if pday[person] <= until[ss[home]] else 3, ASKS, 3):
                asks[at, ask] += 1
                asks[at, ask + 1] += phigh[person]
                asks[at, ask + 2] += pload[person]
        if solo[u]:
            asks[at, 3] = max(asks[at, 3], room[last])
        kind = 0
        while kind < kinds:
            same = True
            for ask in range(ASKS):
                same = same and table[kind, ask] == asks[at, ask]
            if same:
                break
            kind += 1
        if kind == KINDS:
            kind = KINDS - 1
            table[kind, :] = 0
        elif kind == kinds:
            kinds += 1
            table[kind] = asks[at]
        kind_of[at] = kind
    from_here = np.zeros((number + 1, kinds), np.int64)
    for at in range(number - 1, -1, -1):
        from_here[at] = from_here[at + 1]
        from_here[at, kind_of[at]] = min(from_here[at + 1, kind_of[at]], low[at])
    left = np.empty((most + 1, ASKS), np.int64)
    for ask, step in ((0, ss[home]), (3, last)):
        left[0, ask], left[0, ask + 1], left[0, ask + 2] = room[step], high[step], load[step]
    bottom = _bring(most, left[0], table, from_here[0])
    best, found = 0, 0
    if single:
        best = min(limit, 0)
    stack = np.empty(most + 1, np.int64)
    units = np.empty(most + 1, np.int64)
    taken = np.empty(most + 1, np.int64)
    partial = np.zeros(most + 1, np.int64)
    true = np.zeros(most + 1, np.int64)
    depth, nodes = 0, 0
    stack[0] = -1
    while depth >= 0:
        stack[depth] += 1
        i = stack[depth]
        if i >= length[depth]:
            depth -= 1
            continue
        item = queue[depth, i]
        hope = partial[depth] + low[item] + (most - depth - 1) * min(0, low[item])
        if (single and hope >= best) or hope > limit:
            depth -= 1
            continue
        fine = True
        for ask in range(ASKS):
            left[depth + 1, ask] = left[depth, ask] - asks[item, ask]
            fine = fine and left[depth + 1, ask] >= 0
        if not fine:
            continue
        brings = _bring(most - depth - 1, left[depth + 1], table, from_here[item + 1])
        hope = partial[depth] + low[item] + brings
        if (single and hope >= best) or hope > limit:
            continue
        nodes += 1
        if nodes > nodes_allowed:
            return -1 - found, bottom
        k = who[item]
        u = unit[k]
        fine = True
        for at in range(depth):
            other = units[at]
            if not compatible(u, other, solo, older, younger, first, youngest):
                fine = False
                break
            if fs[u] < fs[u + 1] and _find(fs, foe, u, other) >= 0:
                fine = False
                break
        if not fine:
            continue
        if not has_room(home, units, depth, u, ss, until, room, high, load, ps, phigh, pload, pday):
            continue
        units[depth] = u
        taken[depth] = k
        partial[depth + 1] = partial[depth] + low[item]
        total = true[depth] + reduced[k]
        for at in range(depth):
            if ks[u] < ks[u + 1]:
                pair = _find(ks, kin, u, units[at])
                if pair >= 0:
                    total -= kin_price[kr[pair]]
            if wary_cost and ws[u] < ws[u + 1] and _find(ws, wary, u, units[at]) >= 0:
                total += wary_cost
        true[depth + 1] = total
        if single:
            if total < best:
                best = total
                found = 1
                ends[0], ends[1] = 0, depth + 1
                for at in range(depth + 1):
                    members[at] = taken[at]
        elif total <= limit:
            if found == most_sets or ends[found] + depth + 1 > len(members):
                return -1 - found, bottom
            for at in range(depth + 1):
                members[ends[found] + at] = taken[at]
            ends[found + 1] = ends[found] + depth + 1
            values[found] = total
            found += 1
            best = min(best, total)
        if depth + 1 < most:
            rest = 0
            for at in range(i + 1, length[depth]):
                other = queue[depth, at]
                v = unit[who[other]]
                if most - depth > 2 and not (
                    compatible(u, v, solo, older, younger, first, youngest)
                    and has_room(
                        home,
                        units,
                        depth + 1,
                        v,
                        ss,
                        until,
                        room,
                        high,
                        load,
                        ps,
                        phigh,
                        pload,
                        pday,
                    )
                ):
                    continue
                queue[depth + 1, rest] = other
                rest += 1
            length[depth + 1] = rest
            stack[depth + 1] = -1
            depth += 1
    if single and found == 0:
        return 0, best
    return found, best


@compiled
def reduce_costs(
    gain: Ints,
    price: Ints,
    kin_price: Ints,
    link_price: Ints,
    crowd: int,
    lam: int,
    homes: Any,
    reduced: Ints,
) -> None:
    """What each candidate costs at given prices; written to `reduced`.

    `crowd` is the price of each young person placed, wherever it is, as fine as those of links.
    """
    unit, ps, ks, kr = homes[0], homes[8], homes[21], homes[23]
    ls, link, amount, today = homes[24], homes[25], homes[26], homes[27]
    extra = np.empty(len(price), np.int64)
    for u in range(len(price)):
        extra[u] = price[u] - lam * today[u]
        for at in range(ks[u], ks[u + 1]):
            extra[u] += kin_price[kr[at]]
    for k in range(len(unit)):
        u = unit[k]
        linked = crowd * (ps[u + 1] - ps[u])
        for at in range(ls[k], ls[k + 1]):
            linked += amount[at] * link_price[link[at]]
        reduced[k] = gain[k] + extra[u] + (linked >> FINE)


@compiled
def choose(
    reduced: Ints,
    kin_price: Ints,
    wary_cost: int,
    homes: Any,
    chosen: Ints,
    ends: Ints,
    worth: Ints,
) -> int:
    """The cheapest set of every home; the sum of what they cost, which no sets undercut.

    Candidates that home h chooses are `chosen[ends[h] : ends[h + 1]]`, `worth[h]` a bound on it.
    """
    hs = homes[1]
    width = 1
    for h in range(len(hs) - 1):
        width = max(width, min(homes[2][h], homes[5][homes[3][h + 1] - 1]))
    members = np.empty(width, np.int64)
    edge = np.zeros(3, np.int64)
    value = np.zeros(2, np.int64)
    total, used = 0, 0
    ends[0] = 0
    for h in range(len(hs) - 1):
        number, bound = sets_of(
            h, reduced, kin_price, wary_cost, homes, 0, 1, members, edge, value, NODES
        )
        worth[h] = bound
        total += bound
        if number == 1:
            for at in range(edge[1]):
                chosen[used] = members[at]
                used += 1
        ends[h + 1] = used
    return total


@compiled
def bound_at(
    gain: Ints,
    price: Ints,
    kin_price: Ints,
    link_price: Ints,
    crowd: int,
    lam: int,
    needed: int,
    link_most: Ints,
    wary_cost: int,
    homes: Any,
    reduced: Ints,
    chosen: Ints,
    ends: Ints,
    worth: Ints,
) -> int:
    """The bound on what the placements of any plan add, in 1/SCALE points, at these prices."""
    reduce_costs(gain, price, kin_price, link_price, crowd, lam, homes, reduced)
    value = choose(reduced, kin_price, wary_cost, homes, chosen, ends, worth)
    for u in range(len(price)):
        value -= price[u]
    for row in range(len(kin_price)):
        value -= kin_price[row]
    linked = 0
    for at in range(len(link_price)):
        linked -= link_price[at] * link_most[at]
    return value + (linked >> FINE) + lam * needed


@compiled
def list_sets(
    reduced: Ints,
    kin_price: Ints,
    wary_cost: int,
    homes: Any,
    limits: Ints,
    cap: int,
    most: int,
) -> tuple[int, Ints, Ints, Ints]:
    """Every set of every home that costs no more than the home's limit, up to `cap` a home.

    Returns (how many homes had more, members, ends, home of each set). Past `most` sets in all
    the homes that are left count as having more.
    """
    hs = homes[1]
    members = np.empty(1024, np.int64)
    ends = np.zeros(1025, np.int64)
    home = np.empty(1024, np.int64)
    one = np.empty(cap * 8, np.int64)
    edge = np.zeros(cap + 1, np.int64)
    value = np.zeros(cap, np.int64)
    number, cut = 0, 0
    for h in range(len(hs) - 1):
        if number >= most:
            cut += 1
            continue
        found, _ = sets_of(
            h, reduced, kin_price, wary_cost, homes, limits[h], cap, one, edge, value, NODES
        )
        if found < 0:
            cut += 1
            found = -1 - found
        while number + found > len(home):
            home = np.concatenate((home, np.empty(len(home), np.int64)))
            ends = np.concatenate((ends, np.zeros(len(ends), np.int64)))
        while ends[number] + edge[found] > len(members):
            members = np.concatenate((members, np.empty(len(members), np.int64)))
        for at in range(found):
            for spot in range(edge[at], edge[at + 1]):
                members[ends[number] + spot - edge[at]] = one[spot]
            ends[number + 1] = ends[number] + edge[at + 1] - edge[at]
            home[number] = h
            number += 1
    return cut, members[: ends[number]], ends[: number + 1], home[:number]


@compiled
def place_in_order(order: Ints, homes: Any) -> Ints:
    """Candidates placed one after another in an order, each where it fits with those before."""
    unit, hs, arrivals = homes[0], homes[1], homes[2]
    ss, until, room, high, load = homes[3], homes[4], homes[5], homes[6], homes[7]
    ps, phigh, pload, pday = homes[8], homes[9], homes[10], homes[11]
    solo, older, younger, first, last = homes[12], homes[13], homes[14], homes[15], homes[16]
    fs, foe = homes[17], homes[18]
    number = len(hs) - 1
    home_of = np.empty(len(unit), np.int64)
    width = 1
    for h in range(number):
        home_of[hs[h] : hs[h + 1]] = h
        width = max(width, min(arrivals[h], room[ss[h + 1] - 1]))
    here = np.empty((number, width + 1), np.int64)
    count = np.zeros(number, np.int64)
    placed = np.zeros(len(ps) - 1, np.bool_)
    taken = np.empty(len(placed), np.int64)
    used = 0
    for k in order:
        u, h = unit[k], home_of[k]
        if placed[u] or count[h] >= min(arrivals[h], width):
            continue
        fits = True
        for at in range(count[h]):
            other = here[h, at]
            if not compatible(u, other, solo, older, younger, first, last) or (
                fs[u] < fs[u + 1] and _find(fs, foe, u, other) >= 0
            ):
                fits = False
                break
        if fits and has_room(
            h, here[h], count[h], u, ss, until, room, high, load, ps, phigh, pload, pday
        ):
            here[h, count[h]] = u
            count[h] += 1
            placed[u] = True
            taken[used] = k
            used += 1
    return taken[:used]
